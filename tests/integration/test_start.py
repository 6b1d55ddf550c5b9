"""Owns the tests of the start page: what it says, presets, languages, and the consents as they are recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.onboarding.notices import Notices
from tests.support.journey import Applicant
from tests.support.quick import entries, faults, hasten
from tests.support.rows import count, one, rows

CONSENTS = "SELECT kind, version, text_hash, language, given_at FROM consents ORDER BY id"
AGREED = {"privacy": "1", "biometric": "1"}


def test_start_page_says_what_is_needed(person: Applicant) -> None:
    """Document, phone or computer with a camera, about four minutes; both countries, nothing agreed to."""
    page = person.get("/apply/start")
    for words in ("Your identity document, at hand", "with a camera", "About four minutes"):
        assert words in page.html
    assert page.choices["country"] == ["AR", "BR"]
    assert not {"country", "privacy", "biometric"} & set(page.fields)


@pytest.mark.parametrize(
    ("query", "chosen"), [("?country=BR", "BR"), ("?country=ar", "AR"), ("?country=UY", None), ("", None)]
)
def test_country_is_preset_by_the_address(person: Applicant, query: str, chosen: str | None) -> None:
    """And by nothing else, for a new browser."""
    assert person.get(f"/apply/start{query}").fields.get("country") == chosen


def test_preset_survives_the_way_from_the_start_address(person: Applicant) -> None:
    """The query string comes along."""
    assert person.get("/?country=BR").fields["country"] == "BR"


@pytest.mark.parametrize(
    ("accepts", "html_language"),
    [("es-AR,es;q=0.9", "es-AR"), ("pt-BR", "pt-BR"), ("en-GB", "en"), ("de,pt;q=0.5", "pt-BR"), ("fr", "en")],
)
def test_language_is_preset_by_the_browser(sqlite_app: Flask, accepts: str, html_language: str) -> None:
    """The best of the three that it accepts."""
    page = sqlite_app.test_client().get("/apply/start", headers={"Accept-Language": accepts})
    assert f'<html lang="{html_language}"' in page.text


def test_language_changes_without_losing_what_was_given(person: Applicant) -> None:
    """The page comes again in the other language, unjudged, the texts too, with their own hashes."""
    person.get("/apply/start?country=BR&language=en")
    english = person.page.fields["privacy_hash"]
    page = person.send({"privacy": "1", "language": "pt_BR"}, path="/apply/start")
    assert page.status == 200
    assert '<html lang="pt-BR"' in page.html
    assert (page.fields["country"], page.fields["privacy"]) == ("BR", "1")
    assert page.fields["privacy_hash"] != english
    assert entries(page) == []


@pytest.mark.parametrize("language", ["es", "pt_BR", "en"])
def test_consents_are_recorded_as_they_were_given(app: Flask, language: str) -> None:
    """Each with its text's version and hash, the language read, and the time."""
    now = datetime(2026, 11, 23, 15, 4, 5, tzinfo=UTC)
    applicant = Applicant(app)
    with time_machine.travel(now, tick=False):
        applicant.start("AR", language)
    texts = Notices(None, controller="Alta", contact="privacy@alta.example")
    expected = []
    for kind in ("privacy", "biometric"):
        text = texts.get(kind, language)
        expected.append((kind, text.version, text.text_hash, language))
    found = rows(app, CONSENTS)
    assert [tuple(row)[:4] for row in found] == expected
    assert {str(row.given_at)[:19] for row in found} == {"2026-11-23 15:04:05"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"country", "privacy", "biometric"}),
        ({"country": "AR", "privacy": "1"}, {"biometric"}),
        ({"country": "AR", "biometric": "1"}, {"privacy"}),
        ({"country": "UY", **AGREED}, {"country"}),
    ],
)
def test_nothing_begins_without_country_and_both_consents(
    make_app: Callable[..., Flask], given: dict[str, str], expected: set[str]
) -> None:
    """Each consent is asked for itself; nothing is stored."""
    app = make_app()
    applicant = Applicant(app)
    applicant.get("/apply/start")
    page = applicant.send(given)
    assert page.status == 422
    assert set(faults(page)) == expected
    assert count(app, "applications") == 0
    assert count(app, "consents") == 0


