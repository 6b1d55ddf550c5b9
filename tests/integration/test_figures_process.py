"""Owns the tests of what a process has counted: written by its thread, at its end, and kept while nothing can be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import Flask

from tests.support import server
from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.processes import wait_until
from tests.support.quick import hasten
from tests.support.rows import alter, one

REFUSED = "SELECT coalesce(sum(number), 0) FROM figure_counts WHERE figure = 'refused' AND subject = 'personal'"


def refuse(applicant: Applicant) -> None:
    """Have the first step's answers refused once."""
    applicant.get("/apply/personal")
    assert applicant.send({"first_name": "", "last_name": ""}, follow=False).status == 422


def test_counts_are_written_by_themselves_and_kept_while_they_cannot_be(make_app: Callable[..., Flask]) -> None:
    app = make_app(figures_seconds="0.05")
    applicant = hasten(Applicant(app), until="personal")
    refuse(applicant)
    wait_until(lambda: one(app, REFUSED) == 1, "counts that are written")
    alter(app, "ALTER TABLE figure_counts RENAME TO away")
    refuse(applicant)
    with app.app_context():
        app.extensions["alta"].counts.flush()
    alter(app, "ALTER TABLE away RENAME TO figure_counts")
    wait_until(lambda: one(app, REFUSED) == 2, "counts that were kept")


def test_server_that_stops_in_order_loses_nothing(tmp_path: Path) -> None:
    with server.running(tmp_path, figures_seconds="3600", selfies="0") as alta:
        refuse(hasten(Applicant(cast(Any, Site(alta.address))), until="personal"))
    with sqlite3.connect(tmp_path / "instance" / "alta.sqlite3") as connection:
        assert connection.execute(REFUSED).fetchone() == (1,)
