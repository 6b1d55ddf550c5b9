"""Owns the tests of what a phone may see and do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.integration.test_security import assert_guarded, paths
from tests.support.cards import card_jpeg
from tests.support.journey import Applicant, photo_for, picture
from tests.support.phones import (
    SCRIPT,
    hand_over,
    is_over,
    link_on,
    phone_on,
    slots,
    thumbnails,
    upload,
)
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import count, one, rows

DOCUMENT = ["front_document", "back_document"]
SELFIES = ["selfie_1", "selfie_2", "selfie_3", "dni_selfie"]


def test_phone_sees_the_missing_photos_and_its_own(computer: Applicant, app: Flask) -> None:
    """Not those that were there before: no picture, no card, no replacing."""
    computer.send({"front_document": picture(1), "upload": "front_document"})
    phone = phone_on(app, hand_over(computer))
    assert slots(phone.page.html) == ["back_document", *SELFIES]
    assert "5 photos to take" in phone.page.html
    assert upload(phone, "front_document", picture(2)).status_code == 404
    card = upload(phone, "back_document", picture(3))
    assert (card.status_code, slots(card.text)) == (200, ["back_document"])
    (own,) = thumbnails(phone.get("/phone").html)
    shown = phone.browser.get(own)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    (front,) = (row.id for row in rows(app, "SELECT id FROM photos WHERE slot = 'front_document'"))
    assert phone.browser.get(f"/phone/photos/{front}/thumbnail").status_code == 404
    assert phone.browser.get(own.replace("thumbnail", "stored")).status_code == 404
    assert Applicant(app).browser.get(own).status_code == 410


def test_phone_without_scripts_takes_all_photos(computer: Applicant, app: Flask) -> None:
    """By the form's buttons; a refusal says which and keeps the rest; the computer goes on with what is there."""
    phone = phone_on(app, hand_over(computer))
    page = phone.send({"front_document": picture(1), "back_document": b"no picture", "upload": "front_document"})
    assert (page.status, list(faults(page))) == (422, ["back_document"])
    assert len(thumbnails(page.html)) == 1
    page = phone.send({"back_document": picture(2), **{slot: photo_for(slot) for slot in SELFIES}})
    assert page.path == "/phone" and "All photos are there" in page.html
    assert len(thumbnails(page.html)) == 6
    assert phone.send({"remove": "selfie_2"}).path == "/phone"
    assert "1 photo to take" in phone.page.html
    phone.send({"selfie_2": photo_for("selfie_2", 2), "upload": "selfie_2"})
    computer.get("/apply/document")
    assert computer.send({}).path == "/apply/selfies"
    assert computer.send({}).path == "/apply/review"


def test_phone_and_computer_at_the_same_time_the_last_one_wins(computer: Applicant, app: Flask) -> None:
    """Both see it: the phone only that there is one of the computer's."""
    phone = phone_on(app, hand_over(computer))
    upload(phone, "front_document", picture(1))
    computer.get("/apply/document")
    computer.send({"front_document": picture(2), "upload": "front_document"})
    page = phone.get("/phone")
    assert slots(page.html)[0] == "front_document"
    assert thumbnails(page.html) == []
    assert "It was added on the other screen" in page.html
    assert upload(phone, "front_document", b"no picture").status_code == 422
    assert thumbnails(upload(phone, "front_document", picture(3)).text) != []
    (shown,) = thumbnails(computer.get("/apply/document").html)
    (own,) = thumbnails(phone.get("/phone").html)
    assert shown.split("/")[3] == own.split("/")[3]
    assert count(app, "photos") == 1


@pytest.mark.parametrize("button", ["keep", "remove"])
@pytest.mark.parametrize("way", ["script", "form"])
def test_phone_decides_nothing_about_a_photo_of_the_computer(
    computer: Applicant, app: Flask, button: str, way: str
) -> None:
    """Its page may still show the buttons of the photo that it took before."""
    phone = phone_on(app, hand_over(computer))
    computer.get("/apply/document")
    for seed in (1, 3):
        computer.send({"front_document": card_jpeg("front", seed=seed, blur=9), "upload": "front_document"})
    assert "Use it anyway" in computer.page.html
    data = {**secrets_of(phone.page), button: "front_document"}
    path, headers = ("/phone/photos/front_document", SCRIPT) if way == "script" else ("/phone", {})
    answer = phone.browser.post(path, data=data, headers=headers, follow_redirects=True)
    assert (answer.status_code, "It was added on the other screen" in answer.text) == (200, True)
    assert rows(app, "SELECT slot, kept_at FROM photos") == [("front_document", None)]


def test_kind_chosen_on_the_computer_decides_on_the_photos(app: Flask) -> None:
    """A passport that was ticked but not sent has one page; the tick is kept."""
    person = hasten(Applicant(app), "BR", until="document")
    data = {**secrets_of(person.page), "document_kind": "PASSPORT", "handoff": "begin"}
    page = person.send(data, path="/apply/handoff/document")
    assert page.fields["document_kind"] == "PASSPORT"
    assert slots(phone_on(app, link_on(page.html)).page.html) == ["front_document", *SELFIES]


