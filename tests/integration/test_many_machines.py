"""Web servers and workers on what many machines share, killed at random for a minute: nothing is lost or doubled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import httpx
import psycopg
import pytest

from tests.support.databases import create_database
from tests.support.fleet import Fleet, Reaper, fleet, lose
from tests.support.http_browser import TIMEOUT_SECONDS, Site
from tests.support.journey import Applicant
from tests.support.processes import wait_until
from tests.support.quick import hasten
from tests.support.server import running

KILLING_SECONDS, SEED = 60.0, 20_261_124
PEOPLE_AT_ONCE, API_CALLS = 2, 4
SETTINGS = {"worker_dead_seconds": "10", "selfies": "1", "limit_api": f"{API_CALLS} per hour"}
REFERENCE = re.compile(r"AL-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def url(postgresql: str) -> str:
    """A fresh database."""
    return create_database(postgresql, "alta_machines")


@pytest.fixture
def machines(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Fleet]:
    """So many web servers and workers, two by default; a lost one's work is taken over after ten seconds."""
    webs, workers = getattr(request, "param", (2, 2))
    with fleet(tmp_path, url, webs=webs, workers=workers, **SETTINGS) as made:
        yield made


def rows(url: str, statement: str) -> list[Any]:
    """The rows of a SELECT."""
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def newcomer(machines: Fleet) -> Applicant:
    """A person whose every request goes to the other web server."""
    return Applicant(cast(Any, Site(machines.address, machines.way)))


def way_of(applicant: Applicant) -> Any:
    """The round-robin that a person goes through."""
    return applicant.browser._client._transport


def apply(machines: Fleet) -> tuple[str, Applicant]:
    """Go through the whole wizard and send; the reference that the person is shown."""
    applicant = newcomer(machines)
    hasten(applicant, "AR")
    page = applicant.submit()
    assert page.path == "/apply/status", (page.status, page.path)
    return REFERENCE.search(page.html)[0], applicant


def undelivered(url: str) -> list[Any]:
    """What is still on its way."""
    return rows(url, "SELECT api, state, attempts, error FROM deliveries WHERE state <> 'delivered'")


def require_each_once(url: str, references: list[str]) -> None:
    """Fail unless every application that a person saw received is there, and at each API, exactly once."""
    assert len(references) == len(set(references))
    sent = rows(
        url,
        "SELECT a.reference, count(*) FROM applications a JOIN submissions s ON s.application_id = a.id GROUP BY 1",
    )
    assert dict(sent) == dict.fromkeys(references, 1)
    deliveries = Counter(rows(url, "SELECT api, state FROM deliveries"))
    each = len(references)
    assert deliveries == {("personal_informations", "delivered"): each, ("kyc", "delivered"): each}
    records = rows(url, "SELECT count(*), count(DISTINCT idempotency_key) FROM personal_informations")
    assert records == [(each, each)]
    upstream = rows(url, "SELECT count(DISTINCT upstream_id) FROM deliveries WHERE api = 'kyc'")
    answered = rows(url, "SELECT count(*) FROM kyc_requests WHERE status = 'answered'")
    assert (upstream, answered) == ([(each,)], [(each,)])


# The minute of killing, and the time to start and to come to an end.
@pytest.mark.timeout(400)
def test_killed_for_a_minute_all_submissions_arrive_each_once(machines: Fleet, url: str) -> None:
    every = [*machines.webs, *machines.workers]
    references: list[str] = []
    again: list[int] = []

    def keep_applying(reaper: Reaper) -> None:
        while not reaper.over.is_set():
            reference, applicant = apply(machines)
            references.append(reference)
            again.append(way_of(applicant).sent_again)

    with (
        Reaper(every, seconds=KILLING_SECONDS, seed=SEED) as reaper,
        ThreadPoolExecutor(PEOPLE_AT_ONCE) as people,
    ):
        done = [people.submit(keep_applying, reaper) for _ in range(PEOPLE_AT_ONCE)]
        for each in done:
            each.result()
    print(f"{len(references)} sent; killed {Counter(reaper.killed)}; {sum(again)} requests sent again")
    assert {name.partition("-")[2].partition("-")[0] for name in reaper.killed} >= {"web", "worker"}
    wait_until(lambda: undelivered(url) == [], "all to be delivered", seconds=90)
    require_each_once(url, references)


@pytest.mark.parametrize("machines", [(1, 2)], indirect=True)
def test_lost_machines_work_is_taken_over_by_another_once(machines: Fleet, url: str) -> None:
    first, second = machines.workers
    references = [apply(machines)[0]]
    wait_until(lambda: undelivered(url) == [], "the first delivery")
    (name,) = (each for each in ("worker-1", "worker-2") if f'"slot": "{each}"' in second.log.read_text())
    # Nobody begins anything, so that the next delivery can be put where a machine lost in the middle of it leaves it.
    change(url, "UPDATE dbos.queues SET worker_concurrency = 0")
    lose(second)
    references.append(apply(machines)[0])
    moved = f"UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = '{name}' WHERE status = 'ENQUEUED'"
    assert change(url, moved) >= 1
    change(url, "UPDATE dbos.queues SET worker_concurrency = 4")
    wait_until(lambda: undelivered(url) == [], "the lost machine's delivery")
    require_each_once(url, references)
    assert first.log.read_text().count("worker_slot_taken_over") == 1


def require_one_count(machines: Fleet) -> None:
    """Fail unless a limit holds over both web servers together."""
    calls = [
        httpx.get(
            f"{machines.webs[number % 2].address}/api/v1/users/{number}/kyc/request", timeout=TIMEOUT_SECONDS
        ).status_code
        for number in range(API_CALLS + 2)
    ]
    assert [status == 429 for status in calls] == [False] * API_CALLS + [True] * 2


def change(url: str, statement: str) -> int:
    """Execute a statement that writes; how many rows it met."""
    with psycopg.connect(url) as connection:
        return connection.execute(statement).rowcount


@pytest.mark.parametrize("machines", [(2, 1)], indirect=True)
def test_every_request_goes_to_the_other_web_server_until_one_is_stopped_in_good_order(
    machines: Fleet, url: str
) -> None:
    reference, applicant = apply(machines)
    order = way_of(applicant).order
    assert order == [number % 2 for number in range(18)]
    require_one_count(machines)
    machines.webs[1].stop()
    second, other = apply(machines)
    assert set(way_of(other).answered) == {0}
    machines.workers[0].stop()
    assert machines.webs[0].flask("worker", "slots").split()[:2] == ["worker-1", "free"]
    with running(machines.folder / "next", "--worker", **machines.settings):
        wait_until(lambda: undelivered(url) == [], "all to be delivered")
    require_each_once(url, [reference, second])
