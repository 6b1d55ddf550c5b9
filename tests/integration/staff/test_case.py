"""Owns the tests of a case's page: what it shows to whom, what staff do there, and what the record tells of it."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.apis.errors import RejectedError
from app.onboarding.outcome import Outcome, delivered, rejected
from tests.support.barcodes import card_photo, text
from tests.support.cases import begin, change, listed
from tests.support.deliveries import rows as deliveries
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import alter, count, one, rows
from tests.support.staff import make_member, post, signed_in

REFUSED = rejected(RejectedError({"what nobody asked": ("is wrong",)}))
_PHOTO = re.compile(r'src="(/staff/photos/[^"]+)"')


@pytest.fixture
def reviewer(app: Flask) -> FlaskClient:
    """Somebody who may do everything with a case."""
    return signed_in(app, "reviewer", name="Ana")


def sent(app: Flask) -> Applicant:
    """A person who has sent everything."""
    person = hasten(Applicant(app))
    assert person.submit().path == "/apply/status"
    return person


def only(app: Flask) -> str:
    """The path of the only application's page."""
    return f"/staff/cases/{one(app, 'SELECT id FROM applications')}"


def shown(client: FlaskClient, path: str) -> str:
    """A page's text without tags and repeated space."""
    answer = client.get(path)
    assert answer.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return " ".join(html.unescape(plain).split())


def record(app: Flask, api: str, outcome: Outcome) -> None:
    """Write down what came of the delivery to one API."""
    row = next(each for each in deliveries(app) if each.api == api)
    with app.app_context():
        app.extensions["alta"].deliveries.ledger.record(row.id, row.run, outcome.to_json())


def deeds(app: Flask) -> list[str]:
    """What the record tells, in order."""
    return [
        action for (action,) in rows(app, "SELECT action FROM audit_rows ORDER BY number") if "member" not in action
    ]


def test_everything_about_an_application_is_on_one_page(app: Flask, reviewer: FlaskClient) -> None:
    sent(app)
    record(app, "personal_informations", delivered("1", "checking"))
    record(app, "kyc", REFUSED)
    page = shown(reviewer, only(app))
    for words in (
        "Not delivered",
        "AR · Web",
        "Given names",
        "Applicant",
        "Web ·",
        "Selfie with the document",
        "Sharp",
        "Birth date open",
        "Personal informations 1 try",
        "· checking Delivered",
        "Failed Try again",
        "None with the same document, phone or photo.",
        "Sent",
        "Agreed to the privacy notice",
        "Delivered to Personal informations",
    ):
        assert words in page, (words, page)
    assert "Ana: Looked at an application" in shown(reviewer, only(app))


def test_answers_stand_beside_the_document(app: Flask, reviewer: FlaskClient) -> None:
    person = hasten(Applicant(app), until="document")
    person.answer("document", front_document=card_photo(text(first_name="LUCIA")))
    for (photo,) in rows(app, "SELECT photo_id FROM document_readings"):
        with app.app_context():
            app.extensions["alta"].readings.read_photo(photo)
    page = shown(reviewer, only(app))
    assert "Given names Juana differs Lucia Applicant Surnames Fernández matches" in page, page


def test_foreign_case_is_as_one_that_is_not_there(app: Flask) -> None:
    foreign = begin(app, integration="other")
    own = signed_in(app, "supervisor", integrations=["bank"])
    for path in (f"/staff/cases/{foreign}", "/staff/cases/nothing"):
        assert own.get(path).status_code == own.get(f"{path}/photos").status_code == 404
        assert post(own, f"{path}/notes", text="x").status_code == 404
        assert post(own, f"{path}/assign", to="me").status_code == 404
    assert count(app, "case_notes") == 0
    assert one(app, "SELECT count(*) FROM audit_rows WHERE application_id <> ''") == 0


