"""Webhooks from event to receiver: signed, in order, retried for days, ended by 410, sent again by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import WebhookVerificationError

from app.onboarding import integrations
from app.onboarding.embedding.sending import PATIENCE, wait_before
from app.queue import workflow_id
from app.store.db import utc_now, write
from tests.integration.embed.test_outcomes import sent
from tests.support.deliveries import deliver
from tests.support.embedding import Framed, Team
from tests.support.rows import alter, count, one, rows
from tests.support.webhooks import Receiver, messages, receiving, send


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server of the team's."""
    with receiving() as running:
        yield running


@pytest.fixture
def team(app: Flask) -> Team:
    """A team whose pages may frame Alta."""
    return Team(app)


@pytest.fixture
def secret(team: Team, receiver: Receiver) -> str:
    """What the team's messages are signed with, from when it asked to be told."""
    with team.app.app_context():
        made = hooks(team.app).set_url(team.integration, receiver.url, by=None)
    assert made is not None
    assert made.startswith("whsec_")
    return str(made)


def hooks(app: Flask) -> Any:
    """The use cases."""
    return app.extensions["alta"].embedding.webhooks


def happen(team: Team, session_id: str, *states: str) -> None:
    """Let these happen to a session."""
    with team.app.app_context():
        for state in states:
            with write() as connection:
                histories = team.app.extensions["alta"].embedding.sessions.histories
                histories.note(connection, session_id, f"session.{state}", state)


def kinds(receiver: Receiver) -> list[str]:
    """What the receiver was told, in its order."""
    return [json.loads(each.body)["type"].removeprefix("session.") for each in receiver.received]


def queued(app: Flask) -> dict[str, tuple[str, str]]:
    """The state and receiver of each attempt in the queue, by its id."""
    table = "dbos.workflow_status" if "postgres" in app.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    found = rows(app, f"SELECT workflow_uuid, status, queue_partition_key FROM {table} WHERE name = 'send_webhook'")
    return {row[0]: (row[1], row[2]) for row in found}


def test_receiver_that_fails_four_times_gets_the_same_message_and_verifies_it(
    team: Team, receiver: Receiver, secret: str
) -> None:
    receiver.answers = [500, 404, 302, 429]
    made = team.session()
    Framed(team.app, made).begin()
    (row,) = messages(team.app)
    assert queued(team.app)[workflow_id(row.id, 1)] == ("ENQUEUED", str(team.integration.id))
    assert [send(team.app) for _ in range(5)] == [["waiting"]] * 4 + [["delivered"]]
    assert queued(team.app)[workflow_id(row.id, 2)][0] == "DELAYED"
    assert {each.id for each in receiver.received} == {row.id}
    assert len({each.body for each in receiver.received}) == 1
    told = receiver.received[4].verified(secret)
    assert told["type"] == "session.started"
    assert told["data"] == {"session_id": made["id"], "number": 2, "state": "started", "skipped": []}
    assert receiver.received[4].path == "/webhooks?team=bank"
    assert receiver.received[4].headers["content-type"] == "application/json"
    assert receiver.received[4].headers["host"] == f"127.0.0.1:{receiver.port}"
    statement = "SELECT status FROM webhook_attempts ORDER BY run"
    assert [row[0] for row in rows(team.app, statement)] == [500, 404, 302, 429, 204]
    assert send(team.app) == []
    with pytest.raises(WebhookVerificationError):
        receiver.received[4].verified("whsec_" + "A" * 43 + "=")


def test_whole_journey_is_told_without_personal_data(team: Team, receiver: Receiver, secret: str) -> None:
    person = sent(team)
    deliver(team.app)
    assert team.call("DELETE", f"/{person.session_id}").status_code == 204
    while send(team.app):
        pass
    assert kinds(receiver) == ["started", "submitted", "delivered", "erased"]
    for each in receiver.received:
        told = each.verified(secret)
        assert set(told) == {"type", "timestamp", "data"}
        assert set(told["data"]) <= {"session_id", "number", "state", "skipped", "submission", "steps"}
        assert told["data"]["session_id"] == person.session_id
        assert not any(word in each.body for word in ("Juana", "Fern", "20-1", "customer-1"))


