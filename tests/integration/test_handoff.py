"""Owns the tests of the phone as a camera: its link, what a phone may see and do, and how a handoff ends."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import segno
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.integration.test_security import assert_guarded, paths
from tests.support.cards import card_jpeg
from tests.support.journey import Applicant, photo_for, picture
from tests.support.phones import hand_over, link_on, match_on, phone_on, press
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import alter, count, one, rows

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DOCUMENT = ["front_document", "back_document"]
SELFIES = ["selfie_1", "selfie_2", "selfie_3", "dni_selfie"]
SCRIPT = {"X-Requested-With": "alta"}
OVER = {
    "unknown": (410, "This link does not work"),
    "used": (409, "Another phone is already connected"),
    "expired": (410, "The time for this phone is over"),
    "cancelled": (410, "The phone was disconnected on the computer"),
    "finished": (410, "Thank you: this phone is done"),
    "sent": (410, "The application was sent"),
    "none": (410, "No photos to take here yet"),
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Every clock, stopped at noon; `clock.shift` moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def computer(applicant: Applicant) -> Applicant:
    """Somebody whose photos are all missing."""
    return hasten(applicant, until="document")


def slots(html: str) -> list[str]:
    """The photos that a page has cards for."""
    return re.findall(r'id="card-(\w+)"', html)


def thumbnails(html: str) -> list[str]:
    """The addresses of the photos that a page shows."""
    return re.findall(r'<img src="([^"]+)"', html)


def upload(phone: Applicant, slot: str, content: bytes) -> TestResponse:
    """Send one photo from a phone, as its script does."""
    data = {**secrets_of(phone.page), "file": (io.BytesIO(content), "x.jpg")}
    return phone.browser.post(f"/phone/photos/{slot}", data=data, headers=SCRIPT)


def is_over(page: Any, why: str) -> bool:
    """Whether the page says that the handoff is over for this reason."""
    return (page.status, OVER[why][1] in page.html) == (OVER[why][0], True)


# The link


def test_link_and_code_appear_after_a_press_and_stay_on_reload(computer: Applicant, app: Flask) -> None:
    """Looking writes nothing; the code is the link's; only a hash of its 135 bits is kept."""
    assert "handoff-link" not in computer.get("/apply/document").html
    assert count(app, "handoffs") == 0
    html = press(computer)
    link = link_on(html)
    assert link_on(computer.get("/apply/document").html) == link
    token = link.removeprefix("/phone/")
    assert re.fullmatch(r"([0-9a-hjkmnp-tv-z]{3}-){8}[0-9a-hjkmnp-tv-z]{3}", token)
    assert one(app, "SELECT link_hash FROM handoffs") == hashlib.sha256(token.replace("-", "").encode()).hexdigest()
    code = segno.make(f"http://localhost{link}", error="m", micro=False).svg_inline(scale=4, border=3)
    assert re.findall(r' d="([^"]+)"', code)[-1] in html


def test_link_bears_the_public_address(make_app: Callable[..., Flask]) -> None:
    """Where the setting names one."""
    person = hasten(Applicant(make_app(public_url="https://alta.example")), until="document")
    assert ">https://alta.example/phone/" in press(person)


def test_another_browser_of_the_person_cannot_show_the_link(computer: Applicant, app: Flask) -> None:
    """Not even the server can make it again without the cookie that began; a new code may be made there."""
    hand_over(computer)
    alter(app, "UPDATE browser_sessions SET token_hash = :digest", digest=hashlib.sha256(b"other").hexdigest())
    sessions = app.session_interface
    with app.test_request_context("/apply"):
        value = sessions._wizard.signer.sign("a.other").decode()
    other = Applicant(app)
    other.browser.set_cookie("alta", value)
    html = other.get("/apply/document").html
    assert "A phone is expected" in html and "handoff-link" not in html
    assert link_on(press(other))


def test_typed_link_may_be_misread(computer: Applicant, app: Flask) -> None:
    """Capitals, no hyphens, letters that look like digits."""
    link = hand_over(computer)
    for typed in (link.upper().replace("/PHONE", "/phone"), link.replace("-", ""), link.replace("0", "o")):
        assert Applicant(app).get(typed).status == 200
    assert Applicant(app).get(link.replace("1", "l")).status == 200


