"""Owns the tests of coming in with a password and a second step, and of choosing and changing both."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask

from tests.support.journey import Applicant
from tests.support.quick import faults
from tests.support.rows import count, one, rows
from tests.support.staff import PASSWORD, code_of, csrf_of, make_member, post, signed_in, staff_browser

HOME = "/staff/cases"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CODES = re.compile(r"<li>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</li>")


def come(app: Flask, email: str, password: str = PASSWORD, path: str = "/staff/sign-in") -> Applicant:
    """Somebody who has filled in the first page of signing in."""
    person = Applicant(app)
    person.get(path)
    person.send({"email": email, "password": password})
    return person


def test_agent_comes_in_with_a_password_alone(app: Flask) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    person = come(app, f" {member.email.upper()} ")
    assert (person.page.status, person.page.path) == (200, HOME)
    assert member.name in person.page.html


@pytest.mark.parametrize(
    ("onward", "leads"),
    [
        ("/staff/me?a=1", "/staff/me?a=1"),
        ("https://evil.example/", "/staff/"),
        ("//evil.example", "/staff/"),
        ("/apply/start", "/staff/"),
        ("/staff/..//evil.example", "/staff/"),
        ("/staff/\\evil.example", "/staff/"),
    ],
)
def test_sign_in_leads_nowhere_but_into_the_console(sqlite_app: Flask, onward: str, leads: str) -> None:
    app = sqlite_app
    member = make_member(app, "agent", password=PASSWORD)
    person = Applicant(app)
    person.get("/staff/sign-in")
    data = {"csrf_token": person.page.fields["csrf_token"], "email": member.email, "password": PASSWORD}
    answer = person.browser.post("/staff/sign-in", query_string={"next": onward}, data=data)
    assert answer.location == leads


def test_token_changes_at_each_step_of_the_way_in(app: Flask) -> None:
    """What was known before is worth nothing after."""
    secret = pyotp.random_base32()
    member = make_member(app, "reviewer", password=PASSWORD, totp=secret)
    person = Applicant(app)
    seen = []
    person.get("/staff/sign-in")
    seen.append(person.browser.get_cookie("alta_staff", path="/staff").value)
    person.send({"email": member.email, "password": PASSWORD})
    assert person.page.path == "/staff/sign-in/code"
    seen.append(person.browser.get_cookie("alta_staff", path="/staff").value)
    person.send({"code": code_of(secret)})
    seen.append(person.browser.get_cookie("alta_staff", path="/staff").value)
    assert len(set(seen)) == 3
    for old in seen[:2]:
        stranger = app.test_client()
        stranger.set_cookie("alta_staff", old, path="/staff")
        assert stranger.get("/staff/me").status_code == 303
    assert count(app, "staff_sessions") == 1


def test_password_alone_opens_nothing_where_a_code_is_wanted(app: Flask) -> None:
    member = make_member(app, "reviewer", password=PASSWORD, totp=pyotp.random_base32())
    person = come(app, member.email)
    for path in ("/staff/", "/staff/me", "/staff/sign-in/set-up", "/staff/me/second-step"):
        assert person.browser.get(path).status_code == 303, path
    person.get("/staff/sign-in/code")
    assert person.send({"code": "000000"}).status == 422
    person.get("/staff/sign-in/code")
    assert person.send({}, path="/staff/sign-out").path == "/staff/sign-in"


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_code_is_good_about_its_time_and_once(app: Flask, steps: int, taken: bool) -> None:
    secret = pyotp.random_base32()
    member = make_member(app, "reviewer", password=PASSWORD, totp=secret)
    with time_machine.travel(NOW, tick=False):
        code = code_of(secret, steps)
        person = come(app, member.email)
        person.send({"code": f"{code[:3]} {code[3:]}"})
        assert (person.page.path == HOME) is taken or person.page.status == 404
        again = come(app, member.email)
        assert again.send({"code": code}).status == 422


def test_older_code_is_worth_nothing_after_a_newer_one(app: Flask) -> None:
    secret = pyotp.random_base32()
    member = make_member(app, "reviewer", password=PASSWORD, totp=secret)
    with time_machine.travel(NOW, tick=False):
        come(app, member.email).send({"code": code_of(secret, 1)})
        for steps in (-1, 0, 1):
            assert come(app, member.email).send({"code": code_of(secret, steps)}).status == 422


def test_first_sign_in_sets_up_the_second_step(app: Flask) -> None:
    """QR code and key; a code proves it; ten recovery codes, each good once."""
    member = make_member(app, "reviewer", password=PASSWORD)
    person = come(app, member.email)
    assert person.page.path == "/staff/sign-in/set-up"
    assert '<svg viewBox="' in person.page.html and "style=" not in person.page.html
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', person.page.html)[1].replace(" ", "")
    assert person.send({"code": "12345"}).status == 422
    assert secret in person.page.html.replace(" ", ""), "the same one is offered until it is proved"
    page = person.send({"code": code_of(secret)})
    codes = CODES.findall(page.html)
    assert len(set(codes)) == 10
    held = str(rows(app, "SELECT * FROM staff_recovery_codes")) + str(rows(app, "SELECT * FROM staff_members"))
    assert not any(code.replace("-", "") in held or code in held for code in codes)
    assert secret.encode() not in one(app, "SELECT totp_secret FROM staff_members")
    assert person.get("/staff/sign-in/set-up").path != "/staff/sign-in/set-up", "they are shown once"
    for typed, status in ((codes[0].lower(), 200), (codes[0], 422), (codes[1].replace("-", " "), 200)):
        other = come(app, member.email)
        assert other.page.path == "/staff/sign-in/code"
        assert (other.send({"code": typed}).status == 422) is (status == 422), typed
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action = 'recovery_code_used'") == 2


def test_hash_of_other_parameters_is_made_anew_at_sign_in(app: Flask) -> None:
    own = app.extensions["alta"].staff
    own.passwords._hasher, light = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1), own.passwords._hasher
    member = make_member(app, "agent", password=PASSWORD)
    own.passwords._hasher = light
    assert "m=16,t=2,p=1" in one(app, "SELECT password_hash FROM staff_members")
    assert come(app, member.email).page.path.startswith("/staff/")
    assert "m=8,t=1,p=1" in one(app, "SELECT password_hash FROM staff_members")
    assert come(app, member.email).page.path.startswith("/staff/")


def invitation(app: Flask, member: Any) -> str:
    """A fresh link's path."""
    with app.app_context():
        return f"/staff/join/{app.extensions['alta'].staff.team.reset_password(member, by=None)}"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 12 characters"),
        ("x" * 201, "at most 200 characters"),
        ("aaaaaaaaaaaaaaaa", "more different characters"),
        ("ana.diaz@staff.example", "may not be your e-mail"),
        ("ANA.DIAZ@staff.example ", "may not be your e-mail"),
        ("Ana Diaz de Souza", "may not be your e-mail"),
    ],
)
def test_password_that_is_too_easy_is_refused(sqlite_app: Flask, password: str, sentence: str) -> None:
    person = Applicant(sqlite_app)
    member = make_member(sqlite_app, "agent", email=f"ana.diaz@staff.example{len(password)}", name="Ana Diaz de Souza")
    if "@" in password:
        password = password.replace("staff.example", member.email.partition("@")[2])
    person.get(invitation(sqlite_app, member))
    person.send({"password": password, "again": password})
    assert person.page.status == 422
    assert sentence in faults(person.page)["password"]


