"""Moving about: languages, Back, two clicks, the keyboard alone, and another browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import follow
from tests.browser.pages import REFERENCE, Wizard
from tests.browser.people import Words
from tests.support.server import Server

BOTH = pytest.mark.parametrize("scripts", [True, False])


def choose_language(wizard: Wizard, language: str) -> None:
    """Take another language from the menu."""
    own_names = {"es": "Español", "pt_BR": "Português", "en": "English"}
    wizard.page.locator(".menu summary").click()
    follow(wizard.page.get_by_role("banner").get_by_role("button", name=own_names[language]))
    wizard.words = Words(language)


@BOTH
def test_changing_the_language_keeps_what_was_typed(visit: Visit, scripts: bool) -> None:
    """On the start page, half-way through a step, and on review; no answer counts as wrong for it."""
    wizard = visit("AR", "phone", scripts=scripts)
    wizard.open("/start?country=AR")
    wizard.field("I have read the privacy notice and agree to it.").check()
    choose_language(wizard, "es")
    expect(wizard.field("I have read the privacy notice and agree to it.")).to_be_checked()
    wizard.start()
    wizard.field("Given names").fill("Zoë")
    wizard.field("Day", inside=wizard.group("Birth date", "group")).fill("31")
    wizard.radio("Gender", "X (non-binary)").check()
    choose_language(wizard, "pt_BR")
    wizard.sees("personal")
    expect(wizard.page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(wizard.summary).to_have_count(0)
    expect(wizard.field("Given names")).to_have_value("Zoë")
    expect(wizard.field("Day", inside=wizard.group("Birth date", "group"))).to_have_value("31")
    expect(wizard.radio("Gender", "X (non-binary)")).to_be_checked()
    wizard.answer("personal")
    wizard.sees("identity")


@BOTH
def test_an_application_is_saved_and_goes_on_in_another_browser(visit: Visit, scripts: bool) -> None:
    """What was typed but not sent is kept too; the birth date opens the link, wrong ones do not."""
    wizard = visit("AR", "phone", scripts=scripts)
    wizard.answer_until("identity")
    wizard.field("Number").fill("20-1234")
    wizard.press("Save and continue later")
    expect(wizard.page.get_by_role("heading", level=1)).to_have_text("Continue later, on any device")
    look(wizard.page, scripts)
    wizard.press("Make a personal link")
    expect(wizard.page.locator("svg.qr")).to_be_visible()
    link = wizard.field("Your personal link").input_value()
    look(wizard.page, scripts)

    other = visit("AR", "desktop", scripts=scripts)
    other.page.goto(link)
    look(other.page, scripts)
    other.press()
    expect(other.summary.get_by_role("link")).to_have_text([other.words("Enter your birth date")])
    other.fill_date(("11", "8", "1990"))
    other.press()
    wrong = "That is not the birth date of this application: check it"
    expect(other.summary.get_by_role("link")).to_have_text([other.words(wrong)])
    other.fill_date(other.person.birthday)
    other.press()
    other.sees("identity")
    expect(other.field("Number")).to_have_value("20-1234")
    other.answer("identity")
    other.sees("exposure")


def test_a_link_ends_after_five_wrong_birth_dates(visit: Visit) -> None:
    """The page says what happened and how to go on."""
    wizard = visit("AR", "phone")
    wizard.answer_until("identity")
    wizard.press("Save and continue later")
    wizard.press("Make a personal link")
    other = visit("AR", "phone")
    other.page.goto(wizard.field("Your personal link").input_value())
    for _ in range(5):
        other.fill_date(("11", "8", "1990"))
        other.press()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("This link no longer opens an application")
    is_fine(other.page)


def look(page: Page, scripts: bool) -> None:
    """Inspect the page where scripts, which the inspection is made of, may run."""
    if scripts:
        is_fine(page)


@BOTH
def test_back_shows_what_was_saved_and_loses_nothing(visit: Visit, scripts: bool) -> None:
    """The browser's button and the page's link; forward again by Continue."""
    wizard = visit("BR", "phone", scripts=scripts)
    wizard.answer_until("exposure")
    wizard.page.go_back()
    wizard.sees("identity")
    wizard.page.go_back()
    wizard.sees("personal")
    expect(wizard.field("Surnames")).to_have_value(wizard.person.last_name)
    wizard.press()
    wizard.sees("identity")
    expect(wizard.field("Number")).to_have_value(re.compile("529"))
    wizard.press()
    wizard.sees("exposure")
    follow(wizard.link("Back"))
    wizard.sees("identity")
    expect(wizard.field("Number")).to_have_value(re.compile("529"))


def test_back_passes_a_corrected_error_without_asking_to_send_again(visit: Visit) -> None:
    """The page that told of an error is opened anew, as is one that came in another language."""
    wizard = visit("BR", "phone")
    wizard.start()
    wizard.press()
    expect(wizard.summary).to_be_focused()
    wizard.page.wait_for_load_state()
    wizard.fill("personal")
    wizard.press()
    wizard.sees("identity")
    choose_language(wizard, "es")
    wizard.answer("identity")
    wizard.sees("exposure")
    wizard.page.go_back()
    wizard.sees("identity")
    expect(wizard.field("Number")).to_have_value(re.compile("529"))
    wizard.page.go_back()
    wizard.sees("identity")
    wizard.page.go_back()
    wizard.sees("personal")
    expect(wizard.field("Surnames")).to_have_value(wizard.person.last_name)


@BOTH
def test_two_clicks_on_submit_make_one_submission(visit: Visit, alta: Server, scripts: bool) -> None:
    """And Back from the status page does not open the application again; a change goes back to review."""
    wizard = visit("AR", "desktop", scripts=scripts)
    wizard.skip_until("review")
    follow(wizard.page.get_by_role("link", name=re.compile("^Change – ")).nth(2))
    wizard.sees("identity")
    wizard.press("Save and go back to review")
    wizard.sees("review")
    wizard.field("I declare that what I gave is true, and I accept that it is verified.").check()
    wizard.button("Send application").dblclick(no_wait_after=True)
    reference = wizard.reference()
    assert REFERENCE.fullmatch(reference)
    assert set(alta.delivered(reference)) == {"personal_informations", "kyc"}
    wizard.page.go_back()
    wizard.page.reload()
    wizard.sees("status")
    assert wizard.reference() == reference


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus; on the way the focus is always in sight."""
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(element => element === document.body || element.getClientRects().length > 0)(document.activeElement)"
        )
        assert seen, "the focus is on something that is not shown"
    raise AssertionError(f"Tab does not lead to {wanted}")