@pytest.mark.parametrize("token", ["x", "%00", "é" * 300, "0" * 27, "a b"])
def test_unknown_link_opens_nothing(computer: Applicant, app: Flask, token: str) -> None:
    """Whatever it looks like; neither shown nor confirmed."""
    hand_over(computer)
    assert is_over(Applicant(app).get(f"/phone/{token}"), "unknown")


def test_links_cannot_be_tried_out(make_app: Callable[..., Flask]) -> None:
    """Two a minute, looked at or confirmed, and then it is said when to try again."""
    browser = make_app(limit_resume="2 per minute").test_client()
    statuses = [browser.get(f"/phone/{number:027}").status_code for number in range(3)]
    assert statuses == [410, 410, 429]


def test_looking_at_a_link_takes_nothing(computer: Applicant, app: Flask) -> None:
    """Any number of phones may look; nothing of the application is on the page but the number."""
    html = press(computer)
    link, before = link_on(html), rows(app, "SELECT * FROM handoffs")
    for _look in range(3):
        phone = Applicant(app)
        page = phone.get(link)
        assert match_on(page.html) == match_on(html)
        assert slots(page.html) == []
        assert "Juana" not in page.html
        assert phone.get("/phone").status == 410
    assert rows(app, "SELECT * FROM handoffs") == before


def test_second_phone_is_told(computer: Applicant, app: Flask) -> None:
    """Whether it opens the link after the first has confirmed, or confirms after it."""
    link = hand_over(computer)
    late = Applicant(app)
    late.get(link)
    first = phone_on(app, link)
    assert is_over(late.send({}), "used")
    assert is_over(Applicant(app).get(link), "used")
    assert is_over(late.get("/phone"), "none")
    assert slots(first.get("/phone").html) == DOCUMENT + SELFIES


def test_of_phones_that_confirm_at_once_one_is_connected(computer: Applicant, app: Flask) -> None:
    """The others are told; whatever the database lets in side by side."""
    link = hand_over(computer)
    phones = [Applicant(app) for _phone in range(6)]
    for phone in phones:
        phone.get(link)
    together = Barrier(len(phones))

    def confirm(phone: Applicant) -> int:
        together.wait()
        return phone.send({}, follow=False).status

    with ThreadPoolExecutor(len(phones)) as pool:
        assert sorted(pool.map(confirm, phones)) == [303] + [409] * (len(phones) - 1)
    assert [phone.get("/phone").status for phone in phones].count(200) == 1


def test_phone_that_opens_its_link_again_goes_on(computer: Applicant, app: Flask) -> None:
    """Scanned once more, or reached by Back."""
    link = hand_over(computer)
    assert phone_on(app, link).get(link).path == "/phone"


# What a phone sees


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
    assert "It was added on the computer" in page.html
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
    assert (answer.status_code, "It was added on the computer" in answer.text) == (200, True)
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


# How it ends


def test_link_and_phone_work_for_thirty_minutes_each(
    clock: time_machine.Traveller, computer: Applicant, app: Flask
) -> None:
    """A second before they are over, and no more after; what was taken is kept."""
    link = hand_over(computer)
    clock.shift(timedelta(minutes=30) - timedelta(seconds=1))
    phone = phone_on(app, link)
    clock.shift(timedelta(minutes=30) - timedelta(seconds=1))
    assert upload(phone, "front_document", picture(1)).status_code == 200
    clock.shift(timedelta(seconds=1))
    response = upload(phone, "back_document", picture(2))
    assert (response.status_code, "time for this phone is over" in response.get_json()["error"]) == (410, True)
    assert is_over(phone.get("/phone"), "expired")
    assert count(app, "photos") == 1


def test_old_link_is_expired_and_the_page_offers_a_new_one(
    clock: time_machine.Traveller, computer: Applicant, app: Flask
) -> None:
    """Neither looked at nor confirmed; the computer says so and makes another."""
    link = hand_over(computer)
    late = Applicant(app)
    late.get(link)
    clock.shift(timedelta(minutes=30))
    assert is_over(late.send({}), "expired")
    assert is_over(Applicant(app).get(link), "expired")
    computer.get("/apply/document")
    computer.send({"birthday-day": "10", "birthday-month": "8", "birthday-year": "1990"})
    assert "The time for the phone is over" in computer.get("/apply/document").html
    assert hand_over(computer) != link


