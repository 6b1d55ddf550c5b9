"""Owns the tests of what review makes of a document: quiet checks, questions with both values, and what is chosen."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.support.journey import ANSWERS, Applicant
from tests.support.quick import entries, hasten
from tests.support.reader import read_all, with_card
from tests.support.rows import count, one

MATCHES, ASKS, KEPT = "Matches your document", "Which is right?", "You kept what you typed."
_CHOICE = re.compile(r'name="settle" value="(\w+)/(\w+)/(\w+)"[^>]*>(.*?)</button>')


def choices(applicant: Applicant) -> dict[tuple[str, str], tuple[str, str]]:
    """The open questions' buttons on review: (field, choice) to (what it posts, what it says)."""
    page = applicant.get("/apply/review")
    found = _CHOICE.findall(page.html)
    plain = {each: html.unescape(re.sub(r"<[^>]+>", " ", each[3])).strip() for each in found}
    return {each[:2]: ("/".join(each[:3]), " ".join(text.split())) for each, text in plain.items()}


def choose(applicant: Applicant, field: str, choice: str) -> Any:
    """Press one of the buttons."""
    answer, _words = choices(applicant)[field, choice]
    return applicant.send({"settle": answer}, follow=False)


def said_of(applicant: Applicant, label: str) -> str:
    """What review says beside one answer, its own text apart."""
    page = applicant.get("/apply/review")
    found = re.search(rf"<div><dt>{label}</dt><dd dir=\"auto\">.*?</dd>(.*?)</div>", page.html, re.DOTALL)
    assert found is not None, label
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def test_matches_are_quiet_checks(app: Flask) -> None:
    """Beside each of the five answers, with nothing to press; nothing beside what no document tells."""
    applicant = with_card(app)
    for label in ("Given names", "Surnames", "Birth date", "Gender", "CUIL"):
        assert said_of(applicant, label) == MATCHES
    assert said_of(applicant, "Marital status") == ""
    assert choices(applicant) == {}


def test_one_digit_changed_asks_with_both_values(app: Flask) -> None:
    """Of the birth date: only that is asked, and what was typed stays until the person says otherwise."""
    applicant = with_card(app, born="12/08/1990")
    assert said_of(applicant, "Birth date").startswith("Your document says August 12, 1990. Which is right?")
    assert {key: words for key, (_answer, words) in choices(applicant).items()} == {
        ("birthday", "typed"): "What I typed August 10, 1990",
        ("birthday", "document"): "What the document says August 12, 1990",
    }
    assert applicant.page.html.count(MATCHES) == 4


@pytest.mark.parametrize(
    ("cuil", "says"), [("", "DNI 12.345.679"), ("204", "CUIL 20-12345679-4")], ids=["older card", "newer card"]
)
def test_one_digit_changed_in_the_number_asks(app: Flask, cuil: str, says: str) -> None:
    """Against the digits inside the CUIL; the card's own CUIL is offered where it tells it."""
    applicant = with_card(app, dni="12345679", cuil=cuil)
    words = {key: words for key, (_answer, words) in choices(applicant).items()}
    assert words == {
        ("document_number", "typed"): "What I typed CUIL 20-12345678-6",
        ("document_number", "document"): f"What the document says {says}",
    }
    assert choose(applicant, "document_number", "document").path == "/apply/review"
    assert said_of(applicant, says[:4].strip()) == MATCHES


def test_document_is_right_saves_the_step_and_comes_back(app: Flask) -> None:
    """303 to review, where both are the same now; the rest of the step stays as it was."""
    applicant = with_card(app, born="12/08/1990")
    page = choose(applicant, "birthday", "document")
    assert (page.status, page.path) == (303, "/apply/review")
    assert said_of(applicant, "Birth date") == MATCHES
    applicant.get("/apply/personal")
    assert applicant.page.fields["birthday-day"] == "12"
    assert applicant.page.fields["first_name"] == "Juana"
    assert applicant.page.fields["marital_status"] == "single"


def test_what_was_typed_is_right_is_not_asked_again(app: Flask) -> None:
    """It is said beside the answer, also after the same document was photographed anew."""
    applicant = with_card(app, born="12/08/1990")
    page = choose(applicant, "birthday", "typed")
    assert (page.status, page.path) == (303, "/apply/review")
    assert choices(applicant) == {}
    assert said_of(applicant, "Birth date") == f"Your document says August 12, 1990. {KEPT}"
    applicant.get("/apply/personal")
    assert applicant.page.fields["birthday-day"] == "10"


def test_other_values_are_asked_about_again(app: Flask) -> None:
    """What was settled is settled for these two values only."""
    applicant = with_card(app, born="12/08/1990")
    choose(applicant, "birthday", "typed")
    applicant.answer("personal", **{"birthday-day": "11"})
    assert ("birthday", "typed") in choices(applicant)
    applicant.answer("personal", **{"birthday-day": "10"})
    assert choices(applicant) == {}


