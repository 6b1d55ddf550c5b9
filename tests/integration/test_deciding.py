"""Deciding: what each decision does to the application, its deliveries and both APIs, and which case allows which."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.onboarding.deciding.errors import (
    CaseChangedError,
    MayNotError,
    NoSuchCaseError,
    OvertakenError,
    UnknownReasonError,
    Why,
)
from app.onboarding.funnel.waiting import Asked
from app.store.db import db, read, write
from tests.support.deciding import Desk, application_id, deliver_again, to_review
from tests.support.deliveries import advance
from tests.support.journey import Applicant, photo_for
from tests.support.quick import faults
from tests.support.rows import alter, one, rows
from tests.support.staff import make_member

LETTER_NOT_NEEDED = "We will tell you the outcome here."


@pytest.fixture
def ana(app: Flask) -> Desk:
    """A reviewer at work on a case that is ready."""
    to_review(app)
    return Desk(app, make_member(app, "reviewer", name="Ana"))


@pytest.fixture
def bruno(app: Flask, ana: Desk) -> Desk:
    """Another one on the same case."""
    return Desk(app, make_member(app, "reviewer", name="Bruno"))


@pytest.fixture
def four_eyes(ana: Desk, bruno: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting, on the application that all of these tests share."""
    monkeypatch.setattr(ana.decisions, "four_eyes", True)


def person_of(app: Flask) -> Applicant:
    """The person whose case it is, in their browser."""
    return to_review(app)


def record_state(app: Flask) -> str:
    """The record's state in the personal informations API."""
    return str(one(app, "SELECT state FROM personal_informations"))


def requested(app: Flask) -> dict[str, str]:
    """The reason of each KYC check that is requested."""
    found = rows(app, "SELECT field_type, reason FROM kyc_checks WHERE status = 'requested'")
    return {row.field_type: row.reason for row in found}


def unfinished(app: Flask) -> dict[tuple[str, str], float]:
    """What the metrics tell: how many deliveries of an API are in a state that is not the end."""
    # Not before there is an application, which says where the library of the metrics is to write.
    from app.onboarding.figures import Figures

    with app.app_context():
        series = list(Figures(app.extensions["alta"].slots).collect())
    (counted,) = [each for each in series if each.name == "alta_deliveries"]
    return {(each.labels["api"], each.labels["state"]): each.value for each in counted.samples}


def stage(app: Flask) -> str:
    """Where the application stands for staff."""
    return str(one(app, "SELECT stage FROM applications"))


def deeds(app: Flask) -> list[tuple[str, str]]:
    """What the record says was done to the case, and why."""
    found = rows(app, "SELECT action, reason FROM audit_rows WHERE application_id != '' ORDER BY number")
    return [(row.action, row.reason) for row in found]


def test_approving_is_what_the_api_the_person_and_the_lists_see(app: Flask, ana: Desk) -> None:
    assert ana.approve(note="All clear.") == "final"
    assert record_state(app) == "approved"
    assert stage(app) == "approved"
    assert "Your application was approved." in person_of(app).get("/apply/status").html
    assert deeds(app) == [("case_approved", "in_order")]
    (decided,) = ana.case.history
    assert (decided.kind, decided.who, decided.note) == ("approved", "Ana", "All clear.")
    assert b"All clear" not in bytes(one(app, "SELECT note FROM decisions"))
    assert {row.next_try_at for row in rows(app, "SELECT next_try_at FROM deliveries")} == {None}
    # A look that was under way says nothing any more.
    assert advance(app) == {"personal_informations": "delivered", "kyc": "delivered"}
    assert stage(app) == "approved"


def test_rejecting_tells_the_reasons_sentence_in_the_persons_language(app: Flask, ana: Desk) -> None:
    assert ana.reject("risk", note="On list X.") == "final"
    assert (record_state(app), stage(app)) == ("rejected", "rejected")
    person = person_of(app)
    for language, sentence in (
        ("en", "After checking your data we cannot open an account for you."),
        ("es", "Después de revisar tus datos no podemos abrirte una cuenta."),
        ("pt_BR", "Depois de analisar os seus dados, não podemos abrir uma conta para você."),
    ):
        person.browser.set_cookie("alta_language", language)
        assert sentence in person.get("/apply/status").html
    assert "list X" not in person.page.html
    assert deeds(app) == [("case_rejected", "risk")]