def test_minutes_are_a_setting(make_app: Callable[..., Flask], clock: time_machine.Traveller) -> None:
    """Said on the page."""
    app = make_app(handoff_minutes="5")
    computer = hasten(Applicant(app), until="document")
    html = press(computer)
    assert "within 5 minutes" in html
    clock.shift(timedelta(minutes=5))
    assert is_over(Applicant(app).get(link_on(html)), "expired")


def test_computer_cancels(computer: Applicant, app: Flask) -> None:
    """Before a phone came and after: it is told, adds nothing more, and what it took is kept."""
    link = hand_over(computer)
    press(computer, "cancel")
    assert is_over(Applicant(app).get(link), "cancelled")
    phone = phone_on(app, hand_over(computer))
    upload(phone, "front_document", picture(1))
    assert "The phone is disconnected" in press(computer, "cancel")
    assert upload(phone, "back_document", picture(2)).status_code == 410
    assert is_over(phone.get("/phone"), "cancelled")
    assert len(thumbnails(computer.get("/apply/document").html)) == 1


def test_new_code_ends_the_one_before(computer: Applicant, app: Flask) -> None:
    """Link and phone; the new link asks for what is missing then."""
    link = hand_over(computer)
    phone = phone_on(app, link)
    upload(phone, "front_document", picture(1))
    second = hand_over(computer)
    assert is_over(Applicant(app).get(link), "unknown")
    assert is_over(phone.get("/phone"), "unknown")
    assert slots(phone_on(app, second).page.html) == ["back_document", *SELFIES]


def test_phone_says_that_it_is_done(computer: Applicant, app: Flask) -> None:
    """And may do nothing more; the computer says so."""
    phone = phone_on(app, hand_over(computer))
    upload(phone, "front_document", picture(1))
    assert is_over(phone.send({}, path="/phone/end"), "finished")
    assert upload(phone, "back_document", picture(2)).status_code == 410
    assert "The phone is done" in computer.get("/apply/document").html


def test_sending_ends_it_for_good(applicant: Applicant, app: Flask) -> None:
    """Also when the photos are asked again within its time: a new code is made then, for those photos."""
    computer = hasten(applicant)
    computer.get("/apply/document")
    computer.send({"remove": "back_document"})
    phone = phone_on(app, hand_over(computer))
    assert upload(phone, "back_document", picture(7)).status_code == 200
    computer.submit()
    assert upload(phone, "back_document", picture(8)).status_code == 410
    assert is_over(phone.get("/phone"), "sent")
    reopened = '{"document": {"reason": "refused"}}'
    alter(app, "UPDATE applications SET state = 'reopened', reopened = :reopened", reopened=reopened)
    assert is_over(phone.get("/phone"), "sent")
    again = phone_on(app, hand_over(computer))
    assert slots(again.page.html) == DOCUMENT
    assert "2 photos to take" in again.page.html and thumbnails(again.page.html) == []
    assert upload(again, "front_document", picture(9)).status_code == 200
    assert "1 photo to take" in again.get("/phone").html


def test_application_that_was_sent_takes_no_handoff(applicant: Applicant, app: Flask) -> None:
    """The button of an old tab leads to the status page."""
    hasten(applicant)
    secrets = secrets_of(applicant.page)
    applicant.submit()
    assert applicant.send(secrets, path="/apply/handoff/document").path == "/apply/status"
    assert count(app, "handoffs") == 0


@pytest.mark.parametrize("step", ["personal", "selfies", "nothing", "review"])
def test_only_a_photo_step_that_may_be_entered_hands_over(computer: Applicant, app: Flask, step: str) -> None:
    """Others find nothing there."""
    secrets = secrets_of(computer.page)
    assert computer.send(secrets, path=f"/apply/handoff/{step}").status == 404
    assert computer.get(f"/apply/handoff/{step}").status == 404
    assert count(app, "handoffs") == 0