def test_each_look_at_a_photo_is_recorded_and_never_kept(app: Flask, reviewer: FlaskClient) -> None:
    sent(app)
    sources = _PHOTO.findall(reviewer.get(only(app)).text)
    assert {source.rpartition("/")[2] for source in sources} == {"thumbnail", "portrait"}
    views = deeds(app).count("case_viewed")
    large = _PHOTO.findall(reviewer.get(f"{only(app)}/photos").text)
    assert [source.rpartition("/")[2] for source in large[:2]] == ["portrait", "portrait"]
    assert {source.rpartition("/")[2] for source in large[2:]} == {"stored"}
    assert deeds(app).count("case_viewed") == views + 1
    before = deeds(app).count("photo_viewed")
    for source in (*sources, re.sub("thumbnail|portrait", "stored", sources[0])):
        answer = reviewer.get(source)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
    assert deeds(app).count("photo_viewed") == before + len(sources) + 1
    portrait = next(source for source in sources if source.endswith("portrait"))
    cut = Image.open(io.BytesIO(reviewer.get(portrait).data)).size
    whole = Image.open(io.BytesIO(reviewer.get(portrait.replace("portrait", "stored")).data)).size
    assert cut[0] < whole[0] / 2
    assert reviewer.get(portrait.replace("portrait", "raw")).status_code == 404
    stranger = signed_in(app, "admin", integrations=["bank"])
    assert stranger.get(portrait).status_code == 404


def test_note_is_for_staff_and_message_for_the_applicant_too(app: Flask, reviewer: FlaskClient) -> None:
    person = sent(app)
    path = only(app)
    assert post(reviewer, f"{path}/notes", text=" Odd card.\nCall <her>. ").status_code == 303
    assert post(reviewer, f"{path}/messages", text="We look at it & write today.").status_code == 303
    page = shown(reviewer, path)
    assert "Odd card. Call <her>." in page and "We look at it & write today." in page
    theirs = html.unescape(person.get("/apply/status").html)
    assert "We look at it & write today." in theirs and "Odd card" not in theirs
    sealed = [bytes(value) for (value,) in rows(app, "SELECT text FROM case_notes")]
    assert not any(b"Odd" in each or b"look" in each for each in sealed)
    assert deeds(app)[-4:].count("note_written") == deeds(app)[-4:].count("message_sent") == 1


def test_message_is_told_as_it_was_written(app: Flask, reviewer: FlaskClient) -> None:
    """Long, in paragraphs, with signs of every kind; a note stays with staff whatever else is written."""
    person = sent(app)
    written = "<b>Hi</b> 👩‍👩‍👧 " + "ñ" * 2380 + "\n\n" + "\n".join(f"line {number}" for number in range(300))
    assert 5000 >= len(written) > 4900
    assert post(reviewer, f"{only(app)}/messages", text=written.replace("\n", "\r\n")).status_code == 303
    assert post(reviewer, f"{only(app)}/notes", text="Not for them").status_code == 303
    for page in (reviewer.get(only(app)).text, person.get("/apply/status").html):
        assert html.escape(written) in page
    assert "Not for them" not in person.page.html


def test_message_waits_until_there_is_a_page_to_see_it_on(app: Flask, reviewer: FlaskClient) -> None:
    path = f"/staff/cases/{begin(app)}"
    assert "They see messages once they have sent" in shown(reviewer, path)
    assert post(reviewer, f"{path}/messages", text="Hello").status_code == 409
    assert count(app, "case_notes") == 0


@pytest.mark.parametrize("typed", ["", "  \n ", "a\u202eb", "x" * 5001, "\n".join("x" * 2501)])
def test_refused_note_is_said_beside_its_box_and_kept_there(app: Flask, reviewer: FlaskClient, typed: str) -> None:
    answer = post(reviewer, f"/staff/cases/{begin(app)}/notes", text=typed)
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text and 'aria-describedby="note-error"' in answer.text
    assert count(app, "case_notes") == 0


def test_delivery_is_tried_again_once_and_only_by_who_may(app: Flask, reviewer: FlaskClient) -> None:
    sent(app)
    record(app, "kyc", REFUSED)
    failed = next(row.id for row in deliveries(app) if row.api == "kyc")
    retry = f"/staff/deliveries/{failed}/retry"
    agent = signed_in(app, "agent")
    assert "Try again" not in shown(agent, only(app))
    assert post(agent, retry).status_code == 403
    assert post(signed_in(app, "reviewer", integrations=["bank"]), retry).status_code == 404
    assert post(reviewer, retry).location == f"{only(app)}#deliveries"
    assert one(app, "SELECT stage FROM applications") == "delivering"
    record(app, "kyc", delivered("x", "answered"))
    late = post(reviewer, retry)
    assert (late.status_code, "It has changed meanwhile" in late.text) == (409, True)
    assert deeds(app).count("delivery_retried") == 1


