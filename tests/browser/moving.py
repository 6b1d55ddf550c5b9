"""Owns going from one page to the next: whoever looks at a page waits until the browser has left the one before.

Playwright's click only sometimes waits for the page that it leads to, and a key never does. So a document that is being
left is marked, by its own events (`NOTE`) or by hand (`leaving`, which needs no scripts), and nobody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Frame, Locator, Page, expect

# Run in each document before its own scripts, which may stop a form, and before a test stops the clock. A form says
# `submit` at once and is sent a moment later.
NOTE = """
const later = setTimeout;
const mark = (left) => document.documentElement.toggleAttribute("data-left", left);
addEventListener("submit", (event) => {
  mark(true);
  later(() => event.defaultPrevented && mark(false));
});
globalThis.navigation?.addEventListener("navigate", (event) => {
  if (!event.destination.sameDocument && event.downloadRequest === null) mark(true);
});
globalThis.navigation?.addEventListener("navigateerror", () => mark(false));
"""
_MARK = "document.documentElement.toggleAttribute('data-left', true)"


def arrived(page: Page | Frame) -> None:
    """The page is not one that is being left, and its scripts have run."""
    expect(page.locator("html:not([data-left])")).to_be_attached()
    page.wait_for_load_state()


@contextmanager
def leaving(page: Page | Frame) -> Iterator[None]:
    """What is done within leads to another document, or to the same one anew; it is there when this ends."""
    page.evaluate(_MARK)
    yield
    arrived(page)


def until(page: Page | Frame, condition: str) -> None:
    """Wait for an expression to hold; also where the page's policy forbids what Playwright's own waiting does."""
    look = f"() => ({condition}) ? done() : requestAnimationFrame(look)"
    page.evaluate(f"new Promise((done) => {{ const look = {look}; look(); }})")


def follow(link: Locator) -> None:
    """Press what leads to another document, and see that document."""
    with leaving(link.page):
        link.click()
