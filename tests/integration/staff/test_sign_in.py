"""Owns the tests of coming in with a password and a second step."""

from __future__ import annotations

import pyotp
import pytest
from flask import Flask

from tests.support.journey import Applicant
from tests.support.staff import PASSWORD, code_of, make_member, signed_in, staff_browser


def come(app: Flask, email: str, password: str = PASSWORD) -> Applicant:
    """Somebody who has filled in the first page of signing in."""
    person = Applicant(app)
    person.get("/staff/sign-in")
    person.send({"email": email, "password": password})
    return person


def test_agent_comes_in_with_a_password_alone(app: Flask) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    person = come(app, member.email.upper())
    assert (person.page.status, person.page.path) == (200, "/staff/cases")
    assert member.name in person.page.html


def test_reviewer_gives_a_code_that_works_once(app: Flask) -> None:
    secret = pyotp.random_base32()
    member = make_member(app, "reviewer", password=PASSWORD, totp=secret)
    person = come(app, member.email)
    assert person.page.path == "/staff/sign-in/code"
    code = code_of(secret)
    person.send({"code": code})
    assert member.name in person.page.html
    again = come(app, member.email)
    again.send({"code": code})
    assert again.page.status == 422


@pytest.mark.parametrize("role", ["agent", "reviewer", "supervisor", "admin"])
def test_home_leads_somewhere(app: Flask, role: str) -> None:
    person = staff_browser(app, role)
    person.get("/staff/")
    assert person.page.status == 200


def test_without_a_session_every_page_leads_to_the_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/staff/me")
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in?next=/staff/me")
    assert signed_in(app, "agent").get("/staff/me").status_code == 200
