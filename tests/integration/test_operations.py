"""What operators do: deliveries looked at, tried again, cancelled; slots; the doctor."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from app.operations.doctor import examine
from app.store.db import utc_now
from tests.support.journey import ANSWERS, Applicant
from tests.support.quick import hasten
from tests.support.rows import alter, one, rows
from tests.support.services import redis_server
from tests.support.upstream import serving


def run(app: Flask, *arguments: str) -> Result:
    """One command."""
    return app.test_cli_runner().invoke(args=list(arguments))


@pytest.fixture
def sent(app: Flask) -> Flask:
    """An installation with one submission on its way."""
    hasten(Applicant(app)).submit()
    return app


def delivery_id(app: Flask, api: str = "kyc") -> str:
    """The id of the one delivery to an API."""
    return str(one(app, "SELECT id FROM deliveries WHERE api = :api", api=api))


def state(app: Flask, api: str = "kyc") -> str:
    """Its state."""
    return str(one(app, "SELECT state FROM deliveries WHERE api = :api", api=api))


def test_deliveries_are_listed_without_personal_data(sent: Flask) -> None:
    listed = run(sent, "deliveries", "list")
    lines = listed.output.splitlines()
    reference = one(sent, "SELECT reference FROM applications")
    assert len(lines) == 2
    assert all(line.split()[1] == reference for line in lines)
    assert {line.split()[0] for line in lines} == {delivery_id(sent), delivery_id(sent, "personal_informations")}
    assert run(sent, "deliveries", "list", "--api", "kyc").output.count("\n") == 1
    assert run(sent, "deliveries", "list", "--state", "failed").output == ""
    shown = run(sent, "deliveries", "show", delivery_id(sent)).output
    assert json.loads(shown)["state"] == "waiting"
    for value in (*ANSWERS["AR"]["personal"].values(), *ANSWERS["AR"]["address"].values()):
        assert len(value) < 6 or value not in listed.output + shown


def test_cancelled_delivery_is_not_delivered_until_it_is_tried_again(sent: Flask) -> None:
    chosen = delivery_id(sent)
    assert run(sent, "deliveries", "cancel", chosen).exit_code == 0
    assert (state(sent), state(sent, "personal_informations")) == ("cancelled", "waiting")
    assert run(sent, "deliveries", "cancel", chosen).exit_code == 1
    assert run(sent, "deliveries", "retry", chosen).exit_code == 0
    assert state(sent) == "waiting"


def test_failed_delivery_is_tried_again_and_arrives(sent: Flask) -> None:
    alter(sent, "UPDATE deliveries SET state = 'failed', error = 'NotAllowedError'")
    before = len(queued(sent))
    assert run(sent, "deliveries", "retry", delivery_id(sent)).exit_code == 0
    assert state(sent) == "waiting"
    assert len(queued(sent)) == before + 1


def queued(app: Flask) -> list[Any]:
    """The workflows in the queue."""
    schema = "dbos." if "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"] else ""
    return rows(app, f"SELECT workflow_uuid FROM {schema}workflow_status WHERE status = 'ENQUEUED'")


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_delivery_that_has_arrived_stays_so(sent: Flask, command: str) -> None:
    alter(sent, "UPDATE deliveries SET state = 'delivered'")
    ended = run(sent, "deliveries", command, delivery_id(sent))
    assert (ended.exit_code, "delivered" in ended.output) == (1, True)
    assert state(sent) == "delivered"


@pytest.mark.parametrize("command", ["show", "retry", "cancel"])
def test_unknown_delivery_is_a_sentence(sent: Flask, command: str) -> None:
    ended = run(sent, "deliveries", command, "nonsense")
    assert (ended.exit_code, ended.output.startswith("Error: There is no delivery nonsense")) == (1, True)


def verdicts(app: Flask) -> dict[str, str]:
    """What the doctor finds, by what it looked at."""
    with app.app_context():
        return {finding.about: finding.verdict for finding in examine(app.extensions["alta"])}


def test_doctor_finds_a_healthy_installation_healthy(app: Flask) -> None:
    with app.app_context():
        slot = app.extensions["alta"].slots.claim()
    assert slot is not None
    found = verdicts(app)
    slot.lock.release()
    assert {about for about, verdict in found.items() if verdict == "WRONG"} == set()
    assert set(found) >= {"settings", "disk", "database", "connections", "clock", "workers", "store", "limits"}


def test_doctor_says_what_to_do_and_ends_with_one(app: Flask) -> None:
    ended = run(app, "doctor")
    assert ended.exit_code == 1
    assert "WRONG    workers: none is alive, nothing is delivered: start `flask serve --worker`." in ended.output


@pytest.mark.parametrize(("minutes", "verdict"), [(10, "WRONG"), (-10, "WRONG"), (0, "ok")])
def test_doctor_sees_a_wrong_clock(app: Flask, minutes: int, verdict: str) -> None:
    with time_machine.travel(utc_now() + timedelta(minutes=minutes)):
        assert verdicts(app)["clock"] == verdict


def test_doctor_sees_tables_of_another_version(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    alter(app, "UPDATE prepared SET version = 'older'")
    assert verdicts(app)["database"] == "WRONG"


def test_doctor_sees_a_store_that_keeps_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    (app.extensions["alta"].settings.instance / "blobs").write_text("no folder")
    assert verdicts(app)["store"] == "WRONG"


def test_doctor_sees_whether_limits_are_counted(make_app: Callable[..., Flask]) -> None:
    with redis_server() as redis:
        url = f"redis://127.0.0.1:{redis.port}/0"
        assert verdicts(make_app(limits_url=url))["limits"] == "ok"
        redis.kill()
        assert verdicts(make_app(limits_url=url))["limits"] == "WRONG"
    assert verdicts(make_app(web_processes="2"))["limits"] == "warning"


APIS = ("personal informations API", "KYC API")


def test_doctor_asks_each_upstream_something_harmless(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """Of every integration, with its own credentials; nothing is made or answered by it."""
    with serving(tmp_path / "upstream") as upstream:
        good = upstream.settings()
        table = tmp_path / "upstreams.toml"
        table.write_text("[acme]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in good.items()))
        found = verdicts(make_app(**good, upstreams=str(table)))
        assert {found[api + of] for api in APIS for of in ("", " of acme")} == {"ok"}
        stranger = {**good, "personal_informations_token": "x", "kyc_client_id": "999999"}
        assert [verdicts(make_app(**stranger))[api] for api in APIS] == ["WRONG", "WRONG"]
        assert {method for method, path in upstream.calls if not path.endswith("/oauth/token")} == {"GET"}
    assert [verdicts(make_app(**good))[api] for api in APIS] == ["WRONG", "WRONG"]
    assert verdicts(make_app())["upstreams"] == "ok"


def test_doctor_tells_nothing_secret(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app(
        blob_secret="a-secret-of-the-store", metrics_token="a-token", limits_url="redis://:word@127.0.0.1:1/0"
    )
    told = run(app, "doctor").output
    assert not [word for word in ("a-secret-of-the-store", "a-token", "word@") if word in told]
