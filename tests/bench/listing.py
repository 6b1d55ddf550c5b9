"""Measures the console's list at a thousand applications and at a million, on both databases."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.domain.roles import Role
from app.onboarding.cases.filters import NOBODY, OLDEST, Filters, Place
from app.onboarding.staff.members import StaffMember
from tests.bench.listing_rows import SPAN, fill
from tests.conftest import settings_for
from tests.support import databases

FEW, MANY = 1_000, 1_000_000
LIMIT = 1.5
WARM_UP, ROUNDS, CALLS = 8, 80, 3
EVERYTHING = StaffMember(id="0" * 36, name="", email="", role=Role.ADMIN, integrations=None, language="en")
ONE_TEAM = StaffMember(
    id="0" * 36, name="", email="", role=Role.AGENT, integrations=frozenset({"loans"}), language="en"
)
Probe = Callable[[Any], Any]


def page(member: StaffMember = EVERYTHING, place: Place | None = None, **filters: str) -> Probe:
    """A page of the list, its figures and groups included."""

    def ask(services: Any) -> Any:
        own, chosen = services.cases, Filters(**filters)
        groups = own.lists.groups(member)
        own.lists.tiles(member, groups)
        return own.cards.of(each.number for each in own.lists.places(member, chosen, groups, after=place))

    return ask


def search(typed: str, member: StaffMember = EVERYTHING, **filters: str) -> Probe:
    """A page of what a search finds."""

    def ask(services: Any) -> Any:
        own = services.cases
        return own.searches.page(member, typed, Filters(**filters), own.lists.groups(member)).cards

    return ask


def tiles(services: Any) -> Any:
    """The figures alone."""
    return services.cases.lists.tiles(EVERYTHING, services.cases.lists.groups(EVERYTHING))


PROBES: dict[str, Probe] = {
    "the list": page(),
    "a later page": page(place=Place(since=datetime.now(UTC) - SPAN / 2, number=0), order=OLDEST),
    "tiles": tiles,
    "state": page(state="to_review", order=OLDEST),
    "state, country, channel": page(state="approved", country="BR", channel="embedded"),
    "country, nobody's": page(country="AR", assigned=NOBODY),
    "flag": page(flag="photo"),
    "flag, state, waiting": page(flag="photo", state="approved", waiting="1d"),
    "one integration's, for its team": page(ONE_TEAM),
    "search: a first name": search("maria"),
    "search: two words": search("gonz mar"),
    "search: a name in one state": search("maria", state="approved"),
    "search: document": search("10.000.500"),
    "search: phone": search("11 2000-0500"),
    "search: reference": search("AL-3333-3333"),
    "search: nobody": search("zzyzx quux"),
}


def times(services: list[tuple[Flask, Any]], probe: Probe) -> list[float]:
    """Milliseconds of a probe at each size, the sizes taking turns: its quickest tenth, which others disturb least."""
    seconds: list[list[float]] = [[] for _ in services]
    for turn in range(WARM_UP + ROUNDS):
        for number, (app, each) in enumerate(services):
            with app.app_context():
                begun = time.perf_counter()
                for _ in range(CALLS):
                    probe(each)
                if turn >= WARM_UP:
                    seconds[number].append((time.perf_counter() - begun) / CALLS)
    return [1000 * statistics.quantiles(each, n=10)[0] for each in seconds]


@contextmanager
def filled(kind: str, count: int, folder: Path, server: str) -> Iterator[tuple[Flask, Any]]:
    """An application with that many rows."""
    url = databases.create_database(server, f"listing_{count}") if kind == "PostgreSQL" else ""
    app = create_app(settings_for(folder / f"{kind}-{count}", url))
    databases.migrate(app)
    fill(app, count)
    yield app, app.extensions["alta"]


def measured(many: int = MANY, kinds: Sequence[str] = ("SQLite", "PostgreSQL")) -> list[dict[str, Any]]:
    """A row for each probe on each database, with its limit."""
    rows = []
    for kind in kinds:
        with (
            tempfile.TemporaryDirectory(prefix="alta-bench-") as folder,
            databases.postgresql_server() as server,
            filled(kind, FEW, Path(folder), server) as few,
            filled(kind, many, Path(folder), server) as lots,
        ):
            for name, probe in PROBES.items():
                at_few, at_many = times([few, lots], probe)
                limits = [(f"≤ {LIMIT:g} ×", at_many <= LIMIT * at_few)]
                rows.append({"database": kind, "what": name, "few": at_few, "many": at_many, "limits": limits})
    return rows


if __name__ == "__main__":
    asked = sys.argv[1:]
    for row in measured(int(asked[0]), asked[1:]) if asked else measured():
        few, lots = row["few"], row["many"]
        print(f"{row['database']:12} {row['what']:34} {few:8.2f} {lots:8.2f} {lots / few:6.2f}")
