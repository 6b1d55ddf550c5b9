"""Owns the tests of what a browser brings along: its session, its cookies, its language and its raw addresses."""

from __future__ import annotations

import base64

import pytest
from flask import Flask

from tests.support.journey import ANSWERS, Applicant
from tests.support.quick import hasten, secrets_of
from tests.support.rows import alter, count, rows


def test_two_applications_in_one_browser_never_mix(applicant: Applicant, app: Flask) -> None:
    """A tab of the first one posts after the second was begun: nothing is saved anywhere, and the page says so."""
    hasten(applicant, until="phone")
    old = {**applicant.page.fields, **ANSWERS["AR"]["phone"]}
    applicant.get("/apply/start")
    applicant.send({"country": "BR", "privacy": "1", "biometric": "1", "new": "1"})
    assert count(app, "applications") == 2
    before = rows(app, "SELECT * FROM answers ORDER BY application_id, name")
    page = applicant.send(old, path="/apply/phone")
    assert page.status == 409
    assert "belongs to another application" in page.html
    fresh = secrets_of(applicant.get("/apply/personal"))
    mixed = applicant.send({**old, "csrf_token": fresh["csrf_token"]}, path="/apply/personal")
    assert mixed.status == 409
    assert rows(app, "SELECT * FROM answers ORDER BY application_id, name") == before


def test_session_that_is_gone_is_said_with_how_to_go_on(applicant: Applicant, app: Flask) -> None:
    """For GET and for POST, photos and fragments too."""
    hasten(applicant, until="document")
    secrets = secrets_of(applicant.page)
    alter(app, "DELETE FROM browser_sessions")
    for step in ("personal", "document", "review", "status", "save"):
        page = applicant.get(f"/apply/{step}")
        assert page.status == 410
        assert "This session has ended" in page.html
        assert "/apply/start" in page.links
    for step in ("personal", "document", "review", "save"):
        page = applicant.send({**secrets, "first_name": "Juana"}, path=f"/apply/{step}")
        assert (page.status, "/apply/start" in page.links) == (410, True)
    upload = applicant.browser.post("/apply/photos/front_document", data=secrets, headers={"X-Requested-With": "fetch"})
    assert upload.status_code == 410
    assert "Reload" in upload.get_json()["error"]
    assert applicant.get("/apply").path == "/apply/start"
    assert applicant.start().path == "/apply/personal"


def _tampered(good: str) -> list[str]:
    body, _dot, signature = good.rpartition(".")
    flipped = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB")
    return [
        "",
        ".",
        "a.",
        "a..",
        "x" * 5000,
        "a.token",
        good[:-1],
        good[1:],
        good + good,
        f"{body}.{flipped}",
        f"v{body[1:]}.{signature}",
        "%00%ff",
        "é\u202e",
        base64.b64encode(good.encode()).decode(),
        '"quoted; value"',
    ]


@pytest.mark.parametrize("number", range(15))
def test_tampered_cookie_counts_as_none(person: Applicant, number: int) -> None:
    """It leads to the start like no cookie at all; a post with it is refused without a fault of ours."""
    person.start()
    secrets = secrets_of(person.page)
    good = person.browser.get_cookie("alta").value
    cookie = _tampered(good)[number]
    for path in ("/apply", "/apply/personal", "/apply/review", "/apply/status"):
        response = _raw(person, "GET", path, cookie)
        assert (response.status_code, response.location) == (303, "/apply/start")
    posted = _raw(person, "POST", "/apply/personal", cookie, data={**secrets, **ANSWERS["AR"]["personal"]})
    assert (posted.status_code, posted.location) == (303, "/apply/start")
    started = _raw(person, "POST", "/apply/start", cookie, data={**secrets, "country": "AR"})
    assert started.status_code == 400


def test_no_single_character_of_the_cookie_may_differ(person: Applicant) -> None:
    """Not even the last one, of which base64 reads a part only."""
    person.start()
    good = person.browser.get_cookie("alta").value
    for place, character in enumerate(good):
        for other in "AQgwBx_-.".replace(character, ""):
            cookie = good[:place] + other + good[place + 1 :]
            assert _raw(person, "GET", "/apply/personal", cookie).status_code == 303, (place, other)
    assert _raw(person, "GET", "/apply/personal", f"{good}=").status_code == 303
    assert _raw(person, "GET", "/apply/personal", good).status_code == 200


def _raw(person: Applicant, method: str, path: str, cookie: str, **more: object) -> object:
    browser = person.app.test_client(use_cookies=False)
    header = f"alta={cookie}; alta_language=en".encode().decode("latin-1")
    return browser.open(path, method=method, environ_overrides={"HTTP_COOKIE": header}, **more)


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "es'--", "%00", "pt_BR" * 700])
def test_tampered_language_cookie_counts_as_none(person: Applicant, language: str) -> None:
    """The browser's own wish is asked instead."""
    person.browser.set_cookie("alta_language", language)
    assert person.get("/apply/start").status == 200


def test_language_changes_on_a_step_without_losing_what_was_typed(person: Applicant) -> None:
    """The page comes again in the other language, unjudged, and the next page too."""
    person.start()
    page = person.send({"first_name": "Ana", "birthday-day": "99", "gender": "X", "language": "pt_BR"}, follow=False)
    assert page.status == 200
    assert '<html lang="pt' in page.html
    assert (page.fields["first_name"], page.fields["birthday-day"], page.fields["gender"]) == ("Ana", "99", "X")
    assert not page.title.startswith("Erro")
    assert '<html lang="pt' in person.get("/apply/personal").html


def test_language_changes_on_review_and_review_stays(person: Applicant) -> None:
    """The list of posts was read in another language: it is the same list, and nothing is asked again."""
    hasten(person, language="es")
    for language, html_language in (("pt_BR", "pt-BR"), ("en", "en"), ("es", "es-AR")):
        page = person.send({"language": language})
        assert (page.status, page.path) == (200, "/apply/review")
        assert f'<html lang="{html_language}"' in page.html
        assert person.get("/apply/review").path == "/apply/review"
    assert person.submit().path == "/apply/status"


def test_step_before_an_unfinished_review_promises_no_way_back_to_it(person: Applicant) -> None:
    """Who opens review too early goes on from step to step; only the last open one leads to review."""
    hasten(person, until="phone")
    assert person.get("/apply/review").path == "/apply/phone"
    assert "Save and go back to review" not in person.page.html
    hasten(person, until="selfies")
    person.get("/apply/review")
    assert "Save and go back to review" in person.page.html


def test_query_of_raw_bytes_is_kept(person: Applicant) -> None:
    """Some links are not escaped: a server hands their bytes over as they came, and they mean the same after."""
    raw = {"QUERY_STRING": "q=é".encode().decode("latin-1")}
    assert person.browser.get("/apply", environ_overrides=raw).location == "/apply/start?q=%C3%A9"


@pytest.mark.parametrize("address", ["/nope", "/docs/api", "/apply/legal/privacy"])
def test_language_changes_on_pages_beside_the_wizard_and_they_stay(person: Applicant, address: str) -> None:
    """Also where there is no such page."""
    person.get(address)
    page = person.send({"language": "pt_BR"}, path="/apply/language")
    assert page.path == address
    assert '<html lang="pt-BR"' in page.html


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\nx", "evil"])
def test_changing_the_language_leads_to_no_other_site(person: Applicant, onward: str) -> None:
    """An address that was slipped in is left aside."""
    person.get("/nope")
    page = person.send({"language": "es", "next": onward}, path="/apply/language", follow=False)
    assert page.path == "/apply"
