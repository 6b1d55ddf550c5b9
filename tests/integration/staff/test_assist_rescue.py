"""Owns the tests of rescuing somebody who is stuck: the person's code lets an agent in, and the person ends it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.onboarding import integrations
from app.onboarding.errors import AssistanceOverError
from tests.support.embedding import Framed, Team
from tests.support.helping import Helper, code_of, helper
from tests.support.journey import ANSWERS, Applicant
from tests.support.quick import hasten, secrets_of
from tests.support.rows import alter, count, one, rows


def rescue(agent: Helper, reference: str, code: str) -> Helper:
    """The agent tries reference and code."""
    agent.browser.get("/staff/assist")
    given = {"csrf_token": agent.page.fields["csrf_token"], "reference": reference, "code": code}
    agent.home = agent.browser.send(given, path="/staff/assist/code").path
    return agent


def reference_of(app: Flask) -> str:
    """The only application's reference."""
    return str(one(app, "SELECT reference FROM applications"))


def test_code_lets_an_agent_in_and_the_person_ends_it(app: Flask) -> None:
    """The agent sees where they are and fills in; the person sees the agent's name on every page."""
    person = hasten(Applicant(app), until="address")
    assert "is helping you" not in person.page.html
    code = code_of(person)
    agent = rescue(helper(app), reference_of(app).lower().replace("-", " "), f"{code[:3]} {code[3:]}")
    assert agent.page.status == 200
    assert "Juana" in agent.page.html
    assert count(app, "assistance_codes") == 0
    for path in ("address", "personal", "help", "review", "save"):
        assert "<b dir=auto>Ana Pérez</b> is helping you" in person.get(f"/apply/{path}").html, path
    assert agent.answer("address").status == 303
    assert rows(app, "SELECT given_by, channel FROM answers WHERE name = 'address:AR'") == [(agent.member.id, "phone")]
    assert rows(app, "SELECT DISTINCT given_by, channel FROM answers WHERE name LIKE 'p%'") == [("", "web")]
    # The person's own wizard stays whole meanwhile.
    assert person.get("/apply/phone").path == "/apply/phone"
    secrets = secrets_of(agent.browser.get(f"{agent.home}/phone"))
    person.send(secrets_of(person.page), path="/apply/help/end")
    assert "is helping you" not in person.page.html
    page = agent.browser.send({**secrets, "phone_number": "1"}, path=f"{agent.home}/phone")
    assert page.status == 410
    assert "The person ended it." in page.html
    deeds = rows(app, "SELECT action, subject, who FROM audit_rows ORDER BY number")[1:]
    assert [action for action, _subject, _who in deeds] == [
        "assistance_begun",
        "case_viewed",
        "answered_for",
        "assistance_ended",
    ]
    assert deeds[-1] == ("assistance_ended", "person", "")


def test_code_is_good_once_and_for_a_while(app: Flask) -> None:
    """Used, replaced, cancelled or too late: the same sentence."""
    person = hasten(Applicant(app), until="identity")
    reference, first = reference_of(app), code_of(person)
    second = code_of(person)
    refused = "Reference and code do not fit"
    if first != second:
        assert refused in rescue(helper(app), reference, first).page.html
    agent = rescue(helper(app), reference, second)
    assert agent.page.status == 200
    first_home = agent.home
    assert refused in rescue(helper(app), reference, second).page.html
    third = code_of(person)
    person.send({**secrets_of(person.page), "cancel": "1"}, path="/apply/help")
    assert refused in rescue(helper(app), reference, third).page.html
    fourth = code_of(person)
    alter(app, "UPDATE assistance_codes SET expires_at = '2020-01-01 00:00:00'")
    assert refused in rescue(helper(app), reference, fourth).page.html
    fifth = code_of(person)
    other = rescue(helper(app, name="Bea Ruiz"), reference, fifth)
    assert other.page.status == 200
    assert "Somebody else of the staff" in agent.browser.get(first_home).html
    assert "Bea Ruiz" in person.get("/apply/identity").html


def test_few_tries_then_the_code_is_over(app: Flask) -> None:
    """Even with the right digits; unknown references look the same."""
    person = hasten(Applicant(app), until="identity")
    reference, code = reference_of(app), code_of(person)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    agent = helper(app)
    pages = [rescue(agent, reference, wrong).page for _try in range(5)]
    assert {page.status for page in pages} == {422}
    assert rescue(agent, reference, code).page.status == 422
    unknown = rescue(agent, "AL-3333-3333", code).page
    assert unknown.status == 422
    assert "Reference and code do not fit" in unknown.html
    assert count(app, "assistances") == 0


def test_code_opens_nothing_for_another_integrations_agent(app: Flask) -> None:
    """Nor does it use up the code's tries."""
    with app.app_context():
        integrations.create("north")
    person = hasten(Applicant(app), until="identity")
    reference, code = reference_of(app), code_of(person)
    assert rescue(helper(app, integrations=["north"]), reference, code).page.status == 422
    assert rescue(helper(app), reference, code).page.status == 200


def test_tries_are_limited(make_app: Callable[..., Flask]) -> None:
    """Per member, and codes per address."""
    app = make_app(limit_help="2 per minute")
    agent = helper(app)
    statuses = [rescue(agent, "AL-3333-3333", "123456").page.status for _try in range(3)]
    assert statuses == [422, 422, 429]
    person = hasten(Applicant(app), until="identity")
    secrets = secrets_of(person.get("/apply/help"))
    assert [person.send(secrets, path="/apply/help").status for _try in range(3)] == [200, 200, 429]


