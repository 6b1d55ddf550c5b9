"""What is stored: fresh RGB JPEGs of bounded size that carry nothing but pixels."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.pictures.intake import take_in
from tests.support.pictures import display_p3_profile, encoded, jpeg_with_segment, photo, plain, quadrants

SECRET = b"Canary-4711"


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def pixel(jpeg: bytes, at: tuple[int, int] = (100, 100)) -> tuple[int, ...]:
    found = opened(jpeg).getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(level) for level in found)


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 4) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def markers(jpeg: bytes) -> set[int]:
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def exif_with(text: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = text
    exif.get_ifd(0x8825)[2] = (34.0, 36.0, 12.0)
    return exif


def jpeg_with_everything() -> bytes:
    text = SECRET.decode()
    jpeg = encoded(
        quadrants(),
        "JPEG",
        exif=exif_with(text),
        comment=SECRET,
        xmp=SECRET,
        icc_profile=display_p3_profile(),
    )
    return jpeg_with_segment(jpeg, 0xED, b"Photoshop 3.0\0" + SECRET) + b"trailer" + SECRET


def png_with_everything() -> bytes:
    texts = PngInfo()
    texts.add_text("comment", SECRET.decode())
    texts.add_text("Author", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return encoded(quadrants(), "PNG", pnginfo=texts, exif=exif_with(SECRET.decode()), icc_profile=display_p3_profile())


def webp_with_everything() -> bytes:
    return encoded(quadrants(), "WEBP", exif=exif_with(SECRET.decode()), xmp=SECRET, icc_profile=display_p3_profile())


@pytest.mark.parametrize("make", [jpeg_with_everything, png_with_everything, webp_with_everything])
def test_no_metadata_survives(make: Callable[[], bytes]) -> None:
    source = make()
    assert b"Canary" in source
    intake = take_in(source)
    for jpeg in (intake.stored, intake.thumbnail):
        for trace in (SECRET, b"Exif", b"http", b"ICC_PROFILE", b"Photoshop", b"xmp", b"Adobe"):
            assert trace not in jpeg
        # JFIF, quantisation, baseline frame, Huffman tables: no other segment, no comment.
        assert markers(jpeg) == {0xE0, 0xDB, 0xC0, 0xC4}


def test_digest_and_size_are_those_of_the_stored_bytes() -> None:
    intake = take_in(encoded(quadrants(), "PNG"))
    assert intake.sha256 == hashlib.sha256(intake.stored).hexdigest()
    assert opened(intake.stored).size == (intake.width, intake.height)


def test_same_photo_gives_the_same_bytes() -> None:
    source = encoded(quadrants(), "JPEG")
    assert take_in(source) == take_in(io.BytesIO(source))


def test_spooled_upload_is_read_from_where_it_stands() -> None:
    with tempfile.SpooledTemporaryFile(max_size=100) as file:
        file.write(b"skipped" + encoded(quadrants(), "PNG"))
        file.seek(7)
        assert take_in(file).source_format == "PNG"  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_of_each_colour_space_comes_out_rgb(mode: str, progressive: bool) -> None:
    intake = take_in(encoded(quadrants().convert(mode), "JPEG", progressive=progressive))
    assert opened(intake.stored).mode == opened(intake.thumbnail).mode == "RGB"
    assert near(pixel(intake.stored, (700, 500)), (255, 255, 255))
    assert intake.source_format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_png_of_each_mode_comes_out_rgb(mode: str) -> None:
    intake = take_in(encoded(quadrants().convert(mode), "PNG"))
    assert opened(intake.stored).mode == "RGB"
    assert near(pixel(intake.stored, (700, 500)), (255, 255, 255))


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.tile(np.linspace(0, 65535, 800).astype(np.uint16), (600, 1))
    stored = take_in(encoded(Image.fromarray(ramp), "PNG")).stored
    assert near(pixel(stored, (400, 300)), (128, 128, 128))
    assert near(pixel(stored, (100, 300)), (32, 32, 32))


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_transparency_lies_on_white(file_format: str) -> None:
    picture = Image.new("RGBA", (800, 600), (0, 0, 0, 0))
    picture.paste((0, 0, 200, 128), (400, 0, 800, 600))
    intake = take_in(encoded(picture, file_format, lossless=True))
    assert near(pixel(intake.stored), (255, 255, 255))
    assert near(pixel(intake.stored, (600, 300)), (127, 127, 227))


def test_transparent_palette_colour_lies_on_white() -> None:
    picture = quadrants().quantize(8)
    stored = take_in(encoded(picture, "PNG", transparency=picture.getpixel((100, 100)))).stored
    assert near(pixel(stored), (255, 255, 255))
    assert near(pixel(stored, (700, 100)), (30, 200, 30), by=10)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_animation_gives_its_first_frame(file_format: str) -> None:
    frames = [plain(400, 400, color="red"), plain(400, 400, color="blue")]
    animated = encoded(frames[0], file_format, save_all=True, append_images=frames[1:], lossless=True)
    assert opened(animated).n_frames == 2  # type: ignore[attr-defined]
    assert near(pixel(take_in(animated).stored), (254, 0, 0))


def test_mpo_gives_its_first_picture() -> None:
    second = plain(400, 400, color="blue")
    mpo = encoded(plain(400, 400, color="red"), "MPO", save_all=True, append_images=[second])
    intake = take_in(mpo)
    assert intake.source_format == "MPO"
    assert near(pixel(intake.stored), (254, 0, 0))


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        ((1599, 700), (1599, 700)),
        ((2400, 1000), (2400, 1000)),
        ((2401, 1000), (2400, 1000)),
        ((3198, 1600), (2400, 1201)),
        ((3199, 1600), (1600, 800)),
        ((4000, 3000), (2000, 1500)),
        ((3000, 4000), (1500, 2000)),
        ((4802, 1000), (2400, 500)),
        ((6396, 1000), (2400, 375)),
        ((6397, 1000), (1600, 250)),
    ],
)
def test_jpeg_is_decoded_at_the_coarsest_scale_of_1600_or_more(
    source: tuple[int, int], stored: tuple[int, int]
) -> None:
    intake = take_in(encoded(plain(*source, color="teal"), "JPEG"))
    assert (intake.width, intake.height) == stored


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
@pytest.mark.parametrize(
    ("source", "stored"),
    [((2400, 900), (2400, 900)), ((2401, 900), (2400, 900)), ((5000, 2500), (2400, 1200))],
)
def test_other_formats_are_shrunk_only_over_2400(
    file_format: str, source: tuple[int, int], stored: tuple[int, int]
) -> None:
    intake = take_in(encoded(plain(*source, color="teal"), file_format))
    assert (intake.width, intake.height) == stored


def test_strips_leave_no_seam() -> None:
    picture = photo(4900, 1225)
    stored = np.asarray(opened(take_in(encoded(picture, "PNG", compress_level=1)).stored), dtype=int)
    expected = np.asarray(picture.resize((2400, 600), Image.Resampling.LANCZOS), dtype=int)
    assert np.abs(stored - expected).mean(axis=(1, 2)).max() < 6


@pytest.mark.parametrize(("side", "small"), [(699, True), (700, False)])
def test_shorter_source_side_under_700_is_small(side: int, small: bool) -> None:
    assert take_in(encoded(plain(900, side), "PNG")).small is small
    assert take_in(encoded(plain(side, 900), "JPEG")).small is small


def test_large_source_is_not_small_though_stored_smaller() -> None:
    intake = take_in(encoded(plain(4000, 1000), "JPEG"))
    assert (intake.height, intake.small) == (500, False)


def test_thumbnail_is_never_larger_than_the_photo() -> None:
    assert opened(take_in(encoded(plain(310, 300), "PNG")).thumbnail).size == (310, 300)


def test_photo_of_many_megabytes_is_stored_small() -> None:
    picture = photo(2400, 1800)
    intake = take_in(encoded(picture, "JPEG", quality=95))
    assert len(intake.stored) < 2_000_000
    assert len(intake.thumbnail) < 30_000
    assert np.abs(np.asarray(opened(intake.stored), int) - np.asarray(picture, int)).mean() < 6
