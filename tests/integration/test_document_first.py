"""Owns the tests of beginning with the document: its words are offered where they are asked, and guarded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.store.db import utc_now
from tests.support.barcodes import OLDER, card_photo, text
from tests.support.journey import PERSONAL, Applicant, picture
from tests.support.reader import read_all
from tests.support.rows import alter, count, one

WAITING, READ = "We are reading your document", "We read your document."
MUTE, MARK = "Your document could not be read this time.", "From your document"
NOTHING = card_photo("nothing of a document")


def begin(app: Flask, country: str = "AR", **changes: str | None) -> Applicant:
    """Somebody who pressed "Start with your document"."""
    applicant = Applicant(app)
    applicant.browser.set_cookie("alta_language", "en")
    applicant.get(f"/apply/start?country={country}")
    consents = {"country": country, "privacy": "1", "biometric": "1"}
    applicant.send({**consents, "first": "document", **changes})
    return applicant


def photographed(app: Flask, front: bytes = NOTHING, back: bytes = NOTHING) -> Applicant:
    """The same, with both sides sent and nothing read yet."""
    applicant = begin(app)
    applicant.send({"front_document": front, "back_document": back})
    return applicant


def test_the_document_is_the_first_step(app: Flask) -> None:
    """Nothing else is open before it, and then everything follows in its usual order."""
    applicant = begin(app)
    assert applicant.page.path == "/apply/document"
    assert "Step 1 of 9" in applicant.page.html
    assert applicant.get("/apply/personal").path == "/apply/document"
    applicant.send({"front_document": picture(1), "back_document": picture(2)})
    read_all(app)
    for step in ("personal", "identity", "exposure", "address", "phone", "income", "selfies"):
        assert applicant.get(f"/apply/{step}").path == f"/apply/{step}"
        applicant.answer(step)
    assert applicant.page.path == "/apply/review"
    assert applicant.submit().path == "/apply/status"


def test_consent_comes_before_it(app: Flask) -> None:
    applicant = begin(app, biometric=None)
    assert (applicant.page.status, applicant.page.path) == (422, "/apply/start")
    assert count(app, "applications") == 0


def test_brazil_keeps_its_order(app: Flask) -> None:
    """No document there says who its holder is."""
    assert begin(app, "BR").page.path == "/apply/personal"


def test_country_changed_afterwards_takes_the_usual_order(app: Flask) -> None:
    applicant = begin(app)
    applicant.get("/apply/start")
    applicant.send({"country": "BR", "privacy": "1", "biometric": "1"})
    assert applicant.page.path == "/apply/personal"


def test_page_waits_for_the_reading_and_then_offers_it(app: Flask) -> None:
    applicant = photographed(app, card_photo(text(first_name="JUANA INES"), tilt=-12))
    assert (applicant.page.status, applicant.page.path) == (200, "/apply/personal")
    assert WAITING in applicant.page.title
    assert "data-poll" in applicant.page.html
    assert applicant.page.links.count("/apply/personal") == 1
    read_all(app)
    page = applicant.get("/apply/personal")
    assert READ in page.html
    assert {name: page.fields.get(name, "") for name in PERSONAL} == {
        "first_name": "Juana Ines",
        "last_name": "Fernandez",
        "birthday-day": "10",
        "birthday-month": "8",
        "birthday-year": "1990",
        "gender": "Mujer",
        "marital_status": "",
        "nationality": "Argentine",
    }
    assert page.html.count(MARK) == 4


def test_one_side_that_speaks_is_enough(app: Flask) -> None:
    """The other may still be waiting."""
    applicant = photographed(app, card_photo(text()))
    alter(app, "DELETE FROM document_readings WHERE photo_id IN (SELECT id FROM photos WHERE slot = 'back_document')")
    read_all(app)
    assert READ in applicant.get("/apply/personal").html


@pytest.mark.parametrize(("layout", "kind", "number"), [(None, "cuil", "20123456786"), (OLDER, "dni", "12345678")])
def test_identity_is_offered_too(app: Flask, layout: str | None, kind: str, number: str) -> None:
    """The CUIL where the card tells it, else the DNI."""
    applicant = photographed(app, card_photo(text(layout) if layout else text()))
    read_all(app)
    applicant.get("/apply/personal")
    applicant.send({"marital_status": "single"})
    assert applicant.page.path == "/apply/identity"
    assert applicant.page.fields["document_type"] == kind
    assert applicant.page.fields["document_number"] == number
    assert applicant.page.html.count(MARK) == 2
    applicant.send({})
    assert applicant.page.path == "/apply/exposure"


def test_offered_words_are_no_answers(app: Flask) -> None:
    """Unsaved until the person goes on; what was corrected is what is saved, and is not overwritten."""
    applicant = photographed(app, card_photo(text()))
    read_all(app)
    applicant.get("/apply/personal")
    assert applicant.get("/apply/identity").path == "/apply/personal"
    applicant.send({"first_name": "Juana Inés", "marital_status": "single"})
    page = applicant.get("/apply/personal")
    assert page.fields["first_name"] == "Juana Inés"
    assert MARK not in page.html
    assert READ not in page.html


def test_what_was_typed_so_far_is_not_overwritten(app: Flask) -> None:
    """Kept by Save, and shown again instead of the document's words."""
    applicant = photographed(app, card_photo(text()))
    applicant.get("/apply/personal?typing=1")
    applicant.send({"first_name": "Ju", "save": "1"})
    read_all(app)
    assert applicant.get("/apply/personal").fields["first_name"] == "Ju"


