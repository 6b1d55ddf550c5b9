"""Photos: sent on their own, refused, replaced, removed, and sent again when the network is back."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from PIL import ImageColor
from playwright.sync_api import APIResponse, Dialog, Locator, Route, expect

from tests.browser.cameras import opened
from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import follow
from tests.browser.pages import Wizard, file_of, photo
from tests.browser.uploads import UPLOADS, is_saved, let_tries_pass, slow_network, under_way
from tests.support.cards import card_jpeg
from tests.support.pictures import encoded
from tests.support.relay import relay_to

FRONT, BACK = "Front side", "Back side"
KIND = "Which document is in the photo?"
NO_PICTURE = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"a letter, not a picture"}
COLOURS = ("red", "blue", "lime")
# Resolves once the photo that was chosen is small, and nothing but the one before it is waited for.
IS_SMALL = """(input, size) => new Promise((done) => {
  const look = () => input.files[0].size < size ? done() : requestAnimationFrame(look);
  look();
})"""
BOTH = pytest.mark.parametrize("scripts", [True, False])


def heavy(seed: int) -> Any:
    """A photo whose small version still is heavy."""
    return photo(seed, (2400, 1800))


@cache
def marked(name: str) -> Any:
    """A good photo with a corner of one colour."""
    picture = opened(card_jpeg(size=(1200, 900), ground="dark"))
    picture.paste(name, (0, 0, 60, 60))
    return file_of(encoded(picture, "JPEG", quality=90))


def colour_of(wizard: Wizard, label: str) -> str:
    """The colour of the photo that the server has for a card."""
    is_shown(wizard.card(label))
    with opened(wizard.page.context.request.get(stored(wizard.card(label))).body()) as picture:
        seen = picture.convert("RGB").getpixel((9, 9))
    return min(COLOURS, key=lambda name: math.dist(seen, ImageColor.getrgb(name)))  # type: ignore[arg-type]


def lose(wizard: Wizard, label: str, file: Any) -> Locator:
    """Choose a photo that cannot be sent and let the time of all tries pass; the button that is offered then."""
    wizard.choose_photo(label, file)
    again = wizard.card(label).get_by_role("button", name="Try again")
    let_tries_pass(wizard.page, again)
    return again


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
    wizard.skip_until("document")
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
    expect(card.locator(".advice")).to_be_visible()
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
    wizard.skip_until("document")
    wizard.put_photo(BACK, photo(1))
    with slow_network(wizard):
        wizard.choose_photo(FRONT, heavy(2))
        under_way(wizard, FRONT)
        wizard.button("Continue").click()
        expect(wizard.page.get_by_role("status").filter(has_text="still being sent")).to_be_attached()
    wizard.sees("selfies")


def test_a_photo_is_sent_again_as_soon_as_the_network_is_back(visit: Visit, base_url: str) -> None:
    """Cut off half-way it waits; the news of the network, not a clock, sends it again."""
    with relay_to(base_url) as relay:
        wizard = visit("AR", "phone", address=relay.address)
        wizard.expect_complaint("net::ERR_")
        wizard.skip_until("document")
        wizard.page.clock.install()
        with slow_network(wizard):
            wizard.choose_photo(FRONT, heavy(1))
            under_way(wizard, FRONT)
            # Well ahead of the page's clock, which goes on until then; no wait has begun that this could end.
            wizard.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))
            relay.cut()
            lost = wizard.card(FRONT).get_by_text("The connection is lost.")
            expect(lost).to_be_visible()
        wizard.page.context.set_offline(True)
        expect(lost).to_be_visible()
        relay.mend()
        wizard.page.context.set_offline(False)
        is_saved(wizard, FRONT)
        is_shown(wizard.card(FRONT))


def test_three_more_tries_then_a_button(visit: Visit) -> None:
    """The rest of the page is untouched; Continue tries too, and goes on once the photo has arrived."""
    wizard = visit("BR", "phone")
    wizard.expect_complaint("ERR_FAILED")
    wizard.skip_until("document")
    wizard.radio(KIND, "Passport").check()
    expect(wizard.card(BACK)).to_be_hidden()
    wizard.radio(KIND, "Driving licence (CNH)").check()
    expect(wizard.card(BACK)).to_be_visible()
    wizard.page.clock.install()
    wizard.page.route(UPLOADS, lambda route: route.abort())
    tries: list[str] = []
    wizard.page.on("requestfailed", lambda request: tries.append(request.url))
    again = lose(wizard, FRONT, photo(1))
    assert len(tries) == 4
    is_fine(wizard.page)
    wizard.page.unroute(UPLOADS)
    again.click()
    is_saved(wizard, FRONT)
    is_shown(wizard.card(FRONT))
    expect(wizard.radio(KIND, "Driving licence (CNH)")).to_be_checked()

    wizard.page.route(UPLOADS, lambda route: route.abort())
    lose(wizard, BACK, photo(2))
    wizard.page.unroute(UPLOADS)
    with wizard.page.expect_response(UPLOADS):
        wizard.press()
    wizard.sees("selfies")


def test_leaving_without_a_photo_that_was_chosen_is_asked_about(visit: Visit) -> None:
    """Back warns while something is on its way; what had arrived is there after a reload."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    wizard.put_photo(BACK, photo(2))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    wizard.page.on("dialog", stay)
    with slow_network(wizard):
        wizard.choose_photo(FRONT, heavy(1))
        under_way(wizard, FRONT)
        with wizard.page.expect_event("dialog"):
            wizard.link("Back").click()
        expect(wizard.card(FRONT).get_by_role("progressbar")).to_be_visible()
        assert asked == ["beforeunload"]
    is_saved(wizard, FRONT)
    wizard.page.reload()
    for label in (FRONT, BACK):
        is_shown(wizard.card(label))
    follow(wizard.link("Back"))
    wizard.sees("income")
    assert asked == ["beforeunload"]


