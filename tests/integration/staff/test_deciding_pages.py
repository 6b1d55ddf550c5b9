"""The pages of deciding: what a case offers, what is posted, and what who was overtaken is told."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.deciding import Console, Desk, deliver_again, to_review
from tests.support.journey import Applicant, Page
from tests.support.rows import alter, one, rows

PHONE = {"ask": "phone", "reason-phone": "phone_unreachable"}


@pytest.fixture
def console(app: Flask) -> Console:
    """A reviewer on a case that is ready."""
    to_review(app)
    return Console(app, name="Ana")


def offers(page: Page) -> list[str]:
    """The decisions that a case's page leads to."""
    return [kind for kind in ("ask-again", "reject", "approve") if any(f"/{kind}?" in link for link in page.links)]


def text_of(page: Page) -> str:
    """A page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.html.partition("<main")[2]))


def test_approving_takes_two_pages_and_leads_back_to_the_case(app: Flask, console: Console) -> None:
    assert offers(console.case()) == ["ask-again", "reject", "approve"]
    page = console.open("approve")
    assert (page.status, "Approve this application?" in page.html) == (200, True)
    page = console.send(note="Looks\nright.")
    assert page.path == console.address
    assert offers(page) == []
    assert "Approved" in text_of(page)
    assert "Looks\nright." in page.html
    assert one(app, "SELECT state FROM personal_informations") == "approved"
    viewed = rows(app, "SELECT action FROM audit_rows WHERE action = 'case_viewed'")
    assert len(viewed) == 3, "the case, the question, and the case again"


def test_rejecting_wants_a_reason_and_keeps_what_was_typed(app: Flask, console: Console) -> None:
    console.case()
    console.open("reject")
    page = console.send(note="So it is.", sentence="Come back.")
    assert (page.status, page.html.count('href="#reason"')) == (422, 1)
    assert page.fields["sentence"] == "Come back."
    assert "So it is." in page.html
    assert console.send(reason="moon_phase").status == 422
    assert console.send(reason="risk", sentence="x" * 301).status == 422
    assert console.send(reason="risk", sentence="Hidden \u202e").status == 422
    page = console.send(reason="risk", sentence="Come back.")
    assert page.path == console.address
    assert "Risk or match on a list (not told)" in page.html
    told = to_review(app).get("/apply/status").html
    assert "Come back." in told
    assert "match on a list" not in told


def test_asking_again_wants_something_ticked_with_a_reason(app: Flask, console: Console) -> None:
    console.case()
    page = console.open("ask-again")
    assert page.choices["ask"][:2] == ["personal", "identity"]
    assert "20-12345678-6" in page.html
    assert console.send().html.count('href="#ask"') == 1
    assert console.send(ask="phone").html.count('href="#reason-phone"') == 1
    assert console.send(ask="shoes", **{"reason-shoes": "asked_again"}).status == 422
    # A reason without its tick is not passed over in silence, beside one that is ticked either.
    page = console.send(**{**PHONE, "reason-income": "income_outdated"})
    assert page.html.count('href="#reason-income"') == 1 and "Tick it too" in page.html
    assert re.search(r'<option value="income_outdated" selected>', page.html)
    assert one(app, "SELECT stage FROM applications") == "to_review"
    page = console.send(**{**PHONE, "reason-income": ""})
    assert page.path == console.address
    assert "We could not reach you at that number." in page.html
    assert offers(page) == ["ask-again", "reject"]
    assert "it can be approved once the person has answered" in page.html


def test_who_was_overtaken_is_told_by_whom_and_loses_no_word(app: Flask, console: Console) -> None:
    other = Console(app, name="Bruno")
    other.case()
    other.open("approve")
    console.case()
    console.open("reject")
    console.send(reason="other_person")
    page = other.send(note="My own note.")
    assert page.status == 409
    words = text_of(page)
    assert "Nothing was changed" in words
    assert "Ana was faster" in words
    assert "Face and document are of different people" in words
    assert "My own note." in words
    assert one(app, "SELECT state FROM personal_informations") == "rejected"
    # A page that was not opened yet is of a case that is another one by now.
    assert other.browser.get(f"{other.address}/approve?seen=0-0").status == 409
    assert "Ana was faster" in text_of(other.browser.page)


def test_double_post_of_ones_own_decision_leads_back_to_the_case(app: Flask, console: Console) -> None:
    console.case()
    console.open("approve")
    fields = dict(console.browser.page.fields)
    path = f"{console.address}/approve"
    assert console.send().path == console.address
    assert console.browser.send(fields, path=path).path == console.address
    assert len(rows(app, "SELECT id FROM decisions")) == 1
    # Another one from a page that is still open is none.
    page = console.browser.send({**fields, "reason": "risk"}, path=f"{console.address}/reject")
    assert (page.status, "You have decided already" in page.html) == (409, True)


def test_case_that_changed_since_it_was_opened_is_looked_at_again(app: Flask, console: Console) -> None:
    Desk(app, console.who).ask({"phone": "phone_unreachable"})
    console.case()
    console.open("reject")
    person = to_review(app)
    person.get("/apply/phone")
    person.send({"phone_country": "AR", "phone_number": "011 15-2345-6789"})
    person.submit()
    deliver_again(app)
    page = console.send(reason="no_answer")
    assert (page.status, one(app, "SELECT stage FROM applications")) == (409, "to_review")
    assert "The application has changed since you opened it" in page.html


def test_four_eyes_are_shown_to_both(app: Flask, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["alta"].decisions, "four_eyes", True)
    console.case()
    assert "A second reviewer has to approve it too." in console.open("approve").html
    page = console.send()
    assert "Ana approved this first. It waits for a second reviewer." in page.html
    assert offers(page) == ["ask-again", "reject"]
    page = console.browser.send({"seen": page.fields["seen"]}, path=f"{console.address}/withdraw")
    assert "waits for a second reviewer." not in page.html
    console.open("approve")
    console.send()
    other = Console(app, name="Bruno")
    assert "Ana approved this first." in other.case().html
    assert "/withdraw" not in other.browser.page.html
    assert "With your approval it is final." in other.open("approve").html
    assert "Approved" in text_of(other.send())
    assert one(app, "SELECT stage FROM applications") == "approved"


def test_what_waited_waits_for_nobody_once_one_is_enough(
    app: Flask, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four eyes were given up half-way: the same reviewer approves, and reads no more of a second one."""
    decisions = app.extensions["alta"].decisions
    monkeypatch.setattr(decisions, "four_eyes", True)
    console.case()
    console.open("approve")
    assert "waits for a second reviewer" in console.send().html.casefold()
    monkeypatch.setattr(decisions, "four_eyes", False)
    for member in (Console(app, "agent"), console):
        page = member.case()
        assert "second reviewer" not in page.html.casefold() and "was not made final" in page.html
    assert "This is final" in console.open("approve").html
    assert "was not made final" not in console.send().html
    assert one(app, "SELECT stage FROM applications") == "approved"


