"""Owns the tests of signing in through an OpenID provider, a real one over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from app import create_app
from tests.conftest import settings_for
from tests.support import databases, oidc
from tests.support.http_browser import TIMEOUT_SECONDS
from tests.support.rows import alter, one, rows
from tests.support.staff import PASSWORD, csrf_of, make_member, post, signed_in

RETURN = "/staff/sign-in/provider/return"


@pytest.fixture(scope="module")
def running() -> Iterator[oidc.Provider]:
    """A provider."""
    with oidc.running() as running:
        yield running


@pytest.fixture
def provider(running: oidc.Provider) -> oidc.Provider:
    """It, knowing nothing yet."""
    running.forget()
    return running


@pytest.fixture(scope="module")
def trusting(running: oidc.Provider, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An Alta that trusts it."""
    told = {f"ALTA_{name.upper()}": value for name, value in running.settings().items()}
    made = create_app(settings_for(tmp_path_factory.mktemp("trusting"), **told))
    databases.migrate(made)
    return made


@pytest.fixture
def app(trusting: Flask, provider: oidc.Provider) -> Flask:
    """It, with empty tables."""
    databases.empty(trusting)
    own = trusting.extensions["alta"].staff.provider.provider
    own._metadata = own._keys = None
    return trusting


def go_there(browser: FlaskClient, onward: str = "") -> str:
    """Begin, press Continue at the provider; where it sends the browser back to."""
    left = browser.get("/staff/sign-in/provider", query_string={"next": onward} if onward else None)
    assert left.status_code == 303
    page = httpx.get(left.location, timeout=TIMEOUT_SECONDS)
    assert page.status_code == 200
    back = page.text.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    return back.removeprefix("http://localhost")


def come_back(browser: FlaskClient, onward: str = "") -> TestResponse:
    """The whole way."""
    return browser.get(go_there(browser, onward))


def refused(app: Flask, answer: TestResponse, why: str) -> None:
    """A plain page, no session, and a row in the record."""
    assert answer.status_code == 403
    assert "You cannot sign in" in answer.text
    assert rows(app, "SELECT * FROM staff_sessions") == []
    last = "SELECT reason FROM audit_rows WHERE action = 'sign_in_failed' ORDER BY number DESC LIMIT 1"
    assert one(app, last) == why


def test_newcomer_comes_in_with_the_role_of_their_group(app: Flask, provider: oidc.Provider) -> None:
    browser = app.test_client()
    browser.set_cookie("alta_language", "es")
    answer = come_back(browser, "/staff/me?x=1")
    assert answer.status_code == 200
    assert 'content="0;url=/staff/me?x=1"' in answer.text
    assert "SameSite=Strict" in str(answer.headers.getlist("Set-Cookie"))
    assert "Ana Díaz" in browser.get("/staff/me").text
    assert rows(app, "SELECT role, language FROM staff_members") == [("reviewer", "es")]
    assert provider.verified == 1
    asked = provider.asked[0]
    assert len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43


def test_next_sign_in_brings_role_and_integrations_up_to_date(make_app: Any, provider: oidc.Provider) -> None:
    app = make_app(**provider.settings(oidc_roles_claim="realm.roles", oidc_integrations_claim="teams"))
    provider.person = {**oidc.PERSON, "realm": {"roles": ["alta-agents", "other"]}, "teams": ["north"]}
    come_back(app.test_client())
    assert rows(app, "SELECT role, integrations FROM staff_members") == [("agent", '["north"]')]
    provider.person = {**provider.person, "realm": {"roles": ["alta-agents", "alta-admins"]}, "teams": "*"}
    come_back(app.test_client())
    assert rows(app, "SELECT role, integrations FROM staff_members") == [("admin", None)]
    provider.person = {**provider.person, "teams": []}
    assert come_back(app.test_client()).status_code == 403


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"nonce": "another"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"aud": "another"}, "aud"),
    ({"aud": None}, "aud"),
    ({"aud": ["alta", "another"], "azp": "another"}, "azp"),
    ({"iss": "https://another.example"}, "iss"),
    ({"exp": int(time.time()) - 3600}, "exp"),
    ({"exp": None}, "exp"),
    ({"sub": None}, "sub"),
    ({"email": None}, "no_email"),
    ({"groups": ["strangers"]}, "no_role"),
    ({"groups": None}, "no_role"),
]


@pytest.mark.parametrize(("wrong", "why"), WRONG)
def test_claims_that_are_wrong_let_nobody_in(
    app: Flask, provider: oidc.Provider, wrong: dict[str, Any], why: str
) -> None:
    provider.wrong = wrong
    refused(app, come_back(app.test_client()), why)


