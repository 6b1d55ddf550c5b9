"""Owns the tests of moving through the wizard: order, going back, and coming round again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.journey import ANSWERS, STEPS, Applicant, picture
from tests.support.quick import entries, faults, hasten, sample, secrets_of
from tests.support.rows import alter, count, one, rows

NAMES = {
    "personal": "first_name last_name birthday-day birthday-month birthday-year gender marital_status nationality",
    "identity": "document_type document_number",
    "exposure": "politically_exposed",
    "phone": "phone_country phone_number",
    "income": "total_income_range",
    "document": "front_document back_document",
    "selfies": "selfie_1 selfie_2 selfie_3 dni_selfie",
}
ADDRESS = {
    "AR": "street street_number extra city state postal_code reference_point",
    "BR": "street street_number extra neighborhood city state postal_code reference_point",
}


def test_start_address_leads_a_new_browser_to_the_start_page(person: Applicant) -> None:
    """Without a session."""
    assert person.get("/").path == "/apply/start"
    assert person.get("/apply").path == "/apply/start"


@pytest.mark.parametrize("query", ["utm_source=mail", "a=1&b=%C3%A9+x", "q=%&&;x~!'()*:@/?", "country=BR&language=es"])
@pytest.mark.parametrize("address", ["/", "/apply", "/apply/"])
def test_start_address_keeps_its_query_string(person: Applicant, address: str, query: str) -> None:
    """On the way to the start page, and to the first open step."""
    person.get(f"{address}?{query}")
    assert person.browser.get(f"/apply?{query}").location == f"/apply/start?{query}"
    person.start()
    assert person.browser.get(f"/apply?{query}").location == f"/apply/personal?{query}"


@pytest.mark.parametrize("query", ["key=1", "self=1", "draft=1", "a=1&a=2", "a=&b=1", "flag"])
@pytest.mark.parametrize("begun", [False, True])
def test_start_address_keeps_a_query_string_of_any_names(person: Applicant, begun: bool, query: str) -> None:
    """Names that mean something to the code are no exception, nor are repeated ones."""
    if begun:
        person.start()
    response = person.browser.get(f"/apply?{query}")
    assert response.status_code == 303
    assert response.location.partition("?")[2] in (query, f"{query}=")


@pytest.mark.parametrize("query", ["key=1", "self=1"])
def test_step_address_without_session_takes_a_query_of_any_names(person: Applicant, query: str) -> None:
    """The way to the start page again."""
    assert person.browser.get(f"/apply/personal?{query}").status_code == 303


def test_start_address_leads_to_the_first_open_step(applicant: Applicant) -> None:
    """After every step it is the next, at last review, and after sending, status."""
    hasten(applicant, until="phone")
    assert applicant.get("/apply").path == "/apply/phone"
    secrets = secrets_of(applicant.page)
    for step, following in zip(STEPS[4:], (*STEPS[5:], "review"), strict=True):
        applicant.send({**secrets, **sample(applicant, step, "AR")}, path=f"/apply/{step}", follow=False)
        assert applicant.get("/apply").path == f"/apply/{following}"
    applicant.submit()
    assert applicant.get("/apply").path == "/apply/status"
    assert applicant.get("/apply/personal").path == "/apply/status"
    assert applicant.get("/apply/review").path == "/apply/status"


@pytest.mark.parametrize("later", [*STEPS[3:], "review", "status"])
def test_later_address_leads_to_the_furthest_allowed_step(person: Applicant, later: str) -> None:
    """With GET and with POST, which saves nothing."""
    hasten(person, until="exposure")
    secrets = secrets_of(person.page)
    assert person.get(f"/apply/{later}").path == "/apply/exposure"
    if later != "status":
        person.send({**secrets, "street": "Too early", "declaration": "1"}, path=f"/apply/{later}", follow=False)
        assert person.page.status == 303
        assert person.page.path.startswith("/apply/exposure")
    assert person.get("/apply").path == "/apply/exposure"


@pytest.mark.parametrize("step", [*STEPS, "review", "status", "save", "confirm"])
def test_without_session_every_address_leads_to_the_start(person: Applicant, step: str) -> None:
    """Nobody is shown an error for coming early."""
    assert person.get(f"/apply/{step}").path == "/apply/start"


def test_unknown_step_is_not_found(person: Applicant) -> None:
    """For an application under way."""
    person.start()
    assert person.get("/apply/nonsense").status == 404


@pytest.mark.parametrize("country", ["AR", "BR"])
@pytest.mark.parametrize("step", STEPS[:7])
def test_invalid_post_keeps_values_and_leads_to_each_fault(sqlite_app: Flask, country: str, step: str) -> None:
    """422, `Error:` before the title, a summary that takes the focus, every entry leading to a control."""
    person = Applicant(sqlite_app)
    hasten(person, country, until=step)
    kept = {"first_name": "José <b>", "document_number": "12x", "phone_number": "12", "city": "Rosário", "gender": "X"}
    here = {name: value for name, value in kept.items() if f'name="{name}"' in person.page.html}
    page = person.send(here, follow=False)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    summary = re.search(r'<div class="summary"[^>]*>', page.html)
    assert summary is not None
    assert 'role="alert"' in summary[0]
    assert 'tabindex="-1"' in summary[0]
    assert "autofocus" in summary[0]
    assert entries(page)
    for target, sentence in entries(page):
        assert re.search(rf'<(input|select)[^>]* id="{target}"', page.html), target
        assert sentence in faults(page).values()
    for name, value in here.items():
        assert page.fields[name] == value
    assert person.get("/apply").path == f"/apply/{step}"


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_valid_post_moves_exactly_one_step(app: Flask, country: str) -> None:
    """Always with 303, up to review and status."""
    applicant = Applicant(app)
    applicant.start(country)
    secrets = secrets_of(applicant.page)
    for step, following in zip(STEPS, (*STEPS[1:], "review"), strict=True):
        given = {**secrets, **sample(applicant, step, country)}
        page = applicant.send(given, path=f"/apply/{step}", follow=False)
        assert (page.status, page.path) == (303, f"/apply/{following}")
    assert applicant.submit().path == "/apply/status"
    assert applicant.page.status == 200


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_steps_ask_by_the_contracts_own_names(person: Applicant, country: str) -> None:
    """Every address and every field's name is public."""
    hasten(person, country)
    names = {**NAMES, "address": ADDRESS[country]}
    for step, expected in names.items():
        page = person.get(f"/apply/{step}")
        assert page.path == f"/apply/{step}"
        assert [name for name in expected.split() if f'name="{name}"' not in page.html] == []


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_back_shows_everything_that_was_saved(app: Flask, country: str) -> None:
    """From review to the first step by the links of the pages, photos included; and nothing is lost by it."""
    applicant = hasten(Applicant(app), country)
    before = rows(app, "SELECT name, value FROM answers ORDER BY name")
    for step in reversed(STEPS):
        applicant.get(next(link for link in applicant.page.links if link == f"/apply/{step}"))
        for name, value in ANSWERS[country].get(step, {}).items():
            if name not in ("document_number", "postal_code", "nationality"):
                assert applicant.page.fields[name] == value
        thumbnails = re.findall(r'<img src="(/apply/photos/[^"]+)"', applicant.page.html)
        assert len(thumbnails) == {"document": 2, "selfies": 4}.get(step, 0)
        assert {applicant.browser.get(each).status_code for each in thumbnails} <= {200}
    assert rows(app, "SELECT name, value FROM answers ORDER BY name") == before
    assert applicant.get("/apply").path == "/apply/review"