def test_purge_ends_handoffs(clock: time_machine.Traveller, computer: Applicant, app: Flask) -> None:
    """With their draft; and a day after their end."""
    phone = phone_on(app, hand_over(computer))
    clock.shift(timedelta(minutes=30, days=1) - timedelta(seconds=1))
    app.test_cli_runner().invoke(args=["purge"])
    assert is_over(phone.get("/phone"), "expired")
    clock.shift(timedelta(seconds=1))
    app.test_cli_runner().invoke(args=["purge"])
    assert is_over(phone.get("/phone"), "unknown")
    computer.get("/apply/document")
    computer.send({"birthday-day": "10", "birthday-month": "8", "birthday-year": "1990"})
    phone = phone_on(app, hand_over(computer))
    alter(app, "UPDATE applications SET state = 'purging'")
    assert is_over(phone.get("/phone"), "sent")
    app.test_cli_runner().invoke(args=["purge"])
    assert count(app, "handoffs") == 0
    assert is_over(phone.get("/phone"), "unknown")


# Following


def news(browser: Applicant, address: str, html: str) -> TestResponse:
    """What a page's script is told that has seen `html`."""
    seen = re.search(r'data-seen="(\w+)"', html)
    assert seen is not None, html
    return browser.browser.get(f"{address}?seen={seen[1]}", headers=SCRIPT)


def test_computer_is_told_what_it_has_not_seen(computer: Applicant, app: Flask) -> None:
    """Nothing, then the phone, then each photo; ready once the step wants nothing more, but not before."""
    address, html = "/apply/handoff/document", press(computer)
    link = link_on(html)
    assert news(computer, address, html).status_code == 204
    phone = phone_on(app, link)
    told = news(computer, address, html)
    assert "Phone connected" in told.text and link not in told.text
    assert_guarded(told, address)
    for slot in DOCUMENT:
        assert "data-ready" not in told.text
        upload(phone, slot, picture(len(slot)))
        told = news(computer, address, told.text)
        assert slots(told.text) == DOCUMENT
    assert len(thumbnails(told.text)) == 2 and "data-ready" in told.text
    assert news(computer, address, told.text).status_code == 204
    computer.get("/apply/document")
    assert computer.send({}).path == "/apply/selfies"
    assert "data-ready" not in computer.page.html
    assert "data-ready" not in computer.get("/apply/document").html


def test_phone_is_told_what_it_has_not_seen(computer: Applicant, app: Flask) -> None:
    """What the computer adds, and that it is disconnected."""
    phone = phone_on(app, hand_over(computer))
    assert news(phone, "/phone/news", phone.page.html).status_code == 204
    computer.get("/apply/document")
    computer.send({"front_document": picture(1), "upload": "front_document"})
    told = news(phone, "/phone/news", phone.page.html)
    assert "5 photos to take" in told.text and thumbnails(told.text) == []
    press(computer, "cancel")
    assert news(phone, "/phone/news", told.text).status_code == 410


def test_following_does_not_keep_a_browser_awake(
    clock: time_machine.Traveller, computer: Applicant, app: Flask
) -> None:
    """A page that asks by itself for half an hour shows no answers after it."""
    html = press(computer)
    phone_on(app, link_on(html))
    for _minute in range(29):
        clock.shift(timedelta(minutes=1))
        assert news(computer, "/apply/handoff/document", html).status_code == 200
    clock.shift(timedelta(minutes=2))
    assert "/apply/confirm" in news(computer, "/apply/handoff/document", html).location


def test_following_costs_one_select(computer: Applicant, app: Flask) -> None:
    """On the computer and on the phone, and nothing is written."""
    from tests.integration.test_queries import listening

    html = press(computer)
    phone = phone_on(app, link_on(html))
    for browser, address in ((computer, "/apply/handoff/document"), (phone, "/phone/news")):
        with listening(app) as log:
            browser.browser.get(address)
        assert [each.split()[0] for each in log.statements] == ["SELECT"]


def test_photos_remember_that_a_phone_took_them(computer: Applicant, app: Flask) -> None:
    """In their sealed reference, for whoever looks at them later."""
    phone = phone_on(app, hand_over(computer))
    upload(phone, "front_document", picture(1))
    computer.get("/apply/document")
    computer.send({"back_document": picture(2), "upload": "back_document"})
    token = computer.browser.get_cookie("alta").value.split(".")[1]
    with app.app_context():
        photos = app.extensions["alta"].drafts.load(token).photos
    assert photos["front_document"].handoff == one(app, "SELECT id FROM handoffs")
    assert photos["back_document"].handoff == ""
