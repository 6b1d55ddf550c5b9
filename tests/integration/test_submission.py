"""Owns the tests of sending: the frozen snapshot, the deliveries, what both APIs then hold, and asking again."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.onboarding.outcome import broken
from app.store.db import db
from tests.support.deliveries import advance, deliver
from tests.support.journey import ANSWERS, PERSONAL, POSES, Applicant, photo_for, picture
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import alter, count, one, rows

REFERENCE = re.compile(r"AL-[34679CDFGHJKMNPQRTVWXY]{4}-[34679CDFGHJKMNPQRTVWXY]{4}")
NEW_RANGE = {"formatted": "Hasta $ 7", "range": {"lower_bounds": None, "upper_bounds": 700}}


def upstream_id(app: Flask, api: str) -> str:
    """The id of the record that a delivery made."""
    query = "SELECT upstream_id FROM deliveries WHERE api = :api AND state = 'delivered'"
    return str(one(app, query, api=api))


def kyc_answers(app: Flask) -> dict[str, Any]:
    """What the KYC service holds of the one application."""
    with app.app_context():
        return app.extensions["alta"].kyc.answers(upstream_id(app, "kyc"))


def sent(app: Flask, country: str = "AR", **changes: Any) -> Applicant:
    """A person who has sent their application."""
    applicant = hasten(Applicant(app), country, **changes)
    assert applicant.submit().path == "/apply/status"
    return applicant


def ask_other_ranges(app: Flask) -> None:
    """Have the KYC check offer other income ranges than those of before."""
    context = json.dumps({"income_ranges": [NEW_RANGE]})
    assert alter(app, "UPDATE kyc_checks SET context = :context WHERE context IS NOT NULL", context=context)


def test_submitting_shows_received_with_a_reference(app: Flask) -> None:
    """One without letters that look alike; what happens next; the phone is not shown whole."""
    page = sent(app).page
    assert "We received your application" in page.html
    reference = REFERENCE.search(page.html)
    assert reference is not None
    assert reference[0] == one(app, "SELECT reference FROM applications")
    assert "What happens next" in page.html
    assert "2345-6789" not in page.html


def test_submission_is_a_snapshot_with_a_delivery_for_each_api_in_the_queue(app: Flask) -> None:
    """Encrypted, and decrypted only for its own row."""
    applicant = sent(app)
    ((number, snapshot),) = rows(app, "SELECT number, snapshot FROM submissions")
    assert number == 1
    for plain in (b"Juana", b"20123456786", b"Rosario", b"5491123456789"):
        assert plain not in bytes(snapshot)
    found = rows(app, "SELECT api, state, attempts, idempotency_key FROM deliveries ORDER BY api")
    assert [(row.api, row.state, row.attempts) for row in found] == [
        ("kyc", "waiting", 0),
        ("personal_informations", "waiting", 0),
    ]
    assert len({row.idempotency_key for row in found}) == 2
    queue = "dbos.workflow_status" if "postgres" in app.config["SQLALCHEMY_DATABASE_URI"] else "workflow_status"
    queued = {row[0] for row in rows(app, f"SELECT workflow_uuid FROM {queue} WHERE name = 'advance'")}
    assert queued == {f"{row.id}:0" for row in rows(app, "SELECT id FROM deliveries")}
    applicant.submit()
    assert rows(app, "SELECT number, snapshot FROM submissions") == [(number, snapshot)]


def test_snapshot_never_changes_afterwards(app: Flask) -> None:
    """Neither by posts that come late nor by a second submission after a step was asked again."""
    applicant = sent(app)
    before = rows(app, "SELECT id, snapshot FROM submissions")
    secrets = secrets_of(applicant.get("/apply/start"))
    for step in ("personal", "phone"):
        applicant.send({**secrets, **ANSWERS["AR"][step], "first_name": "Late"}, path=f"/apply/{step}")
    ask_other_ranges(app)
    deliver(app)
    applicant.get("/apply/income")
    applicant.send({"total_income_range": "-700"})
    applicant.submit()
    assert rows(app, "SELECT id, snapshot FROM submissions WHERE number = 1") == before


def test_clients_that_submit_at_once_make_one_submission(app: Flask) -> None:
    """Two tabs and a double click in each: all end at status."""
    applicant = hasten(Applicant(app))
    data = {**applicant.page.fields, "declaration": "1"}
    gate, answers = threading.Barrier(4), []

    def click() -> None:
        tab = app.test_client()
        for name in ("alta", "alta_language"):
            tab.set_cookie(name, applicant.browser.get_cookie(name).value)
        gate.wait()
        answers.append(tab.post("/apply/review", data=data))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(each.status_code, each.location) for each in answers} == {(303, "/apply/status")}
    assert (count(app, "submissions"), count(app, "deliveries")) == (1, 2)


@pytest.fixture
def sent_elsewhere(app: Flask) -> Iterator[list[bool]]:
    """Has another tab send the application as soon as a request has loaded it, once; True then stands in the list."""
    with app.app_context():
        engine = db.engine
    happened: list[bool] = []

    def send(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith("SELECT browser_sessions") and happened == []:
            happened.append(True)
            alter(app, "UPDATE applications SET state = 'submitted'")

    happened.append(False)
    event.listen(engine, "after_cursor_execute", send)
    yield happened
    event.remove(engine, "after_cursor_execute", send)


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/apply/personal", PERSONAL),
        ("/apply/personal", {"first_name": "Ana", "save": "1"}),
        ("/apply/document", {"upload": "1", "front_document": picture(7)}),
        ("/apply/document", {"remove": "front_document"}),
    ],
    ids=["answers", "save for later", "photo", "removal"],
)
def test_page_on_its_way_while_another_tab_sends_leads_to_the_status_and_changes_nothing(
    app: Flask, sent_elsewhere: list[bool], path: str, changes: dict[str, Any]
) -> None:
    """Not an error of ours."""
    applicant = hasten(Applicant(app))
    tables = ("answers", "photos", "blob_deletions")
    before = [sorted(rows(app, f"SELECT * FROM {table}")) for table in tables]
    secrets = secrets_of(applicant.page)
    sent_elsewhere.clear()
    page = applicant.send({**secrets, **changes}, path=path, follow=False)
    assert sent_elsewhere == [True]
    assert (page.status, page.path) == (303, "/apply/status")
    assert [sorted(rows(app, f"SELECT * FROM {table}")) for table in tables] == before


def test_delivering_twice_makes_one_record(app: Flask) -> None:
    """As after a worker was killed between the API's answer and its own note of it."""
    sent(app)
    assert set(deliver(app).values()) == {"delivered"}
    first = upstream_id(app, "personal_informations"), kyc_answers(app)
    alter(app, "UPDATE deliveries SET state = 'waiting', upstream_id = NULL")
    assert set(deliver(app).values()) == {"delivered"}
    assert (upstream_id(app, "personal_informations"), kyc_answers(app)) == first
    assert (count(app, "personal_informations"), count(app, "kyc_requests")) == (1, 1)
    assert count(app, "kyc_storage_objects") == 5
    assert deliver(app) == {}


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_both_services_hold_exactly_what_was_given(app: Flask, country: str) -> None:
    """Every field, in each API's own form, and the very bytes of the pictures."""
    sent(app, country)
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "delivered"}
    services = app.extensions["alta"]
    with app.app_context():
        record = services.personal_informations.get(int(upstream_id(app, "personal_informations")))
        slots = ("front_document", "back_document", "dni_selfie")
        pictures = [services.personal_informations.picture(record.id, slot) for slot in slots]
    given = ANSWERS[country]
    person = given["personal"]
    nationality = {"AR": "Argentine", "BR": "Brasileiro"}[country]
    assert (record.first_name, record.last_name) == (person["first_name"], person["last_name"])
    assert (record.gender, record.marital_status) == (person["gender"], "single")
    assert (record.nationality, record.politically_exposed) == (nationality, False)
    assert record.birthday.isoformat() == "1990-08-10"
    numbers = {"AR": ("cuil", "20123456786"), "BR": ("cpf", "52998224725")}
    assert (record.document_type, record.document_number) == numbers[country]
    kept = dict(tuple(row) for row in rows(app, "SELECT slot, sha256 FROM photos"))
    assert [hashlib.sha256(each).hexdigest() for each in pictures] == [kept[slot] for slot in slots]
    held = kyc_answers(app)
    assert held["birthdate"] == "1990-08-10"
    assert held["phone_number"] == {"AR": "+5491123456789", "BR": "21971697123"}[country]
    code = {"AR": "S2000ABC", "BR": "22220030"}[country]
    name = {"AR": "Argentina", "BR": "Brasil"}[country]
    expected = {"neighborhood": "", **given["address"], "postal_code": code, "country": name}
    assert held["address"] == expected
    assert held["document_photo"]["type"] == {"AR": "DNI", "BR": "CNH"}[country]
    urls = [held["document_photo"]["front"], held["document_photo"]["back"], *held["document_selfies"]]
    wanted = [kept[slot] for slot in ("front_document", "back_document", "selfie_1", "selfie_2", "selfie_3")]
    assert [stored_hash(app, url) for url in urls] == wanted
    chosen = {"AR": [100000001, 200000000], "BR": None}[country]
    bounds = held["total_income_range"]
    assert chosen is None or [bounds["lower_bounds"], bounds["upper_bounds"]] == chosen