def test_text_that_changed_meanwhile_is_read_and_agreed_to_again(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    """What was read is not what would be recorded: the new text is shown, its box is empty, and nothing begins."""
    texts = tmp_path / "texts"
    texts.mkdir()
    old = make_app()
    (texts / "privacy.en.md").write_text("---\ntitle: Privacy\nversion: 99\n---\nAll is new.\n")
    new = make_app(legal_texts=str(texts))
    applicant = Applicant(old)
    applicant.browser.set_cookie("alta_language", "en")
    applicant.get("/apply/start")
    applicant.browser.application = new
    page = applicant.send({"country": "AR", **AGREED})
    assert page.status == 422
    assert faults(page) == {"privacy": "The text has changed: read it again and agree"}
    assert "All is new." in page.html
    assert ("privacy" in page.fields, page.fields["biometric"]) == (False, "1")
    assert count(new, "applications") == 0
    assert applicant.send(AGREED).path == "/apply/personal"
    assert one(new, "SELECT version FROM consents WHERE kind = 'privacy'") == "99"


def test_consent_in_another_language_counts_as_that_text(applicant: Applicant, app: Flask) -> None:
    """Two tabs, the language changed in one: what the other showed is what is recorded."""
    applicant.browser.set_cookie("alta_language", "en")
    english = applicant.get("/apply/start").fields
    applicant.send({"language": "es"})
    applicant.page.fields = english
    applicant.send({"country": "AR", **AGREED}, path="/apply/start")
    assert {row.language for row in rows(app, CONSENTS)} == {"en"}


def test_open_application_is_offered_and_not_begun_twice(applicant: Applicant, app: Flask) -> None:
    """Start again keeps it; its consents are not recorded twice."""
    hasten(applicant, until="exposure")
    page = applicant.get("/apply/start")
    assert "You have an application under way" in page.html
    assert page.fields["country"] == "AR"
    assert applicant.send(AGREED).path == "/apply/exposure"
    assert (count(app, "applications"), count(app, "consents")) == (1, 2)


def test_another_application_begins_when_it_is_asked_for(applicant: Applicant, app: Flask) -> None:
    """The first stays as it was."""
    hasten(applicant, until="exposure")
    applicant.get("/apply/start")
    assert applicant.send({**AGREED, "new": "1"}).path == "/apply/personal"
    assert (count(app, "applications"), count(app, "consents")) == (2, 4)
    assert count(app, "answers") == 2


@pytest.mark.parametrize("kind", ["privacy", "biometric", "pep-ar", "pep-br"])
@pytest.mark.parametrize("language", ["es", "pt_BR", "en"])
def test_each_legal_text_has_its_page(person: Applicant, kind: str, language: str) -> None:
    """In the person's language, with its version."""
    person.browser.set_cookie("alta_language", language)
    page = person.get(f"/apply/legal/{kind}")
    text = Notices(None, controller="Alta", contact="privacy@alta.example").get(kind, language)
    assert page.status == 200
    assert text.title in page.html
    assert text.version in page.html


def test_unknown_legal_text_is_not_found(person: Applicant) -> None:
    """Nor is any file of that name."""
    assert person.get("/apply/legal/secret").status == 404
    assert person.get("/apply/legal/..%2f..%2fpyproject").status == 404


def test_exposure_shows_the_countrys_own_list_above_an_unanswered_question(sqlite_app: Flask) -> None:
    """In a disclosure; neither Yes nor No is chosen beforehand."""
    for country, kind in (("AR", "pep-ar"), ("BR", "pep-br")):
        text = Notices(None, controller="Alta", contact="privacy@alta.example").get(kind, "en")
        page = hasten(Applicant(sqlite_app), country, until="exposure").page
        assert text.title in page.html
        assert page.html.index(text.title) < page.html.index('name="politically_exposed"')
        assert "politically_exposed" not in page.fields
        assert page.fields["text_hash"] == text.text_hash