def test_link_to_choose_a_password_works_once(app: Flask) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    old, path = invitation(app, member), invitation(app, member)
    assert Applicant(app).get(old).status == 410, "a newer one has taken its place"
    assert come(app, member.email).page.status == 422, "the old password has ended"
    person, new = Applicant(app), "a quite different sentence"
    person.get(path)
    assert person.send({"password": new, "again": "another"}).status == 422
    person.get(path)
    assert person.send({"password": new, "again": new}).path == HOME
    assert person.get(path).status == 410
    assert come(app, member.email, new).page.path == HOME


def test_link_ends_with_its_hours(app: Flask) -> None:
    path = invitation(app, make_member(app, "agent"))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=366)):
        assert Applicant(app).get(path).status == 410


def test_link_still_leads_to_the_second_step(app: Flask) -> None:
    """A stolen link alone opens no reviewer's console."""
    member = make_member(app, "reviewer", totp=pyotp.random_base32())
    person = Applicant(app)
    person.get(invitation(app, member))
    person.send({"password": PASSWORD, "again": PASSWORD})
    assert person.page.path == "/staff/sign-in/code"


def test_member_changes_the_password_and_other_browsers_go(app: Flask) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    other, person = signed_in(app, member), staff_browser(app, member)
    new = "a quite different sentence"
    for given, field in (
        ({"present": "wrong", "password": new, "again": new}, "present"),
        ({"present": PASSWORD, "password": new, "again": "x"}, "again"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "password"),
    ):
        person.get("/staff/me/password")
        assert person.send(given).status == 422
        assert set(faults(person.page)) == {field}
    person.get("/staff/me/password")
    assert person.send({"present": PASSWORD, "password": new, "again": new}).path == "/staff/me"
    assert other.get("/staff/me").status_code == 303
    assert come(app, member.email, new).page.path == HOME


def test_agent_may_take_a_second_step_and_give_it_up(app: Flask) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    person = staff_browser(app, member)
    with time_machine.travel(NOW, tick=False) as clock:
        app.extensions["alta"]
        person = staff_browser(app, member)
        page = person.get("/staff/me/second-step")
        secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page.html)[1].replace(" ", "")
        first = CODES.findall(person.send({"code": code_of(secret)}).html)
        assert come(app, member.email).page.path == "/staff/sign-in/code"
        clock.shift(30)
        second = CODES.findall(post(person.browser, "/staff/me/recovery-codes", code=code_of(secret)).text)
        assert len(second) == 10 and not set(first) & set(second)
        assert post(person.browser, "/staff/me/second-step/drop", code=first[0]).status_code == 422
        assert post(person.browser, "/staff/me/second-step/drop", code=second[0]).status_code == 303
        assert come(app, member.email).page.path == HOME


def test_reviewer_cannot_do_without_the_second_step(app: Flask) -> None:
    secret = pyotp.random_base32()
    browser = signed_in(app, make_member(app, "reviewer", password=PASSWORD, totp=secret))
    assert "Do without" not in browser.get("/staff/me").text
    assert post(browser, "/staff/me/second-step/drop", code=code_of(secret)).status_code == 422


def test_another_authenticator_wants_a_code_of_the_present_one(app: Flask) -> None:
    old = pyotp.random_base32()
    person = staff_browser(app, make_member(app, "reviewer", password=PASSWORD, totp=old))
    page = person.get("/staff/me/second-step")
    new = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page.html)[1].replace(" ", "")
    assert person.send({"present": "", "code": code_of(new)}).status == 422
    assert len(CODES.findall(person.send({"present": code_of(old), "code": code_of(new)}).html)) == 10
    assert csrf_of(person.browser)
