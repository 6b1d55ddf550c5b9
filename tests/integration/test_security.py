"""Owns the tests of what guards every page: headers, cookies, CSRF, rate limits, and the pages for errors."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.onboarding import integrations
from tests.support.journey import Applicant, picture
from tests.support.phones import hand_over, phone_on
from tests.support.quick import hasten, secrets_of
from tests.support.rows import alter, count, one, rows
from tests.support.staff import csrf_of, signed_in

HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
    "X-Request-Id",
)
# What names an object of which there is none, wherever no other value makes sense.
ANY_ID = "434e229d-2e1b-4bad-96a0-dbde8ca0b331"
VALUES = {
    "key": "personal",
    "token": "x",
    "member_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "session_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "application_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "delivery_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "integration_id": "1",
    "message_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "view_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "look": "stored",
    "link": "x",
    "kind": "privacy",
    "slot": "front_document",
    "photo_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "variant": "stored",
    "record_id": "1",
    "user_id": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "name": "photo.jpg",
    "flow": "434e229d-2e1b-4bad-96a0-dbde8ca0b331",
    "handle": "x",
    "object_name": "434e229d-2e1b-4bad-96a0-dbde8ca0b331.jpg",
}
# What takes no cookie of an applicant: the APIs, signed messages, launches; frames have tests of their own.
APART = ("/api/", "/internal/", "/hooks/", "/v1/", "/embed/", "/frame/", "/staff/")
# Says 503 where no worker runs, as in these tests.
NOT_READY = "/readyz"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ERRORS = (400, 403, 404, 405, 413, 422, 429, 500)
TITLES = {
    400: "The page could not be sent",
    403: "This is not yours to see",
    404: "There is no such page",
    405: "That does not work here",
    413: "The file is too big",
    422: "Something needs correcting",
    429: "Too many tries",
    500: "Something went wrong on our side",
}


def paths(app: Flask, *, method: str | None = None) -> list[str]:
    """An address of every route, of those that take `method`."""
    found = []
    for rule in app.url_map.iter_rules():
        if method is None or method in (rule.methods or ()):
            with app.test_request_context():
                found.append(str(rule.build({name: VALUES.get(name, ANY_ID) for name in rule.arguments})[1]))
    return sorted(set(found))


def assert_guarded(response: TestResponse, where: str) -> None:
    """The header set, without anything that would let a page's own text run."""
    missing = [name for name in HEADERS if name not in response.headers]
    assert missing == [], (where, response.status_code, missing)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    if response.mimetype == "text/html" and response.data:
        assert response.headers["Cache-Control"] == "no-store", where
        assert re.search(r"\sstyle=|\son\w+=|<style|<script(?! type=\"module\" src=)", response.text) is None, where


def browsers(app: Flask) -> Iterator[tuple[str, FlaskClient, dict[str, str]]]:
    """Browsers of every standing, with what their posts carry."""
    yield "stranger", app.test_client(), {}
    for standing, until in (("beginner", "personal"), ("at the end", None)):
        applicant = hasten(Applicant(app), until=until)
        yield standing, applicant.browser, secrets_of(applicant.page)
    applicant = hasten(Applicant(app))
    secrets = secrets_of(applicant.page)
    applicant.submit()
    yield "sent", applicant.browser, secrets
    other = hasten(Applicant(app), until="identity")
    secrets = {**secrets_of(other.page), "application": "another"}
    yield "other tab", other.browser, secrets
    gone = hasten(Applicant(app), until="identity")
    digest = hashlib.sha256(gone.browser.get_cookie("alta").value.split(".")[1].encode()).hexdigest()
    assert alter(app, "DELETE FROM browser_sessions WHERE token_hash = :digest", digest=digest) == 1
    yield "gone", gone.browser, secrets_of(gone.page)
    staff = signed_in(app, "admin")
    yield "staff", staff, {"csrf_token": csrf_of(staff)}
    phone = phone_on(app, hand_over(hasten(Applicant(app), until="document")))
    yield "phone", phone.browser, secrets_of(phone.page)


def test_every_route_and_status_carries_the_header_set(make_app: Callable[..., Flask]) -> None:
    """Every address, every method, for browsers of every standing; and none of them fails."""
    app = make_app()
    statuses = set()
    for standing, browser, secrets in browsers(app):
        for path in [*paths(app), "/nothing", "/apply/a/b/c", "/api/nothing", "/internal/nothing"]:
            # The console's cookie is its own: to whoever has none of it all are strangers.
            if path.startswith("/staff") is not (standing == "staff") and standing != "stranger":
                continue
            for method in METHODS:
                data = secrets if method == "POST" else None
                response = browser.open(path, method=method, data=data)
                assert_guarded(response, f"{standing}: {method} {path}")
                assert response.status_code < 500 or path == NOT_READY, (standing, method, path)
                statuses.add(response.status_code)
    assert statuses >= {200, 303, 400, 401, 404, 405, 409, 410, 422}


