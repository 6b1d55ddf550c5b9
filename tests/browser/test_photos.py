"""Photos: sent on their own, refused, replaced, removed, and sent again when the network is back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.pages import Wizard, photo

FRONT, BACK = "Front side", "Back side"
KIND = "Which document is in the photo?"
NO_PICTURE = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"a letter, not a picture"}
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
BOTH = pytest.mark.parametrize("scripts", [True, False])


def stored(card: Locator) -> str:
    """The address of the photo that a card shows."""
    address = card.get_by_role("img").get_attribute("src")
    assert address is not None
    return address


def is_shown(card: Locator) -> None:
    """The card's picture has arrived: it has a width of its own."""
    expect(card.get_by_role("img")).to_be_visible()
    assert card.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def status_of(wizard: Wizard, address: str) -> int:
    """What the server answers this browser for an address."""
    return wizard.page.context.request.get(address).status


def put(wizard: Wizard, label: str, file: Any) -> None:
    """Choose a file, and press its own button where no script sends it."""
    card = wizard.card(label)
    replaced = card.get_by_role("img").count() > 0
    wizard.choose_photo(label, file)
    if not wizard.scripts:
        upload = "Replace the photo" if replaced else "Upload this photo"
        card.get_by_role("button", name=wizard.words(upload)).click()


@BOTH
def test_a_photo_is_replaced_refused_and_removed(visit: Visit, scripts: bool) -> None:
    """A refusal says which photo and keeps the one before; what is replaced or removed is gone from the server."""
    wizard = visit("BR", "phone", scripts=scripts)
    wizard.answer_until("document")
    card = wizard.card(FRONT)
    put(wizard, FRONT, photo(1))
    expect(card.get_by_text("Saved", exact=True)).to_be_visible()
    is_shown(card)
    first = stored(card)

    put(wizard, FRONT, photo(2))
    expect(card.get_by_role("img")).not_to_have_attribute("src", first)
    second = stored(card)
    assert (status_of(wizard, first), status_of(wizard, second)) == (404, 200)

    put(wizard, FRONT, NO_PICTURE)
    expect(card.locator(".error")).to_be_visible()
    assert stored(card) == second and status_of(wizard, second) == 200
    if scripts:
        is_fine(wizard.page)

    put(wizard, FRONT, photo(3, (400, 500)))
    expect(card.locator(".chip.warn")).to_be_visible()
    third = stored(card)
    if scripts:
        is_fine(wizard.page)

    card.get_by_role("button", name=re.compile("^Remove")).click()
    expect(card.get_by_role("img")).to_have_count(0)
    assert status_of(wizard, third) == 404
    wizard.answer("document")
    wizard.sees("selfies")


def test_a_photo_shows_its_progress_and_leaving_waits_for_it(visit: Visit) -> None:
    """Continue, pressed while a photo is on its way, goes on by itself once it has arrived."""
    wizard = visit("AR", "phone")
    wizard.answer_until("document")
    wizard.put_photo(BACK, photo(1))
    session = wizard.page.context.new_cdp_session(wizard.page)
    session.send("Network.emulateNetworkConditions", SLOW)
    wizard.choose_photo(FRONT, photo(2))
    bar = wizard.card(FRONT).get_by_role("progressbar")
    expect(bar).to_be_visible()
    wizard.press()
    expect(wizard.page.get_by_role("status").filter(has_text="still being sent")).to_be_attached()
    wizard.sees("selfies")


def test_a_photo_chosen_offline_is_sent_again(visit: Visit) -> None:
    """After three more tries by itself, with a button; the rest of the page is untouched."""
    wizard = visit("BR", "phone")
    wizard.expect_complaint("ERR_INTERNET_DISCONNECTED")
    wizard.answer_until("document")
    wizard.radio(KIND, "Passport").check()
    expect(wizard.card(BACK)).to_be_hidden()
    wizard.radio(KIND, "Driving licence (CNH)").check()
    expect(wizard.card(BACK)).to_be_visible()
    wizard.page.clock.install()
    wizard.page.context.set_offline(True)
    tries: list[str] = []
    wizard.page.on("requestfailed", lambda request: tries.append(request.url))
    wizard.choose_photo(FRONT, photo(1))
    again = wizard.card(FRONT).get_by_role("button", name="Try again")
    for _second in range(120):
        if again.is_visible():
            break
        wizard.page.clock.run_for(1000)
    expect(again).to_be_visible()
    assert len(tries) == 4
    is_fine(wizard.page)
    wizard.page.context.set_offline(False)
    again.click()
    expect(wizard.card(FRONT).get_by_text("Saved", exact=True)).to_be_visible()
    is_shown(wizard.card(FRONT))
    expect(wizard.radio(KIND, "Driving licence (CNH)")).to_be_checked()
    wizard.put_photo(BACK, photo(2))
    wizard.press()
    wizard.sees("selfies")


def test_a_photo_mends_what_the_summary_said_about_it(visit: Visit) -> None:
    """The sentence goes when its photo has come, the last one with the whole summary and `Error:`."""
    wizard = visit("AR", "phone")
    wizard.answer_until("document")
    wizard.press()
    wizard.shows_faults(["Add the photo of the front", "Add the photo of the back"])
    wizard.put_photo(FRONT, photo(1))
    expect(wizard.summary.get_by_role("link")).to_have_text(["Add the photo of the back"])
    wizard.put_photo(BACK, photo(2))
    expect(wizard.summary).to_have_count(0)
    wizard.sees("document")