def test_the_last_photo_chosen_wins_over_one_that_is_arriving(visit: Visit) -> None:
    """What has left cannot be called back: the next one leaves once the server has answered for it."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    sent: list[Route] = []
    answers: list[APIResponse] = []

    def hold_the_first(route: Route) -> None:
        sent.append(route)
        if len(sent) == 1:
            answers.append(route.fetch())
        else:
            route.continue_()

    # For good: a route that ends while the next request leaves may lose it.
    wizard.page.route(UPLOADS, hold_the_first)
    wizard.choose_photo(FRONT, marked("red"))
    expect(wizard.card(FRONT).get_by_role("progressbar")).to_be_visible()
    while not answers:
        wizard.page.evaluate("new Promise(requestAnimationFrame)")
    wizard.choose_photo(FRONT, marked("blue"))
    wizard.choose_photo(FRONT, marked("lime"))
    wizard.card(FRONT).locator("input[type=file]").evaluate(IS_SMALL, len(marked("lime")["buffer"]))
    assert len(sent) == 1
    sent[0].fulfill(response=answers[0])
    is_saved(wizard, FRONT)
    assert colour_of(wizard, FRONT) == "lime"
    assert len(sent) == 2


def test_the_last_photo_chosen_wins_over_one_that_has_hardly_left(visit: Visit) -> None:
    """On a slow line the first is stopped and the second sent."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    stopped: list[str] = []
    wizard.page.on("requestfailed", lambda request: stopped.append(request.url))
    with slow_network(wizard, kilobytes=20):
        wizard.choose_photo(FRONT, heavy(1))
        under_way(wizard, FRONT)
        with wizard.page.expect_event("requestfailed"):
            wizard.choose_photo(FRONT, marked("lime"))
    is_saved(wizard, FRONT)
    assert colour_of(wizard, FRONT) == "lime"
    assert len(stopped) == 1


def test_a_photo_mends_what_the_summary_said_about_it(visit: Visit) -> None:
    """The sentence goes when its photo has come, the last one with the whole summary and `Error:`."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    wizard.press()
    wizard.shows_faults(["Add the photo of the front", "Add the photo of the back"])
    wizard.put_photo(FRONT, photo(1))
    expect(wizard.summary.get_by_role("link")).to_have_text(["Add the photo of the back"])
    wizard.put_photo(BACK, photo(2))
    expect(wizard.summary).to_have_count(0)
    wizard.sees("document")
