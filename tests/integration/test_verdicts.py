"""What the server makes of each photo: refused, to be taken again, used as it is, remarked on, or well."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from tests.support.cards import card_jpeg, selfie_jpeg
from tests.support.journey import Applicant
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import alter, count, one, rows

SCRIPT = {"X-Requested-With": "alta"}
BLURRED = "It is blurred: hold the phone still, and tap the document to focus"
NO_PORTRAIT = "We see no portrait: check that it is the side with your photo, and that nothing covers it"
SAME = "Both are the same picture"
PORTRAIT = "This looks like the portrait on your document"


def blurred(seed: int = 1) -> bytes:
    """A card that nobody could read."""
    return card_jpeg(side="front", seed=seed, blur=9)


def recoded(photo: bytes) -> bytes:
    """The same picture, smaller and encoded anew."""
    target = io.BytesIO()
    picture = Image.open(io.BytesIO(photo))
    picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)).save(target, "JPEG", quality=60)
    return target.getvalue()


def send(applicant: Applicant, slot: str, content: bytes | None = None, **data: str) -> TestResponse:
    """Send a photo on its own, or press one of its card's buttons, as the page's script does."""
    given: dict[str, object] = {**secrets_of(applicant.page), **data}
    if content is not None:
        given["file"] = (io.BytesIO(content), "photo.jpg")
    return applicant.browser.post(f"/apply/photos/{slot}", data=given, headers=SCRIPT)


@pytest.fixture
def at_document(app: Flask) -> Applicant:
    """Somebody whose next step is the document's photos."""
    return hasten(Applicant(app), until="document")


def test_good_photo_is_told_what_is_well(at_document: Applicant) -> None:
    answer = send(at_document, "front_document", card_jpeg(side="front", seed=1))
    assert answer.status_code == 200
    for chip in ("Saved", "Whole", "Sharp", "Well lit"):
        assert chip in answer.text
    assert 'class="advice"' not in answer.text and "Use it anyway" not in answer.text


def test_blurred_photo_is_kept_but_to_be_taken_again(app: Flask, at_document: Applicant) -> None:
    """It is stored and shown with its worst region; going on leads back to it; nothing else of the page is lost."""
    answer = send(at_document, "front_document", blurred())
    assert answer.status_code == 200
    assert BLURRED in answer.text and "Use it anyway" not in answer.text and "Sharp" not in answer.text
    assert re.search(r'<svg class="worst" viewBox="0 0 \d+ \d+" aria-hidden="true"><rect x="\d+" y="\d+"', answer.text)
    assert count(app, "photos") == 1
    page = at_document.send({"back_document": card_jpeg(side="back", seed=2)}, path="/apply/document")
    assert page.status == 422 and faults(page) == {"front_document": BLURRED}
    assert at_document.get("/apply/selfies").path == "/apply/document"
    page = at_document.send({"front_document": card_jpeg(side="front", seed=1)}, path="/apply/document")
    assert page.path == "/apply/selfies"


@pytest.mark.parametrize("way", ["script", "form"])
def test_second_blurred_photo_may_be_used_anyway(app: Flask, at_document: Applicant, way: str) -> None:
    """Once the person says so, and that is recorded; not before another try."""
    send(at_document, "back_document", card_jpeg(side="back", seed=2))
    send(at_document, "front_document", blurred(1))
    answer = send(at_document, "front_document", keep="front_document")
    assert answer.status_code == 200 and BLURRED in answer.text
    assert one(app, "SELECT kept_at FROM photos WHERE slot = 'front_document'") is None
    assert "Use it anyway" in send(at_document, "front_document", blurred(3)).text
    if way == "script":
        answer = send(at_document, "front_document", keep="front_document")
        assert "Used as it is" in answer.text and BLURRED not in answer.text
    else:
        page = at_document.send({"keep": "front_document"}, path="/apply/document")
        assert (page.status, page.path) == (200, "/apply/document") and "Used as it is" in page.html
    kept, problem = rows(app, "SELECT kept_at, problem FROM photos WHERE slot = 'front_document'")[0]
    assert kept is not None and problem == "blurred"
    assert at_document.send({}, path="/apply/document").path == "/apply/selfies"


