"""Owns the tests of how a handoff ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.support.journey import Applicant, picture
from tests.support.phones import (
    hand_over,
    is_over,
    link_on,
    phone_on,
    press,
    slots,
    thumbnails,
    upload,
)
from tests.support.quick import hasten, secrets_of
from tests.support.rows import alter, count

DOCUMENT = ["front_document", "back_document"]
SELFIES = ["selfie_1", "selfie_2", "selfie_3", "dni_selfie"]


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
