"""Photos on their way: how a test slows them down, sees them leave and sees them saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import Wizard

UPLOADS = "**/apply/photos/*"
# Resolves with the share that has left, once some has.
UNDER_WAY = """bar => new Promise((done) => {
  const look = () => bar.position > 0 ? done(bar.position) : requestAnimationFrame(look);
  look();
})"""


def is_saved(wizard: Wizard, label: str) -> None:
    """The photo's card says so."""
    expect(wizard.card(label).get_by_text("Saved", exact=True)).to_be_visible()


def under_way(wizard: Wizard, label: str) -> None:
    """Some of the photo has left, and most has not."""
    bar = wizard.card(label).get_by_role("progressbar")
    share = bar.evaluate(UNDER_WAY)
    assert 0 < share < 0.5


def let_tries_pass(page: Page, again: Locator) -> None:
    """Move the page's clock, which the test has installed, until all tries have failed and `again` is offered."""
    for _second in range(120):
        if again.is_visible():
            break
        page.clock.run_for(1000)
    expect(again).to_be_visible()


@contextmanager
def slow_network(wizard: Wizard, *, kilobytes: int = 40) -> Iterator[None]:
    """So many kilobytes a second go up while this lasts."""
    session = wizard.page.context.new_cdp_session(wizard.page)

    for upload in (kilobytes * 1000, -1):
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        session.send("Network.emulateNetworkConditions", conditions)
        if upload > 0:
            yield