def test_a_photo_replaced_meanwhile_is_not_used_anyway(app: Flask, at_document: Applicant) -> None:
    """The decision was about another picture."""
    send(at_document, "front_document", blurred(1))
    send(at_document, "front_document", blurred(3))
    services = app.extensions["alta"]
    with app.app_context():
        (token,) = [c.value for c in [at_document.browser.get_cookie("alta")] if c]
        draft = services.drafts.load(token.split(".")[1])
    send(at_document, "front_document", blurred(5))
    with app.app_context():
        services.photos.keep(draft, "front_document")
    assert one(app, "SELECT kept_at FROM photos") is None
    assert BLURRED in at_document.get("/apply/document").html


def test_selfie_without_a_face_is_refused(app: Flask) -> None:
    """It leaves nothing, and the photo that was there stays."""
    applicant = hasten(Applicant(app), until="selfies")
    send(applicant, "selfie_1", selfie_jpeg(pose="front", seed=1))
    before = rows(app, "SELECT id FROM photos ORDER BY id")
    answer = send(applicant, "selfie_1", card_jpeg(side="back", seed=2))
    assert answer.status_code == 422
    assert re.search(r'<p class="error" id="selfie_1-error">.*face', answer.text, re.DOTALL)
    assert rows(app, "SELECT id FROM photos ORDER BY id") == before


def test_front_without_a_portrait_is_warned_of_without_blocking(app: Flask, at_document: Applicant) -> None:
    """It counts as no try, hides nothing that is worse, and staff are told; the other side then takes it away."""
    send(at_document, "back_document", card_jpeg(side="back", seed=2))
    answer = send(at_document, "front_document", card_jpeg(seed=1, holder="empty"))
    assert answer.status_code == 200 and NO_PORTRAIT in answer.text and "Use it anyway" not in answer.text
    for chip in ("Saved", "Whole", "Sharp", "Well lit"):
        assert chip in answer.text
    assert at_document.send({}, path="/apply/document").path == "/apply/selfies"
    assert one(app, "SELECT problem FROM photos WHERE slot = 'front_document'") == "no_portrait"
    answer = send(at_document, "front_document", blurred(3))
    assert BLURRED in answer.text and NO_PORTRAIT not in answer.text and "Use it anyway" not in answer.text
    small = send(at_document, "front_document", card_jpeg(side="back", seed=3, size=(860, 645)))
    assert NO_PORTRAIT in small.text and "This photo is small" not in small.text
    assert 'class="advice"' not in send(at_document, "front_document", card_jpeg(seed=1)).text


def test_front_and_back_alike_are_remarked_on_without_blocking(at_document: Applicant) -> None:
    front = card_jpeg(side="front", seed=1)
    send(at_document, "front_document", front)
    assert SAME in send(at_document, "back_document", front).text
    assert at_document.send({}, path="/apply/document").path == "/apply/selfies"


def test_figures_are_stored_for_staff_and_encrypted(app: Flask, at_document: Applicant) -> None:
    send(at_document, "front_document", card_jpeg(side="front", seed=1))
    ((photo_id, sealed),) = rows(app, "SELECT id, figures FROM photos")
    assert b"sharpness" not in bytes(sealed)
    figures = json.loads(app.extensions["alta"].keyring.decrypt(bytes(sealed), f"photos.figures:{photo_id}"))
    assert {"sharpness", "burnt", "brightness", "outline", "faces", "picture_hash"} <= set(figures)
    alter(app, "UPDATE photos SET figures = NULL")
    with app.app_context():
        (standing,) = app.extensions["alta"].likeness.photos_of(one(app, "SELECT id FROM applications"))
    assert (standing.slot, standing.problem, standing.kept, standing.also_in) == ("front_document", None, False, ())


def test_photo_of_another_application_is_found_for_staff_only(app: Flask) -> None:
    """Even re-encoded; the applicant hears nothing of it, and what finds it goes with the photo."""
    front = card_jpeg(side="front", seed=1)
    first, second = (hasten(Applicant(app), until="document") for _ in range(2))
    send(first, "front_document", front)
    answer = send(second, "front_document", recoded(front))
    assert 'class="advice"' not in answer.text
    send(second, "back_document", card_jpeg(side="back", seed=2))
    references = dict(rows(app, "SELECT id, reference FROM applications"))
    with app.app_context():
        found = {
            (reference, photo.slot): photo.also_in
            for application_id, reference in references.items()
            for photo in app.extensions["alta"].likeness.photos_of(application_id)
        }
    one_of_them, other = references.values()
    assert {key: value for key, value in found.items() if value} == {
        (one_of_them, "front_document"): (other,),
        (other, "front_document"): (one_of_them,),
    }
    send(first, "front_document", remove="front_document")
    assert count(app, "photo_marks") == 8
