"""What travels of a photo: made small in the browser, as it is where that cannot be, and always what was chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.cameras import note_uploads, opened, sent_photo
from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import until
from tests.browser.pages import file_of, photo
from tests.browser.uploads import UPLOADS, is_saved, slow_network, under_way
from tests.support import pictures
from tests.support.pictures import encoded, photo_jpeg

FRONT = "Front side"
NO_PICTURE = b"a letter, not a picture"
SMALL_BYTES = 900_000
FORM_BYTES = 2_000
# Decoding waits for the test, beside no worker.
IS_HELD = "window.held"
HELD_BACK = """
  delete window.OffscreenCanvas;
  const decodes = createImageBitmap;
  window.createImageBitmap = async (...given) => {
    await new Promise((done) => { window.held = done; });
    delete window.held;
    return decodes(...given);
  };
"""


def test_a_photo_of_twelve_megapixels_travels_small_and_upright(visit: Visit) -> None:
    """At most 900 KB and 2400 pixels of JPEG, made beside the page's own thread, without what the camera noted."""
    original = photo_jpeg(orientation=6)
    assert len(original) > 3_000_000
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    note_uploads(wizard.page)
    with wizard.page.expect_response(UPLOADS) as answer:
        wizard.choose_photo(FRONT, file_of(original))
    assert answer.value.request.sizes()["requestBodySize"] <= SMALL_BYTES + FORM_BYTES
    small = sent_photo(wizard.page)
    assert len(small) <= SMALL_BYTES
    with opened(small) as picture:
        assert picture.size == (1800, 2400)
        assert not picture.getexif()
    assert [worker.url.rpartition("/")[2] for worker in wizard.page.workers] == ["shrinker.js"]


def test_a_grainy_photo_keeps_its_pixels_and_gives_up_some_grain(visit: Visit) -> None:
    """Where the usual quality is too heavy, it is lowered step by step, and no further than needed."""
    pixels = np.asarray(pictures.photo(2400, 1800), np.int16)
    grain = np.random.default_rng(1).normal(0, 10, (1800, 2400, 1))
    grainy = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    note_uploads(wizard.page)
    with wizard.page.expect_response(UPLOADS):
        wizard.choose_photo(FRONT, file_of(encoded(grainy, "JPEG", quality=95)))
    small = sent_photo(wizard.page)
    assert SMALL_BYTES * 0.7 < len(small) <= SMALL_BYTES
    with opened(small) as picture:
        assert picture.size == (2400, 1800)


@pytest.mark.parametrize("missing", ["OffscreenCanvas", "Worker", "createImageBitmap"])
def test_an_older_browser_makes_photos_small_too(visit: Visit, missing: str) -> None:
    """Without a worker, what draws in it, or what decodes for it."""
    wizard = visit("AR", "phone")
    wizard.page.add_init_script(f"delete window.{missing}")
    wizard.skip_until("document")
    note_uploads(wizard.page)
    original = photo_jpeg(3000, 2000, orientation=6)
    with wizard.page.expect_response(UPLOADS):
        wizard.choose_photo(FRONT, file_of(original))
    with opened(sent_photo(wizard.page)) as picture:
        assert picture.size == (1600, 2400)


def test_what_the_browser_cannot_make_small_travels_as_it_is(visit: Visit) -> None:
    """A file that it cannot decode, and one that is small enough already."""
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    note_uploads(wizard.page)
    frugal = encoded(pictures.photo(1200, 900), "JPEG", quality=30)
    for content, outcome in ((NO_PICTURE, ".error"), (frugal, ".advice")):
        wizard.choose_photo(FRONT, file_of(content))
        expect(wizard.card(FRONT).locator(outcome)).to_be_visible()
        assert sent_photo(wizard.page) == content


def test_a_file_that_was_swapped_before_it_was_read_is_to_be_chosen_again(visit: Visit, tmp_path: Path) -> None:
    """No try could send it: the page says so at once, and takes the same file when it is chosen anew."""
    chosen = tmp_path / "photo.jpg"
    chosen.write_bytes(photo(1)["buffer"])
    wizard = visit("AR", "phone")
    wizard.expect_complaint("ERR_UPLOAD_FILE_CHANGED|could not be read|ERR_FILE_NOT_FOUND")
    wizard.page.add_init_script(HELD_BACK)
    wizard.skip_until("document")
    failed: list[str] = []
    wizard.page.on("requestfailed", lambda request: failed.append(request.url))
    wizard.choose_photo(FRONT, chosen)
    until(wizard.page, IS_HELD)
    chosen.write_bytes(photo(2, (1200, 900))["buffer"])
    wizard.page.evaluate("held()")
    expect(wizard.card(FRONT).get_by_text("This file has changed since it was chosen")).to_be_visible()
    expect(wizard.card(FRONT).get_by_role("button", name="Try again")).to_be_hidden()
    assert [each for each in failed if "/photos/" in each] == []
    is_fine(wizard.page)
    wizard.choose_photo(FRONT, chosen)
    until(wizard.page, IS_HELD)
    wizard.page.evaluate("held()")
    is_saved(wizard, FRONT)


def test_a_file_that_is_swapped_on_its_way_arrives_as_it_was(visit: Visit, tmp_path: Path) -> None:
    """What the browser cannot make small is read before it is sent."""
    chosen = tmp_path / "photo.jpg"
    original = b"a letter, not a picture " * 20_000
    chosen.write_bytes(original)
    wizard = visit("AR", "phone")
    wizard.skip_until("document")
    with slow_network(wizard):
        wizard.choose_photo(FRONT, chosen)
        under_way(wizard, FRONT)
        chosen.write_bytes(b"")
    expect(wizard.card(FRONT).get_by_text("This file is not a photo")).to_be_visible()
