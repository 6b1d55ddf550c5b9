"""Owns the check that every page of helping, on both sides and in every state, is valid HTML in the three languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from pytest_httpserver import HTTPServer

from tests.support import html
from tests.support.helping import SMS_SECRET, agree, code_of, give_part, helper, person_with
from tests.support.journey import Applicant
from tests.support.quick import hasten, secrets_of


class Pages(dict[str, str]):
    """The sources of pages, by the state that each was in."""

    def keep(self, state: str, browser: Applicant, status: int = 200) -> None:
        """Keep the page that a browser shows."""
        assert browser.page.status == status, f"{state}: {browser.page.status}"
        self[state] = browser.page.html


@pytest.mark.parametrize(("language", "country"), [("es", "AR"), ("pt_BR", "BR"), ("en", "AR")])
def test_pages_of_helping_are_valid(
    make_app: Callable[..., Flask], httpserver: HTTPServer, language: str, country: str
) -> None:
    """The agent's and the person's, empty, with errors, filled in, waiting and over."""
    app = make_app(sms_url=httpserver.url_for("/sms"), sms_secret=SMS_SECRET)
    pages, agent = Pages(), helper(app, language=language)
    agent.browser.get("/staff/assist")
    pages.keep("hub", agent.browser)
    agent.browser.send({}, path="/staff/assist")
    pages.keep("hub with errors", agent.browser, 422)
    agent.browser.send({"reference": "x"}, path="/staff/assist/code")
    pages.keep("code with errors", agent.browser, 422)
    agent.begin("phone", country, language)
    pages.keep("overview at first", agent.browser)
    agent.browser.get(f"{agent.home}/link")
    pages.keep("link too early", agent.browser)
    for step in ("personal", "identity", "address", "phone", "income"):
        agent.browser.get(f"{agent.home}/{step}")
        pages.keep(f"{step} aloud", agent.browser)
        agent.answer(step, country)
    agent.browser.get(f"{agent.home}/exposure")
    pages.keep("theirs", agent.browser)
    agent.browser.get(f"{agent.home}/link")
    pages.keep("link", agent.browser)
    link = agent.link(text="1")
    pages.keep("link not sent", agent.browser)
    agent.browser.get(link)
    pages.keep("link in the wrong browser", agent.browser, 403)
    agent.browser.get(agent.home)
    pages.keep("overview", agent.browser)
    person = Applicant(app)
    person.browser.set_cookie("alta_language", language)
    person.get(link)
    pages.keep("the person's link", person)
    person = person_with(app, link)
    pages.keep("agree", person)
    person.send({}, path="/apply/agree")
    pages.keep("agree with errors", person, 422)
    agree(person)
    pages.keep("helped", person)
    give_part(person, country)
    person.get("/apply/review")
    pages.keep("review of a part", person)
    agent.browser.get("/staff/assist")
    pages.keep("hub with somebody", agent.browser)
    agent.browser.send(secrets_of(agent.browser.page), path=f"{agent.home}/end")
    agent.browser.get(agent.home)
    pages.keep("over", agent.browser, 410)
    person.submit()
    pages.keep("status", person)
    stuck = hasten(Applicant(app), country, until="identity", language=language)
    stuck.get("/apply/help")
    pages.keep("help", stuck)
    code_of(stuck)
    pages.keep("help with a code", stuck)
    Applicant.get(stuck, "/apply/yours/x")
    pages.keep("no such link", stuck, 410)
    assert html.faults(pages) == []