def test_others_with_the_same_number_or_phone_are_told_as_far_as_they_are_ones_own(app: Flask) -> None:
    person = {"number": ("cuil", "20123456786"), "phone": ("AR", "011 15-2345-6789")}
    one_of = begin(app, integration="bank", **person)
    begin(app, integration="bank", number=("dni", "12345678"))
    begin(app, integration="other", **person)
    own = shown(signed_in(app, "agent", integrations=["bank"]), f"/staff/cases/{one_of}")
    everything = shown(signed_in(app, "agent"), f"/staff/cases/{one_of}")
    assert own.count("same document") == 1
    assert everything.count("same document") == 2 and everything.count("same document, same phone") == 1


def test_flags_are_found_out_after_sending(app: Flask, reviewer: FlaskClient) -> None:
    sent(app)
    catch_up(app)
    assert listed(reviewer, flag="duplicate") == []
    first = one(app, "SELECT id FROM applications")
    sent(app)
    alter(app, "UPDATE applications SET channel = 'branch' WHERE id <> :id", id=first)
    catch_up(app)
    assert len(listed(reviewer, flag="duplicate")) == 2
    assert len(listed(reviewer, flag="assisted")) == 1
    assert listed(reviewer, flag="exposed") == []
    assert "Seen before" in shown(reviewer, f"/staff/cases/{first}")
    assert one(app, "SELECT sum(flags_wanted) FROM listings") == 0


def test_what_was_seen_in_another_integration_is_told_to_who_sees_that_one(app: Flask) -> None:
    """Same person, same photos, two teams: to one team's staff it is as if the other had never seen them."""
    for team in ("bank", "other"):
        sent(app)
        newest = rows(app, "SELECT id FROM applications ORDER BY created_at DESC")[0][0]
        change(app, newest, integration=team)
    catch_up(app)
    own, all_seeing = signed_in(app, "reviewer", integrations=["bank"]), signed_in(app, "reviewer")
    (case,) = listed(own)
    assert listed(own, flag="duplicate") == listed(all_seeing, flag="duplicate") == []
    page = shown(own, f"/staff/cases/{case}")
    assert "Seen before" not in page and "also elsewhere" not in page
    assert "None with the same document, phone or photo." in page
    page = shown(all_seeing, f"/staff/cases/{case}")
    assert "Seen before" in page and "also elsewhere" in page and "same document, same phone, same photo" in page


def test_neighbours_follow_the_list_one_came_from(app: Flask) -> None:
    agent = signed_in(app, "agent")
    people = [begin(app, country=country) for country in ("AR", "BR", "AR", "BR")]
    address = re.findall(r'<a href="([^"]+)" data-row', agent.get("/staff/cases?country=BR&order=oldest").text)[0]
    page = agent.get(html.unescape(address))
    assert page.request.path.endswith(people[1])
    assert 'data-key="k"' not in page.text
    following = re.search(r'href="([^"]+)" data-key="j"', page.text)
    assert following is not None
    last = agent.get(html.unescape(following[1]))
    assert last.request.path.endswith(people[3])
    assert 'data-key="j"' not in last.text
    back = re.search(r'href="([^"]+)" data-key="k"', last.text)
    assert back is not None and people[1] in back[1]
    assert 'href="/staff/cases?country=BR&amp;order=oldest" data-key="u"' in last.text


def test_answer_that_staff_gave_has_their_name(app: Flask) -> None:
    bruno = make_member(app, "agent", name="Bruno")
    case = begin(app, name=("Eva", "Luna"))
    alter(app, "UPDATE answers SET given_by = :id, channel = 'phone' WHERE name = 'personal'", id=bruno.id)
    page = shown(signed_in(app, "agent"), f"/staff/cases/{case}")
    assert "Bruno" in page and "Phone call ·" in page


def catch_up(app: Flask) -> None:
    """What the worker does every few seconds."""
    with app.app_context():
        app.extensions["alta"].cases.flags.catch_up()
