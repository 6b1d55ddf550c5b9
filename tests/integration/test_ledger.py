"""The ledger of deliveries: what becomes of each attempt, when the next one is due, and what operators may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.apis.errors import UnavailableError
from app.onboarding.ledger import DeliveryError
from app.onboarding.outcome import broken, delivered, unavailable, wait_before
from app.queue import workflow_id
from app.store.db import utc_now
from tests.support.deliveries import advance, deliver
from tests.support.deliveries import rows as deliveries
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import alter, count, one, rows


@pytest.fixture
def sent(app: Flask) -> Flask:
    """An application with one submission on its way."""
    assert hasten(Applicant(app)).submit().path == "/apply/status"
    return app


def kyc(app: Flask) -> Any:
    """The KYC delivery."""
    return next(row for row in deliveries(app) if row.api == "kyc")


def record(app: Flask, outcome: Any, *, run: int | None = None) -> str | None:
    """Write down what came of the KYC delivery's run."""
    row = kyc(app)
    with app.app_context():
        ledger = app.extensions["alta"].deliveries.ledger
        state: str | None = ledger.record(row.id, row.run if run is None else run, outcome.to_json())
    return state


def queued(app: Flask) -> dict[str, str]:
    """The state of each delivery's run in the queue, by its id."""
    table = "dbos.workflow_status" if "postgres" in app.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    return {row[0]: row[1] for row in rows(app, f"SELECT workflow_uuid, status FROM {table} WHERE name = 'advance'")}


def use(app: Flask, name: str) -> None:
    """Do with the KYC delivery what an operator may."""
    with app.app_context():
        getattr(app.extensions["alta"].deliveries, name)(kyc(app).id)


def test_waits_grow_from_seconds_to_an_hour() -> None:
    waits = [wait_before(attempt, retry_after=None) for attempt in range(1, 100)]
    for number, wait in enumerate(waits):
        plain = min(2.0 * 2**number, 3600.0)
        assert plain <= wait <= plain * 1.1


@pytest.mark.parametrize(("asked", "least"), [(0.0, 2), (30.0, 30), (7200.0, 7200)])
def test_api_is_never_asked_sooner_than_it_says(asked: float, least: float) -> None:
    assert wait_before(1, retry_after=asked) >= least


def test_attempt_in_vain_enqueues_the_next_for_later_in_the_same_transaction(sent: Flask) -> None:
    before = utc_now()
    assert record(sent, unavailable(UnavailableError("HTTP 503", retry_after=100))) == "waiting"
    row = kyc(sent)
    assert (row.attempts, row.run, row.error) == (1, 1, "UnavailableError: HTTP 503")
    assert timedelta(seconds=100) <= row.next_try_at - before <= timedelta(seconds=130)
    assert queued(sent)[workflow_id(row.id, 1)] == "DELAYED"


def test_recording_twice_changes_nothing(sent: Flask) -> None:
    """As when the worker is killed between its commit and the queue's note that the step is done."""
    record(sent, broken("OSError"), run=0)
    after_once = kyc(sent), queued(sent)
    assert record(sent, broken("OSError"), run=0) is None
    assert (kyc(sent), queued(sent)) == after_once


def test_run_that_was_overtaken_does_nothing(sent: Flask) -> None:
    record(sent, broken("OSError"))
    row = kyc(sent)
    with sent.app_context():
        assert sent.extensions["alta"].deliveries.open(row.id, row.run - 1) == {}


def test_patience_ends_after_the_setting_s_days(sent: Flask) -> None:
    days = sent.extensions["alta"].settings.delivery_days
    for age, state in ((days - 0.1, "waiting"), (days + 0.1, "failed")):
        since = (utc_now() - timedelta(days=age)).replace(tzinfo=None)
        alter(sent, "UPDATE deliveries SET waiting_since = :since WHERE api = 'kyc'", since=since)
        assert record(sent, broken("OSError")) == state
    assert (kyc(sent).next_try_at, kyc(sent).error) == (None, "OSError")
    assert deliver(sent) == {"personal_informations": "delivered"}


def test_operator_tries_again_what_failed(sent: Flask) -> None:
    """With its patience renewed, and under the same key."""
    key = kyc(sent).idempotency_key
    alter(sent, "UPDATE deliveries SET state = 'failed', waiting_since = '2020-01-01 00:00:00', attempts = 99")
    use(sent, "retry")
    row = kyc(sent)
    assert (row.state, row.attempts, row.error, row.idempotency_key) == ("waiting", 0, None, key)
    assert queued(sent)[workflow_id(row.id, row.run)] == "ENQUEUED"
    assert record(sent, broken("OSError")) == "waiting"
    assert deliver(sent)["kyc"] == "delivered"


def test_operator_cancels_what_waits(sent: Flask) -> None:
    use(sent, "cancel")
    assert (kyc(sent).state, kyc(sent).next_try_at) == ("cancelled", None)
    assert deliver(sent) == {"personal_informations": "delivered"}
    use(sent, "retry")
    assert deliver(sent) == {"kyc": "delivered"}


