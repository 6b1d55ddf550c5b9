"""Worker slots on real databases: stable names, one owner each, taken over once when the owner is dead."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.onboarding.slots import Slot, Slots
from app.store.database_time import ask_database_time
from app.store.db import read, utc_now
from tests.support.rows import alter, one

DEAD_SECONDS = 60


@pytest.fixture
def here(app: Flask, tmp_path: Path) -> Iterator[Slots]:
    """One machine's slots."""
    with app.app_context():
        yield Slots(instance=prepared(tmp_path / "here"), dead_seconds=DEAD_SECONDS)


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Slots:
    """Another machine's."""
    return Slots(instance=prepared(tmp_path / "elsewhere"), dead_seconds=DEAD_SECONDS)


def prepared(folder: Path) -> Path:
    """An instance folder."""
    folder.mkdir()
    return folder


def claimed(slots: Slots, name: str = "") -> Slot:
    """A slot that must be there to take."""
    slot = slots.claim(name)
    assert slot is not None
    return slot


def silence(app: Flask, name: str, seconds: int) -> None:
    """Let so many seconds have passed since a slot's last sign of life."""
    past = {
        "sqlite": f"strftime('%Y-%m-%d %H:%M:%f', seen_at, '-{seconds} seconds') || '000'",
        "postgresql": f"seen_at - interval '{seconds} seconds'",
    }
    kind = app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0].partition("+")[0]
    assert alter(app, f"UPDATE worker_slots SET seen_at = {past[kind]} WHERE name = :name", name=name) == 1


def died(slot: Slot) -> None:
    """Do what the kernel does when a process is killed."""
    slot.lock.release()


def states(slots: Slots) -> dict[str, str]:
    """Each slot's state."""
    return {each.name: each.state for each in slots.listing()}


def test_workers_without_a_name_get_one_each(here: Slots, elsewhere: Slots) -> None:
    names = [claimed(slots).name for slots in (here, elsewhere, here)]
    assert names == ["worker-1", "worker-2", "worker-3"]
    assert set(states(here).values()) == {"alive"}


def test_many_workers_that_start_at_once_share_no_name(app: Flask, here: Slots, elsewhere: Slots) -> None:
    def start(number: int) -> str:
        with app.app_context():
            return claimed((here, elsewhere)[number % 2]).name

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(start, range(8)))
    assert sorted(names) == [f"worker-{number}" for number in range(1, 9)]


def test_worker_that_was_killed_gets_its_name_back_at_once(here: Slots) -> None:
    first = claimed(here)
    died(first)
    again = claimed(here)
    assert (again.name, again.owner == first.owner) == (first.name, False)
    assert not here.beat(first)


def test_name_of_another_machine_is_taken_only_after_its_silence(app: Flask, here: Slots, elsewhere: Slots) -> None:
    died(claimed(elsewhere, "south"))
    silence(app, "south", DEAD_SECONDS - 5)
    assert here.claim("south") is None
    silence(app, "south", 6)
    assert claimed(here, "south").name == "south"


def test_name_that_is_in_use_is_stood_by_for(here: Slots) -> None:
    claimed(here, "south")
    assert here.claim("south") is None


def test_released_name_is_free_to_all(here: Slots, elsewhere: Slots) -> None:
    slot = claimed(here, "south")
    here.release(slot)
    assert states(here) == {"south": "free"}
    assert claimed(elsewhere, "south").name == "south"


def test_name_that_somebody_chose_is_left_to_them(here: Slots) -> None:
    here.release(claimed(here, "south"))
    here.release(claimed(here))
    assert claimed(here).name == "worker-1"


def test_silent_process_that_still_runs_on_this_machine_keeps_its_name(app: Flask, here: Slots) -> None:
    claimed(here, "south")
    silence(app, "south", DEAD_SECONDS + 5)
    assert here.claim("south") is None
    assert here.abandoned({"south"}) == []


def test_dead_slot_with_work_is_taken_over_by_exactly_one(app: Flask, here: Slots, elsewhere: Slots) -> None:
    died(claimed(elsewhere, "south"))
    takers = [claimed(here) for _ in range(6)]
    assert here.abandoned({"south"}) == []
    silence(app, "south", DEAD_SECONDS + 1)
    assert here.abandoned({"south", takers[0].name}) == ["south"]

    def take(slot: Slot) -> bool:
        with app.app_context():
            return here.take_over("south", slot)

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, takers))
    assert sorted(taken) == [False] * 5 + [True]


def test_taker_that_dies_on_the_way_is_followed_by_another(app: Flask, here: Slots, elsewhere: Slots) -> None:
    died(claimed(elsewhere, "south"))
    silence(app, "south", DEAD_SECONDS + 1)
    first, second = claimed(here), claimed(here)
    assert here.take_over("south", first)
    died(first)
    assert not here.take_over("south", second)
    silence(app, "south", DEAD_SECONDS + 1)
    assert here.abandoned({"south"}) == ["south"]
    assert here.take_over("south", second)
    here.let_go("south", second)
    assert states(here)["south"] == "free"


def test_worker_whose_slot_was_taken_over_learns_it_at_its_next_beat(app: Flask, here: Slots, elsewhere: Slots) -> None:
    frozen, other = claimed(elsewhere, "south"), claimed(here)
    assert elsewhere.beat(frozen)
    silence(app, "south", DEAD_SECONDS + 1)
    assert here.take_over("south", other)
    assert not elsewhere.beat(frozen)


def test_work_of_a_name_without_a_row_waits_for_its_silence(app: Flask, here: Slots) -> None:
    """A worker of the release before slots had rows may still be running."""
    assert here.abandoned({"old-worker"}) == []
    assert states(here) == {"old-worker": "alive"}
    silence(app, "old-worker", DEAD_SECONDS + 1)
    assert here.abandoned({"old-worker"}) == ["old-worker"]


@contextmanager
def clock_off(minutes: int) -> Iterator[None]:
    """This machine's clock wrong by so many minutes."""
    with time_machine.travel(utc_now().timestamp() + minutes * 60):
        yield


@pytest.mark.parametrize("minutes", [10, -10])
def test_wrong_clock_of_a_machine_kills_nobody(here: Slots, elsewhere: Slots, minutes: int) -> None:
    with clock_off(minutes):
        slot = claimed(elsewhere)
        assert elsewhere.beat(slot)
        with read() as connection:
            assert abs((ask_database_time(connection) - utc_now()).total_seconds()) > 500
    assert states(here) == {slot.name: "alive"}
    assert here.claim(slot.name) is None
    other = claimed(here)
    with clock_off(minutes):
        assert here.abandoned({slot.name, other.name}) == []
        assert elsewhere.living() == 2


def test_time_of_rows_is_utc(app: Flask, here: Slots) -> None:
    claimed(here)
    (slot,) = here.listing()
    assert abs((slot.started_at - utc_now()).total_seconds()) < 60
    assert 0 <= slot.silent_seconds < 60
    assert one(app, "SELECT count(*) FROM worker_slots") == 1
