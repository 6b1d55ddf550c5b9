"""The phone as a camera: a computer and one phone or two, in every order, with scripts and without."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.pages import Wizard, photo_of
from tests.support.server import Server

FRONT, BACK = "Front side", "Back side"
BOTH = pytest.mark.parametrize("scripts", [True, False])
# Longer than the other device's round of three seconds.
ROUND_MILLISECONDS = 45_000


def block(wizard: Wizard) -> Locator:
    """What the computer says about the phone."""
    return wizard.page.locator("#handoff")


def heading(wizard: Wizard, sentence: str) -> None:
    """The page's title says this."""
    expect(wizard.page.get_by_role("heading", level=1)).to_have_text(wizard.words(sentence), timeout=ROUND_MILLISECONDS)


def hand_over(wizard: Wizard) -> str:
    """Press the button that makes a link; the link."""
    wizard.press("Use your phone")
    expect(block(wizard).locator("svg.qr")).to_be_visible()
    return wizard.page.locator("#handoff-link").inner_text()


def number(wizard: Wizard) -> str:
    """The two digits that a page shows."""
    return wizard.page.locator(".match").inner_text()


def connect(phone: Wizard, link: str, *, match_code: str = "") -> Wizard:
    """Open the link on a phone and confirm its number."""
    phone.page.goto(link)
    shown = number(phone)
    assert shown == (match_code or shown)
    phone.page.get_by_role("button", name=phone.words("Yes, it shows %(number)s", number=shown)).click()
    heading(phone, "Photos for your application")
    return phone


def put(wizard: Wizard, label: str, seed: int) -> None:
    """Take a photo, with its own button where no script sends it."""
    wizard.choose_photo(label, photo_of(label, seed))
    card = wizard.card(label)
    if not wizard.scripts:
        card.get_by_role("button", name=re.compile("^(Upload this|Replace the) photo")).click()
    expect(card.get_by_text(wizard.words("Saved"), exact=True)).to_be_visible()


def arrives(wizard: Wizard, label: str) -> None:
    """A photo from the other device appears."""
    expect(wizard.card(label).get_by_role("img")).to_be_visible(timeout=ROUND_MILLISECONDS)


def comes_to(wizard: Wizard, step: str) -> None:
    """The page goes on by itself."""
    wizard.page.wait_for_url(re.compile(f"/apply/{step}$"), timeout=ROUND_MILLISECONDS)
    wizard.sees(step)


def test_phone_is_first_and_the_computer_goes_on_by_itself(visit: Visit) -> None:
    """Step by step to review, while the phone takes one photo after the other; every page on the way is fine."""
    computer, phone = visit("AR", "desktop"), visit("AR", "phone")
    computer.skip_until("document")
    is_fine(computer.page)
    link = hand_over(computer)
    is_fine(computer.page)
    phone.page.goto(link)
    is_fine(phone.page)
    connect(phone, link, match_code=number(computer))
    is_fine(phone.page)
    expect(block(computer)).to_contain_text("Phone connected", timeout=ROUND_MILLISECONDS)
    put(phone, FRONT, 1)
    arrives(computer, FRONT)
    is_fine(computer.page)
    expect(block(computer)).to_contain_text("5 photos are still to be taken")
    put(phone, BACK, 2)
    comes_to(computer, "selfies")
    for seed, label in enumerate(phone.photo_labels("selfies")):
        put(phone, label, 3 + seed)
    comes_to(computer, "review")
    expect(phone.page.locator("#follow")).to_contain_text("All photos are there", timeout=ROUND_MILLISECONDS)
    is_fine(phone.page)
    phone.press("Disconnect this phone")
    heading(phone, "Thank you: this phone is done")
    is_fine(phone.page)
    computer.send()


def test_computer_is_first_and_the_phone_is_told(visit: Visit) -> None:
    """What the computer adds is seen on the phone without its picture; the last one wins; sending ends it."""
    computer, phone = visit("AR", "desktop", language="pt_BR"), visit("AR", "phone", language="pt_BR")
    computer.skip_until("document")
    connect(phone, hand_over(computer))
    put(computer, FRONT, 1)
    hint = phone.card(FRONT).get_by_text(phone.words("It was added on the other screen; a new one takes its place."))
    put(phone, BACK, 2)
    comes_to(computer, "selfies")
    computer.page.go_back()
    expect(hint).to_be_visible(timeout=ROUND_MILLISECONDS)
    expect(phone.card(FRONT).get_by_role("img")).to_have_count(0)
    is_fine(phone.page)
    computer.sees("document")
    before = computer.card(FRONT).get_by_role("img").get_attribute("src")
    put(phone, FRONT, 3)
    expect(computer.card(FRONT).get_by_role("img")).not_to_have_attribute("src", before, timeout=ROUND_MILLISECONDS)
    # This step was answered before: it stays in view until it is left.
    computer.sees("document")
    computer.press()
    computer.answer("selfies")
    computer.send()
    heading(phone, "The application was sent")
    is_fine(phone.page)