def test_api_answers_carry_the_header_set(make_app: Callable[..., Flask]) -> None:
    """With a token, good calls and bad ones."""
    app = make_app()
    with app.app_context():
        token = integrations.create("tests")[1]
    for path in paths(app):
        if path.startswith(("/api/", "/internal/", "/v1/")):
            for method in METHODS:
                response = app.test_client().open(path, method=method, headers={"Authorization": token}, json={})
                assert_guarded(response, f"{method} {path}")
                assert response.status_code < 500


def test_static_files_are_immutable_and_harmless(sqlite_app: Flask) -> None:
    """Kept for ever under their content's name; nosniff."""
    page = sqlite_app.test_client().get("/apply/start").text
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(found) >= 3
    for path in found:
        response = sqlite_app.test_client().get(path)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_carry_the_header_set_whatever_is_asked_of_them(sqlite_app: Flask) -> None:
    """Every method, a part, a part that is not there, and a file that is known already."""
    browser = sqlite_app.test_client()
    path = re.search(r'href="(/static/[^"]+\.css)"', browser.get("/apply/start").text)[1]
    known = browser.get(path).headers
    asked = [(method, {}) for method in METHODS]
    asked += [("GET", {"Range": "bytes=0-9"}), ("GET", {"Range": "bytes=9999999-"})]
    asked += [("GET", {"If-Modified-Since": known["Last-Modified"]}), ("GET", {"Accept-Encoding": "br"})]
    statuses = set()
    for method, headers in asked:
        response = browser.open(path, method=method, headers=headers)
        missing = [name for name in HEADERS if name not in response.headers and name != "X-Request-Id"]
        assert missing == [], (method, headers, response.status_code)
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert ("immutable" in response.headers["Cache-Control"]) == (response.status_code in (200, 206, 304))
        statuses.add(response.status_code)
    assert statuses == {200, 206, 304, 405, 416}


def test_policy_allows_only_own_files(sqlite_app: Flask) -> None:
    """Strict, without inline code, frames or plugins."""
    policy = sqlite_app.test_client().get("/apply/start").headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    own = {f"{kind}-src 'self'" for kind in ("script", "style", "worker", "connect")}
    assert {*own, "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("http://localhost", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://alta.localhost", False),
        ("http://alta.example", True),
        ("https://alta.example", True),
        ("http://192.168.1.5:8000", True),
        ("http://localhost.evil.example", True),
    ],
)
def test_cookies_are_closed(sqlite_app: Flask, host: str, secure: bool) -> None:
    """HttpOnly, SameSite, for the whole site, and Secure anywhere but on this computer."""
    browser = sqlite_app.test_client()
    page = browser.get("/apply/start", base_url=host).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    cookie = browser.get("/apply/start", base_url=host).headers.getlist("Set-Cookie")
    fresh = sqlite_app.test_client().get("/apply/start", base_url=host).headers.getlist("Set-Cookie")
    headers = {"Referer": f"{host}/apply/start"}
    data = {"csrf_token": token, "language": "es"}
    chosen = sqlite_app.test_client().post("/apply/language", base_url=host, data=data, headers=headers)
    for each in [*cookie, *fresh, *chosen.headers.getlist("Set-Cookie")]:
        parts = set(each.split("; "))
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert ("Secure" in parts) == secure
        assert not any(part.startswith("Domain") for part in parts)
    assert fresh


def test_production_cookie_is_bound_to_its_host(make_app: Callable[..., Flask]) -> None:
    """By its name's prefix."""
    app = make_app(mode="production", public_url="https://alta.example")
    response = app.test_client().get("/apply/start", base_url="https://alta.example")
    assert response.headers["Set-Cookie"].startswith("__Host-alta=")
    assert "Strict-Transport-Security" in response.headers


def test_cookie_is_a_token_of_which_only_the_hash_is_kept(applicant: Applicant, app: Flask) -> None:
    """A new one for the application: one that was fixed or seen before is worth nothing."""
    applicant.get("/apply/start")
    before = applicant.browser.get_cookie("alta").value
    applicant.start()
    after = applicant.browser.get_cookie("alta").value
    kind, token, _signature = after.split(".")
    assert (kind, len(token) >= 43, token != before.split(".")[1]) == ("a", True, True)
    assert one(app, "SELECT token_hash FROM browser_sessions") == hashlib.sha256(token.encode()).hexdigest()
    for path in ("/apply/personal", "/apply/review"):
        stranger = app.test_client()
        stranger.set_cookie("alta", before)
        assert stranger.get(path).location == "/apply/start"


