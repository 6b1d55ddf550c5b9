"""Where applications stand for staff: the stage, their place in the lists, and the counters, kept in step."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from flask import Flask

from app.apis.errors import RejectedError
from app.onboarding.outcome import Outcome, delivered, rejected
from app.onboarding.stages import Flag
from app.store.db import write
from tests.support import databases
from tests.support.deliveries import rows as deliveries
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import alter, count, one, rows

REFUSED = rejected(RejectedError({"what nobody asked": ("is wrong",)}))


def stage(app: Flask) -> str:
    """The only application's stage, which its row and its listing agree on."""
    ((known, listed),) = rows(
        app, "SELECT a.stage, l.stage FROM applications a JOIN listings l ON l.application_id = a.id"
    )
    assert known == listed
    return str(known)


def counted(app: Flask) -> dict[str, int]:
    """How many applications the counters tell of each stage; those of none left out."""
    found = rows(app, "SELECT stage, sum(number) FROM listing_counts GROUP BY stage")
    return {name: int(number) for name, number in found if number}


def days(app: Flask) -> tuple[int, int, int]:
    """Started, finished of those, finished on the day; of all days."""
    ((*numbers,),) = rows(app, "SELECT sum(started), sum(of_these_finished), sum(finished) FROM listing_days")
    return tuple(map(int, numbers))  # type: ignore[return-value]


def record(app: Flask, api: str, outcome: Outcome) -> None:
    """Write down what came of the newest delivery to one API."""
    row = [each for each in deliveries(app) if each.api == api][-1]
    with app.app_context():
        app.extensions["alta"].deliveries.ledger.record(row.id, row.run, outcome.to_json())


def sent(app: Flask) -> Applicant:
    """A person who has sent everything."""
    person = hasten(Applicant(app))
    assert person.submit().path == "/apply/status"
    return person


def test_begun_application_is_in_progress_and_counted_once(app: Flask) -> None:
    person = Applicant(app)
    person.start("AR")
    person.answer("personal")
    assert stage(app) == "in_progress"
    assert counted(app) == {"in_progress": 1}
    assert days(app) == (1, 0, 0)


def test_changed_country_moves_the_count_with_it(app: Flask) -> None:
    person = Applicant(app)
    person.start("AR")
    person.start("BR")
    ((country, number),) = rows(
        app, "SELECT country, sum(number) FROM listing_counts GROUP BY country HAVING sum(number) <> 0"
    )
    assert (country, number) == ("BR", 1)


def test_sent_application_is_delivering_then_to_review_then_approved(app: Flask) -> None:
    sent(app)
    assert stage(app) == "delivering"
    assert days(app) == (1, 1, 1)
    record(app, "kyc", delivered("x", "answered"))
    assert stage(app) == "delivering"
    record(app, "personal_informations", delivered("1", "checking"))
    assert stage(app) == "to_review"
    record(app, "personal_informations", delivered("1", "approved"))
    assert stage(app) == "approved"
    assert counted(app) == {"approved": 1}
    assert days(app) == (1, 1, 1)


def test_failed_delivery_is_not_delivered_until_it_is_tried_again(app: Flask) -> None:
    sent(app)
    record(app, "kyc", REFUSED)
    assert stage(app) == "not_delivered"
    with app.app_context():
        app.extensions["alta"].deliveries.retry(next(row.id for row in deliveries(app) if row.api == "kyc"))
    assert stage(app) == "delivering"
    with app.app_context():
        app.extensions["alta"].deliveries.cancel(next(row.id for row in deliveries(app) if row.api == "kyc"))
    assert stage(app) == "not_delivered"


def test_asked_again_and_sent_again_counts_as_finished_once(app: Flask) -> None:
    person = sent(app)
    record(app, "kyc", Outcome(state="reopened", reopen={"phone": "refused"}))
    assert stage(app) == "asked_again"
    person.get("/apply/phone")
    person.answer("phone")
    assert person.submit().path == "/apply/status"
    assert stage(app) == "delivering"
    assert days(app) == (1, 1, 1)
    assert counted(app) == {"delivering": 1}


def test_decision_of_staff_is_the_stage(app: Flask) -> None:
    sent(app)
    alter(app, "UPDATE applications SET decision = 'rejected'")
    application_id = one(app, "SELECT id FROM applications")
    with app.app_context(), write() as connection:
        assert app.extensions["alta"].stages.refresh(connection, application_id) == "rejected"
    assert counted(app) == {"rejected": 1}


def test_purged_draft_leaves_lists_and_counters_and_stays_a_start(app: Flask) -> None:
    person = Applicant(app)
    person.start("AR")
    alter(
        app,
        "UPDATE applications SET touched_at = :at",
        at=(datetime.now(UTC) - timedelta(days=99)).replace(tzinfo=None),
    )
    with app.app_context():
        assert app.extensions["alta"].purge.run() == 1
    assert count(app, "listings") == 0
    assert counted(app) == {}
    assert days(app) == (1, 0, 0)


def test_refresh_moves_since_with_the_stage_only(app: Flask) -> None:
    sent(app)
    application_id = one(app, "SELECT id FROM applications")
    before = one(app, "SELECT since FROM listings")
    with app.app_context(), write() as connection:
        app.extensions["alta"].stages.refresh(connection, application_id)
    assert one(app, "SELECT since FROM listings") == before


def test_flags_follow_the_application(app: Flask) -> None:
    sent(app)
    application_id = one(app, "SELECT id FROM applications")
    stages = app.extensions["alta"].stages
    with app.app_context(), write() as connection:
        stages.set_flags(connection, application_id, {Flag.DUPLICATE: True, Flag.EXPOSED: True})
        stages.set_flags(connection, application_id, {Flag.EXPOSED: False})
    record(app, "kyc", REFUSED)
    ((flag, key),) = rows(app, "SELECT flag, group_key FROM listing_flags")
    assert flag == "duplicate"
    assert key == one(app, "SELECT group_key FROM listings")


def test_refreshing_what_is_not_there_changes_nothing(app: Flask) -> None:
    with app.app_context(), write() as connection:
        assert app.extensions["alta"].stages.refresh(connection, "nobody") is None
        app.extensions["alta"].stages.forget(connection, "nobody")
    assert counted(app) == {}


def test_both_deliveries_arriving_at_once_make_it_ready_to_review(app: Flask) -> None:
    """Whoever comes second sees what the first has written."""
    for _ in range(5):
        databases.empty(app)
        sent(app)
        start = threading.Barrier(2)

        def arrive(api: str, number: str, start: threading.Barrier = start) -> None:
            start.wait()
            record(app, api, delivered(number, "checking"))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(arrive, ("kyc", "personal_informations"), ("x", "1")))
        assert stage(app) == "to_review"
        assert counted(app) == {"to_review": 1}
