"""What holds on every page in every state: accessible, nothing cut off, everything large enough to touch."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.moving import arrived

NARROW: list[ViewportSize] = [
    {"width": 320, "height": 640},
    {"width": 320, "height": 256},  # a window of 1280 by 1024 at 400 %
]
TOUCH_PIXELS = 44
# What a sentence links to may be as small as its text; what is hidden stands behind a label, which is measured.
TOO_SMALL = """pixels => [...document.querySelectorAll(
  "button, summary, select, label.choice, a.link, a.button, label.button, "
  + "input:not([type=hidden], [type=radio], [type=checkbox], [type=file])"
)].filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.matches(".hide"))
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.height < pixels - 0.5 || box.width < pixels - 0.5)
  .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""
_AXE = Axe()
_FAULTS = "async options => { const { violations } = await axe.run(options); return { violations }; }"
# Whole styles are loaded again only for a rule about turned screens, which is not among those that are asked.
_ALL: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
_CONTRAST: dict[str, Any] = {**_ALL, "runOnly": ["color-contrast"]}


def no_sideways_scroll(page: Page) -> None:
    """Nothing is wider than the window."""
    arrived(page)
    needed, given = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert needed <= given, f"{page.url}: {needed} px in a window of {given}"


def is_fine(page: Page) -> None:
    """The page as it stands is accessible in light and dark, readable on the narrowest window, and can be touched."""
    arrived(page)
    _assert_accessible(page, _ALL)
    page.emulate_media(color_scheme="dark")
    _assert_accessible(page, _CONTRAST)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(TOO_SMALL, TOUCH_PIXELS) == [], page.url
    usual = page.viewport_size
    for narrow in NARROW:
        page.set_viewport_size(narrow)
        no_sideways_scroll(page)
    if usual:
        page.set_viewport_size(usual)


def _assert_accessible(page: Page, options: dict[str, Any]) -> None:
    # Half a megabyte of script: given to each page once, not for each look at it.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE.axe_script)
    found = AxeResults(page.evaluate(_FAULTS, options))
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def faults_lead_to_their_fields(page: Page) -> int:
    """Each sentence of the error summary stands beside a field too, and its link takes the focus there; how many."""
    links = page.get_by_role("alert").get_by_role("link").all()
    for link in links:
        sentence, target = link.inner_text(), (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        field = page.locator(f"[id='{target}']")
        expect(field).to_be_focused()
        place = page.locator(".wrong, .shot.bad").filter(has=field)
        expect(place.locator(".error").filter(has_text=sentence)).to_be_visible()
        expect(field).to_be_in_viewport()
    return len(links)
