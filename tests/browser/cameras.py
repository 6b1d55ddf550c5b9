"""The camera of the photo pages as a person sees it, and what stands before it."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import Wizard

JPEG_START = b"\xff\xd8\xff"
HIDDEN = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

KEPT = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    window.lastFile = body.get("file");
    return send.call(this, body);
  };
}"""
LAST = """() => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.readAsDataURL(window.lastFile);
})"""


def show(lens: Path, jpeg: bytes) -> None:
    """Put a picture before the camera; one that is open goes on seeing what it saw."""
    # Written aside: the browser reads the old file as long as it is open.
    aside = lens.with_suffix(".aside")
    aside.write_bytes(_as_video(jpeg))
    aside.replace(lens)


def _as_video(jpeg: bytes) -> bytes:
    """The picture in the levels of video, 16 to 235: Chromium's fake camera takes it so, and would burn out whites."""
    target = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).point(lambda level: 16 + level * 219 / 255).save(target, "JPEG", quality=95)
    return target.getvalue()


def hide(page: Page, hidden: bool) -> None:
    """Tell the page that nobody sees it, or that somebody does again, as a phone does between two apps."""
    page.evaluate(HIDDEN, hidden)


def note_uploads(page: Page) -> None:
    """Have the open page keep each file that it sends: browsers do not show the bodies of uploads."""
    page.evaluate(KEPT)


def sent_photo(page: Page) -> bytes:
    """The file that the page sent last."""
    return base64.b64decode(page.evaluate(LAST).partition(",")[2])


def opened(jpeg: bytes) -> Image.Image:
    """The picture of a photo that was sent: always a JPEG."""
    assert jpeg.startswith(JPEG_START)
    return Image.open(io.BytesIO(jpeg))


class Camera:
    """The dialog, driven by its buttons."""

    def __init__(self, wizard: Wizard) -> None:
        self.wizard, self.page = wizard, wizard.page
        self.dialog = self.page.get_by_role("dialog")

    def button(self, label: str) -> Locator:
        """One of the camera's buttons."""
        return self.dialog.get_by_role("button", name=self.wizard.words(label), exact=True)

    @property
    def shutter(self) -> Locator:
        """What takes the photo."""
        return self.button("Take the photo")

    @property
    def track(self) -> str:
        """How the open camera fares: `live` or `ended`, kept from the first look at it."""
        look = "window.track ??= document.querySelector('video').srcObject.getTracks()[0], window.track.readyState"
        return str(self.page.evaluate(look))

    def opener(self, label: str) -> Locator:
        """The button of a photo's card that opens the camera."""
        words = "|".join(re.escape(self.wizard.words(each)) for each in ("Take photo", "Take another"))
        return self.wizard.card(label).get_by_role("button", name=re.compile(f"^({words})"))

    def open(self, label: str) -> None:
        """Open the camera for a photo."""
        self.opener(label).click()
        self.shows(label)

    def shows(self, label: str) -> None:
        """The camera is open for this photo."""
        expect(self.dialog.get_by_role("heading")).to_have_text(self.wizard.words(label))

    def says(self, sentence: str) -> None:
        """This is the one thing that is said, aloud too."""
        expect(self.dialog.locator("[aria-live]")).to_have_text(self.wizard.words(sentence))

    def take(self) -> None:
        """Take the photo and use it."""
        self.shutter.click()
        self.button("Use it").click()