def test_foreign_installations_cookie_counts_as_none(make_app: Callable[..., Flask], person: Applicant) -> None:
    """Signed with another key."""
    person.start()
    stranger = make_app(secret_key="Z" * 43).test_client()
    stranger.set_cookie("alta", person.browser.get_cookie("alta").value)
    assert stranger.get("/apply/personal").location == "/apply/start"


@pytest.mark.parametrize("token", [None, "", "x", "good of another browser"])
def test_every_post_wants_its_own_csrf_token(make_app: Callable[..., Flask], token: str | None) -> None:
    """Nothing is saved without it; the APIs, which take no cookies, are apart, and so is the console."""
    app = make_app()
    applicant = hasten(Applicant(app), until="document")
    other = hasten(Applicant(app), until="identity")
    data = {"application": applicant.page.fields["application"], "country": "BR", "first_name": "Ana", "save": "1"}
    if token is not None:
        data["csrf_token"] = other.page.fields["csrf_token"] if token.startswith("good") else token
    tables = ("answers", "applications", "resume_links", "photos", "submissions", "consents")
    before = [rows(app, f"SELECT * FROM {table}") for table in tables]
    posts = [path for path in paths(app, method="POST") if not path.startswith(APART)]
    assert len(posts) >= 8
    for path in posts:
        files = {"file": (io.BytesIO(picture(1)), "x.jpg"), "front_document": (io.BytesIO(picture(1)), "x.jpg")}
        response = applicant.browser.post(path, data={**data, **files})
        assert response.status_code == 400, path
        assert "The page could not be sent" in response.text or path.startswith("/apply/photos")
    assert [rows(app, f"SELECT * FROM {table}") for table in tables] == before


@pytest.mark.parametrize("token", ["", "x", "the applicant's"])
def test_every_post_of_a_phone_wants_its_own_csrf_token(make_app: Callable[..., Flask], token: str) -> None:
    """The applicant's own is none there."""
    app = make_app()
    computer = hasten(Applicant(app), until="document")
    link = hand_over(computer)
    phone = phone_on(app, link)
    given = computer.page.fields["csrf_token"] if token.startswith("the") else token
    tables = ("answers", "photos", "handoffs")
    before = [rows(app, f"SELECT * FROM {table}") for table in tables]
    posts = [path for path in paths(app, method="POST") if path.startswith("/phone")]
    assert len(posts) >= 5
    for path in [*posts, link]:
        files = {"file": (io.BytesIO(picture(1)), "x.jpg"), "front_document": (io.BytesIO(picture(1)), "x.jpg")}
        assert phone.browser.post(path, data={"csrf_token": given, **files}).status_code == 400, path
    assert [rows(app, f"SELECT * FROM {table}") for table in tables] == before


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("limit_start", "/apply/start"),
        ("limit_upload", "/apply/document"),
        ("limit_upload", "/apply/photos/front_document"),
        ("limit_resume", "/apply/resume/x"),
        ("limit_resume", "/apply/save"),
        ("limit_resume", "/apply/handoff/document"),
        ("limit_api", "/internal/v1/clients/personal_informations"),
    ],
)
def test_limit_says_when_to_try_again(make_app: Callable[..., Flask], setting: str, path: str) -> None:
    """Two a minute are answered, the third is not, with Retry-After; the page says it in words, an API in JSON."""
    roomy = make_app()
    applicant = hasten(Applicant(roomy), until="document")
    secrets = secrets_of(applicant.page)
    applicant.browser.application = make_app(**{setting: "2 per minute"})
    files: Any = {"front_document": (io.BytesIO(b"x"), "x.jpg")}
    answers = []
    for _try in range(3):
        files = {"front_document": (io.BytesIO(b"x"), "x.jpg")}
        answers.append(applicant.browser.post(path, data={**secrets, **files}))
    assert [each.status_code == 429 for each in answers] == [False, False, True]
    limited = answers[2]
    assert 1 <= int(limited.headers["Retry-After"]) <= 60
    assert_guarded(limited, path)
    if path.startswith("/internal"):
        assert limited.get_json() == {"error": "too_many_requests"}
    else:
        assert "Too many tries" in limited.text
        assert re.search(r"Try again in \d+ seconds", limited.text)


