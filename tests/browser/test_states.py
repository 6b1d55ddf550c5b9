"""Every page in every state: empty, with errors, filled in; each accessible and readable, light and dark."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.checks import faults_lead_to_their_fields, is_fine, no_sideways_scroll
from tests.browser.conftest import Visit
from tests.browser.pages import Wizard
from tests.support.journey import STEPS
from tests.support.server import Server

# How many things are wrong with each step when nothing is given: its required questions, bar what is preset
# (the country's nationality and phone code).
FAULTS = {
    "AR": dict(zip((*STEPS, "review"), (5, 2, 1, 5, 1, 1, 2, 4, 1), strict=True)),
    "BR": dict(zip((*STEPS, "review"), (5, 2, 1, 6, 1, 1, 3, 4, 1), strict=True)),
}


def send_empty(wizard: Wizard, button: str, faults: int) -> None:
    """Press the button with nothing given: the page says what is missing, and leads there."""
    wizard.press(button)
    expect(wizard.page).to_have_title(re.compile(f"^{re.escape(wizard.words('Error:'))} "))
    expect(wizard.summary).to_be_focused()
    is_fine(wizard.page)
    assert faults_lead_to_their_fields(wizard.page) == faults


@pytest.mark.parametrize(("country", "screen", "language"), [("AR", "phone", "es"), ("BR", "desktop", "pt_BR")])
def test_every_step_is_fine_empty_with_errors_and_filled_in(
    visit: Visit, country: str, screen: str, language: str
) -> None:
    """From the start page to the status page."""
    wizard = visit(country, screen, language=language)
    wizard.open("/start")
    is_fine(wizard.page)
    send_empty(wizard, "Start", 3)
    wizard.start()
    for step in STEPS:
        wizard.sees(step)
        is_fine(wizard.page)
        send_empty(wizard, "Continue", FAULTS[country][step])
        wizard.fill(step)
        is_fine(wizard.page)
        wizard.press()
    wizard.sees("review")
    is_fine(wizard.page)
    send_empty(wizard, "Send application", FAULTS[country]["review"])
    wizard.send()
    is_fine(wizard.page)


def test_questions_about_a_post_appear_with_yes_and_are_fine(visit: Visit) -> None:
    """Open list, empty details, errors in them, remarks of the step before."""
    wizard = visit("BR", "phone", language="pt_BR")
    wizard.skip_until("exposure")
    wizard.page.locator("details.more summary").click()
    expect(wizard.field("Post")).to_be_hidden()
    wizard.radio("Are you a politically exposed person?", "Yes").check()
    expect(wizard.field("Post")).to_be_visible()
    is_fine(wizard.page)
    send_empty(wizard, "Continue", 4)
    wizard.radio("Are you a politically exposed person?", "No").check()
    wizard.press()
    wizard.fill("address")
    wizard.field("CEP").fill("01310-100")
    wizard.press()
    wizard.sees("phone")
    expect(wizard.page.locator(".notice").get_by_role("link")).to_be_visible()
    is_fine(wizard.page)


def test_pages_beside_the_steps_are_fine(visit: Visit) -> None:
    """Legal texts, what is not there, the APIs' page, and a start page with an application under way."""
    wizard = visit("AR", "phone", language="es")
    for path in ("/legal/privacy", "/legal/biometric", "/no-such-page"):
        wizard.open(path)
        is_fine(wizard.page)
    wizard.page.goto(f"{wizard.address}/docs/api")
    is_fine(wizard.page)
    wizard.start()
    wizard.open("/start")
    expect(wizard.link("Continue your application")).to_be_visible()
    for details in wizard.page.locator("details.more summary").all():
        details.click()
    wizard.page.locator(".menu summary").click()
    is_fine(wizard.page)


def test_a_long_pause_and_its_end_are_fine(visit: Visit, alta: Server) -> None:
    """The birth date is asked again before answers are shown; a session that is gone says how to go on."""
    wizard = visit("AR", "phone", language="es")
    wizard.answer_until("identity")
    _last_seen(alta, datetime.now(UTC) - timedelta(minutes=31))
    wizard.open("/personal")
    expect(wizard.page).to_have_url(re.compile("/apply/confirm"))
    is_fine(wizard.page)
    wizard.press()
    wizard.shows_faults(["Enter your birth date"])
    is_fine(wizard.page)
    wizard.fill_date(("11", "8", "1990"))
    wizard.press()
    wizard.shows_faults(["That is not the birth date of this application: check it"])
    wizard.fill_date(wizard.person.birthday)
    wizard.press()
    wizard.sees("personal")
    expect(wizard.field("Given names")).to_have_value(wizard.person.first_name)
    _last_seen(alta, None)
    wizard.press()
    expect(wizard.page.get_by_role("heading", level=1)).to_have_text(wizard.words("This session has ended"))
    is_fine(wizard.page)


def _last_seen(alta: Server, time: datetime | None) -> None:
    """Set back the clock of every browser session, or end them."""
    with sqlite3.connect(Path(alta.environment["ALTA_INSTANCE"]) / "alta.sqlite3", timeout=60) as connection:
        if time is None:
            connection.execute("DELETE FROM browser_sessions")
        else:
            [(stored,)] = connection.execute("SELECT seen_at FROM browser_sessions LIMIT 1")
            shape = "%Y-%m-%d %H:%M:%S.%f" if " " in stored else "%Y-%m-%dT%H:%M:%S.%f"
            connection.execute("UPDATE browser_sessions SET seen_at = ?", [time.strftime(shape)])


def test_pages_without_scripts_show_what_scripts_would_hide(visit: Visit) -> None:
    """File choosers and upload buttons are in sight, nothing is wider than a phone."""
    wizard = visit("BR", "phone", scripts=False)
    wizard.skip_until("document")
    card = wizard.card("Front side")
    expect(card.locator("input[type=file]")).to_be_visible()
    expect(card.get_by_role("button", name=wizard.words("Upload this photo"))).to_be_visible()
    no_sideways_scroll(wizard.page)


def test_copying_the_link_is_offered_only_where_scripts_can(visit: Visit) -> None:
    """Without scripts the button would do nothing."""
    for scripts in (True, False):
        wizard = visit("AR", "phone", scripts=scripts)
        wizard.answer_until("identity")
        wizard.open("/save")
        wizard.press("Make a personal link")
        copy = wizard.page.locator("[data-copied]")
        expect(copy).to_be_visible() if scripts else expect(copy).to_be_hidden()