def test_sentence_that_was_written_for_the_person_is_told_instead(app: Flask, ana: Desk) -> None:
    ana.reject(sentence="Your card <expired> in May.")
    page = person_of(app).get("/apply/status").html
    assert "Your card &lt;expired&gt; in May." in page
    assert "differs from what your document says" not in page


def test_only_what_is_ticked_is_asked_again_and_comes_back_to_the_same_reviewer(app: Flask, ana: Desk) -> None:
    """One of two photos and one step; the rest is closed, and only this is sent."""
    asked = {"back_document": "document_glare", "identity": "identity_mismatch"}
    assert ana.ask(asked) == "final"
    assert (record_state(app), stage(app)) == ("pending", "asked_again")
    assert requested(app) == {"document_photo": "document_glare"}
    assert one(app, "SELECT status FROM kyc_requests") == "requested"
    assert unfinished(app) == {("kyc", "reopened"): 1, ("personal_informations", "reopened"): 1}
    assert one(app, "SELECT assigned_to FROM applications") == ana.who.id
    assert one(app, "SELECT flags FROM listings").split() == ["asked_again"]
    assert deeds(app) == [("case_asked_again", "back_document: document_glare, identity: identity_mismatch")]

    services = app.extensions["alta"]
    with app.test_request_context("/"), read() as connection:
        tasks = services.handoffs.tasks(services.drafts.load_by_id(connection, application_id(app)))
    assert [task.slot for task in tasks if not task.is_done] == ["back_document"], "nor would a phone be asked for more"

    person = person_of(app)
    page = person.get("/apply/status")
    assert "Back side: There was a reflection on your document." in page.html
    assert "The number differs from the one on your document." in page.html
    assert person.get("/apply/personal").path == "/apply/identity"
    person.send({"document_type": "cuil", "document_number": "27-12345678-0"})
    assert person.page.path == "/apply/document"
    # The photo that was sent does not serve again; the other one does.
    assert faults(person.send({})) == {
        "back_document": "There was a reflection on your document. Take the photo again,"
        " away from direct light and without flash."
    }
    front = one(app, "SELECT id FROM photos WHERE slot = 'front_document'")
    new = {"back_document": photo_for("back_document", 9)}
    assert person.send(new).path == "/apply/review", faults(person.page)
    assert "Juana" not in person.page.html
    assert person.submit().path == "/apply/status"
    assert stage(app) == "delivering"
    assert deliver_again(app) == {"personal_informations": "delivered", "kyc": "delivered"}

    assert (record_state(app), stage(app), requested(app)) == ("checking", "to_review", {})
    assert unfinished(app) == {}
    assert one(app, "SELECT count(*) FROM personal_informations") == 1
    assert one(app, "SELECT id FROM photos WHERE slot = 'front_document'") == front
    assert one(app, "SELECT assigned_to FROM applications") == ana.who.id
    with app.app_context():
        own = app.extensions["alta"].personal_informations
        record = own.get(one(app, "SELECT id FROM personal_informations"))
        assert record.document_number == "27123456780"
    assert ana.approve() == "final"
    assert record_state(app) == "approved"
    assert person.get("/apply/status").html.count("Your application was approved.") == 1


def test_delivery_that_failed_and_was_replaced_is_told_of_no_more(app: Flask, ana: Desk) -> None:
    """Neither by the metrics, nor to supervisors, nor to the operator."""
    ana.ask({"phone": "phone_unreachable"})
    person = person_of(app)
    person.answer("phone")
    assert person.submit().path == "/apply/status"
    deliver_again(app)
    first = "(SELECT id FROM submissions WHERE number = 1)"
    alter(app, f"UPDATE deliveries SET state = 'failed', error = 'gone' WHERE submission_id IN {first}")
    supervisor = make_member(app, "supervisor")
    with app.app_context():
        assert app.extensions["alta"].waiting.failing(supervisor, Asked()) == []
    assert unfinished(app) == {}
    assert app.test_cli_runner().invoke(args=["deliveries", "list"]).output == ""
    alter(app, f"UPDATE deliveries SET state = 'failed', error = 'gone' WHERE submission_id NOT IN {first}")
    with app.app_context():
        assert len(app.extensions["alta"].waiting.failing(supervisor, Asked())) == 2