def test_choice_about_values_that_changed_meanwhile_changes_nothing(app: Flask) -> None:
    """Another tab saved a third date: the question is asked anew, about what is true now."""
    applicant = with_card(app, born="12/08/1990")
    answer, _words = choices(applicant)["birthday", "document"]
    applicant.answer("personal", **{"birthday-day": "11"})
    applicant.get("/apply/review")
    page = applicant.send({"settle": answer}, follow=False)
    assert (page.status, page.path) == (303, "/apply/review")
    assert "August 11, 1990" in choices(applicant)["birthday", "typed"][1]


@pytest.mark.parametrize("answer", ["", "x", "birthday", "birthday/document/", "a/b/c/d", "marital_status/typed/0"])
def test_nonsense_is_led_back_to_review(app: Flask, answer: str) -> None:
    applicant = with_card(app, born="12/08/1990")
    before = count(app, "answers")
    page = applicant.send({"settle": answer}, follow=False)
    assert (page.status, page.path) == (303, "/apply/review")
    assert count(app, "answers") == before
    assert ("birthday", "typed") in choices(applicant)


def test_value_that_its_step_refuses_leads_there_with_the_reason(app: Flask) -> None:
    """The document makes the person a child: its date stands in the boxes with the rule's sentence, unsaved."""
    applicant = with_card(app, born="12/08/2015")
    page = choose(applicant, "birthday", "document")
    assert (page.status, page.path) == (303, "/apply/personal?from=review&check=1")
    page = applicant.get(page.path)
    assert entries(page) == [("birthday-day", "You must be 18 or older to go on")]
    assert page.fields["birthday-year"] == "2015"
    assert ("birthday", "typed") in choices(applicant)


def test_open_questions_block_nobody(app: Flask) -> None:
    applicant = with_card(app, born="12/08/1990", last_name="GOMEZ", dni="12345679")
    assert len(choices(applicant)) == 6
    assert applicant.submit().path == "/apply/status"


def test_choice_after_sending_changes_nothing(app: Flask) -> None:
    applicant = with_card(app, born="12/08/1990")
    answer, _words = choices(applicant)["birthday", "document"]
    fields = dict(applicant.page.fields)
    applicant.submit()
    page = applicant.send({**fields, "settle": answer}, path="/apply/review", follow=False)
    assert (page.status, page.path) == (303, "/apply/status")


def test_question_is_asked_in_the_persons_language(app: Flask) -> None:
    applicant = with_card(app, language="es", born="12/08/1990")
    assert "Tu documento dice 12 de agosto de 1990. ¿Cuál es el correcto?" in applicant.get("/apply/review").html


def test_words_of_a_document_are_shown_as_text(app: Flask) -> None:
    applicant = with_card(app, last_name="<B>GOMEZ")
    page = applicant.get("/apply/review")
    assert "<B>" not in page.html.upper().replace('<B DIR="AUTO">', "")
    assert "Your document says &lt;B&gt;Gomez. Which is right?" in page.html


def test_operator_sees_verdicts_without_personal_data(app: Flask) -> None:
    """Before and after the application was sent."""
    applicant = with_card(app, born="12/08/1990")
    reference = one(app, "SELECT reference FROM applications")
    for _moment in ("draft", "sent"):
        output = app.test_cli_runner().invoke(args=["applications", "show", reference]).output
        assert json.loads(output)["document"] == {
            "first_name": "match",
            "last_name": "match",
            "birthday": "differs",
            "gender": "match",
            "document_number": "match",
        }
        assert not re.search(r"1990|Juana|12345678|FERNANDEZ", output, re.IGNORECASE)
        applicant.submit()


def test_operator_sees_no_verdicts_where_nothing_was_read(app: Flask) -> None:
    hasten(Applicant(app), "BR")
    output = app.test_cli_runner().invoke(args=["applications", "show", one(app, "SELECT reference FROM applications")])
    assert json.loads(output.output)["document"] == {}


def test_staff_see_all_three_columns(app: Flask, services: Any) -> None:
    """What was typed, what the document says, the verdict; and what the person kept."""
    applicant = with_card(app, born="12/08/1990", sex="?")
    choose(applicant, "birthday", "typed")
    with app.app_context():
        findings = services.comparisons.of_application(one(app, "SELECT id FROM applications"))
        assert services.comparisons.of_application("no such application") == ()
    rows = [(each.compared.typed, each.compared.document, each.compared.verdict, each.is_kept) for each in findings]
    assert rows == [
        ("Juana", "Juana", "match", False),
        ("Fernández", "Fernandez", "match", False),
        ("1990-08-10", "1990-08-12", "differs", True),
        ("Mujer", "", "unknown", False),
        ("cuil 20123456786", "cuil 20123456786", "match", False),
    ]


def test_nothing_is_asked_of_who_gave_another_document(app: Flask) -> None:
    """A passport's number is not on the DNI."""
    passport = {**ANSWERS["AR"]["identity"], "document_type": "passport", "document_number": "AAA123456"}
    applicant = with_card(app)
    applicant.answer("identity", **passport)
    read_all(app)
    assert ("document_number", "typed") not in choices(applicant)
