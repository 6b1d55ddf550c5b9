"""HEIC photos: read where the extra is installed, refused with the way out where it is not."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from app.pictures import kinds
from app.pictures.intake import PictureError, take_in
from app.pictures.kinds import refusal_of
from app.pictures.verdict import Subject
from tests.support.cards import selfie_jpeg
from tests.support.pictures import encoded, orientation_option, plain, quadrants


def heic(picture: Image.Image, **options: object) -> bytes:
    """The picture as an iPhone would store it."""
    file = io.BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=85, **options)
    return file.getvalue()


def box(*brands: bytes) -> bytes:
    """The start of a file of these brands, the major one first."""
    body = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return (len(body) + 4).to_bytes(4, "big") + body


def test_heic_photo_is_stored_as_a_jpeg() -> None:
    intake = take_in(heic(quadrants(800, 600)))
    stored = Image.open(io.BytesIO(intake.stored))
    assert (intake.source_format, stored.format, stored.size) == ("HEIC", "JPEG", (800, 600))
    assert np.abs(np.subtract(stored.getpixel((100, 100)), (220, 30, 30))).max() < 16
    assert np.abs(np.subtract(stored.getpixel((700, 100)), (30, 200, 30))).max() < 16


def test_turned_heic_photo_is_upright_once() -> None:
    turned = heic(quadrants(800, 600), exif=orientation_option(6)["exif"].tobytes())  # type: ignore[attr-defined]
    stored = Image.open(io.BytesIO(take_in(turned).stored))
    assert stored.size == (600, 800)
    assert np.abs(np.subtract(stored.getpixel((500, 100)), (220, 30, 30))).max() < 16


def test_nothing_but_pixels_of_a_heic_photo_is_stored() -> None:
    exif = Image.Exif()
    exif[0x010F] = "canary of a maker"
    photo = heic(quadrants(), exif=exif.tobytes(), xmp=b"<x>canary of a place</x>")
    assert b"canary of a maker" in photo and b"canary of a place" in photo
    intake = take_in(photo)
    assert b"canary" not in intake.stored + intake.thumbnail


def test_size_limits_of_a_heic_photo_hold() -> None:
    with pytest.raises(PictureError) as caught:
        take_in(heic(plain(299, 400)))
    assert caught.value.code == "too_small"


@pytest.mark.parametrize("share", [0.05, 0.4, 0.98])
def test_interrupted_heic_photo_is_damaged(share: float) -> None:
    photo = heic(quadrants())
    with pytest.raises(PictureError) as caught:
        take_in(photo[: round(len(photo) * share)])
    assert caught.value.code == "damaged"


def test_verdict_on_a_heic_photo_is_that_on_any_other() -> None:
    selfie = Image.open(io.BytesIO(selfie_jpeg("front", seed=1)))
    verdict = take_in(heic(selfie), Subject.SELFIE).verdict
    assert verdict is not None and verdict.findings == () and len(verdict.figures.faces) == 1


def test_avif_is_refused_with_the_extra_too() -> None:
    with pytest.raises(PictureError) as caught:
        take_in(encoded(plain(400, 400), "AVIF"))
    assert caught.value.parameters == {"kind": "AVIF"}


@pytest.mark.parametrize("head", [box(b"heic", b"mif1", b"heic"), box(b"mif1", b"mif1", b"heic")])
def test_refusal_of_heic_says_how_to_change_the_phone(head: bytes) -> None:
    error = refusal_of(head)
    assert (error.code, error.message) == ("unsupported", kinds.HEIC)


WITHOUT_EXTRA = """
import sys
sys.modules["pillow_heif"] = None
from app.pictures.intake import PictureError, take_in
try:
    take_in(sys.stdin.buffer)
except PictureError as error:
    print(error.code, error.message, sep="|")
"""


def test_without_the_extra_heic_is_refused_with_the_way_out() -> None:
    photo = heic(quadrants())
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA], input=photo, capture_output=True, check=True, timeout=60
    )
    assert run.stdout.decode().strip() == f"unsupported|{kinds.HEIC}"