def test_asking_for_what_no_check_wants_leaves_the_kyc_request_alone(app: Flask, ana: Desk) -> None:
    ana.ask({"exposure": "exposure_incomplete"})
    assert (record_state(app), requested(app)) == ("pending", {})
    person = person_of(app)
    person.get("/apply/status")
    page = person.get("/apply/exposure")
    person.send({"politically_exposed": "false"})
    assert page.status == 200
    assert person.submit().path == "/apply/status"
    assert deliver_again(app) == {"personal_informations": "delivered"}
    assert (record_state(app), stage(app)) == ("checking", "to_review")


@pytest.mark.parametrize(
    ("more", "answered"),
    [({"income": "income_outdated"}, {"phone": True, "income": False}), ({"phone": "asked_again"}, {"phone": False})],
)
def test_what_is_asked_while_an_answer_is_on_its_way_is_not_lost(
    app: Flask, ana: Desk, bruno: Desk, more: dict[str, str], answered: dict[str, bool]
) -> None:
    """Nor does that answer count for what it did not answer."""
    ana.ask({"phone": "phone_unreachable"})
    person = person_of(app)
    person.get("/apply/phone")
    happened: list[str] = []

    def ask_more(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith("SELECT browser_sessions") and not happened:
            happened.append(statement)
            with ThreadPoolExecutor() as pool:
                pool.submit(bruno.ask, more).result()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", ask_more)
    person.send({"phone_country": "AR", "phone_number": "011 15-2345-6789"})
    event.remove(engine, "after_cursor_execute", ask_more)
    asked = json.loads(one(app, "SELECT reopened FROM applications"))
    assert {step: each["answered"] for step, each in asked.items()} == answered
    assert one(app, "SELECT assigned_to FROM applications") == bruno.who.id


def test_case_that_was_asked_again_may_be_rejected_but_not_approved(app: Flask, ana: Desk) -> None:
    ana.ask({"front_document": "document_suspicious"})
    person = person_of(app)
    person.get("/apply/document")
    assert (ana.options.approve, ana.options.reject, ana.options.ask) == (Why.WITH_THE_PERSON, None, None)
    ana.reject("no_answer")
    assert (record_state(app), stage(app)) == ("rejected", "rejected")
    assert one(app, "SELECT reopened FROM applications") == "{}"
    assert person.send({"front_document": photo_for("front_document", 8)}).path == "/apply/status"
    assert "We did not receive in time" in person.page.html
    assert None not in (ana.options.approve, ana.options.reject, ana.options.ask)


def test_second_of_two_reviewers_is_told_what_the_first_decided(app: Flask, ana: Desk, bruno: Desk) -> None:
    seen = bruno.case.seen
    ana.reject("other_person")
    for decide in (bruno.approve, bruno.reject, lambda seen: bruno.ask({"phone": "asked_again"}, seen=seen)):
        with pytest.raises(OvertakenError) as caught:
            decide(seen=seen)
        told = caught.value.decided
        assert (told.kind, told.who, told.reason) == ("rejected", "Ana", "other_person")
    assert (record_state(app), len(ana.case.history)) == ("rejected", 1)
    with pytest.raises(MayNotError, match="decided"):
        bruno.approve()


def test_case_that_changed_otherwise_since_it_was_shown_is_not_decided_on(app: Flask, ana: Desk) -> None:
    """The KYC API wants something again, or a command has moved the record on."""
    seen = ana.case.seen
    app.test_cli_runner().invoke(
        args=["kyc", "ask-again", one(app, "SELECT reference FROM applications"), "address", "x"]
    )
    with pytest.raises(CaseChangedError):
        ana.approve(seen=seen)
    assert ana.options.approve is Why.WITH_THE_PERSON, "though the worker has not looked yet"
    seen = ana.case.seen
    advance(app, "kyc")
    with pytest.raises(CaseChangedError):
        ana.approve(seen=seen)
    assert record_state(app) == "checking"


def test_record_that_a_command_decided_is_decided(app: Flask, ana: Desk) -> None:
    record_id = one(app, "SELECT id FROM personal_informations")
    app.test_cli_runner().invoke(args=["records", "decide", str(record_id), "rejected"])
    with pytest.raises(MayNotError, match="decided"):
        ana.approve()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE deliveries SET state = 'waiting' WHERE api = 'kyc'", Why.ON_ITS_WAY),
        ("UPDATE deliveries SET state = 'failed' WHERE api = 'kyc'", Why.NOT_DELIVERED),
        ("UPDATE deliveries SET state = 'cancelled' WHERE api = 'kyc'", Why.NOT_DELIVERED),
        ("UPDATE deliveries SET upstream_id = NULL, delivered_at = NULL", Why.NOT_DELIVERED),
        ("UPDATE applications SET state = 'draft'", Why.NOT_SENT),
        ("UPDATE applications SET state = 'purging'", Why.NOT_SENT),
    ],
)
def test_only_what_both_apis_have_whole_is_decided_on(app: Flask, ana: Desk, change: str, why: Why) -> None:
    alter(app, change)
    for decide in (ana.approve, ana.reject, lambda: ana.ask({"phone": "asked_again"})):
        with pytest.raises(MayNotError) as caught:
            decide()
        assert caught.value.why is why
    assert record_state(app) == "checking"
    assert rows(app, "SELECT id FROM decisions") == []