def type_into(page: Page, wanted: Locator, text: str) -> None:
    """Go there by Tab and type."""
    tab_to(page, wanted)
    outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none", f"{wanted} does not show that it has the focus"
    page.keyboard.type(text)


def choose_by_keys(page: Page, wanted: Locator) -> None:
    """Go to a group by Tab and move to `wanted` with the arrows."""
    group = wanted.locator("xpath=ancestor::fieldset").get_by_role("radio")
    tab_to(page, group.first)
    page.keyboard.press("Space")
    for _ in range(group.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {wanted}")


def test_the_first_steps_work_by_keyboard_alone(visit: Visit) -> None:
    """Start, personal and identity with Tab, Space, arrows and Enter; an error's link takes Enter too."""
    wizard = visit("AR", "desktop")
    page, person = wizard.page, wizard.person
    wizard.open("/start?country=AR")
    for consent in (
        "I have read the privacy notice and agree to it.",
        "I agree to the use of photos of my face to verify my identity.",
    ):
        tab_to(page, wizard.field(consent))
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    wizard.sees("personal")
    tab_to(page, wizard.field("Given names"))
    page.keyboard.press("Enter")
    expect(wizard.summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(wizard.field("Given names")).to_be_focused()
    page.keyboard.type(person.first_name)
    type_into(page, wizard.field("Surnames"), person.last_name)
    for label, text in zip(("Day", "Month", "Year"), person.birthday, strict=True):
        type_into(page, wizard.field(label, inside=wizard.group("Birth date", "group")), text)
    choose_by_keys(page, wizard.radio("Gender", person.gender))
    choose_by_keys(page, wizard.radio("Marital status", person.marital_status))
    type_into(page, wizard.field("Nationality"), wizard.nationality())
    page.keyboard.press("Escape")
    tab_to(page, wizard.button("Continue"))
    page.keyboard.press("Enter")
    wizard.sees("identity")
    choose_by_keys(page, wizard.radio("Document", person.document[0]))
    type_into(page, wizard.field("Number"), person.document[1])
    page.keyboard.press("Enter")
    wizard.sees("exposure")
    tab_to(page, page.locator(".menu summary"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner").get_by_role("button", name="Español")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("banner").get_by_role("button", name="Español")).to_be_hidden()