@pytest.mark.parametrize(
    ("change", "hint", "left"),
    [
        ("UPDATE deliveries SET state = 'waiting' WHERE api = 'kyc'", "It is still being delivered", []),
        ("UPDATE deliveries SET state = 'failed' WHERE api = 'kyc'", "try its deliveries again first", []),
        (
            "UPDATE answers SET given_by = :id WHERE name = 'phone'",
            "You gave answers in it: somebody else has to approve it.",
            ["ask-again", "reject"],
        ),
        ("UPDATE applications SET integration = 'gone'", "Its integration has no APIs any more", []),
    ],
)
def test_case_says_plainly_what_is_not_to_be_had_and_does_not_offer_it(
    app: Flask, console: Console, change: str, hint: str, left: list[str]
) -> None:
    alter(app, change, **({"id": console.who.id} if ":id" in change else {}))
    page = console.case()
    assert hint in page.html
    assert offers(page) == left
    page = console.browser.get(f"{console.address}/approve")
    assert (page.status, hint in page.html) == (409, True)


def test_agent_sees_what_was_decided_and_decides_nothing(app: Flask, console: Console) -> None:
    Desk(app, console.who).ask({"phone": "phone_unreachable"}, note="Called twice.")
    agent = Console(app, "agent")
    page = agent.case()
    assert "Called twice." in page.html
    assert offers(page) == []
    for kind in ("approve", "reject", "ask-again"):
        assert agent.browser.get(f"{agent.address}/{kind}").status == 403


def test_foreign_case_is_as_one_that_is_not_there(app: Flask, console: Console) -> None:
    stranger = Console(app, integrations=["other"])
    own, none = stranger.address, "/staff/cases/00000000-0000-4000-8000-000000000000"
    for kind in ("approve", "reject", "ask-again"):
        pages = [stranger.browser.get(f"{address}/{kind}") for address in (own, none)]
        assert [page.status for page in pages] == [404, 404]
        assert text_of(pages[0]) == text_of(pages[1])


def test_person_reads_what_was_asked_in_their_language_and_the_console_in_its(app: Flask, console: Console) -> None:
    alter(app, "UPDATE staff_members SET language = 'pt_BR'")
    console.case()
    page = console.open("ask-again")
    assert "Não conseguimos falar com você nesse número." in page.html
    console.send(**PHONE)
    person: Applicant = to_review(app)
    person.browser.set_cookie("alta_language", "es")
    assert "No pudimos comunicarnos a ese número." in person.get("/apply/status").html
