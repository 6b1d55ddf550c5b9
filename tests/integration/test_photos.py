"""Owns the tests of photos over HTTP: sent on their own or with the form, replaced, removed, refused, and guarded."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from tests.support.cards import selfie_jpeg
from tests.support.journey import Applicant, photo_for, picture
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import count, one, rows

SCRIPT = {"X-Requested-With": "fetch"}


def upload(applicant: Applicant, slot: str, content: bytes, name: str = "photo.jpg", **data: str) -> TestResponse:
    """Send one photo on its own, as the page's script does."""
    applicant.get("/apply/document") if not secrets_of(applicant.page) else None
    return applicant.browser.post(
        f"/apply/photos/{slot}",
        data={**secrets_of(applicant.page), "file": (io.BytesIO(content), name), **data},
        headers=SCRIPT,
    )


def blobs(app: Flask) -> set[str]:
    """Every file of the photo store."""
    folder = app.extensions["alta"].settings.instance / "blobs"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def stored(html: str) -> list[str]:
    """The addresses of the photos shown."""
    return re.findall(r'<img src="(/apply/photos/[^"]+)"', html)


def state(app: Flask) -> tuple[object, ...]:
    """Rows and blobs of photos, and what lies in the temporary folder."""
    here = (each.name for each in Path(tempfile.gettempdir()).iterdir() if each.name.startswith(("tmp", "alta-up")))
    return (
        rows(app, "SELECT id FROM photos"),
        rows(app, "SELECT name FROM answers WHERE name LIKE 'photo:%'"),
        blobs(app),
        sorted(here),
    )


@pytest.fixture
def local(make_app: Callable[..., Flask]) -> Flask:
    """An application on its own SQLite and folder."""
    return make_app()


@pytest.mark.parametrize("way", ["script", "form"])
def test_photo_is_kept_encrypted_in_its_slot(app: Flask, way: str) -> None:
    """By the upload endpoint as by the plain form's button, which keeps the page; bytes nowhere in plain."""
    applicant = hasten(Applicant(app), until="document")
    before = blobs(app)
    if way == "script":
        response = upload(applicant, "front_document", picture(1))
        assert response.status_code == 200
        card = response.text
        assert "<html" not in card
    else:
        page = applicant.send({"front_document": picture(1), "upload": "front_document"})
        assert (page.status, page.path) == (200, "/apply/document")
        card = page.html
    assert len(stored(card)) == 1
    ((slot, sha256, width, height),) = rows(app, "SELECT slot, sha256, width, height FROM photos")
    assert (slot, width, height, len(sha256)) == ("front_document", 1040, 780, 64)
    fresh = blobs(app) - before
    assert {Path(each).name for each in fresh} == {"stored", "thumbnail"}
    folder = app.extensions["alta"].settings.instance / "blobs"
    assert not any(b"JFIF" in (folder / each).read_bytes() for each in fresh)
    assert applicant.get("/apply").path == "/apply/document"


def test_photo_stays_whatever_happens_to_the_rest_of_the_page(applicant: Applicant) -> None:
    """One taken, one missing, another refused, the page left and opened again."""
    hasten(applicant, "BR", until="document")
    page = applicant.send({"document_kind": "RG", "front_document": picture(1), "back_document": b"no picture"})
    assert page.status == 422
    assert list(faults(page)) == ["back_document"]
    assert len(stored(page.html)) == 1
    assert page.fields["document_kind"] == "RG"
    assert len(stored(applicant.get("/apply/document").html)) == 1


@pytest.mark.parametrize("way", ["script", "form"])
def test_replaced_photos_bytes_are_deleted(app: Flask, way: str) -> None:
    """The old address finds nothing any more, the old blobs are gone, one row is left."""
    applicant = hasten(Applicant(app), until="document")
    upload(applicant, "front_document", picture(1))
    (old,) = stored(applicant.get("/apply/document").html)
    earlier = blobs(app)
    if way == "script":
        assert upload(applicant, "front_document", picture(2)).status_code == 200
    else:
        applicant.send({"front_document": picture(2), "upload": "front_document"})
    assert applicant.browser.get(old).status_code == 404
    (new,) = stored(applicant.get("/apply/document").html)
    assert applicant.browser.get(new).status_code == 200
    assert count(app, "photos") == 1
    assert len(blobs(app) - earlier) == 2
    assert not any(old.split("/")[3] in each for each in blobs(app))
    assert count(app, "blob_deletions") == 0


