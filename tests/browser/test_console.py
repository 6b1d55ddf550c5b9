"""The list and the case as staff work with them: filters and views, the search, a review by keyboard alone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.checks import is_fine, no_sideways_scroll
from tests.browser.consoles import beside, enter
from tests.browser.moving import follow, leaving
from tests.browser.pages import Wizard
from tests.support.cases import begin
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.server import Server

Visit = Callable[..., Wizard]


@pytest.fixture(scope="module")
def app(alta: Server) -> Flask:
    """The same Alta in this process."""
    return beside(alta)


def row(page: Page, text: str) -> Any:
    """The list's line with this text."""
    return page.get_by_role("row").filter(has_text=text)


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def go(page: Page, *keys: str) -> None:
    """Press keys of which the last leads to another page."""
    with leaving(page):
        press(page, *keys)


def test_list_is_searched_narrowed_and_kept_as_a_view(visit: Visit, app: Flask) -> None:
    team = f"team-{secrets.token_hex(3)}"
    for number in range(53):
        begin(app, name=("Eva", "Luna" if number else "Ñandú"), integration=team, country="BR" if number % 2 else "AR")
    page = enter(visit, app, "agent", "phone", integrations=[team]).page
    expect(page.locator("[data-row]")).to_have_count(50)
    is_fine(page)
    follow(page.get_by_role("link", name="Next page"))
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_label("Search", exact=True).fill("nandu eva")
    follow(page.get_by_role("button", name="Search"))
    expect(page.locator("[data-row]")).to_have_count(1)
    assert "nand" not in page.url.casefold() and "search=" in page.url
    follow(row(page, "Ñandú, Eva").get_by_role("button", name="Assign to me"))
    expect(row(page, "Ana ")).to_have_count(1)
    follow(page.get_by_role("link", name="End the search"))
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Country").select_option("Brazil")
    page.get_by_label("Assigned to").select_option("Nobody")
    follow(page.get_by_role("button", name="Filter"))
    expect(page.locator("[data-row]")).to_have_count(26)
    assert "country=BR" in page.url and "assigned=nobody" in page.url
    page.locator("summary", has_text="Keep this view").click()
    page.get_by_label("Name of the view").fill("Brazil, nobody's")
    follow(page.get_by_role("button", name="Keep", exact=True))
    view = page.get_by_role("link", name="Brazil, nobody's")
    expect(view).to_have_attribute("aria-current", "true")
    follow(page.get_by_role("link", name="Without filters"))
    follow(view)
    expect(page.locator("[data-row]")).to_have_count(26)
    is_fine(page)


def test_case_is_read_by_keyboard_alone(visit: Visit, app: Flask) -> None:
    team = f"team-{secrets.token_hex(3)}"
    older = begin(app, name=("Zoe", "Older"), integration=team)
    person = hasten(Applicant(app))
    assert person.submit().path == "/apply/status"
    sent = person.page.html.partition("AL-")[2][:9]
    page = enter(visit, app, "reviewer", integrations=None).page
    press(page, "/")
    expect(page.get_by_label("Search", exact=True)).to_be_focused()
    page.keyboard.type(f"al-{sent}")
    go(page, "Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    go(page, "j", "Enter")
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    for picture in page.locator(".frame img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("picture => picture.naturalWidth > 0")
    is_fine(page)
    looks_at_a_photo(page)
    turns_all_of_them(page)
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    press(page, "m", "Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    go(page, "m")
    expect(page.get_by_role("button", name="Yours")).to_be_visible()
    note = page.get_by_label("A note for staff only")
    note.focus()
    page.keyboard.type("just j and k")
    go(page, "Tab", "Enter")
    expect(page.locator(".notes").first).to_contain_text("just j and k")
    go(page, "u")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.goto(re.sub(r"\?.*", f"?integration={team}", page.url))
    go(page, "j", "Enter")
    expect(page).to_have_url(re.compile(older))
    no_sideways_scroll(page)


def looks_at_a_photo(page: Page) -> None:
    """Large, larger, turned, the next one, and back where one was."""
    first = page.locator("[data-view]").first
    first.focus()
    press(page, "Enter")
    viewer = page.get_by_role("dialog", name="Portrait on the document")
    expect(viewer).to_be_visible()
    press(page, "+", "]", "Shift+ArrowLeft", "Shift+ArrowDown")
    moved = r"translate\(80px, -80px\) rotate\(90deg\) scale\(1\.5\)"
    expect(viewer.locator("img")).to_have_attribute("style", re.compile(moved))
    press(page, "ArrowRight")
    expect(page.get_by_role("dialog", name="Selfie with the document")).to_be_visible()
    press(page, "Escape")
    expect(viewer).to_be_hidden()
    expect(page.locator("[data-view]").nth(1)).to_be_focused()


def turns_all_of_them(page: Page) -> None:
    """On their own page, with what needs no scripts: the portrait and the face beside it, each turned by itself."""
    page.get_by_role("link", name="All of them large").press("Enter")
    portrait, face = (page.get_by_role("figure").filter(has_text=name) for name in ("Portrait on", "the face"))
    expect(portrait).to_be_visible()
    page.wait_for_load_state()
    portrait.get_by_label("0°", exact=True).focus()
    press(page, "ArrowRight")
    expect(portrait.locator("img")).to_have_css("rotate", "90deg")
    expect(face.locator("img")).to_have_css("rotate", "0deg")
    face.get_by_label("4×").check()
    expect(face.locator("img")).to_have_js_property("complete", True)
    assert face.locator(".stage").evaluate("stage => stage.scrollWidth > 3 * stage.clientWidth")
    is_fine(page)
    press(page, "u")
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    page.wait_for_load_state()
