"""Help by staff, in each of its three ways: an agent's browser and the person's own beside it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import follow
from tests.browser.pages import Wizard
from tests.support.helping import OWN, app_of
from tests.support.server import Server
from tests.support.staff import COOKIE, make_member, new_session

AGENT = "Ana Pérez"
# Longer than the longest round of a page that looks for news.
ROUND_MILLISECONDS = 45_000


@pytest.fixture(scope="module")
def house(alta: Server) -> Flask:
    """What the running Alta's rows are written with."""
    return app_of(alta)


def agent_of(wizard: Wizard, house: Flask, language: str = "en") -> Wizard:
    """Sign an agent in and open the area of helping."""
    member = make_member(house, "agent", name=AGENT, language=language)
    cookie = {"name": COOKIE, "value": new_session(house, member), "path": "/staff", "sameSite": "Strict"}
    domain = urlsplit(wizard.address).hostname
    wizard.page.context.add_cookies([{**cookie, "domain": domain, "httpOnly": True}])  # type: ignore[list-item]
    wizard.page.goto(f"{wizard.address}/staff/assist")
    return wizard


def begin(agent: Wizard, where: str, speaks: str) -> None:
    """Begin for a person who lives in Argentina."""
    agent.radio("Where is the person?", where).check()
    agent.radio("Where does the person live?", "Argentina").check()
    agent.page.get_by_role("radio", name=speaks).check()
    agent.field("The person asked me to fill in for them, and knows that I see what they say.").check()
    agent.press("Begin")
    says(agent, "Where the person is")


def says(wizard: Wizard, heading: str) -> None:
    """The page's title says this."""
    expect(wizard.page.get_by_role("heading", level=1)).to_have_text(wizard.words(heading), timeout=ROUND_MILLISECONDS)


def link_of(agent: Wizard) -> str:
    """Make the person's link."""
    follow(agent.page.get_by_role("link", name=agent.words("The person's link")).first)
    agent.press("Show the link")
    expect(agent.page.locator("svg.qr")).to_be_visible()
    return agent.page.locator("#link").input_value()


def open_link(person: Wizard, link: str) -> None:
    """Open it with the right birth date, and agree."""
    person.page.goto(link)
    says(person, "Your part of the application")
    person.fill_date(person.person.birthday)
    person.press()
    says(person, "First, your agreement")
    is_fine(person.page)
    person.field("I have read the privacy notice and agree to it.").check()
    person.field("I agree to the use of photos of my face to verify my identity.").check()
    person.press("Agree and continue")
    person.sees("exposure")


def test_agent_fills_in_for_a_person_in_the_branch(visit: Visit, house: Flask) -> None:
    """The agent types and photographs the document; the person agrees, declares, takes the selfies and sends."""
    agent, person = agent_of(visit(), house), visit("AR", "phone")
    is_fine(agent.page)
    begin(agent, "In the branch, with me", "English")
    follow(agent.link("Continue"))
    for step in OWN:
        agent.fill(step)
        agent.press()
    says(agent, "Where the person is")
    is_fine(agent.page)
    open_link(person, link_of(agent))
    expect(person.page.get_by_text(f"{AGENT} is helping you")).to_be_visible()
    follow(agent.page.get_by_role("link", name="To the overview"))
    follow(agent.page.get_by_role("link", name=re.compile("^Fill in – Photos of the document")))
    agent.fill("document")
    is_fine(agent.page)
    agent.press()
    says(agent, "Selfies")
    follow(agent.page.get_by_role("link", name=re.compile("^AL-")))
    says(agent, "Where the person is")
    person.answer("exposure")
    person.answer("document")
    person.answer("selfies")
    person.sees("review")
    expect(person.page.get_by_role("link", name=re.compile("^Change"))).to_have_count(3)
    is_fine(person.page)
    # The overview follows along by itself, to the end.
    expect(agent.page.get_by_text("by the person", exact=True)).to_have_count(3, timeout=ROUND_MILLISECONDS)
    person.send()
    expect(person.page.get_by_role("main")).to_contain_text(AGENT)
    says(agent, "This help has ended")


def test_agent_reads_the_persons_words_on_the_phone(visit: Visit, house: Flask) -> None:
    """Portuguese for the agent, Spanish to read aloud; numbers back in groups; the link shows their part only."""
    agent, person = agent_of(visit(language="pt_BR"), house, "pt_BR"), visit("AR", "phone", language="es")
    begin(agent, "On the phone", "Español")
    follow(agent.link("Continue"))
    expect(agent.page.locator(".aloud").first).to_contain_text(f"Soy {AGENT}")
    is_fine(agent.page)
    for step in ("personal", "identity"):
        agent.fill(step)
        agent.press()
    expect(agent.page.locator(".groups b")).to_have_text(["20", "12", "345", "678", "6"])
    expect(agent.page.locator(".aloud", has_text="¿En qué calle vivís?")).to_be_visible()
    is_fine(agent.page)
    follow(agent.page.get_by_role("link", name=re.compile("^AL-")))
    open_link(person, link_of(agent))
    is_fine(agent.page)
    person.open("/personal")
    person.sees("exposure")


def test_agent_rescues_somebody_who_got_stuck(visit: Visit, house: Flask) -> None:
    """With the person's code; the person's page tells by itself, and the person ends the help."""
    person, agent = visit("AR", "phone"), agent_of(visit(), house)
    person.answer_until("identity")
    follow(person.link("Get help"))
    is_fine(person.page)
    person.press("Make a code")
    reference, code = person.page.locator("dd.match").all_inner_texts()
    is_fine(person.page)
    agent.field("Reference").fill(reference)
    agent.field("Code").fill(code)
    agent.press("Open the application")
    says(agent, "Where the person is")
    banner = person.page.get_by_text(f"{AGENT} is helping you")
    expect(banner).to_be_visible(timeout=ROUND_MILLISECONDS)
    follow(agent.link("Continue"))
    agent.fill("identity")
    agent.press()
    says(agent, "Home address")
    person.open()
    person.sees("exposure")
    is_fine(person.page)
    person.press("End the help")
    person.sees("exposure")
    expect(banner).to_have_count(0)
    agent.fill("address")
    agent.press()
    says(agent, "This help has ended")
