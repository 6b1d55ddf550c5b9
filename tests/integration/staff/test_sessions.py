"""Owns the tests of being signed in: how long it lasts, where, and that the cookie is staff's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.store.db import db
from tests.support.journey import Applicant
from tests.support.rows import count, one
from tests.support.staff import PASSWORD, csrf_of, make_member, new_session, post, signed_in

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def test_session_ends_after_a_quarter_of_an_hour_without_a_request(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in(app, "agent")
        for _ in range(3):
            clock.shift(timedelta(minutes=14, seconds=59))
            assert browser.get("/staff/me").status_code == 200
        clock.shift(timedelta(minutes=15))
        answer = browser.get("/staff/me")
        assert (answer.status_code, answer.location) == (303, "/staff/sign-in?next=/staff/me")


def test_page_that_looks_by_itself_keeps_nobody_signed_in(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in(app, "agent")
        clock.shift(timedelta(minutes=14))
        assert browser.get("/staff/me", headers={"X-Looks-By-Itself": "1"}).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert browser.get("/staff/me").status_code == 303


def test_script_is_told_that_the_session_has_ended(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/staff/me", headers={"X-Requested-With": "alta"})
    assert (answer.status_code, list(answer.json or {})) == (401, ["error"])


def test_session_ends_after_ten_hours_however_busy(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in(app, "agent")
        for _ in range(59):
            clock.shift(timedelta(minutes=10))
            assert browser.get("/staff/me").status_code == 200
        clock.shift(timedelta(minutes=10))
        assert browser.get("/staff/me").status_code == 303


def test_busy_session_is_written_seldom(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in(app, "agent")
        browser.get("/staff/me")
        seen = one(app, "SELECT seen_at FROM staff_sessions")
        clock.shift(timedelta(seconds=29))
        browser.get("/staff/me")
        assert one(app, "SELECT seen_at FROM staff_sessions") == seen


def test_post_of_an_ended_session_leads_to_the_sign_in_and_back_to_its_page(app: Flask) -> None:
    browser = signed_in(app, "agent")
    token = csrf_of(browser)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        headers = {"Referer": "http://localhost/staff/me"}
        answer = browser.post("/staff/me/sessions/end", data={"csrf_token": token}, headers=headers)
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in?next=/staff/me")


def test_member_sees_where_they_are_signed_in_and_ends_one_or_all(app: Flask) -> None:
    member = make_member(app, "agent")
    here, there, stranger = signed_in(app, member), signed_in(app, member), signed_in(app, "agent")
    page = here.get("/staff/me", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).text
    assert page.count("Firefox, Linux") >= 2
    assert "198.51.100.7" in page and "this one" in page
    ends = re.findall(r'action="(/staff/me/sessions/[0-9a-f-]{36}/end)"', page)
    assert len(ends) == 2
    assert post(stranger, ends[0]).status_code == 404
    mine = one(app, "SELECT id FROM staff_sessions WHERE address = '198.51.100.7'")
    (other,) = [path for path in ends if mine not in path]
    assert post(here, other).status_code == 303
    assert there.get("/staff/me").status_code == 303
    assert here.get("/staff/me").status_code == 200
    third = signed_in(app, member)
    assert post(here, "/staff/me/sessions/end").location == "/staff/sign-in"
    assert [each.get("/staff/me").status_code for each in (here, third, stranger)] == [303, 303, 200]


def test_signing_out_ends_the_session_itself(app: Flask) -> None:
    member = make_member(app, "agent")
    value, browser = new_session(app, member), app.test_client()
    browser.set_cookie("alta_staff", value, path="/staff")
    assert post(browser, "/staff/sign-out").location == "/staff/sign-in"
    thief = app.test_client()
    thief.set_cookie("alta_staff", value, path="/staff")
    assert thief.get("/staff/me").status_code == 303
    assert count(app, "staff_sessions") == 0


def test_disabled_member_is_out_at_once(app: Flask) -> None:
    member = make_member(app, "agent")
    browser = signed_in(app, member)
    with app.app_context():
        app.extensions["alta"].staff.team.disable(member, by=None)
    assert browser.get("/staff/me").status_code == 303


def test_cookie_is_strict_and_apart_from_the_applicants(sqlite_app: Flask) -> None:
    browser = sqlite_app.test_client()
    (cookie,) = browser.get("/staff/sign-in", base_url="https://alta.example").headers.getlist("Set-Cookie")
    parts = set(cookie.split("; "))
    assert cookie.startswith("alta_staff=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/staff", "Secure"} <= parts
    assert not any(part.startswith(("Max-Age", "Expires", "Domain")) for part in parts)
    staff = new_session(sqlite_app, make_member(sqlite_app, "admin"))
    for name in ("alta", "alta_phone"):
        thief = sqlite_app.test_client()
        thief.set_cookie(name, staff)
        assert thief.get("/apply/personal").location == "/apply/start"
        assert thief.get("/staff/me").status_code == 303
    applicant = Applicant(sqlite_app)
    applicant.start()
    applicant.browser.set_cookie("alta_staff", applicant.browser.get_cookie("alta").value, path="/staff")
    assert applicant.browser.get("/staff/me").status_code == 303


def test_production_cookies_are_bound_to_their_host(make_app: Callable[..., Flask]) -> None:
    app = make_app(mode="production", public_url="https://alta.example")
    member, browser = make_member(app, "agent", password=PASSWORD), app.test_client()
    page = browser.get("/staff/sign-in", base_url="https://alta.example").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"csrf_token": token, "email": member.email, "password": PASSWORD}
    headers = {"Referer": "https://alta.example/staff/sign-in"}
    answer = browser.post("/staff/sign-in", base_url="https://alta.example", data=data, headers=headers)
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(each.partition("=")[0] for each in cookies) == ["__Host-alta_staff", "__Host-alta_staff_devices"]
    for each in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(each.split("; "))


def test_link_from_another_site_neither_signs_out_nor_opens_anything(app: Flask) -> None:
    """A Strict cookie does not come along: the page asks again for itself, and sets none in its place."""
    answer = app.test_client().get("/staff/me?a=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/staff/me?a=1">' in answer.text
    assert answer.headers.getlist("Set-Cookie") == []
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_post_wants_its_own_token(app: Flask) -> None:
    member = make_member(app, "admin")
    browser, other = signed_in(app, member), signed_in(app, "admin")
    foreign = csrf_of(other)
    for token in ("", "x", foreign):
        answer = browser.post("/staff/me/sessions/end", data={"csrf_token": token})
        assert answer.status_code == 400
        assert answer.headers["Cache-Control"] == "no-store"
    assert count(app, "staff_sessions") == 2


def test_console_may_have_a_host_of_its_own(make_app: Callable[..., Flask]) -> None:
    app = make_app(staff_host="console.alta.example")
    console, public = "https://console.alta.example", "https://alta.example"
    for base, path, status in (
        (console, "/staff/sign-in", 200),
        (console, "/", 303),
        (console, "/apply/start", 404),
        (console, "/api/v1/users/x/kyc/request", 404),
        (console, "/phone", 404),
        (console, "/healthz", 200),
        (public, "/staff/sign-in", 404),
        (public, "/staff/nothing", 404),
        (public, "/apply/start", 200),
        (public, "/healthz", 200),
        ("https://CONSOLE.alta.example", "/staff/sign-in", 200),
    ):
        answer = app.test_client().get(path, base_url=base)
        assert answer.status_code == status, (base, path)
        assert answer.headers.get("Set-Cookie", "alta_staff").startswith("alta")
    assert app.test_client().post("/apply/start", base_url=console).status_code == 404
    assert app.test_client().post("/staff/sign-in", base_url=public).status_code == 404
    assert "alta_staff" not in str(app.test_client().get("/staff/sign-in", base_url=public).headers)


@pytest.mark.parametrize("language", ["es", "pt_BR", "en"])
def test_members_language_is_theirs_whatever_the_browser_was_set_to(app: Flask, language: str) -> None:
    browser = signed_in(app, make_member(app, "agent", language=language))
    browser.set_cookie("alta_language", "en" if language != "en" else "es")
    html_language = {"es": "es-AR", "pt_BR": "pt-BR", "en": "en"}
    assert f'<html lang="{html_language[language]}"' in browser.get("/staff/me").text
    assert post(browser, "/staff/language", language="pt_BR", next="/staff/me").location == "/staff/me"
    assert '<html lang="pt-BR"' in browser.get("/staff/me").text
    assert one(app, "SELECT language FROM staff_members") == "pt_BR"


def test_console_says_so_when_the_database_does_not_answer(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    browser = signed_in(app, "admin")
    with app.app_context():
        db.engine.dispose()
        Path(app.extensions["alta"].settings.instance / "alta.sqlite3").unlink()
    answer = browser.get("/staff/me")
    assert answer.status_code in (500, 503)
    assert "<h1>" in answer.text and "staff.css" in answer.text