def stored_hash(app: Flask, url: str) -> str:
    """The hash of the bytes that the KYC storage gives for a URL."""
    with app.app_context():
        content, _type = app.extensions["alta"].storage.fetch(url.rpartition("/")[2], owner_id=None)
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_passports_one_page_is_sent_as_both(app: Flask, country: str) -> None:
    """To both APIs; nobody is asked for a back that there is not."""
    passport = {"document_type": "passport", "document_number": "AB1234567"}
    kind = {"document_kind": "PASSPORT"} if country == "BR" else {}
    page = {"back_document": None, **kind}
    sent(app, country, answers={"identity": passport, "document": page})
    assert set(deliver(app).values()) == {"delivered"}
    held = kyc_answers(app)["document_photo"]
    assert held["type"] == "PASSPORT"
    assert held["front"] == held["back"]
    services = app.extensions["alta"]
    with app.app_context():
        record = services.personal_informations.get(int(upstream_id(app, "personal_informations")))
        front, back = (
            services.personal_informations.picture(record.id, f"{side}_document") for side in ("front", "back")
        )
    assert (record.document_type, record.document_number) == ("passport", "AB1234567")
    assert front == back
    assert hashlib.sha256(front).hexdigest() == stored_hash(app, held["front"])


@pytest.mark.parametrize(("country", "typed"), [("AR", "sin numero"), ("BR", "S/Nº")])
def test_address_without_number_arrives_as_s_n(make_app: Callable[..., Flask], country: str, typed: str) -> None:
    """However it was written."""
    app = make_app()
    sent(app, country, answers={"address": {"street_number": typed}})
    assert set(deliver(app).values()) == {"delivered"}
    assert kyc_answers(app)["address"]["street_number"] == "S/N"