def test_token_that_nobody_signed_lets_nobody_in(app: Flask, provider: oidc.Provider) -> None:
    provider.algorithm = "none"
    refused(app, come_back(app.test_client()), "signature")


def test_token_of_another_key_lets_nobody_in(app: Flask, provider: oidc.Provider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    refused(app, come_back(app.test_client()), "signature")


def test_new_key_of_the_provider_is_fetched(app: Flask, provider: oidc.Provider) -> None:
    assert come_back(app.test_client()).status_code == 200
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    own = app.extensions["alta"].staff.provider.provider
    since, keys = own._keys
    own._keys = (since - 61, keys)
    assert come_back(app.test_client()).status_code == 200


def test_way_back_works_once_and_only_in_the_browser_that_left(app: Flask) -> None:
    mine, other = app.test_client(), app.test_client()
    back, others = go_there(mine), go_there(other)
    refused(app, app.test_client().get(back), "state")
    refused(app, mine.get(others), "state")
    refused(app, mine.get(back), "state")
    back = go_there(mine)
    assert mine.get(back).status_code == 200
    assert mine.get(back).status_code == 403


def test_way_back_ends_after_ten_minutes(app: Flask) -> None:
    browser = app.test_client()
    back = go_there(browser)
    alter(app, "UPDATE staff_provider_visits SET expires_at = '2020-01-01 00:00:00.000000'")
    refused(app, browser.get(back), "state")


def test_code_of_another_visit_fails_its_proof(app: Flask) -> None:
    """PKCE: a stolen code is worth nothing in another browser's sign-in."""
    mine, thief = app.test_client(), app.test_client()
    stolen = go_there(mine).partition("code=")[2].partition("&")[0]
    back = go_there(thief)
    own = back.partition("code=")[2].partition("&")[0]
    refused(app, thief.get(back.replace(own, stolen)), "code")


def test_answer_of_another_issuer_is_refused(app: Flask) -> None:
    browser = app.test_client()
    refused(app, browser.get(go_there(browser).partition("&iss=")[0] + "&iss=https://other.example"), "issuer")


def test_address_of_a_member_is_theirs_only_if_the_provider_checked_it(app: Flask, provider: oidc.Provider) -> None:
    member = make_member(app, "agent", email=oidc.PERSON["email"], password=PASSWORD)
    provider.wrong = {"email_verified": False}
    refused(app, come_back(app.test_client()), "taken")
    provider.wrong = {}
    assert come_back(app.test_client()).status_code == 200
    assert one(app, "SELECT id FROM staff_members") == member.id
    provider.wrong = {"sub": "another person"}
    assert come_back(app.test_client()).status_code == 403


def test_disabled_member_stays_out(app: Flask) -> None:
    come_back(app.test_client())
    alter(app, "UPDATE staff_members SET disabled_at = '2026-01-01 00:00:00.000000'")
    alter(app, "DELETE FROM staff_sessions")
    refused(app, come_back(app.test_client()), "disabled")


def test_provider_that_is_away_is_said_so(make_app: Any, provider: oidc.Provider) -> None:
    app = make_app(**provider.settings(oidc_issuer="http://127.0.0.1:9"))
    answer = app.test_client().get("/staff/sign-in/provider")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "does not answer" in answer.text


def test_passwords_may_be_switched_off(make_app: Any, provider: oidc.Provider) -> None:
    app = make_app(**provider.settings(staff_passwords="false"))
    member = make_member(app, "agent", password=PASSWORD)
    browser = app.test_client()
    page = browser.get("/staff/sign-in").text
    assert "Sign in with Bank" in page and 'type="password"' not in page
    token = csrf_of(browser, "/staff/sign-in")
    given = {"csrf_token": token, "email": member.email, "password": PASSWORD}
    assert browser.post("/staff/sign-in", data=given).status_code == 405
    assert browser.get("/staff/join/x").status_code == 404
    admin = signed_in(app, "admin")
    assert "Add somebody" not in admin.get("/staff/team").text
    assert admin.get("/staff/team/new").status_code == 404
    assert post(admin, f"/staff/team/{member.id}/password").status_code == 404
    assert "Password" not in admin.get(f"/staff/team/{member.id}").text
    made = app.test_cli_runner().invoke(args=["staff", "create", "x@y.example", "--name", "X", "--link"])
    assert (made.exit_code, "ALTA_STAFF_PASSWORDS" in made.output) == (1, True)


def test_without_a_provider_there_is_no_such_way(sqlite_app: Flask) -> None:
    browser = sqlite_app.test_client()
    assert browser.get("/staff/sign-in/provider").status_code == 404
    assert browser.get(RETURN).status_code == 404
    assert "provider" not in browser.get("/staff/sign-in").text