def test_posting_a_finished_step_again_is_harmless(applicant: Applicant, app: Flask) -> None:
    """The same post twice, from a page that was left long ago."""
    applicant.start()
    old = {**applicant.page.fields, **ANSWERS["AR"]["personal"]}
    applicant.send(old)
    applicant.answer("identity")
    assert applicant.send(old, path="/apply/personal", follow=False).path == "/apply/identity"
    assert applicant.page.status == 303
    assert [row.name for row in rows(app, "SELECT name FROM answers ORDER BY name")] == ["identity:AR", "personal"]
    assert applicant.get("/apply").path == "/apply/exposure"


def test_posting_after_submission_is_harmless(applicant: Applicant, app: Flask) -> None:
    """A tab that was left open leads to status and changes nothing."""
    hasten(applicant)
    secrets = secrets_of(applicant.page)
    applicant.submit()
    before = rows(app, "SELECT name, value FROM answers ORDER BY name")
    for step in (*STEPS, "review"):
        given = {**secrets, **ANSWERS["AR"].get(step, {}), "first_name": "Late", "declaration": "1"}
        assert applicant.send(given, path=f"/apply/{step}", follow=False).path == "/apply/status"
        assert applicant.page.status == 303
    assert rows(app, "SELECT name, value FROM answers ORDER BY name") == before
    assert count(app, "submissions") == 1


def test_changed_answer_keeps_later_answers(applicant: Applicant) -> None:
    """Every step's change, one after another, from review."""
    hasten(applicant, until="document")
    applicant.answer("personal", first_name="María")
    applicant.answer("identity", document_type="dni", document_number="12.345.678")
    applicant.answer("phone", phone_number="011 15-2345-6790")
    assert applicant.get("/apply").path == "/apply/document"
    assert applicant.get("/apply/address").fields["street"] == "Calle Falsa"
    assert applicant.get("/apply/income").fields["total_income_range"]


def test_changed_country_keeps_the_answers_of_each(applicant: Applicant) -> None:
    """To Brazil and back: what was asked in both is there, what is asked in one comes back."""
    hasten(applicant, "AR", until="income")
    agreed = {"privacy": "1", "biometric": "1"}
    applicant.get("/apply/start")
    assert applicant.send({**agreed, "country": "BR"}).path == "/apply/identity"
    assert applicant.get("/apply/personal").fields["first_name"] == "Juana"
    applicant.answer("identity", "BR")
    applicant.get("/apply/start")
    assert applicant.send({**agreed, "country": "AR"}).path == "/apply/income"
    assert applicant.get("/apply/identity").fields["document_type"] == "cuil"
    assert applicant.get("/apply/address").fields["city"] == "Rosario"


