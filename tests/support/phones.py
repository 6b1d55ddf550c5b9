"""Owns phones that take photos for a computer: the link that one opens, and a phone that has confirmed it."""

from __future__ import annotations

import re

from flask import Flask

from tests.support.journey import Applicant
from tests.support.quick import secrets_of

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
