"""The camera in the page: framed, looked at and mended photos, what may be in the way, and letting the camera go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.demo.faces import Pose
from tests.browser.cameras import Camera, hide, note_uploads, opened, sent_photo, show
from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.pages import Wizard, photo
from tests.browser.uploads import let_tries_pass
from tests.support.cards import Portrait, Side, card_jpeg, selfie_jpeg
from tests.support.pictures import encoded, quadrants

FRONT, BACK, AHEAD = "Front side", "Back side", "Look straight ahead"
LEFT, RIGHT, HOLDING = "Turn your head to the left", "Turn your head to the right", "Holding your document"
NO_PORTRAIT = "We see no portrait: check that it is the side with your photo, and that nothing covers it"
CARD_RATIO = 1.586
SHUTTER_PIXELS = 64
BUSY = 'navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("taken", "NotReadableError"); }'
OLD = "delete Navigator.prototype.mediaDevices"
DENIED = (
    "The browser does not let this page use the camera. "
    "Allow it beside the page's address, then try again, or take another way:"
)
NONE = "No camera was found on this device. Connect one and try again, or take another way:"
TAKEN = (
    "The camera does not answer: another program may be using it. Close that one and try again, or take another way:"
)
UNSUPPORTED = "This browser cannot show the camera in the page. Take another way:"
CLOSED = (
    "The phone closed this page while a photo was being taken. "
    "What had arrived is kept; take this one again, best here:"
)


@pytest.fixture(autouse=True)
def _empty_lens(lens: Path) -> Iterator[None]:
    """Every test puts its own picture before the camera."""
    yield
    lens.unlink(missing_ok=True)


def seen(side: Side = "front", *, holder: Portrait = "printed") -> bytes:
    """The card as a phone that is held upright sees it."""
    return card_jpeg(side, size=(1536, 2048), holder=holder)


def at_document(visit: Visit, screen: str = "phone", *, language: str = "en", camera: bool = True) -> Camera:
    """Somebody from Argentina whose next step is the document."""
    wizard = visit("AR", screen, language=language, camera=camera)
    wizard.skip_until("document")
    return Camera(wizard)


def is_saved(wizard: Wizard, label: str) -> None:
    """The photo's card says so."""
    expect(wizard.card(label).get_by_text(wizard.words("Saved"), exact=True)).to_be_visible()


@pytest.mark.parametrize(("screen", "language"), [("phone", "es"), ("desktop", "pt_BR")])
def test_a_document_is_framed_looked_at_and_sent_side_by_side(
    visit: Visit, lens: Path, screen: str, language: str
) -> None:
    """The frame has a card's shape; every state is accessible; the way leads from front to back to Continue."""
    show(lens, seen())
    camera = at_document(visit, screen, language=language)
    camera.open(FRONT)
    expect(camera.shutter).to_be_focused()
    camera.says("Fill the frame with it, hold still and press the button.")
    frame, button = camera.dialog.locator(".guide").bounding_box(), camera.shutter.bounding_box()
    assert frame and abs(frame["width"] / frame["height"] - CARD_RATIO) < 0.03
    assert button and min(button["width"], button["height"]) >= SHUTTER_PIXELS
    is_fine(camera.page)
    camera.shutter.click()
    expect(camera.button("Use it")).to_be_focused()
    is_fine(camera.page)
    camera.button("Take again").click()
    note_uploads(camera.page)
    camera.take()
    camera.shows(BACK)
    sent = opened(sent_photo(camera.page))
    assert abs(sent.width / sent.height - CARD_RATIO) < 0.3
    camera.says(camera.wizard.words("Saved. Now: %(what)s", what=camera.wizard.words(BACK)))
    camera.page.keyboard.press("Escape")
    show(lens, seen("back"))
    camera.open(BACK)
    camera.take()
    expect(camera.dialog).to_be_hidden()
    expect(camera.wizard.button("Continue")).to_be_focused()
    for label in (FRONT, BACK):
        is_saved(camera.wizard, label)
    camera.wizard.press()
    camera.wizard.sees("selfies")


