"""Measures Alta beside other ways to make the same wizard, prints the tables and writes docs/benchmarks.md.

Run with `make bench`. Ends with 1 if a limit is exceeded.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import deliveries, listing, pictures, report, verdicts
from tests.bench.contenders import ALTA, DJANGO, FLASK, THREADS, Contender, started
from tests.bench.report import Measured
from tests.support.databases import create_database, postgresql_server

WARM_UP_JOURNEYS = 20
ROUNDS = 20
JOURNEYS = 8
CONNECTIONS = 32
JOURNEYS_A_CONNECTION = 8
NAMES = (FLASK, DJANGO, ALTA)


def drive(contender: Contender, journeys: int) -> list[float]:
    """Go through some journeys one after the other; return the seconds of each post."""
    browser = contender.browser()
    for _ in range(journeys):
        browser.start()
        browser.steps()
    browser.close()
    return browser.post_seconds


def cpu_of(contender: Contender) -> float:
    """Milliseconds of the server's CPU that one person's way through the text steps costs, begun beforehand."""
    people = [contender.browser() for _ in range(JOURNEYS)]
    for person in people:
        person.start()
    before = contender.cpu_seconds()
    for person in people:
        person.steps()
    cost = 1000 * (contender.cpu_seconds() - before) / JOURNEYS
    for person in people:
        person.close()
    return cost


def post_times(contender: Contender) -> list[float]:
    """Milliseconds of each step's post while many people are under way at once."""
    seconds: list[float] = []
    people = [
        threading.Thread(target=lambda: seconds.extend(drive(contender, JOURNEYS_A_CONNECTION)))
        for _ in range(CONNECTIONS)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(seconds) == CONNECTIONS * JOURNEYS_A_CONNECTION * 6, "not every journey came to its end"
    return [1000 * each for each in seconds]


def measure(database: str, contenders: dict[str, Contender]) -> list[Measured]:
    """Let the applications take turns, so that drift of the machine meets all of them alike."""
    for contender in contenders.values():
        drive(contender, WARM_UP_JOURNEYS)
    cpu: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            cpu[name].append(cpu_of(contender))
    rows = []
    for name, contender in contenders.items():
        percentiles = statistics.quantiles(post_times(contender), n=100)
        row = Measured(
            database=database,
            name=name,
            cpu=statistics.median(cpu[name]),
            cpu_least=min(cpu[name]),
            cpu_most=max(cpu[name]),
            of_django=statistics.median(mine / its for mine, its in zip(cpu[name], cpu[DJANGO], strict=True)),
            post_p50=percentiles[49],
            post_p99=percentiles[98],
        )
        rows.append(row)
    return rows


@contextmanager
def databases(kind: str) -> Iterator[dict[str, str]]:
    """A fresh database of the kind for each application; its URL, empty for SQLite."""
    if kind == "SQLite":
        yield dict.fromkeys(NAMES, "")
        return
    with postgresql_server() as server_url:
        yield {name: create_database(server_url, f"bench_{number}") for number, name in enumerate(NAMES)}


def journeys() -> list[Measured]:
    """Every application on each kind of database."""
    measured = []
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="alta-bench-") as folder, databases(kind) as urls, ExitStack() as up:
            contenders = {name: up.enter_context(started(name, urls[name], Path(folder))) for name in NAMES}
            measured += measure(kind, contenders)
    return measured


def main() -> int:
    """Measure, print, write."""
    setting = {
        "submits": deliveries.SUBMITS,
        "threads": THREADS,
        "rounds": ROUNDS,
        "journeys": JOURNEYS,
        "connections": CONNECTIONS,
        "few": listing.FEW,
        "many": listing.MANY,
    }
    judged = report.verdicts(verdicts.speed(), verdicts.confusion())
    page, kept = report.written(
        journeys(), pictures.rows(), judged, deliveries.measured(), listing.measured(), **setting
    )
    print(page)
    report.TARGET.write_text(page, encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
