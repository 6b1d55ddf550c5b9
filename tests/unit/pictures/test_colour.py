"""Colours of wide-gamut photographs look in sRGB as they did on the phone."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from app.pictures.intake import take_in
from tests.support.pictures import display_p3_profile, encoded, plain

# Converted by the exact transform of the colour engine.
SKIN, SKIN_IN_SRGB = (200, 150, 130), (209, 147, 126)


def colour(jpeg: bytes) -> tuple[int, ...]:
    found = Image.open(io.BytesIO(jpeg)).getpixel((50, 50))
    assert isinstance(found, tuple)
    return tuple(int(level) for level in found)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_display_p3_skin_is_converted(file_format: str) -> None:
    source = encoded(plain(400, 400, color=SKIN), file_format, icc_profile=display_p3_profile())
    stored = colour(take_in(source).stored)
    assert all(abs(a - b) <= 6 for a, b in zip(stored, SKIN_IN_SRGB, strict=True))


@pytest.mark.parametrize("level", [0, 60, 128, 255])
def test_display_p3_grey_stays_grey(level: int) -> None:
    source = encoded(plain(400, 400, color=(level,) * 3), "PNG", icc_profile=display_p3_profile())
    assert all(abs(found - level) <= 1 for found in colour(take_in(source).stored))


def test_srgb_profile_changes_no_byte() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = plain(400, 400, color=SKIN)
    assert take_in(encoded(picture, "PNG", icc_profile=profile)) == take_in(encoded(picture, "PNG"))