def test_delivery_that_arrived_while_it_was_cancelled_is_delivered(sent: Flask) -> None:
    """It cannot be taken back: the ledger says what is so."""
    use(sent, "cancel")
    assert record(sent, delivered("somebody", "answered"), run=0) == "delivered"
    assert kyc(sent).upstream_id == "somebody"


def test_delivery_cancelled_while_it_failed_stays_cancelled(sent: Flask) -> None:
    use(sent, "cancel")
    assert record(sent, broken("OSError"), run=0) is None
    assert kyc(sent).state == "cancelled"


@pytest.mark.parametrize("name", ["retry", "cancel"])
def test_what_arrived_is_neither_tried_again_nor_cancelled(sent: Flask, name: str) -> None:
    deliver(sent)
    with pytest.raises(DeliveryError, match="delivered"):
        use(sent, name)


@pytest.mark.parametrize("name", ["retry", "cancel"])
def test_delivery_that_is_not_there_is_a_sentence(sent: Flask, name: str) -> None:
    with sent.app_context(), pytest.raises(DeliveryError, match="There is no delivery nothing"):
        getattr(sent.extensions["alta"].deliveries, name)("nothing")


def test_older_submission_is_not_sent_after_a_newer_one(sent: Flask) -> None:
    """The person has corrected it since."""
    alter(sent, "UPDATE deliveries SET state = 'reopened' WHERE api = 'kyc'")
    reopened = '{"phone": {"reason": "refused", "answered": false}}'
    alter(sent, "UPDATE applications SET state = 'reopened', reopened = :reopened", reopened=reopened)
    alter(sent, "UPDATE deliveries SET state = 'failed' WHERE api = 'kyc'")
    browser = rows(sent, "SELECT application_id FROM browser_sessions")
    assert len(browser) == 1
    alter(
        sent,
        "INSERT INTO submissions (id, application_id, number, snapshot, asked, created_at)"
        " SELECT 'newer', application_id, 2, snapshot, '[]', created_at FROM submissions",
    )
    alter(
        sent,
        "INSERT INTO deliveries (id, submission_id, api, state, attempts, run, looks, idempotency_key, created_at,"
        " updated_at) SELECT 'newer', 'newer', api, 'waiting', 0, 0, 0, 'newer', created_at, updated_at"
        " FROM deliveries WHERE api = 'kyc'",
    )
    first = next(row.id for row in deliveries(sent, 1) if row.api == "kyc")
    with sent.app_context(), pytest.raises(DeliveryError, match="newer submission"):
        sent.extensions["alta"].deliveries.retry(first)


def rouse(app: Flask) -> int:
    """Look for what was lost, as the worker does."""
    with app.app_context():
        found: int = app.extensions["alta"].deliveries.ledger.rouse()
    return found


def lose(app: Flask) -> None:
    """Let the queue's entries end in an error, as when the database was gone for too long."""
    table = "dbos.workflow_status" if "postgres" in app.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    alter(app, f"UPDATE {table} SET status = 'ERROR'")


def overdue(app: Flask) -> None:
    """Let an hour pass."""
    alter(app, "UPDATE deliveries SET next_try_at = '2020-01-01 00:00:00' WHERE next_try_at IS NOT NULL")


def test_delivery_that_the_queue_lost_is_roused(sent: Flask) -> None:
    overdue(sent)
    assert rouse(sent) == 0, "what still waits in the queue is only late"
    lose(sent)
    assert rouse(sent) == 2
    assert queued(sent)[workflow_id(kyc(sent).id, 1)] == "ENQUEUED"
    assert rouse(sent) == 0
    assert set(deliver(sent).values()) == {"delivered"}


def test_delivery_of_the_release_before_is_roused(sent: Flask) -> None:
    """Its code knows no next try, and enqueues what this one does not run."""
    lose(sent)
    alter(sent, "UPDATE deliveries SET next_try_at = NULL, waiting_since = NULL, run = 0")
    assert rouse(sent) == 2
    assert set(deliver(sent).values()) == {"delivered"}


def test_look_that_the_queue_lost_is_roused(sent: Flask) -> None:
    deliver(sent)
    overdue(sent)
    lose(sent)
    assert rouse(sent) == 2
    assert advance(sent, "kyc") == {"kyc": "delivered"}
    assert kyc(sent).looks == 1


def test_what_ended_long_ago_is_forgotten_by_the_queue(sent: Flask) -> None:
    table = "dbos.workflow_status" if "postgres" in sent.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    alter(sent, f"UPDATE {table} SET status = 'SUCCESS', completed_at = 1000 WHERE name = 'advance'")
    record(sent, broken("OSError"), run=0)
    with sent.app_context():
        assert sent.extensions["alta"].queue.forget_ended(utc_now() - timedelta(days=1)) == 2
    assert list(queued(sent).values()) == ["DELAYED"]
    assert count(sent, "deliveries") == 2


def test_integration_whose_upstreams_are_gone_is_an_operators_matter(sent: Flask) -> None:
    """Its people's data goes nowhere else."""
    alter(sent, "UPDATE applications SET integration = 'gone'")
    assert deliver(sent) == {"personal_informations": "failed", "kyc": "failed"}
    assert one(sent, "SELECT error FROM deliveries WHERE api = 'kyc'").startswith("NotAllowedError")
    assert count(sent, "personal_informations") == 0