@BOTH
def test_phone_that_dies_leaves_the_computer_where_it_was(visit: Visit, scripts: bool) -> None:
    """With what had arrived; the rest is taken there."""
    computer, phone = visit("AR", "desktop", scripts=scripts), visit("AR", "phone", scripts=scripts)
    computer.skip_until("document")
    connect(phone, hand_over(computer))
    put(phone, FRONT, 1)
    phone.page.context.close()
    if not scripts:
        computer.press("Show what has arrived")
    arrives(computer, FRONT)
    # To the computer the phone still is connected: with its photo and this one the page goes on by itself, perhaps
    # before anybody could see that the photo was saved.
    if scripts:
        computer.choose_photo(BACK, photo_of(BACK, 2))
    else:
        put(computer, BACK, 2)
        computer.press()
    comes_to(computer, "selfies")
    computer.answer("selfies")
    computer.sees("review")


def test_everything_works_without_scripts(visit: Visit) -> None:
    """The document that was chosen is kept; what has arrived is shown on demand; Continue goes on with it."""
    computer, phone = visit("BR", "desktop", scripts=False), visit("BR", "phone", scripts=False)
    computer.skip_until("document")
    kind = computer.radio("Which document is in the photo?", "Driving licence (CNH)")
    kind.check()
    connect(phone, hand_over(computer), match_code=number(computer))
    expect(kind).to_be_checked()
    put(phone, FRONT, 1)
    computer.press("Show what has arrived")
    arrives(computer, FRONT)
    expect(kind).to_be_checked()
    for seed, label in enumerate([BACK, *phone.photo_labels("selfies")]):
        put(phone, label, 2 + seed)
    expect(phone.page.locator("#follow")).to_contain_text("All photos are there")
    computer.press()
    computer.sees("selfies")
    computer.press()
    computer.sees("review")


def test_question_that_is_open_keeps_the_page(visit: Visit) -> None:
    """All photos are there, but nobody said of which document: the page waits for that."""
    computer, phone = visit("BR", "desktop"), visit("BR", "phone")
    computer.skip_until("document")
    connect(phone, hand_over(computer))
    put(phone, FRONT, 1)
    put(phone, BACK, 2)
    arrives(computer, BACK)
    computer.radio("Which document is in the photo?", "Driving licence (CNH)").check()
    for _round in range(2):
        with computer.page.expect_response(re.compile("/apply/handoff/document")):
            computer.sees("document")
    computer.press()
    computer.sees("selfies")


def test_second_phone_is_told(visit: Visit) -> None:
    """Whether it opens the link later or confirms it later; the first goes on."""
    computer = visit("AR", "desktop")
    first, second, third = (visit("AR", "phone") for _phone in range(3))
    computer.skip_until("document")
    link = hand_over(computer)
    second.page.goto(link)
    connect(first, link)
    second.page.get_by_role("button", name=re.compile("^Yes, it shows")).click()
    heading(second, "Another phone is already connected")
    is_fine(second.page)
    third.page.goto(link)
    heading(third, "Another phone is already connected")
    put(first, FRONT, 1)
    arrives(computer, FRONT)


def test_cancelling_tells_the_phone(visit: Visit) -> None:
    """By itself, within a round; a new code works on the same phone."""
    computer, phone = visit("AR", "desktop", language="es"), visit("AR", "phone", language="es")
    computer.skip_until("document")
    connect(phone, hand_over(computer))
    expect(computer.button("Disconnect the phone")).to_be_visible(timeout=ROUND_MILLISECONDS)
    computer.press("Disconnect the phone")
    expect(block(computer)).to_contain_text(computer.words("The phone is disconnected. What it took is kept."))
    is_fine(computer.page)
    heading(phone, "The phone was disconnected at the other screen")
    is_fine(phone.page)
    connect(phone, hand_over(computer))


def test_expired_link_says_what_to_do(visit: Visit, alta: Server) -> None:
    """On a phone, and on the computer, which offers a new one; a page with nothing to do is fine too."""
    computer, phone = visit("AR", "desktop"), visit("AR", "phone")
    computer.skip_until("document")
    link = hand_over(computer)
    with sqlite3.connect(Path(alta.environment["ALTA_INSTANCE"]) / "alta.sqlite3", timeout=60) as connection:
        connection.execute("UPDATE handoffs SET expires_at = created_at")
    phone.page.goto(link)
    heading(phone, "The time for this phone is over")
    is_fine(phone.page)
    expect(block(computer)).to_contain_text("The time for the phone is over", timeout=ROUND_MILLISECONDS)
    assert hand_over(computer) != link
    for path, title in (("/phone", "No photos to take here yet"), ("/phone/x", "This link does not work")):
        phone.page.goto(f"{phone.address}{path}")
        heading(phone, title)
        is_fine(phone.page)


def test_phones_pages_are_fine_on_a_computer_too(visit: Visit) -> None:
    """A link opened on another computer, with a file that is refused."""
    computer, other = visit("AR", "desktop"), visit("AR", "desktop")
    computer.skip_until("document")
    link = hand_over(computer)
    other.page.goto(link)
    is_fine(other.page)
    connect(other, link)
    other.choose_photo(FRONT, {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"a letter"})
    expect(other.card(FRONT).locator(".error")).to_be_visible()
    is_fine(other.page)


def test_phone_is_not_offered_a_phone(visit: Visit) -> None:
    """There the block would only be in the way."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    expect(block(wizard)).to_be_hidden()