def test_without_face_selfies_the_one_with_the_document_is_sent(make_app: Callable[..., Flask]) -> None:
    """The setting asks for none."""
    app = make_app(selfies="0")
    applicant = hasten(Applicant(app), "AR", until="selfies")
    assert 'name="selfie_1"' not in applicant.page.html
    assert applicant.send({"dni_selfie": photo_for("dni_selfie")}).path == "/apply/review"
    applicant.submit()
    assert set(deliver(app).values()) == {"delivered"}
    (url,) = kyc_answers(app)["document_selfies"]
    assert stored_hash(app, url) == one(app, "SELECT sha256 FROM photos WHERE slot = 'dni_selfie'")


def test_exposed_person_is_recorded_as_such(make_app: Callable[..., Flask]) -> None:
    """With the details in the snapshot, and the hash of the list that was shown."""
    app = make_app()
    details = {
        "politically_exposed": "true",
        "exposure_relation": "relative",
        "exposure_post": "Mayor",
        "exposure_body": "Town hall",
        "exposure_since-month": "3",
        "exposure_since-year": "2019",
    }
    sent(app, "BR", answers={"exposure": details})
    deliver(app)
    services = app.extensions["alta"]
    with app.app_context():
        assert services.personal_informations.get(int(upstream_id(app, "personal_informations"))).politically_exposed
        exposure = services.deliveries.parcels.load(
            one(app, "SELECT id FROM deliveries WHERE api = 'kyc'")
        ).application.exposure
        shown = services.notices.get("pep-br", "en").text_hash
    assert (exposure.relation, exposure.post, exposure.body) == ("relative", "Mayor", "Town hall")
    assert (exposure.since, exposure.until, exposure.text_hash) == ("2019-03", None, shown)


def test_income_ranges_that_changed_before_submit_lead_back_to_income(app: Flask) -> None:
    """With the reason beside the new ranges; then it is sent."""
    applicant = hasten(Applicant(app))
    ask_other_ranges(app)
    page = applicant.submit()
    assert page.path == "/apply/income"
    assert faults(page) == {"total_income_range": "Choose your income range"}
    assert page.choices["total_income_range"] == ["-700"]
    assert applicant.send({"total_income_range": "-700"}).path == "/apply/review"
    assert applicant.submit().path == "/apply/status"
    assert set(deliver(app).values()) == {"delivered"}
    assert kyc_answers(app)["total_income_range"] == {"lower_bounds": None, "upper_bounds": 700}


