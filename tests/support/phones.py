"""Owns phones that take photos for a computer: the link that one opens, and a phone that has confirmed it."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.journey import Applicant
from tests.support.quick import secrets_of

SCRIPT = {"X-Requested-With": "alta"}
OVER = {
    "unknown": (410, "This link does not work"),
    "used": (409, "Another phone is already connected"),
    "expired": (410, "The time for this phone is over"),
    "cancelled": (410, "The phone was disconnected at the other screen"),
    "finished": (410, "Thank you: this phone is done"),
    "sent": (410, "The application was sent"),
    "none": (410, "No photos to take here yet"),
}
_LINK = re.compile(r'id="handoff-link"[^>]*>https?://[^/<]+(/phone/[^<]+)<')
_MATCH = re.compile(r"match[^>]*>(\d\d)</")


def link_on(html: str) -> str:
    """The path of the link that a photo step shows."""
    found = _LINK.search(html)
    assert found is not None, html
    return found[1]


def match_on(html: str) -> str:
    """The match code that a page shows."""
    found = _MATCH.search(html)
    assert found is not None, html
    return found[1]


def press(computer: Applicant, button: str = "begin", step: str = "document") -> str:
    """Press one of the block's buttons on a photo step; the page that follows."""
    secrets = secrets_of(computer.get(f"/apply/{step}"))
    return computer.send({**secrets, "handoff": button}, path=f"/apply/handoff/{step}").html


def hand_over(computer: Applicant, step: str = "document") -> str:
    """Press "Use your phone" on a photo step; the link's path."""
    return link_on(press(computer, step=step))


def phone_on(app: Flask, link: str) -> Applicant:
    """A phone that has opened a link and confirmed its number."""
    phone = Applicant(app)
    page = phone.get(link)
    assert page.status == 200, page.html
    assert phone.send({}).path == "/phone"
    return phone


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
