"""Owns the tests of computer and phone following each other."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.integration.test_security import assert_guarded
from tests.support.journey import Applicant, picture
from tests.support.phones import (
    SCRIPT,
    hand_over,
    link_on,
    phone_on,
    press,
    slots,
    thumbnails,
    upload,
)
from tests.support.rows import one

DOCUMENT = ["front_document", "back_document"]


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