def test_income_range_that_changed_after_submit_reopens_only_its_step(app: Flask) -> None:
    """The status page says what is asked and why; it is answered, sent again, and only the KYC API gets it."""
    applicant = sent(app)
    ask_other_ranges(app)
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "reopened"}
    page = applicant.get("/apply/status")
    assert "The income ranges have changed since you chose: choose again." in page.html
    assert "/apply/income" in page.links
    assert applicant.get("/apply/personal").path == "/apply/income"
    assert "The income ranges have changed" in applicant.page.html
    assert applicant.page.choices["total_income_range"] == ["-700"]
    assert applicant.send({"total_income_range": "-700"}).path == "/apply/review"
    assert "Juana" not in applicant.page.html
    assert applicant.submit().path == "/apply/status"
    apis = "SELECT api FROM deliveries JOIN submissions s ON s.id = submission_id WHERE s.number = 2"
    assert [row.api for row in rows(app, apis)] == ["kyc"]
    assert deliver(app, 2) == {"kyc": "delivered"}
    assert (count(app, "personal_informations"), count(app, "kyc_requests")) == (1, 1)
    assert kyc_answers(app)["total_income_range"]["upper_bounds"] == 700


def without_income(app: Flask) -> Applicant:
    """An applicant up to review whose KYC request did not want the income range."""
    applicant = hasten(Applicant(app), until="income")
    checks = json.loads(one(app, "SELECT checks FROM applications"))
    checks["requested"].remove("total_income_range")
    alter(app, "UPDATE applications SET checks = :checks", checks=json.dumps(checks))
    alter(app, "UPDATE kyc_checks SET status = 'answered' WHERE field_type = 'total_income_range'")
    applicant.get("/apply/document")
    applicant.send({"front_document": picture(1), "back_document": picture(2)})
    applicant.send({slot: photo_for(slot, 2) for slot in POSES})
    assert applicant.page.path == "/apply/review"
    return applicant


def test_check_that_is_wanted_only_since_submission_opens_its_step(app: Flask) -> None:
    """It was never asked, as the request did not want it; now it does, and the person can answer it."""
    applicant = without_income(app)
    assert applicant.submit().path == "/apply/status"
    alter(app, "UPDATE kyc_checks SET status = 'requested' WHERE field_type = 'total_income_range'")
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "reopened"}
    assert "/apply/income" in applicant.get("/apply/status").links
    page = applicant.get("/apply/income")
    assert page.path == "/apply/income"
    applicant.send({"total_income_range": page.choices["total_income_range"][0]})
    assert applicant.submit().path == "/apply/status"
    assert deliver(app, 2) == {"kyc": "delivered"}


def test_check_that_is_wanted_since_the_review_is_asked_at_submit(app: Flask) -> None:
    """Nothing is sent that would only come back."""
    applicant = without_income(app)
    alter(app, "UPDATE kyc_checks SET status = 'requested' WHERE field_type = 'total_income_range'")
    assert applicant.submit().path == "/apply/income"
    assert count(app, "submissions") == 0


def test_check_that_was_answered_meanwhile_is_left_as_it_is(app: Flask) -> None:
    """The rest is given, and nothing fails."""
    sent(app)
    alter(app, "UPDATE kyc_checks SET status = 'answered' WHERE field_type = 'birthdate'")
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "delivered"}
    assert {row.status for row in rows(app, "SELECT status FROM kyc_checks")} == {"answered"}


def test_start_page_keeps_a_reopened_application(app: Flask) -> None:
    """Its button says to save and continue: no other application takes its place."""
    applicant = sent(app)
    ask_other_ranges(app)
    deliver(app)
    applicant.get("/apply/start")
    applicant.send({"privacy": "1", "biometric": "1"})
    assert count(app, "applications") == 1
    assert applicant.page.path == "/apply/income"


def test_operator_sees_an_applications_deliveries(app: Flask) -> None:
    """By its reference, however it is typed, without personal data."""
    applicant = sent(app)
    deliver(app)
    reference = REFERENCE.search(applicant.page.html)[0]
    shown = app.test_cli_runner().invoke(args=["applications", "show", reference.lower().replace("-", " ")])
    found = json.loads(shown.output)
    assert {each["api"]: each["state"] for each in found["deliveries"]} == {
        "kyc": "delivered",
        "personal_informations": "delivered",
    }
    assert "Juana" not in shown.output


def test_delivery_that_is_given_up_is_left_to_an_operator(app: Flask) -> None:
    """What was delivered stays delivered; the rest is marked, with the kind of the last fault."""
    sent(app)
    assert advance(app, "personal_informations") == {"personal_informations": "delivered"}
    alter(app, "UPDATE deliveries SET waiting_since = '2020-01-01 00:00:00' WHERE api = 'kyc'")
    with app.app_context():
        delivery_id = one(app, "SELECT id FROM deliveries WHERE api = 'kyc'")
        app.extensions["alta"].deliveries.ledger.record(delivery_id, 0, broken("OSError").to_json())
    found = {row.api: (row.state, row.error) for row in rows(app, "SELECT api, state, error FROM deliveries")}
    assert found == {"personal_informations": ("delivered", None), "kyc": ("failed", "OSError")}
