"""Measures what Submit pays for the queue, and how many submissions one worker delivers to the embedded APIs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from app import config, create_app
from tests.support import databases
from tests.support.crowd import multiply
from tests.support.deliveries import rows
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.server import LIMITS, ROOT

SUBMITS = 15
SUBMISSIONS = 150
ENQUEUE_LIMITS_MS = {"SQLite": 60.0, "PostgreSQL": 15.0}
DELIVERED_A_SECOND = {"PostgreSQL": 10.0}
# What is delivered while the worker starts and settles does not count.
SETTLED = 20


@contextmanager
def installations() -> Iterator[dict[str, tuple[Flask, dict[str, str]]]]:
    """A fresh Alta on each kind of database, with its settings."""
    with tempfile.TemporaryDirectory(prefix="alta-bench-") as folder, databases.postgresql_server() as server:
        urls = {"SQLite": "", "PostgreSQL": databases.create_database(server, "bench_deliveries")}
        made = {}
        for kind, url in urls.items():
            settings = {
                "ALTA_INSTANCE": str(Path(folder) / kind),
                "ALTA_DATABASE_URL": url,
                "ALTA_LOG_LEVEL": "error",
                **LIMITS,
            }
            app = create_app(config.load(settings))
            databases.migrate(app)
            made[kind] = app, settings
        yield made


def enqueue_milliseconds(app: Flask) -> list[float]:
    """What each Submit spent in the queue, the first one apart: it loads the queue's library."""
    queue: Any = app.extensions["alta"].queue
    original, spent = queue.enqueue, []

    def timed(*arguments: Any, **options: Any) -> None:
        began = time.perf_counter()
        original(*arguments, **options)
        spent[-1] += 1000 * (time.perf_counter() - began)

    queue.enqueue = timed
    try:
        for _ in range(SUBMITS + 1):
            applicant = hasten(Applicant(app))
            spent.append(0.0)
            assert applicant.submit().path == "/apply/status"
    finally:
        del queue.enqueue
    return spent[1:]


def delivered_a_second(app: Flask, settings: dict[str, str]) -> float:
    """Submissions that one worker process takes to both APIs in a second."""
    multiply(app, SUBMISSIONS)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALTA_")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env={**inherited, **settings})
    try:
        first, began = 0, 0.0
        while True:
            done = len([row for row in rows(app) if row.state == "delivered"]) / 2
            if not began and done >= SETTLED:
                first, began = done, time.perf_counter()
            if done >= SUBMISSIONS:
                return (done - first) / (time.perf_counter() - began)
            assert worker.poll() is None, "the worker ended"
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait(30)


def measured() -> list[dict[str, Any]]:
    """A row per database: enqueue's median and worst milliseconds, deliveries a second, and whether limits hold."""
    found = []
    with installations() as made:
        for kind, (app, settings) in made.items():
            spent = enqueue_milliseconds(app)
            speed = delivered_a_second(app, settings)
            limits = [
                (f"enqueue ≤ {ENQUEUE_LIMITS_MS[kind]:g} ms", statistics.median(spent) <= ENQUEUE_LIMITS_MS[kind])
            ]
            if kind in DELIVERED_A_SECOND:
                limits.append((f"≥ {DELIVERED_A_SECOND[kind]:g} a second", speed >= DELIVERED_A_SECOND[kind]))
            found.append(
                {
                    "database": kind,
                    "enqueue": statistics.median(spent),
                    "enqueue_most": max(spent),
                    "speed": speed,
                    "limits": limits,
                }
            )
    return found


if __name__ == "__main__":
    for row in measured():
        print(row)