def test_who_gave_any_answer_does_not_approve(app: Flask, ana: Desk, bruno: Desk) -> None:
    alter(app, "UPDATE answers SET given_by = :id WHERE name = 'photo:selfie_1'", id=ana.who.id)
    with pytest.raises(MayNotError, match="assisted"):
        ana.approve()
    assert (ana.options.reject, ana.options.ask) == (None, None)
    # What the person has typed anew since does not undo that somebody helped.
    alter(app, "UPDATE answers SET given_by = ''")
    with app.app_context(), write() as connection:
        audit, begun = app.extensions["alta"].staff.audit, SimpleNamespace(value="assistance_begun")
        audit.record(connection, who=ana.who, action=begun, application_id=application_id(app))
    assert ana.options.approve is Why.ASSISTED
    assert bruno.approve() == "final"


def test_agent_decides_nothing_and_who_sees_another_integration_sees_no_case(app: Flask, ana: Desk) -> None:
    agent = Desk(app, make_member(app, "agent"))
    with pytest.raises(MayNotError, match="role"):
        agent.approve()
    assert agent.options.ask is Why.ROLE
    stranger = Desk(app, make_member(app, "reviewer", integrations=["other"]))
    with pytest.raises(NoSuchCaseError):
        stranger.approve(seen=ana.case.seen)
    assert record_state(app) == "checking"


@pytest.mark.parametrize(
    "asked", [{}, {"shoes": "asked_again"}, {"phone": "selfie_dark"}, {"document": "document_glare"}]
)
def test_only_what_is_offered_can_be_asked(app: Flask, ana: Desk, asked: dict[str, str]) -> None:
    with pytest.raises(UnknownReasonError):
        ana.ask(asked)
    with pytest.raises(UnknownReasonError):
        ana.reject("moon_phase")
    assert stage(app) == "to_review"


def test_whole_case_is_offered_to_be_asked_again(app: Flask, ana: Desk) -> None:
    with app.app_context():
        items = ana.decisions.items(ana.case, language="en")
    names = ["personal", "identity", "exposure", "address", "phone", "income"]
    photos = ["front_document", "back_document", "selfie_1", "selfie_2", "selfie_3", "dni_selfie"]
    assert [item.name for item in items] == names + photos
    assert all(item.reasons[-1] == "asked_again" and len(item.reasons) > 1 for item in items)
    assert {item.photo is not None for item in items if item.name in photos} == {True}