def test_help_ends_by_itself(app: Flask) -> None:
    """Its time is told on both sides."""
    person = hasten(Applicant(app), until="address")
    agent = rescue(helper(app), reference_of(app), code_of(person))
    alter(app, "UPDATE assistances SET expires_at = '2020-01-01 00:00:00'")
    page = agent.browser.get(agent.home)
    assert page.status == 410
    assert "Its time is over." in page.html
    assert "is helping you" not in person.get("/apply/address").html
    assert agent.browser.get("/staff/assist").html.count(reference_of(app)) == 0


def test_agent_hands_back_and_the_person_sends(app: Flask) -> None:
    """All of it is the person's again; the status page says who gave what."""
    person = hasten(Applicant(app), until=None)
    agent = rescue(helper(app), reference_of(app), code_of(person))
    assert agent.answer("phone", phone_number="011 15-2345-6780").status == 303
    agent.browser.send(secrets_of(agent.browser.get(f"{agent.home}/phone")), path=f"{agent.home}/end")
    page = person.submit()
    assert page.path == "/apply/status"
    assert page.html.count("Ana Pérez") == 1
    assert one(app, "SELECT ended_by FROM assistances") == "agent"


def test_person_in_a_frame_is_helped_like_any_other(app: Flask) -> None:
    """On their team's page: the code, who helps, and the end of it; each answer with its channel."""
    person = Framed(app, Team(app).session(country="AR", locale="en"))
    person.begin()
    agent = rescue(helper(app), reference_of(app), code_of(person))
    assert agent.answer("personal").status == 303
    assert "<b dir=auto>Ana Pérez</b> is helping you" in person.get("/apply/personal").html
    person.answer("identity")
    given = rows(app, "SELECT name, given_by, channel FROM answers ORDER BY name")
    assert given == [("identity:AR", "", "embedded"), ("personal", agent.member.id, "phone")]
    person.send(secrets_of(person.get("/apply/identity")), path="/apply/help/end")
    assert agent.browser.get(agent.home).status == 410


def test_what_is_on_its_way_when_the_person_ends_the_help_is_not_written(app: Flask) -> None:
    """The agent's post was let in and had its draft; the end came before its transaction."""
    person = hasten(Applicant(app), until="identity")
    agent = rescue(helper(app), reference_of(app), code_of(person))
    services = app.extensions["alta"]
    with app.test_request_context("/staff/assist"):
        draft = services.helping.assistances.load(agent.member, agent.assistance, address="")
        journey = services.drafts.journey(draft)
        step = journey.step("identity")
        form = step.bind(journey.context, MultiDict(ANSWERS["AR"]["identity"]))
        assert form.validate()
        services.helping.assistances.end_by_person(draft)
        for write in (services.drafts.save, services.drafts.keep_typed):
            with pytest.raises(AssistanceOverError):
                write(draft, step, journey.context, form)
    assert rows(app, "SELECT name FROM answers") == [("personal",)]


def test_what_was_typed_too_late_is_shown_to_who_typed_it(app: Flask) -> None:
    """The person ended the help, or the agent's own session had ended: it is not taken, and not lost in silence."""
    person = hasten(Applicant(app), until="address")
    agent = rescue(helper(app), reference_of(app), code_of(person))
    agent.browser.get(f"{agent.home}/address")
    given = {**secrets_of(agent.page), **ANSWERS["AR"]["address"], "street": "Calle <Nueva>"}
    person.send(secrets_of(person.get("/apply/address")), path="/apply/help/end")
    page = agent.browser.send(given, path=f"{agent.home}/address")
    assert page.status == 410
    assert "What you typed last was not taken" in page.html
    assert '<dt>Street</dt><dd dir="auto">Calle &lt;Nueva&gt;</dd>' in page.html
    assert "Juana" not in page.html
    assert "What you typed last" not in agent.browser.get(f"{agent.home}/address").html
    # Of somebody else's help there is nothing to be told.
    other = helper(app)
    csrf = {"csrf_token": other.browser.get("/staff/assist").fields["csrf_token"]}
    assert other.browser.send({**given, **csrf}, path=f"{agent.home}/address").status == 404
    alter(app, "DELETE FROM staff_sessions")
    page = agent.browser.send(given, path=f"{agent.home}/address")
    assert page.path == "/staff/sign-in"
    assert "nothing of it was taken" in page.html
    assert rows(app, "SELECT name FROM answers WHERE name = 'address:AR'") == []


def test_overview_looks_by_itself_and_the_record_tells_of_news_only(app: Flask) -> None:
    """What it shows already is neither sent nor recorded again; once the person gave something, both."""
    person = hasten(Applicant(app), until="address")
    agent = rescue(helper(app), reference_of(app), code_of(person))
    client = agent.browser.browser

    def looks(seen: str) -> tuple[int, int]:
        before = count(app, "audit_rows")
        headers = {"X-Looks-By-Itself": "1", "X-Seen": seen}
        return client.get(agent.home, headers=headers).status_code, count(app, "audit_rows") - before

    tag = re.findall(r'data-seen="(\w+)"', agent.page.html)[0]
    assert looks(tag) == (204, 0)
    assert looks("") == looks("x") == (200, 1)
    person.answer("address")
    assert looks(tag) == (200, 1)
    person.send(secrets_of(person.page), path="/apply/help/end")
    assert looks(tag) == (410, 0)
