"""The document speaks, in a real browser with the real worker: its questions at review, and beginning with it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import follow
from tests.browser.pages import Wizard
from tests.support.barcodes import card_photo, text
from tests.support.server import Server

MATCHES = "Matches your document"


def photo_of(**changes: str) -> Any:
    """The card of the browser tests' Juana as a file chooser takes it, a little tilted."""
    printed = {"last_name": "FERNANDEZ NANDU", "first_name": "JUANA INES", **changes}
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": card_photo(text(**printed), tilt=11)}


def put_card(wizard: Wizard, **changes: str) -> None:
    """Put the card's front, and a back that says nothing."""
    wizard.sees("document")
    wizard.put_photo("Front side", photo_of(**changes))
    wizard.put_photo("Back side", photo_of(born=""))


def photograph(wizard: Wizard, **changes: str) -> None:
    """Put both sides and go on."""
    put_card(wizard, **changes)
    wizard.press()


def row(wizard: Wizard, label: str) -> Locator:
    """One row of review."""
    term = wizard.page.locator("dt").get_by_text(wizard.words(label), exact=True)
    return wizard.page.locator("dl > div").filter(has=term)


def see_review_with(wizard: Wizard, label: str, sentence: str) -> None:
    """Look at review until the worker has read the document."""
    wizard.sees("review")
    shown = row(wizard, label).get_by_text(wizard.words(sentence))
    while not shown.count():
        wizard.page.reload()
    expect(shown).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_difference_is_asked_about_at_review(visit: Visit, scripts: bool) -> None:
    """One digit changed: both values, one click for either, and the page is fine in every state."""
    wizard = visit("AR", "phone", scripts=scripts)
    wizard.skip_until("document")
    photograph(wizard, born="12/08/1990", dni="12345679", cuil="")
    wizard.answer("selfies")
    see_review_with(wizard, "Given names", MATCHES)
    born, number = row(wizard, "Birth date"), row(wizard, "CUIL")
    expect(born.get_by_text("Your document says August 12, 1990. Which is right?")).to_be_visible()
    if scripts:
        is_fine(wizard.page)
    follow(born.get_by_role("button", name="What the document says August 12, 1990"))
    wizard.sees("review")
    expect(born.get_by_text(MATCHES)).to_be_visible()
    follow(number.get_by_role("button", name="What I typed CUIL 20-12345678-6"))
    wizard.sees("review")
    expect(number.get_by_text("Your document says DNI 12.345.679. You kept what you typed.")).to_be_visible()
    expect(wizard.page.get_by_text("Which is right?")).to_have_count(0)
    if scripts:
        is_fine(wizard.page)
    wizard.send()


@contextmanager
def still_reading(alta: Server, wizard: Wizard) -> Iterator[None]:
    """As if the worker had not yet come to any photo; at the end it has."""
    with closing(sqlite3.connect(Path(alta.environment["ALTA_INSTANCE"]) / "alta.sqlite3", timeout=60)) as connection:
        while connection.execute("SELECT 1 FROM document_readings WHERE state = 'awaited'").fetchone():
            wizard.page.reload()
        done = connection.execute("SELECT state, value, photo_id FROM document_readings").fetchall()
        with connection:
            connection.execute("UPDATE document_readings SET state = 'awaited', value = NULL")
        yield
        with connection:
            connection.executemany("UPDATE document_readings SET state = ?, value = ? WHERE photo_id = ?", done)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_beginning_with_the_document_fills_in_what_it_says(alta: Server, visit: Visit, scripts: bool) -> None:
    """After consent the photos, then a page that goes on by itself, then its words to be checked."""
    wizard = visit("AR", "phone", language="es", scripts=scripts)
    wizard.open("/start?country=AR")
    wizard.field("I have read the privacy notice and agree to it.").check()
    wizard.field("I agree to the use of photos of my face to verify my identity.").check()
    wizard.press("Start with your document")
    put_card(wizard)
    if not scripts:  # without them the photos leave with the page
        wizard.press()
        expect(wizard.page).not_to_have_url(re.compile("/apply/document$"))
        wizard.open("/document")
        wizard.sees("document")
    with still_reading(alta, wizard):
        wizard.press()
        expect(wizard.page).to_have_title(f"{wizard.words('We are reading your document')} – Alta")
        if scripts:
            is_fine(wizard.page)
        else:
            follow(wizard.link("Continue"))
            expect(wizard.page).to_have_title(f"{wizard.words('We are reading your document')} – Alta")
    if not scripts:
        follow(wizard.link("Continue"))
    wizard.sees("personal")
    expect(wizard.page).to_have_url(re.compile(r"/apply/personal$"))
    expect(wizard.page.get_by_text(wizard.words("From your document"), exact=True)).to_have_count(4)
    expect(wizard.field("Given names")).to_have_value("Juana Ines")
    expect(wizard.radio("Gender", "Woman")).to_be_checked()
    if scripts:
        is_fine(wizard.page)
    wizard.radio("Marital status", "Single").check()
    wizard.press()
    wizard.sees("identity")
    expect(wizard.field("Number")).to_have_value("20123456786")
    wizard.press()
    for step in ("exposure", "address", "phone", "income", "selfies"):
        wizard.answer(step)
    wizard.sees("review")
    expect(row(wizard, "Birth date").get_by_text(wizard.words(MATCHES))).to_be_visible()
    wizard.send()


def test_brazil_is_not_offered_to_begin_with_a_document(visit: Visit) -> None:
    """The offer goes with the country that is chosen."""
    wizard = visit("AR", "phone")
    wizard.open("/start?country=AR")
    expect(wizard.button("Start with your document")).to_be_visible()
    wizard.radio("Where do you live?", "Brazil").check()
    expect(wizard.button("Start with your document")).to_be_hidden()
    is_fine(wizard.page)