def test_step_that_no_longer_applies_comes_back_with_its_answers(applicant: Applicant, app: Flask) -> None:
    """The KYC request stops wanting the income, and wants it again."""
    hasten(applicant)
    chosen = applicant.get("/apply/income").fields["total_income_range"]
    checks = json.loads(one(app, "SELECT checks FROM applications"))
    without = {**checks, "requested": [each for each in checks["requested"] if each != "total_income_range"]}
    alter(app, "UPDATE applications SET checks = :checks", checks=json.dumps(without))
    assert applicant.get("/apply/income").path == "/apply/review"
    assert "/apply/income" not in "".join(applicant.page.links)
    assert "Step 8 of 8" in applicant.page.html
    alter(app, "UPDATE applications SET checks = :checks", checks=json.dumps(checks))
    assert applicant.get("/apply/income").fields["total_income_range"] == chosen
    assert applicant.get("/apply").path == "/apply/review"


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_change_on_review_returns_to_review(sqlite_app: Flask, country: str) -> None:
    """By the Change link of every group, also after a fault was corrected."""
    person = hasten(Applicant(sqlite_app), country)
    for step in STEPS:
        person.get("/apply/review")
        person.get(next(link for link in person.page.links if link == f"/apply/{step}?from=review"))
        broken = {"first_name": "1", "document_number": "1", "phone_number": "1", "street": ""}
        here = {name: text for name, text in broken.items() if f'name="{name}"' in person.page.html}
        if here:
            assert person.send(here, follow=False).status == 422
        assert person.send(sample_without_files(step, country)).path == "/apply/review"


def sample_without_files(step: str, country: str) -> dict[str, str]:
    """The sample's texts; photos are there already."""
    return {name: text for name, text in ANSWERS[country].get(step, {}).items() if isinstance(text, str)}


def test_change_on_review_leads_to_a_required_step_that_it_opened(applicant: Applicant) -> None:
    """A passport shows one page; a DNI also has a back, which is then asked, and review follows."""
    passport = {"document_type": "passport", "document_number": "AAA123456"}
    hasten(applicant, answers={"identity": passport, "document": {"back_document": None}})
    assert applicant.page.path == "/apply/review"
    applicant.get("/apply/identity?from=review")
    assert applicant.send(ANSWERS["AR"]["identity"]).path == "/apply/document"
    assert applicant.send({"back_document": picture(2)}).path == "/apply/review"


def test_passport_shows_and_sends_one_page(sqlite_app: Flask) -> None:
    """A back that was taken before is asked, shown and sent no more; it is there again with the other document."""
    person = hasten(Applicant(sqlite_app))
    assert "Back side" in person.page.html
    person.get("/apply/identity?from=review")
    page = person.send({"document_type": "passport", "document_number": "AAA123456"})
    assert page.path == "/apply/review"
    assert "Page with your photo" in page.html
    assert "Back side" not in page.html
    page = person.get("/apply/document")
    assert 'name="front_document"' in page.html
    assert "back_document" not in page.html
    person.get("/apply/identity?from=review")
    assert "Back side" in person.send(ANSWERS["AR"]["identity"]).html
    brazilian = hasten(Applicant(sqlite_app), "BR")
    brazilian.get("/apply/document?from=review")
    page = brazilian.send({"document_kind": "PASSPORT"})
    assert page.path == "/apply/review"
    assert "Back side" not in page.html


def test_photo_removed_after_review_was_open_leads_back_to_its_step(applicant: Applicant) -> None:
    """Submit in one tab, removal in another: the step says what is missing."""
    hasten(applicant)
    review = {**applicant.page.fields, "declaration": "1"}
    applicant.get("/apply/selfies")
    applicant.send({"remove": "selfie_2"})
    page = applicant.send(review, path="/apply/review")
    assert page.path == "/apply/selfies"
    assert faults(page) == {"selfie_2": "Add this selfie: Turn your head to the left"}


def test_submit_leads_to_an_invalid_step_with_its_error(make_app: Callable[..., Flask]) -> None:
    """A rule became stricter since the answer was saved; once corrected, review is next."""
    applicant = hasten(Applicant(make_app()))
    review = {**applicant.page.fields, "declaration": "1"}
    stricter = make_app(minimum_age="60")
    applicant.browser.application = stricter
    page = applicant.send(review, path="/apply/review")
    assert page.path == "/apply/personal"
    assert faults(page) == {"birthday": "You must be 60 or older to go on"}
    assert entries(page)[0][0] == "birthday-day"
    assert page.title.startswith("Error: ")
    assert page.fields["first_name"] == "Juana"
    assert count(stricter, "submissions") == 0
    assert applicant.send({"birthday-year": "1950"}).path == "/apply/review"


def test_review_wants_the_declaration(person: Applicant) -> None:
    """Nothing is sent without it."""
    hasten(person)
    page = person.send({}, follow=False)
    assert page.status == 422
    assert faults(page) == {"declaration": "Tick the declaration to send your application"}
    assert person.get("/apply").path == "/apply/review"