def test_order_of_a_session_is_kept_and_other_sessions_go_on(team: Team, receiver: Receiver, secret: str) -> None:
    first, second = team.session()["id"], team.session()["id"]
    receiver.answers = [503]
    happen(team, first, "started", "submitted")
    happen(team, second, "started")
    # One failed; what comes after it in its session waits, the other session does not.
    assert send(team.app) == ["waiting", "delivered"]
    happen(team, first, "delivered")
    assert len(queued(team.app)) == 3
    while send(team.app):
        pass
    told = [each.verified(secret)["data"] for each in receiver.received]
    assert [each["state"] for each in told if each["session_id"] == first] == [
        "started",
        "started",
        "submitted",
        "delivered",
    ]


def test_message_sent_again_goes_first_and_what_waits_behind_it_keeps_its_turn(
    team: Team, receiver: Receiver, secret: str
) -> None:
    """Even one that had its next try due: it stands back until the earlier one is through again."""
    receiver.answers = [204, 500, 503]
    session = team.session()["id"]
    happen(team, session, "started", "submitted")
    assert [send(team.app), send(team.app)] == [["delivered"], ["waiting"]]
    with team.app.app_context():
        hooks(team.app).resend(team.integration, messages(team.app)[0].id, by=None)
    happen(team, session, "delivered")
    assert send(team.app) == ["waiting", "waiting"]
    assert [row.next_try_at is not None for row in messages(team.app)] == [True, False, False]
    while send(team.app):
        pass
    assert kinds(receiver) == ["started", "submitted", "started", "started", "submitted", "delivered"]
    assert len({each.id for each in receiver.received}) == 3
    assert {row.state for row in messages(team.app)} == {"delivered"}


def test_overtaken_run_and_repeated_record_change_nothing(team: Team, receiver: Receiver, secret: str) -> None:
    """As when the worker is killed between its commit and the queue's note of it."""
    receiver.answers = [500]
    happen(team, team.session()["id"], "started")
    (row,) = messages(team.app)
    sending = hooks(team.app).sending
    with team.app.app_context():
        told = sending.attempt(row.id, row.run)
        assert sending.record(row.id, row.run, told) == "waiting"
        assert sending.record(row.id, row.run, told) is None
        assert sending.attempt(row.id, row.run) is None
    assert count(team.app, "webhook_attempts") == 1


def test_waits_grow_for_three_days_and_the_last_attempt_is_at_their_end(
    team: Team, receiver: Receiver, secret: str
) -> None:
    waits = [wait_before(number) for number in range(1, 30)]
    assert waits[0] < 3
    assert all(wait <= 6 * 3600 * 1.1 for wait in waits)
    assert sum(waits[:4]) < 90
    receiver.answers = [500, 500, 500]
    session = team.session()["id"]
    happen(team, session, "started", "submitted")
    for age, state in ((PATIENCE - timedelta(minutes=1), "waiting"), (PATIENCE + timedelta(seconds=1), "failed")):
        since = (utc_now() - age).replace(tzinfo=None)
        alter(team.app, "UPDATE webhook_messages SET waiting_since = :since, attempts = 20", since=since)
        assert send(team.app) == [state]
        if state == "waiting":
            due = messages(team.app)[0].next_try_at
            assert str(due) <= str(utc_now().replace(tzinfo=None) + timedelta(minutes=1))
    # What came after it is let go.
    assert messages(team.app)[1].next_try_at is not None


def test_410_switches_the_webhook_off_until_it_is_switched_on(team: Team, receiver: Receiver, secret: str) -> None:
    receiver.answers = [410]
    session = team.session()["id"]
    happen(team, session, "started", "submitted")
    assert [send(team.app), send(team.app)] == [["failed"], ["failed"]]
    assert len(receiver.received) == 1
    happen(team, session, "delivered")
    assert len(messages(team.app)) == 2
    with team.app.app_context():
        assert hooks(team.app).of(team.integration).disabled == "gone"
        hooks(team.app).switch(team.integration, on=True, by=None)
        hooks(team.app).resend(team.integration, messages(team.app)[0].id, by=None)
    assert send(team.app) == ["delivered"]
    assert [each.id for each in receiver.received] == [messages(team.app)[0].id] * 2