@pytest.fixture
def failing(make_app: Callable[..., Flask]) -> Flask:
    """An application with views that fail in each way that no address of ours does on demand."""
    app = make_app(limit_resume="1 per hour")
    for code in (403, 422):
        app.add_url_rule(f"/fail/{code}", f"fail{code}", lambda code=code: abort(code))
    app.add_url_rule("/fail/500", "fail500", lambda: 1 // 0)
    app.add_url_rule("/api/fail", "failapi", lambda: 1 // 0)
    return app


def provoke(browser: FlaskClient, code: int) -> TestResponse:
    """A response with the status `code`."""
    if code == 400:
        return browser.post("/apply/start", data={})
    if code == 405:
        return browser.put("/apply/start")
    if code == 413:
        announced = {"CONTENT_LENGTH": str(1 << 30), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
        return browser.post("/apply/start", environ_overrides=announced)
    if code == 429:
        browser.get("/apply/resume/x")
        return browser.get("/apply/resume/x")
    return browser.get("/nothing" if code == 404 else f"/fail/{code}")


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_text_that_is_too_long_is_not_called_a_photo(applicant: Applicant, kind: str) -> None:
    """By a form and by a script: a form with photos may be longer, its texts may not."""
    hasten(applicant, until="personal")
    data = {**secrets_of(applicant.page), "first_name": "x" * 300_000}
    answer = applicant.browser.post("/apply/personal", data=data, content_type=kind)
    assert (answer.status_code, "A text is too long" in answer.text) == (413, True)
    assert "photo" not in answer.text
    headers = {"X-Requested-With": "alta"}
    answer = applicant.browser.post("/apply/personal", data=data, content_type=kind, headers=headers)
    assert answer.json == {"error": "A text is too long. Go back and shorten it; what you gave before is kept."}


@pytest.mark.parametrize("code", ERRORS)
def test_error_pages_look_like_the_rest_in_three_languages(failing: Flask, code: int) -> None:
    """With a title, a way on, and an own text in each language."""
    pages = {}
    for language, html_language in (("en", "en"), ("es", "es-AR"), ("pt_BR", "pt-BR")):
        browser = failing.test_client()
        browser.set_cookie("alta_language", language)
        response = provoke(browser, code)
        assert response.status_code == code
        assert_guarded(response, str(code))
        assert f'<html lang="{html_language}"' in response.text
        assert 'href="/apply"' in response.text
        pages[language] = re.search(r"<h1>(.*?)</h1>", response.text)[1]
    assert pages["en"] == TITLES[code]
    assert len(set(pages.values())) == 3


def test_page_for_an_error_of_ours_shows_its_request_id(failing: Flask) -> None:
    """The same as in the header and the log; never what went wrong inside."""
    response = failing.test_client().get("/fail/500")
    assert response.headers["X-Request-Id"] in response.text
    for inside in ("ZeroDivision", "Traceback", "division"):
        assert inside not in response.text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("7f998c2e-8798-437c-8891-5455da1ec7c7", True),
        ("7f998c2e8798437c88915455da1ec7c7", True),
        ("52998224725", False),
        ("juana.fernandez", False),
        ("7f998c2e8798437c88915455da1ec7c7x", False),
    ],
)
def test_request_id_of_a_proxy_is_kept_unless_it_could_name_a_person(sqlite_app: Flask, given: str, kept: bool) -> None:
    """It stands in the log."""
    shown = sqlite_app.test_client().get("/apply/start", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (shown == given) is kept
    assert len(shown) in (32, 36)


@pytest.mark.parametrize("code", [404, 405, 500])
def test_api_paths_answer_errors_in_json(failing: Flask, code: int) -> None:
    """Also those that no API has."""
    method, path = {404: ("GET", "/api/v9"), 405: ("DELETE", "/api/v1/storage/a.jpg"), 500: ("GET", "/api/fail")}[code]
    response = failing.test_client().open(path, method=method)
    assert response.status_code == code
    assert response.get_json()["type"].startswith("srn:error:")


def test_query_that_makes_no_sense_never_fails(sqlite_app: Flask) -> None:
    """Whatever stands in the address of any page."""
    applicant = hasten(Applicant(sqlite_app), until="phone")
    for path in paths(sqlite_app, method="GET"):
        for query in (
            "%ff=%ff",
            "next=%00",
            "next=%5c%5cx",
            "language[]=x",
            "country=%F0%9F%98%80",
            "from=review&check=1",
            "a" * 3000,
        ):
            assert applicant.browser.get(f"{path}?{query}").status_code < 500 or path == NOT_READY, (path, query)
    assert count(sqlite_app, "applications") > 0


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
        ("bogus;;q=x", None),
    ],
)
def test_page_is_compressed_as_the_browser_takes_it(sqlite_app: Flask, accepts: str, encoding: str | None) -> None:
    """Brotli first; without HTTPS browsers take gzip only."""
    answer = sqlite_app.test_client().get("/apply/start", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)
    assert unpack(answer.data).lstrip().startswith(b"<!doctype html>")
