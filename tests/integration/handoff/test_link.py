"""Owns the tests of its link and code, and of the phones that open it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import segno
from flask import Flask

from tests.support.journey import Applicant
from tests.support.phones import (
    hand_over,
    is_over,
    link_on,
    match_on,
    phone_on,
    press,
    slots,
)
from tests.support.quick import hasten
from tests.support.rows import alter, count, one, rows

DOCUMENT = ["front_document", "back_document"]
SELFIES = ["selfie_1", "selfie_2", "selfie_3", "dni_selfie"]


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


@pytest.mark.parametrize("token", ["x", "é" * 300, "0" * 27, "a b"])
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