def test_revoked_integration_is_told_nothing_more(team: Team, receiver: Receiver, secret: str) -> None:
    """Neither what waits nor what happens later."""
    session = team.session()["id"]
    happen(team, session, "started")
    with team.app.app_context():
        integrations.revoke(team.integration.name)
    assert send(team.app) == ["failed"]
    happen(team, session, "submitted")
    assert (len(messages(team.app)), receiver.received) == (1, [])


def test_secrets_overlap_for_a_day(team: Team, receiver: Receiver, secret: str) -> None:
    session = team.session()["id"]
    with team.app.app_context():
        newer = hooks(team.app).rotate(team.integration, by=None)
    happen(team, session, "started")
    send(team.app)
    for each in (secret, newer):
        assert receiver.received[0].verified(each)["data"]["state"] == "started"
    assert len(receiver.received[0].headers["webhook-signature"].split()) == 2
    past = (utc_now() - timedelta(seconds=1)).replace(tzinfo=None)
    assert alter(team.app, "UPDATE webhook_secrets SET ends_at = :past WHERE ends_at IS NOT NULL", past=past) == 1
    happen(team, session, "submitted")
    send(team.app)
    assert receiver.received[1].verified(newer)
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].verified(secret)


def test_secret_is_kept_encrypted_in_its_own_row(team: Team, secret: str) -> None:
    kept = one(team.app, "SELECT secret FROM webhook_secrets")
    assert len(bytes(kept)) > 32
    alter(team.app, "UPDATE webhook_secrets SET id = '434e229d-2e1b-4bad-96a0-dbde8ca0b331'")
    with team.app.app_context(), pytest.raises(Exception, match="does not belong here"):
        hooks(team.app).secrets.sign(team.integration.id, "x", "{}")


def test_what_is_lost_is_roused_and_what_is_over_is_forgotten(team: Team, receiver: Receiver, secret: str) -> None:
    happen(team, team.session()["id"], "started")
    table = "dbos.workflow_status" if "postgres" in team.app.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    past = (utc_now() - timedelta(minutes=2)).replace(tzinfo=None)
    alter(team.app, "UPDATE webhook_messages SET next_try_at = :past", past=past)
    with team.app.app_context():
        assert hooks(team.app).sending.rouse() == 0
    alter(team.app, f"DELETE FROM {table} WHERE name = 'send_webhook'")
    with team.app.app_context():
        assert hooks(team.app).sending.rouse() == 1
        assert hooks(team.app).sending.rouse() == 0
    assert send(team.app) == ["delivered"]
    old = (utc_now() - timedelta(days=31)).replace(tzinfo=None)
    alter(team.app, "UPDATE webhook_messages SET updated_at = :old", old=old)
    with team.app.app_context():
        team.app.extensions["alta"].embedding.forgetting.run()
    assert (count(team.app, "webhook_messages"), count(team.app, "webhook_attempts")) == (0, 0)


def test_nobody_is_told_who_did_not_ask(team: Team) -> None:
    happen(team, team.session()["id"], "started")
    assert messages(team.app) == []


def test_operator_uses_commands(team: Team, receiver: Receiver) -> None:
    def run(*arguments: str) -> Any:
        return team.app.test_cli_runner().invoke(args=["integrations", "webhook", *arguments])

    assert "There is no integration" in run("set", "nobody", receiver.url).output
    assert "must begin with https://" in run("set", "bank", "http://bank.example/x").output
    assert "no webhook yet" in run("test", "bank").output
    assert run("set", "bank", receiver.url).output.startswith("whsec_")
    assert run("rotate", "bank").output.startswith("whsec_")
    assert run("test", "bank").exit_code == 0
    receiver.answers = [500]
    failed = run("test", "bank")
    assert (failed.exit_code, ": 500, " in failed.output) == (1, True)
    listed = run("messages", "bank").output.splitlines()
    assert [line.split()[2:] for line in listed] == [
        ["webhook.test", "failed", "500"],
        ["webhook.test", "delivered", "204"],
    ]
    assert run("switch", "bank", "off").exit_code == 0
    assert "switched off" in run("resend", "bank", listed[0].split()[0]).output
    assert run("switch", "bank", "on").exit_code == 0
    assert run("resend", "bank", listed[0].split()[0]).exit_code == 0
    assert send(team.app) == ["delivered"]
    assert kinds(receiver) == ["webhook.test"] * 3