def test_every_page_but_its_own_is_refused_to_a_phone(computer: Applicant, app: Flask) -> None:
    """Its cookie opens nothing of the wizard, under its own name or the applicant's; nothing changes by it."""
    phone = phone_on(app, hand_over(computer))
    value = phone.browser.get_cookie("alta_phone", path="/phone").value
    phone.browser.set_cookie("alta", value)
    phone.browser.set_cookie("alta_phone", value)
    secrets = secrets_of(phone.page)
    tables = ("answers", "photos", "resume_links", "handoffs")
    before = [rows(app, f"SELECT * FROM {table}") for table in tables]
    for path in paths(app):
        if path == "/" or path.startswith("/apply"):
            for method in ("GET", "POST"):
                response = phone.browser.open(path, method=method, data=secrets if method == "POST" else None)
                assert_guarded(response, path)
                assert computer_pages_are_closed(response), (method, path, response.status_code)
    assert [
        rows(app, f"SELECT * FROM {table}") for table in ("answers", "photos", "resume_links", "handoffs")
    ] == before


def computer_pages_are_closed(response: TestResponse) -> bool:
    """An answer that shows nothing of an application: the start, a legal text, a refusal."""
    harmless = {400, 404, 405, 410} | ({200} if "Juana" not in response.text and "AL-" not in response.text else set())
    return response.status_code in harmless or (response.location or "").startswith(("/apply/start", "/apply"))


def test_applicants_cookie_is_none_for_a_phones_pages(computer: Applicant) -> None:
    """Nor the other way round: each is signed apart."""
    value = computer.browser.get_cookie("alta").value
    computer.browser.set_cookie("alta_phone", value, path="/phone")
    assert is_over(computer.get("/phone"), "none")


def test_one_browser_may_be_both(computer: Applicant) -> None:
    """The link opened on the computer itself: both go on side by side."""
    link = hand_over(computer)
    computer.get(link)
    computer.send({})
    assert slots(computer.page.html) == DOCUMENT + SELFIES
    upload(computer, "front_document", picture(1))
    assert computer.get("/apply/personal").fields["first_name"] == "Juana"


def test_phones_pages_show_nothing_of_the_person(computer: Applicant, app: Flask) -> None:
    """No name, no number, no reference, whatever page it is."""
    phone = phone_on(app, hand_over(computer))
    upload(phone, "front_document", picture(1))
    reference = one(app, "SELECT reference FROM applications")
    for path in (each for each in paths(app, method="GET") if each.startswith("/phone")):
        html = phone.get(path).html
        for secret in ("Juana", "Fernández", "12345678", "1990", "Rosario", reference):
            assert secret not in html, path


@pytest.mark.parametrize(("host", "secure"), [("http://localhost", False), ("https://alta.example", True)])
def test_phones_cookie_is_closed_and_sent_to_its_pages_only(
    computer: Applicant, app: Flask, host: str, secure: bool
) -> None:
    """HttpOnly, SameSite, its own path and name; only the hash of its token is kept."""
    link, phone = hand_over(computer), app.test_client()
    page = phone.get(link, base_url=host).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    headers = {"Referer": f"{host}{link}"}
    response = phone.post(link, base_url=host, data={"csrf_token": token}, headers=headers)
    (cookie,) = (each for each in response.headers.getlist("Set-Cookie") if each.startswith("alta_phone="))
    parts = set(cookie.split("; "))
    assert {"HttpOnly", "SameSite=Lax", "Path=/phone"} <= parts
    assert ("Secure" in parts) == secure
    secret = cookie.partition(";")[0].split(".")[1]
    assert one(app, "SELECT phone_hash FROM handoffs") == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43


def test_production_names_the_phones_cookie_secure(make_app: Callable[..., Flask]) -> None:
    """By its prefix; no prefix allows both a path and a host."""
    app = make_app(mode="production", public_url="https://alta.example")
    computer = hasten(Applicant(make_app()), until="document")
    response = app.test_client().get(hand_over(computer), base_url="https://alta.example")
    assert response.headers["Set-Cookie"].startswith("__Secure-alta_phone=")


def test_phone_speaks_the_applications_language(app: Flask) -> None:
    """Unless its own browser has chosen another."""
    computer = hasten(Applicant(app), until="document", language="pt_BR")
    link = hand_over(computer)
    assert '<html lang="pt-BR"' in Applicant(app).get(link).html
    other = Applicant(app)
    other.browser.set_cookie("alta_language", "en")
    assert '<html lang="en"' in other.get(link).html
    phone = phone_on(app, link)
    assert '<html lang="pt-BR"' in phone.page.html
    secrets = secrets_of(phone.page)
    assert (
        '<html lang="es-AR"' in phone.send({**secrets, "language": "es", "next": "/phone"}, path="/phone/language").html
    )