def test_selfies_are_taken_one_after_another(visit: Visit, lens: Path) -> None:
    """Ahead, left, right, with the document; each has its drawing, in an oval."""
    wizard = visit("BR", "phone", language="pt_BR", camera=True)
    wizard.skip_until("selfies")
    camera = Camera(wizard)
    poses: list[tuple[str, Pose]] = [(AHEAD, "front"), (LEFT, "left"), (RIGHT, "right"), (HOLDING, "document")]
    for number, (label, pose) in enumerate(poses):
        show(lens, selfie_jpeg(pose, seed=2))
        camera.open(label)
        count = wizard.words("Photo %(number)s of %(total)s", number=number + 1, total=len(poses))
        expect(camera.dialog.get_by_text(count)).to_be_visible()
        expect(camera.dialog.locator(".pose:visible svg")).to_have_count(1)
        expect(camera.dialog.locator(".guide")).to_have_css("border-radius", "50%")
        expect(camera.shutter).to_be_visible()
        is_fine(camera.page)
        camera.take()
        if number + 1 < len(poses):
            camera.shows(poses[number + 1][0])
            camera.page.keyboard.press("Escape")
    expect(camera.dialog).to_be_hidden()
    wizard.press()
    wizard.sees("review")


def test_a_selfie_is_shown_as_a_mirror_and_sent_as_it_is(visit: Visit, lens: Path) -> None:
    """What is on the left of the camera's picture stays there."""
    show(lens, encoded(quadrants(1200, 900), "JPEG", quality=95))
    wizard = visit("AR", "desktop", camera=True)
    wizard.skip_until("selfies")
    camera = Camera(wizard)
    camera.open(AHEAD)
    expect(camera.shutter).to_be_visible()
    expect(camera.dialog.locator("video")).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
    note_uploads(camera.page)
    with camera.page.expect_response("**/photos/*"):
        camera.take()
    sent = opened(sent_photo(camera.page)).convert("RGB")
    red, green, _blue = sent.getpixel((sent.width // 8, sent.height // 8))  # type: ignore[misc]
    assert red > 150 > green


def test_a_problem_is_shown_at_once_and_mended_on_the_spot(visit: Visit, lens: Path) -> None:
    """The server's sentence stands below the photo that it is about, and the camera is one press away."""
    show(lens, encoded(quadrants(240, 180), "JPEG"))
    camera = at_document(visit)
    camera.open(FRONT)
    camera.take()
    again = camera.button("Take again")
    expect(again).to_be_focused()
    expect(camera.dialog.get_by_text("300 pixels")).to_be_visible()
    expect(camera.dialog.get_by_role("img", name="The photo that you took")).to_be_visible()
    expect(camera.button("Leave it like this")).to_be_hidden()
    is_fine(camera.page)
    again.click()
    expect(camera.shutter).to_be_focused()
    camera.page.keyboard.press("Escape")
    show(lens, seen(holder="covered"))
    camera.open(FRONT)
    camera.take()
    camera.says(NO_PORTRAIT)
    leave = camera.button("Leave it like this")
    expect(leave).to_be_visible()
    is_fine(camera.page)
    leave.click()
    camera.shows(BACK)
    camera.page.keyboard.press("Escape")
    expect(camera.wizard.card(FRONT).get_by_text(NO_PORTRAIT)).to_be_visible()
    show(lens, seen())
    camera.open(FRONT)
    camera.take()
    camera.shows(BACK)


@pytest.mark.parametrize(("sentence", "script"), [(DENIED, ""), (NONE, ""), (TAKEN, BUSY), (UNSUPPORTED, OLD)])
def test_what_is_in_the_way_has_its_sentence_and_a_way_on(visit: Visit, lens: Path, sentence: str, script: str) -> None:
    """Permission, no camera, a busy one, an old browser: a file of one's own is always possible."""
    if sentence != NONE:
        show(lens, seen())
    camera = at_document(visit, language="pt_BR", camera=sentence != DENIED)
    if script:
        camera.page.add_init_script(script)
        camera.page.reload()
    camera.open(FRONT)
    camera.says(sentence)
    expect(camera.button("Try again")).to_be_visible(visible=sentence != UNSUPPORTED)
    is_fine(camera.page)
    with camera.page.expect_file_chooser() as asked:
        camera.button("Choose a file").click()
    assert asked.value.element.get_attribute("capture") is None
    asked.value.set_files(photo(1))
    expect(camera.dialog).to_be_hidden()
    is_saved(camera.wizard, FRONT)


@pytest.mark.parametrize("sentence", [DENIED, NONE])
def test_the_camera_opens_once_nothing_is_in_its_way(visit: Visit, lens: Path, sentence: str) -> None:
    """Allowed or connected meanwhile, it is tried again without leaving the page."""
    if sentence == DENIED:
        show(lens, seen())
    camera = at_document(visit, "desktop", camera=sentence != DENIED)
    camera.open(FRONT)
    camera.says(sentence)
    camera.page.context.grant_permissions(["camera"])
    show(lens, seen())
    camera.button("Try again").click()
    expect(camera.shutter).to_be_focused()


def test_the_phones_own_camera_is_a_way_on(visit: Visit) -> None:
    """Only for that one choice: the next file may be any."""
    camera = at_document(visit)
    camera.open(FRONT)
    with camera.page.expect_file_chooser() as asked:
        camera.button("Use the phone's camera app").click()
    assert asked.value.element.get_attribute("capture") == "environment"
    asked.value.set_files(photo(1))
    is_saved(camera.wizard, FRONT)
    with camera.page.expect_file_chooser() as asked:
        camera.wizard.card(BACK).get_by_text("or choose a file").click()
    assert asked.value.element.get_attribute("capture") is None


def test_the_phone_is_a_way_on_where_the_page_offers_it(visit: Visit) -> None:
    """The camera closes and the focus is where the code for the phone is."""
    camera = at_document(visit, "desktop")
    camera.open(FRONT)
    camera.dialog.get_by_role("link", name="Use your phone as the camera").click()
    expect(camera.dialog).to_be_hidden()
    expect(camera.page.locator("#handoff")).to_be_in_viewport()


def test_a_phone_in_trouble_is_not_sent_to_a_phone(visit: Visit) -> None:
    """The page hides there what hands photos to a phone: its way on would lead nowhere."""
    camera = at_document(visit, "phone")
    camera.open(FRONT)
    expect(camera.button("Choose a file")).to_be_visible()
    expect(camera.dialog.locator("[data-do=handoff]")).to_be_hidden()


def test_a_page_that_the_phone_closed_says_so_and_goes_on(visit: Visit, lens: Path) -> None:
    """The phone's camera app cost the page its life; what arrives or is called off leaves nothing to say."""
    camera = at_document(visit, language="es")
    camera.open(FRONT)
    with camera.page.expect_file_chooser():
        camera.button("Use the phone's camera app").click()
    camera.page.reload()
    camera.shows(FRONT)
    camera.says(CLOSED)
    is_fine(camera.page)
    show(lens, seen())
    camera.button("Take it here").click()
    camera.take()
    camera.shows(BACK)
    camera.page.keyboard.press("Escape")
    expect(camera.dialog).to_be_hidden()
    camera.page.reload()
    is_saved(camera.wizard, FRONT)
    expect(camera.dialog).to_be_hidden()
    with camera.page.expect_file_chooser():
        camera.wizard.card(BACK).get_by_text(camera.wizard.words("or choose a file")).click()
    camera.page.reload()
    camera.shows(BACK)
    camera.says(CLOSED)


def test_the_camera_is_let_go_when_nobody_looks(visit: Visit, lens: Path) -> None:
    """A hidden page, a page that is left and a closed dialog hold no stream; a page shown again takes it up."""
    show(lens, seen())
    camera = at_document(visit)
    camera.open(FRONT)
    expect(camera.shutter).to_be_visible()
    assert camera.track == "live"
    hide(camera.page, True)
    assert camera.track == "ended"
    assert camera.page.evaluate("document.querySelector('video').srcObject") is None
    hide(camera.page, False)
    expect(camera.shutter).to_be_visible()
    camera.page.evaluate("delete window.track")
    assert camera.track == "live"
    camera.page.keyboard.press("Escape")
    expect(camera.opener(FRONT)).to_be_focused()
    assert camera.track == "ended"

    camera.open(FRONT)
    expect(camera.shutter).to_be_visible()
    camera.page.evaluate("delete window.track")
    assert camera.track == "live"
    camera.page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('left', track.readyState))")
    camera.wizard.open("/legal/privacy")
    assert camera.page.evaluate("sessionStorage.getItem('left')") == "ended"


def test_a_hidden_page_does_not_open_the_camera_it_was_waiting_for(visit: Visit, lens: Path) -> None:
    """Hidden between the question and its answer, the page lets go at once what it is given."""
    show(lens, seen())
    camera = at_document(visit)
    camera.page.evaluate(
        """() => {
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => {
          const stream = await ask(wanted);
          window.track = stream.getTracks()[0];
          await new Promise((done) => {
            window.answer = done;
            opened();
          });
          return stream;
        };
        window.asked = new Promise((done) => { window.opened = done; });
      }"""
    )
    camera.open(FRONT)
    camera.page.evaluate("asked")
    hide(camera.page, True)
    camera.page.evaluate("answer(), new Promise((done) => setTimeout(done))")
    assert camera.page.evaluate("track.readyState") == "ended"
    assert camera.page.evaluate("document.querySelector('video').srcObject") is None


def test_an_offline_photo_goes_on_from_the_camera_by_itself(visit: Visit, lens: Path) -> None:
    """The camera says that the connection is lost; once it is back, the next photo is asked for."""
    show(lens, seen())
    camera = at_document(visit)
    camera.wizard.expect_complaint("ERR_INTERNET_DISCONNECTED")
    camera.page.clock.install()
    camera.open(FRONT)
    camera.page.context.set_offline(True)
    camera.take()
    camera.says("The connection is lost. The photo is kept here and sent again in a moment.")
    is_fine(camera.page)
    let_tries_pass(camera.page, camera.button("Try again"))
    expect(camera.button("Try again")).to_be_focused()
    is_fine(camera.page)
    camera.page.context.set_offline(False)
    camera.shows(BACK)
    is_saved(camera.wizard, FRONT)


def test_photos_are_taken_with_the_keyboard_alone(visit: Visit, lens: Path) -> None:
    """The focus always is on what comes next; Escape closes and gives it back."""
    show(lens, seen())
    camera = at_document(visit, "desktop")
    camera.opener(FRONT).focus()
    press = camera.page.keyboard.press
    press("Enter")
    expect(camera.shutter).to_be_focused()
    press("Space")
    expect(camera.button("Use it")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(camera.shutter).to_be_focused()
    press("Enter")
    expect(camera.button("Use it")).to_be_focused()
    press("Enter")
    camera.shows(BACK)
    expect(camera.shutter).to_be_focused()
    press("Escape")
    expect(camera.dialog).to_be_hidden()
    expect(camera.opener(BACK)).to_be_focused()


def test_without_scripts_no_camera_is_promised(visit: Visit) -> None:
    """The file field and its button are all there is."""
    wizard = visit("AR", "phone", scripts=False)
    wizard.skip_until("document")
    expect(wizard.page.get_by_role("dialog")).to_be_hidden()
    expect(wizard.page.get_by_role("button", name=re.compile("Take photo"))).to_have_count(0)
    expect(wizard.card(FRONT).locator("input[type=file]")).to_be_visible()
