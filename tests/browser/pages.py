"""The wizard's pages as a person sees them: found by role and label in the page's own language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from playwright.sync_api import Locator, Page, expect

from tests.browser.moving import leaving
from tests.browser.people import Person, Words
from tests.support.http_browser import Site
from tests.support.journey import CARD_SIZE, STEPS, Applicant, photo_for, picture
from tests.support.quick import hasten

TITLES = {
    "personal": "Who are you?",
    "identity": "Your document",
    "exposure": "Political exposure",
    "address": "Where do you live?",
    "phone": "Your mobile phone",
    "income": "Your income",
    "document": "Photos of your document",
    "selfies": "Now, your face",
    "review": "Check before you send",
    "status": "We received your application",
}
REFERENCE = re.compile(r"AL-[0-9A-Z]{4}-[0-9A-Z]{4}")


# Milliseconds that a photo may take to be made small, sent and judged, on a machine with much to do.
PATIENCE = 30000
# Which photo each card asks for.
SLOTS = {
    "Front side": "front_document",
    "Back side": "back_document",
    "Look straight ahead": "selfie_1",
    "Turn your head to the left": "selfie_2",
    "Turn your head to the right": "selfie_3",
    "Holding your document": "dni_selfie",
}


def file_of(content: bytes) -> Any:
    """A JPEG as a file chooser takes it."""
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}


def photo(seed: int, size: tuple[int, int] = CARD_SIZE) -> Any:
    """A good photo of a document, by seed."""
    return file_of(picture(seed, size))


def photo_of(label: str, seed: int = 1) -> Any:
    """A good photo for a card."""
    return file_of(photo_for(SLOTS[label], seed))


class Wizard:
    """One tab with the wizard, driven as `person` would."""

    def __init__(self, page: Page, person: Person, words: Words, *, scripts: bool = True) -> None:
        self.page, self.person, self.words, self.scripts = page, person, words, scripts
        self.address = ""
        self.expect_complaint: Callable[[str], None] = lambda _pattern: None

    # Finding

    def field(self, label: str, *, inside: Locator | None = None) -> Locator:
        """The control with this label, whether it is optional or not."""
        text = re.compile(f"^\\s*{re.escape(self.words(label))}( \\(.*\\))?$")
        return (inside or self.page).get_by_label(text)

    def group(self, label: str, role: Any = "radiogroup") -> Locator:
        """The group of controls with this legend."""
        return self.page.get_by_role(role, name=re.compile(f"^{re.escape(self.words(label))}"))

    def radio(self, group: str, label: str) -> Locator:
        """One choice of a group."""
        return self.group(group).get_by_role("radio", name=self.words(label), exact=True)

    def button(self, label: str) -> Locator:
        """The button that says this."""
        return self.page.get_by_role("button", name=self.words(label), exact=True)

    def link(self, label: str) -> Locator:
        """The link that says this."""
        return self.page.get_by_role("link", name=self.words(label), exact=True)

    def card(self, label: str) -> Locator:
        """The card of one photo."""
        heading = self.page.get_by_role("heading", name=self.words(label), exact=True)
        return self.page.locator(".shot").filter(has=heading)

    @property
    def summary(self) -> Locator:
        """What is wrong with the page."""
        return self.page.get_by_role("alert")

    # Going

    def open(self, path: str = "") -> None:
        """Open an address of the wizard."""
        self.page.goto(f"{self.address}/apply{path}")

    def press(self, label: str = "Continue") -> None:
        """Press the button that leads on, and see the page that it leads to: another one, or the same with faults."""
        with leaving(self.page):
            self.button(label).click()

    def sees(self, step: str) -> None:
        """This step's page is what is shown, without an error, and its scripts have run."""
        expect(self.page).to_have_url(re.compile(f"/apply/{step}(\\?.*)?$"))
        expect(self.page).to_have_title(f"{self.words(TITLES[step])} – Alta")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(TITLES[step]))
        self.page.wait_for_load_state()

    def shows_faults(self, sentences: list[str]) -> None:
        """The page says what is wrong, in this order, with the focus on it; `Error:` stands before the title."""
        expect(self.summary.get_by_role("link")).to_have_text([self.words(each) for each in sentences])
        expect(self.page).to_have_title(re.compile(f"^{re.escape(self.words('Error:'))} "))
        expect(self.summary).to_be_focused()

    # Answering

    def start(self) -> None:
        """Begin an application in the language of the words."""
        self.open(f"/start?country={self.person.country}")
        self.group("Where do you live?").get_by_role("radio", checked=True).wait_for()
        self.field("I have read the privacy notice and agree to it.").check()
        self.field("I agree to the use of photos of my face to verify my identity.").check()
        self.press("Start")
        self.sees("personal")

    def fill(self, step: str) -> None:
        """Give the person's answers to the open step, without leaving it."""
        getattr(self, f"_fill_{step}")()

    def answer(self, step: str) -> None:
        """Answer the open step and go on."""
        self.sees(step)
        self.fill(step)
        self.press()

    def answer_until(self, last: str) -> None:
        """Begin, and answer every step before `last`."""
        self.start()
        for step in STEPS[: STEPS.index(last) if last in STEPS else None]:
            self.answer(step)
        self.sees(last)

    def skip_until(self, last: str) -> None:
        """The same by plain posts, for tests of what comes then: the pages before have tests of their own."""
        applicant = Applicant(cast(Any, Site(self.address)))
        hasten(applicant, self.person.country, until=last, language=self.words.language, answers=self.person.typed)
        cookies = [{"name": name, "value": value} for name, value in applicant.browser.cookies.items()]
        self.page.context.add_cookies([{**each, "url": self.address, "httpOnly": True} for each in cookies])  # type: ignore[typeddict-item]
        self.open(f"/{last}")
        self.sees(last)

    def send(self) -> str:
        """Declare and submit; the reference that the person is given."""
        self.field("I declare that what I gave is true, and I accept that it is verified.").check()
        self.press("Send application")
        return self.reference()

    def reference(self) -> str:
        """The reference on the status page."""
        self.sees("status")
        found = REFERENCE.search(self.page.get_by_role("main").inner_text())
        assert found is not None
        return found[0]

    def choose_photo(self, label: str, file: Any) -> None:
        """Choose a photo for a card; with scripts it is sent at once."""
        self.card(label).locator("input[type=file]").set_input_files(file)

    def put_photo(self, label: str, file: Any) -> None:
        """Choose a photo and see it saved, as far as that can be seen before going on."""
        self.choose_photo(label, file)
        if self.scripts:
            expect(self.card(label).get_by_text(self.words("Saved"), exact=True)).to_be_visible()

    def photo_labels(self, step: str) -> list[str]:
        """The photos that a step asks for."""
        if step == "document":
            return ["Front side", "Back side"]
        poses = ["Look straight ahead", "Turn your head to the left", "Turn your head to the right"]
        return [*poses, "Holding your document"]

    def _fill_personal(self) -> None:
        person = self.person
        self.field("Given names").fill(person.first_name)
        self.field("Surnames").fill(person.last_name)
        self.fill_date(person.birthday)
        self.radio("Gender", person.gender).check()
        self.radio("Marital status", person.marital_status).check()
        self.field("Nationality").fill(self.nationality())

    def nationality(self) -> str:
        """The first that the page suggests: the country's own."""
        return str(self.page.locator("datalist option").first.text_content())

    def fill_date(self, date: tuple[str, str, str]) -> None:
        """Type the birth date into its three boxes."""
        boxes = self.group("Birth date", "group")
        for label, text in zip(("Day", "Month", "Year"), date, strict=True):
            self.field(label, inside=boxes).fill(text)

    def _fill_identity(self) -> None:
        kind, number = self.person.document
        self.radio("Document", kind).check()
        self.field("Number").fill(number)

    def _fill_exposure(self) -> None:
        self.radio("Are you a politically exposed person?", "No").check()

    def _fill_address(self) -> None:
        for label, text in self.person.address:
            self.field(label).fill(text)
        label, state = self.person.state
        self.field(label).select_option(state)

    def _fill_phone(self) -> None:
        self.field("Mobile number").fill(self.person.phone)

    def _fill_income(self) -> None:
        self.group("Income range").get_by_role("radio").nth(1).check()

    def _fill_document(self) -> None:
        if self.person.document_kind:
            self.radio("Which document is in the photo?", self.person.document_kind).check()
        self._fill_photos("document")

    def _fill_selfies(self) -> None:
        self._fill_photos("selfies")

    def _fill_photos(self, step: str) -> None:
        for label in self.photo_labels(step):
            self.put_photo(label, photo_of(label))
