"""What becomes of a session after it was sent: its history, what is asked again, the decision, and its erasure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.apis.personal_informations.contract import payload_from
from app.domain.roles import Role
from tests.integration.embed.test_frames import fill
from tests.support.deliveries import advance, at_once, deliver
from tests.support.deliveries import rows as deliveries
from tests.support.embedding import BACK, PREFILL, Framed, Team
from tests.support.rows import count, one, rows
from tests.support.staff import signed_in

EVERYTHING = (
    "answers",
    "applications",
    "browser_sessions",
    "consents",
    "deliveries",
    "photos",
    "photo_marks",
    "document_readings",
    "submissions",
    "upstream_pictures",
    "personal_informations",
    "kyc_requests",
    "kyc_checks",
    "kyc_storage_objects",
    "idempotent_calls",
    "blob_deletions",
)


@pytest.fixture
def team(app: Flask) -> Team:
    """A team whose pages may frame Alta."""
    return Team(app)


def sent(team: Team) -> Framed:
    """A person who has sent the application in a frame."""
    person = fill(Framed(team.app, team.session(country="AR", prefill=PREFILL, external_id="customer-1")))
    assert person.send({"declaration": "1"}).path.endswith("/status")
    return person


def blobs(app: Flask) -> list[str]:
    """Every stored object."""
    store = app.extensions["alta"].blobs
    return [str(path) for path in Path(store.folder).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _no_blobs(app: Flask) -> None:
    """Nothing is left of earlier tests."""
    for path in blobs(app):
        Path(path).unlink()


def test_history_follows_what_happens(team: Team) -> None:
    """Delivered, asked again, sent again, approved: in their order, with ids and states only."""
    person, app = sent(team), team.app
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "delivered"}
    assert team.show(person.session_id)["state"] == "delivered"
    services = app.extensions["alta"]
    with app.app_context():
        services.kyc.ask_again(one(app, "SELECT user_id FROM kyc_requests"), "total_income_range", "income_doubtful")
    advance(app, api="kyc")
    shown = team.show(person.session_id)
    assert shown["state"] == "action_needed"
    asked = [check for check in shown["checks"] if check["status"] == "asked_again"]
    assert asked
    person.get("/status")
    assert person.told["event"] is None
    (step,) = {check["step"] for check in asked}
    person.get(f"/{step}")
    person.send(person.sample(step, "AR"))
    person.get("/review")
    person.send({"declaration": "1"})
    assert team.show(person.session_id)["state"] == "submitted"
    assert deliver(app, 2) == {"kyc": "delivered"}
    record = next(row for row in deliveries(app) if row.api == "personal_informations")
    with app.app_context():
        services.personal_informations.change_state(int(record.upstream_id), "approved")
    advance(app, api="personal_informations")
    shown = team.show(person.session_id)
    assert (shown["state"], shown["decision"]) == ("approved", "approved")
    assert team.history(person.session_id) == [
        "created",
        "started",
        "submitted",
        "delivered",
        "action_needed",
        "submitted",
        "delivered",
        "approved",
    ]
    details = " ".join(row[0] for row in rows(app, "SELECT detail FROM session_events"))
    for word in ("Juana", "12345678", "1990", "customer-1"):
        assert word not in details


def test_way_back_ends_with_its_registration(team: Team) -> None:
    """Whoever takes a return URL back, such as one whose domain was lost, leads nobody there from then on."""
    person = fill(Framed(team.app, team.session(country="AR", return_url=f"{BACK}?customer=1")))
    assert f'href="{BACK}?customer=1&amp;session=' in person.send({"declaration": "1"}).html
    with team.app.app_context():
        team.app.extensions["alta"].embedding.registry.remove_return_url(team.name, BACK)
    assert BACK not in person.get("/status").html


@pytest.mark.parametrize("delivered", [True, False])
def test_erasing_leaves_nothing_anywhere(team: Team, delivered: bool) -> None:
    """No row, no blob, nothing in the embedded APIs; only the session's id with its history."""
    person, app = sent(team), team.app
    if delivered:
        deliver(app)
        assert count(app, "personal_informations") == 1
    assert len(blobs(app)) > 6
    waiting = deliveries(app)
    assert team.call("DELETE", f"/{person.session_id}").status_code == 204
    assert {table: count(app, table) for table in EVERYTHING} == dict.fromkeys(EVERYTHING, 0)
    assert blobs(app) == []
    person.get("/status")
    assert (person.page.status, person.told["event"]["code"]) == (410, "session_expired")
    kinds = [row[0] for row in rows(app, "SELECT kind FROM session_events ORDER BY number")]
    assert kinds[-1] == "session.erased"
    with app.app_context():
        for row in waiting:
            assert app.extensions["alta"].deliveries.advance(row.id, row.run, at_once, at_once) is None


def test_what_a_delivery_wrote_meanwhile_is_erased_by_the_next_purge(team: Team) -> None:
    """A record that was made while the session was erased, by a worker that had begun before."""
    person, app = sent(team), team.app
    services = app.extensions["alta"]
    row = next(row for row in deliveries(app) if row.api == "personal_informations")
    with app.app_context():
        parcel = services.deliveries.parcels.load(row.id)
        document = parcel.application.document
        taken = (document.front, document.back, parcel.application.dni_selfie)
        photos = {photo_id: services.deliveries.parcels.photo(parcel, photo_id) for photo_id in taken}
        information, pictures = payload_from(parcel.application, photos)
        services.embedding.forgetting.erase(team.integration, person.session_id)
        services.personal_informations.create(information, pictures, idempotency_key=row.idempotency_key)
        services.purge.run()
    assert count(app, "personal_informations") == 0


def test_a_draft_is_erased_too(team: Team) -> None:
    """With what was typed, taken and given so far."""
    made = team.session(prefill=PREFILL)
    person = Framed(team.app, made)
    person.begin()
    for step in ("personal", "identity", "exposure", "address", "phone", "income", "document"):
        person.send(person.sample(step, "AR"))
    assert team.call("DELETE", f"/{made['id']}").status_code == 204
    assert {table: count(team.app, table) for table in EVERYTHING} == dict.fromkeys(EVERYTHING, 0)
    assert blobs(team.app) == []


def test_a_team_with_its_own_upstreams_goes_there(make_app: object) -> None:
    """And one without goes to the default ones, although its applications bear its name."""
    app: Flask = make_app()  # type: ignore[operator]
    team = Team(app)
    sent(team)
    assert rows(app, "SELECT integration, default_upstreams FROM applications") == [("bank", 1)]
    assert deliver(app) == {"personal_informations": "delivered", "kyc": "delivered"}


def test_staff_see_what_the_team_gave(team: Team) -> None:
    """Named as the team's as long as it is what the team gave; what the person changed is the person's."""
    person = fill(Framed(team.app, team.session(country="AR", prefill=PREFILL, skip=["phone"])))
    person.get("/personal")
    person.send({"first_name": "Ana"})
    application_id = one(team.app, "SELECT id FROM applications")
    page = signed_in(team.app, Role.REVIEWER).get(f"/staff/cases/{application_id}").text
    rows_ = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    found = {label: [label in row and ">bank<" in row for row in rows_] for label in ("Surnames", "Given names")}
    assert (any(found["Surnames"]), any(found["Given names"])) == (True, False)
