"""Every page of signing in, of oneself, of the team and of the record is valid HTML, in the three languages."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
from flask import Flask

from tests.support import html
from tests.support.journey import Applicant
from tests.support.staff import PASSWORD, code_of, make_member, staff_browser


def on_the_way_in(app: Flask, language: str) -> Iterator[tuple[str, int, str]]:
    """Each page before one is in: its name, status and source."""
    person = Applicant(app)
    person.browser.set_cookie("alta_language", language)

    def seen(name: str) -> tuple[str, int, str]:
        return f"{language} {name}", person.page.status, person.page.html

    person.get("/staff/sign-in")
    yield seen("sign-in")
    person.send({"email": "x@y.example", "password": "wrong"})
    yield seen("wrong password")
    person.get("/staff/nothing")
    yield seen("nothing")
    person.get("/staff/join/nothing")
    yield seen("link over")
    secret = pyotp.random_base32()
    for member in (
        make_member(app, "reviewer", password=PASSWORD, totp=secret),
        make_member(app, "reviewer", password=PASSWORD),
    ):
        person.get("/staff/sign-in")
        person.send({"email": member.email, "password": PASSWORD})
        yield seen("second step")
        person.send({"code": "wrong"})
        yield seen("wrong code")
    with app.app_context():
        link = app.extensions["alta"].staff.team.reset_password(member, by=None)
    person.get(f"/staff/join/{link}")
    yield seen("join")
    person.send({"password": "short", "again": "short"})
    yield seen("join, too short")


def inside(app: Flask, language: str) -> Iterator[tuple[str, int, str]]:
    """Each page of an admin."""
    secret = pyotp.random_base32()
    admin = make_member(app, "admin", language=language, password=PASSWORD, totp=secret)
    other = make_member(app, "agent", password=PASSWORD, totp=secret)
    person = staff_browser(app, admin)

    def seen(name: str) -> tuple[str, int, str]:
        return f"{language} {name}", person.page.status, person.page.html

    for path in ("me", "me/password", "me/second-step", "team", "team/new", f"team/{other.id}", "audit", "nothing"):
        person.get(f"/staff/{path}")
        yield seen(path)
    person.get("/staff/me/password")
    person.send({"present": "x", "password": "short", "again": "short"})
    yield seen("password refused")
    person.get("/staff/me")
    person.send({"code": "000000"}, path="/staff/me/recovery-codes")
    yield seen("code refused")
    person.get("/staff/me")
    person.send({"code": code_of(secret)}, path="/staff/me/recovery-codes")
    yield seen("recovery codes")
    person.get("/staff/team/new")
    person.send({"name": "", "email": "x", "role": ""})
    yield seen("member refused")
    person.send({"name": "x", "email": f"x{language}@y.example", "role": "agent", "integrations": "*"})
    yield seen("member's link")
    person.get("/staff/audit?reference=x&day=x")
    yield seen("filters refused")
    person.browser.get("/staff/me")
    agent = staff_browser(app, "agent", language=language)
    person.page = agent.get("/staff/team")
    yield seen("not for the role")


def test_every_page_is_valid(sqlite_app: Flask) -> None:
    pages = {}
    for language in ("es", "pt_BR", "en"):
        for name, status, source in (*on_the_way_in(sqlite_app, language), *inside(sqlite_app, language)):
            assert status < 500, name
            pages[f"{name} {len(pages)}"] = source
    assert len(pages) > 60
    assert html.faults(pages) == []