def test_document_that_says_nothing_is_told_once_and_calmly(app: Flask) -> None:
    applicant = photographed(app)
    read_all(app)
    page = applicant.get("/apply/personal")
    assert MUTE in page.html
    assert MARK not in page.html
    applicant.send(PERSONAL)
    assert applicant.page.path == "/apply/identity"
    assert MUTE not in applicant.page.html


def test_who_would_rather_type_need_not_wait(app: Flask) -> None:
    applicant = photographed(app, card_photo(text()))
    (link,) = [each for each in applicant.page.links if "typing" in each]
    page = applicant.get(link)
    assert "Who are you?" in page.title
    assert page.fields["first_name"] == ""
    assert MUTE not in page.html


def test_nobody_waits_for_a_worker_that_is_away(app: Flask) -> None:
    applicant = photographed(app, card_photo(text()))
    alter(app, "UPDATE document_readings SET asked_at = :then", then=_ago(seconds=21))
    page = applicant.get("/apply/personal")
    assert "Who are you?" in page.title
    assert MUTE in page.html


def test_refused_words_are_kept_as_they_were_posted(app: Flask) -> None:
    applicant = photographed(app, card_photo(text(born="12/08/2015")))
    read_all(app)
    applicant.get("/apply/personal")
    page = applicant.send({"marital_status": "single"})
    assert page.status == 422
    assert page.fields["birthday-year"] == "2015"


def test_usual_order_offers_nothing(app: Flask) -> None:
    """Who was asked first has answered already."""
    applicant = Applicant(app)
    applicant.fill(until="identity")
    assert MARK not in applicant.get("/apply/identity").html


def test_personal_link_asks_for_the_birth_date_that_the_document_says(app: Flask) -> None:
    """Before any was given: the link shows neither photos nor words to who does not know it."""
    link = _link_of(photographed(app, card_photo(text())))
    read_all(app)
    other = Applicant(app)
    other.get(link)
    assert other.send(_born("11")).status == 422
    assert other.send(_born("10")).path == "/apply/personal"
    assert other.page.fields["first_name"] == "Juana"


def test_personal_link_leaves_photos_behind_where_no_birth_date_is_known(app: Flask) -> None:
    """There is nothing to ask for: the photos stay with nobody, and are taken again."""
    link = _link_of(photographed(app))
    read_all(app)
    other = Applicant(app)
    other.get(link)
    assert other.send(_born("1")).path == "/apply/document"
    assert 'class="shot card has"' not in other.page.html
    assert count(app, "photos") == count(app, "document_readings") == 0
    assert count(app, "blob_deletions") == 4
    application_id = one(app, "SELECT id FROM applications")
    with app.app_context():
        app.extensions["alta"].purge.run()
        assert app.extensions["alta"].blobs.keys(f"photos/{application_id}") == []


def test_long_pause_asks_for_the_birth_date_that_the_document_says(app: Flask) -> None:
    """The document's words are no more for others' eyes than answers are."""
    applicant = photographed(app, card_photo(text()))
    read_all(app)
    alter(app, "UPDATE browser_sessions SET seen_at = :then", then=_ago(minutes=31))
    page = applicant.get("/apply/personal")
    assert page.path.startswith("/apply/confirm")
    assert "Juana" not in page.html
    assert applicant.send(_born("9")).status == 422
    assert applicant.send(_born("10")).fields["first_name"] == "Juana"


def test_idle_browser_cannot_replace_the_birth_date_that_the_document_says(app: Flask) -> None:
    """Else whoever finds it open would be asked for a date of their own."""
    applicant = photographed(app, card_photo(text()))
    read_all(app)
    applicant.get("/apply/personal")
    alter(app, "UPDATE browser_sessions SET seen_at = :then", then=_ago(minutes=31))
    page = applicant.send({**PERSONAL, "birthday-year": "1970"})
    assert page.path.startswith("/apply/confirm")
    assert applicant.send({**_born("10"), "birthday-year": "1970"}).status == 422


def test_start_page_offers_it_only_where_nothing_was_begun(app: Flask) -> None:
    """An open application goes on in its own order."""
    visitor = Applicant(app)
    visitor.browser.set_cookie("alta_language", "en")
    assert "Start with your document" in visitor.get("/apply/start").html
    visitor.start()
    assert "Start with your document" not in visitor.get("/apply/start").html
    assert one(app, "SELECT first_step FROM applications") == ""


def _born(day: str) -> dict[str, str]:
    return {"birthday-day": day, "birthday-month": "8", "birthday-year": "1990"}


def _ago(**duration: int) -> object:
    return (utc_now() - timedelta(**duration)).replace(tzinfo=None)


def _link_of(applicant: Applicant) -> str:
    applicant.get("/apply/save")
    applicant.send({})
    link = re.search(r'value="https?://[^/"]+(/apply/resume/[^"]+)"', applicant.page.html)
    assert link is not None
    return link[1]
