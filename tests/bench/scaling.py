"""Measures what one submission costs each machine, for docs/scaling.md: `python -m tests.bench.scaling`.

One web server, one worker, PostgreSQL and S3 on this machine; people go through the wizard one after another, with
small photos. A big one's intake is measured apart (docs/benchmarks.md).
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import psutil
import psycopg

from tests.support.databases import Postgresql, create_database, mortal_postgresql
from tests.support.fleet import Fleet, fleet
from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.quick import hasten

WARM_UP, SUBMISSIONS = 3, 30


def cpu_ms(processes: Iterable[psutil.Process]) -> float:
    """Milliseconds of CPU that these have used so far."""
    total = 0.0
    for process in processes:
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return 1000 * total


def one_journey(machines: Fleet) -> None:
    """A person goes through everything and sends."""
    applicant = hasten(Applicant(cast(Any, Site(machines.webs[0].address))))
    assert applicant.submit().path == "/apply/status"


def wait_for_deliveries(url: str) -> None:
    """Until nothing is on its way."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting'").fetchone() != (0,):
            threading.Event().wait(0.1)


def database_figures(url: str) -> tuple[int, int]:
    """How big the database is in bytes, and how many transactions it has had."""
    about = "SELECT pg_database_size(datname), xact_commit FROM pg_stat_database WHERE datname = current_database()"
    with psycopg.connect(url) as connection:
        found = connection.execute(about).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def costs(server: Postgresql, machines: Fleet, url: str) -> dict[str, float]:
    """What one submission costs, by what it costs."""
    for _ in range(WARM_UP):
        one_journey(machines)
    wait_for_deliveries(url)
    watched = {
        "web server, CPU ms": machines.webs[0].processes(),
        "worker, CPU ms": machines.workers[0].processes(),
        "PostgreSQL, CPU ms": [server.process, *server.process.children(recursive=True)],
    }
    before = {name: cpu_ms(processes) for name, processes in watched.items()}
    (size, transactions), began = database_figures(url), time.perf_counter()
    for _ in range(SUBMISSIONS):
        one_journey(machines)
    wait_for_deliveries(url)
    spent = {name: (cpu_ms(processes) - before[name]) / SUBMISSIONS for name, processes in watched.items()}
    seconds = (time.perf_counter() - began) / SUBMISSIONS
    size_now, transactions_now = database_figures(url)
    return {
        **spent,
        "rows, KB": (size_now - size) / SUBMISSIONS / 1024,
        "transactions": (transactions_now - transactions) / SUBMISSIONS,
        "wall ms": 1000 * seconds,
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="alta-scaling-") as folder, mortal_postgresql() as server:
        url = create_database(server.url, "scaling")
        with fleet(Path(folder), url, webs=1, workers=1) as machines:
            for name, value in costs(server, machines, url).items():
                print(f"{name}: {value:.1f}")


if __name__ == "__main__":
    main()