@pytest.mark.parametrize("way", ["script", "form"])
def test_removed_photos_bytes_are_deleted(app: Flask, way: str) -> None:
    """And the step asks for it again."""
    applicant = hasten(Applicant(app), until="selfies")
    before = blobs(app)
    (old, _back) = stored(applicant.get("/apply/document").html)
    if way == "script":
        data = {**secrets_of(applicant.page), "remove": "front_document"}
        response = applicant.browser.post("/apply/photos/front_document", data=data, headers=SCRIPT)
        assert (response.status_code, stored(response.text)) == (200, [])
    else:
        applicant.send({"remove": "front_document"})
    assert applicant.browser.get(old).status_code == 404
    assert len(before - blobs(app)) == 2
    assert count(app, "photos") == 1
    assert applicant.get("/apply/review").path == "/apply/document"
    assert faults(applicant.send({})) == {"front_document": "Add the photo of the front"}


def _png(size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("L", size).save(target, "PNG")
    return target.getvalue()


REFUSED = {
    "empty": (b"", "The file is empty: choose the photo again"),
    "text": (b"hello" * 100, "This file is not a photo: choose a JPEG, PNG or WebP picture"),
    "pdf": (b"%PDF-1.7\n" + b"0" * 99, "This is a PDF, not a photo: take a photo of the document instead"),
    "small": (_png((299, 800)), "The photo is smaller than 300 pixels: send the original, not a preview"),
    "large": (picture(1) + b"\0" * (20 * 1024 * 1024), "The file is over 20 MB: take the photo at a lower resolution"),
    "pixels": (_png((8001, 8001)), "The photo is over 64 megapixels: take it at a lower resolution"),
    "cut": (picture(1)[:9000], "The photo is damaged or incomplete: send it again or take a new one"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 200, "The photo is damaged or incomplete"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_file_leaves_nothing(local: Flask, name: str) -> None:
    """No row, no blob, no temporary file; the card says why and what to do, and the photo before it stays."""
    content, sentence = REFUSED[name]
    applicant = hasten(Applicant(local), until="document")
    upload(applicant, "back_document", picture(1))
    before = state(local)
    response = upload(applicant, "back_document", content, "x.jpg")
    assert response.status_code == 422
    assert sentence in response.text
    assert 'id="card-back_document"' in response.text
    if name != "empty":
        page = applicant.send({"front_document": content, "upload": "front_document"})
        assert page.status == 422
        assert faults(page)["front_document"].startswith(sentence)
        assert "Front" in page.html
    assert state(local) == before


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.jpg"), ("WEBP", "b.png"), ("JPEG", "../../c.exe")])
def test_bytes_decide_what_a_file_is(local: Flask, kind: str, name: str) -> None:
    """Whatever its name and declared type."""
    target = io.BytesIO()
    Image.open(io.BytesIO(picture(1))).save(target, kind)
    applicant = hasten(Applicant(local), until="document")
    assert upload(applicant, "front_document", target.getvalue(), name).status_code == 200


def test_small_photo_is_taken_with_a_remark(local: Flask) -> None:
    """From 300 pixels on its shorter side; one with so few that nothing can be read is to be taken again."""
    applicant = hasten(Applicant(local), until="document")
    small, unreadable = "This photo is small", "The document is too small"
    for size, said in (((300, 400), [unreadable]), ((699, 900), [small]), ((700, 900), [])):
        response = upload(applicant, "front_document", picture(1, size))
        assert response.status_code == 200
        assert [each for each in (small, unreadable) if each in response.text] == said


def test_small_selfie_is_remarked_on_for_its_face(local: Flask) -> None:
    """Nobody reads a text on it."""
    applicant = hasten(Applicant(local), until="selfies")
    response = upload(applicant, "selfie_1", selfie_jpeg("front", size=(500, 660)))
    assert "This photo is small: if your face is not clear" in response.text


def test_photos_are_served_to_their_owner_only(applicant: Applicant, app: Flask) -> None:
    """Another applicant, a stranger and made-up addresses find nothing; a second device of the owner's does."""
    hasten(applicant, until="selfies")
    (front, _back) = stored(applicant.get("/apply/document").html)
    photo_id = front.split("/")[3]
    other = hasten(Applicant(app), until="selfies")
    assert other.browser.get(front).status_code == 404
    assert Applicant(app).browser.get(front).location == "/apply/start"
    for wrong in (f"{photo_id}/original", f"{uuid4()}/stored", "x/stored", "%00/stored", "%ff/stored"):
        assert applicant.browser.get(f"/apply/photos/{wrong}").status_code == 404
    token = applicant.browser.get_cookie("alta").value
    second = Applicant(app)
    second.browser.set_cookie("alta", token)
    assert second.browser.get(front).status_code == 200


@pytest.mark.parametrize("variant", ["stored", "thumbnail"])
def test_photo_is_served_sandboxed_and_never_kept(applicant: Applicant, variant: str) -> None:
    """As a JPEG without metadata, `no-store`, `nosniff`, with a policy that lets it do nothing."""
    hasten(applicant, until="document")
    upload(applicant, "front_document", picture(1))
    (thumbnail,) = stored(applicant.get("/apply/document").html)
    response = applicant.browser.get(thumbnail.replace("thumbnail", variant))
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    shown = Image.open(io.BytesIO(response.data))
    assert max(shown.size) == (1040 if variant == "stored" else 320)
    assert not shown.getexif()
    assert "comment" not in shown.info


@pytest.mark.parametrize("slot", ["selfie_1", "selfie_99", "nothing", "dni_selfie", "document_kind"])
def test_slot_that_may_not_be_filled_is_not_found(local: Flask, slot: str) -> None:
    """A later step's, one too many, one of no photo: nothing is stored."""
    applicant = hasten(Applicant(local), until="document")
    before = state(local)
    assert upload(applicant, slot, picture(1)).status_code == 404
    assert state(local) == before


def test_upload_without_file_is_a_bad_request(local: Flask) -> None:
    """The script is told in JSON."""
    applicant = hasten(Applicant(local), until="document")
    response = applicant.browser.post("/apply/photos/front_document", data=secrets_of(applicant.page), headers=SCRIPT)
    assert response.status_code == 400
    assert "error" in response.get_json()


def test_photos_of_a_sent_application_stay_as_they_are(applicant: Applicant, app: Flask) -> None:
    """Uploading and removing are refused with a sentence; nothing changes."""
    hasten(applicant)
    secrets = secrets_of(applicant.page)
    applicant.submit()
    before = rows(app, "SELECT id FROM photos ORDER BY id"), blobs(app)
    for data in ({"file": (io.BytesIO(photo_for("selfie_1", 2)), "x.jpg")}, {"remove": "selfie_1"}):
        response = applicant.browser.post("/apply/photos/selfie_1", data={**secrets, **data}, headers=SCRIPT)
        assert response.status_code == 409
        assert "sent already" in response.get_json()["error"]
    assert (rows(app, "SELECT id FROM photos ORDER BY id"), blobs(app)) == before


def test_two_browsers_of_one_person_share_the_photos(applicant: Applicant, app: Flask) -> None:
    """What one adds the other sees, and may replace."""
    hasten(applicant, until="document")
    phone = Applicant(app)
    for name in ("alta", "alta_language"):
        phone.browser.set_cookie(name, applicant.browser.get_cookie(name).value)
    upload(applicant, "front_document", picture(1))
    phone.get("/apply/document")
    assert len(stored(phone.page.html)) == 1
    assert phone.send({"back_document": picture(2)}).path == "/apply/selfies"
    assert applicant.get("/apply").path == "/apply/selfies"
    assert one(app, "SELECT count(*) FROM photos") == 2
