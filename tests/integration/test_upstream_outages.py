"""Real workers through outages of an upstream: nothing waits for it but what is meant for it, and all arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import config, create_app
from app.store.db import db
from app.worker import RUNS_AT_ONCE, RUNS_OF_ONE_UPSTREAM
from tests.support import databases
from tests.support.canaries import forms_of
from tests.support.crowd import multiply
from tests.support.deliveries import rows
from tests.support.hostile import silence, speaking
from tests.support.journey import Applicant
from tests.support.processes import wait_until
from tests.support.quick import hasten
from tests.support.rows import alter, count
from tests.support.server import LIMITS, running
from tests.support.upstream import serving

CROWD = 2 * RUNS_OF_ONE_UPSTREAM + 3
QUICK = {"upstream_read_seconds": "3", "upstream_call_seconds": "5"}


@contextmanager
def installation(folder: Path, url: str, **changes: str) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An Alta with a crowd of submissions on their way; and the settings to run its worker with."""
    chosen = {"selfies": "0", "log_level": "warning", "database_url": url, **changes}
    settings = {f"ALTA_{name.upper()}": value for name, value in chosen.items()}
    app = create_app(config.load({"ALTA_INSTANCE": str(folder / "instance"), **LIMITS, **settings}))
    databases.migrate(app)
    assert hasten(Applicant(app), "BR").submit().path == "/apply/status"
    multiply(app, CROWD - 1)
    yield app, chosen
    with app.app_context():
        db.engine.dispose()


def states(app: Flask, api: str) -> list[str]:
    """The states of the deliveries to one API."""
    return [row.state for row in rows(app) if row.api == api]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_silent_upstream_of_more_submissions_than_turns_holds_up_no_other(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Every call of one API hangs until it is given up: the other one's deliveries all arrive meanwhile."""
    url = ""
    if kind == "postgresql":
        url = databases.create_database(request.getfixturevalue("postgresql"), "alta_outages")
    with speaking(silence) as silent:
        upstream = {"personal_informations_url": silent, "personal_informations_token": "x", **QUICK}
        with installation(tmp_path, url, **upstream) as (app, chosen):
            assert len(states(app, "kyc")) == CROWD > RUNS_OF_ONE_UPSTREAM
            with running(tmp_path, **chosen) as server:
                wait_until(lambda: set(states(app, "kyc")) == {"delivered"}, "the other API's deliveries")
                tried = [row for row in rows(app) if row.api == "personal_informations"]
                assert {row.state for row in tried} == {"waiting"}
                # Those that failed wait in no turn: others have had theirs.
                wait_until(
                    lambda: all(row.attempts for row in rows(app) if row.api == "personal_informations"),
                    "an attempt of each",
                )
                log = server.log.read_text()
            assert "Traceback" not in log
            assert {row.error for row in rows(app) if row.attempts and row.state == "waiting"} == {
                "UnavailableError: ReadTimeout"
            }


def test_turns_leave_room_for_several_silent_upstreams() -> None:
    assert RUNS_AT_ONCE >= 4 * RUNS_OF_ONE_UPSTREAM


def test_all_arrives_once_when_the_upstream_is_back(tmp_path: Path) -> None:
    """It loses many an answer on the way."""
    with serving(tmp_path / "upstream") as upstream:
        lost: list[Any] = []

        def lose(method: str, _path: str) -> bool:
            lost.append(method)
            return len(lost) < 100 and len(lost) % 7 == 0

        upstream.loses = lose
        with installation(tmp_path, "", **upstream.settings(), **QUICK) as (app, chosen), running(tmp_path, **chosen):
            wait_until(lambda: {row.state for row in rows(app)} == {"delivered"}, "every delivery", seconds=150)
            records = upstream.app
            kept = count(records, "personal_informations"), count(records, "kyc_requests")
            assert kept == (CROWD, CROWD)
            assert len({row.upstream_id for row in rows(app)}) == 2 * CROWD
            assert alter(records, "UPDATE kyc_checks SET status = status WHERE status = 'requested'") == 0


def test_worker_says_nothing_personal_and_keeps_nothing_personal_in_the_queue(tmp_path: Path) -> None:
    with serving(tmp_path / "upstream") as upstream:
        upstream.loses = lambda _method, path: path.endswith("kyc/answer") and upstream.count("POST", "answer") < 3
        with installation(tmp_path, "", **{**upstream.settings(), "log_level": "debug"}) as (app, chosen):
            with running(tmp_path, **chosen) as server:
                wait_until(lambda: {row.state for row in rows(app)} == {"delivered"}, "every delivery", seconds=150)
                log = server.log.read_text()
            kept = _queue_content(app)
            assert "delivery" in log
            for personal in ("João", "Souza", "52998224725", "529.982.247-25", "21971697123", "Macedo", "1990-08-10"):
                found = [form for form in forms_of(personal) if form in log.encode() or form in kept]
                assert found == [], personal


def _queue_content(app: Flask) -> bytes:
    tables = ("workflow_status", "operation_outputs", "workflow_input", "workflow_output")
    with app.app_context(), db.engine.connect() as connection:
        found = [connection.exec_driver_sql(f"SELECT * FROM {table}").mappings().all() for table in tables]
    content = json.dumps([[{**row} for row in each] for each in found], default=str, ensure_ascii=False).encode()
    hidden = forms_of(rows(app)[0].id) - {rows(app)[0].id.encode()}
    assert any(form in content for form in hidden), "the search finds what is there"
    return content
