"""Refusals: each has its code and a sentence that says what to do, and comes before any decoding."""

from __future__ import annotations

import io
import re
import time

import pytest
from PIL import Image

from app.pictures import kinds
from app.pictures.errors import SENTENCES
from app.pictures.intake import MAXIMUM_BYTES, PictureError, Refusal, take_in
from tests.support.pictures import encoded, jpeg_claiming, plain, png_claiming, quadrants


def refusal(source: bytes) -> PictureError:
    with pytest.raises(PictureError) as caught:
        take_in(source)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def box(brand: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + brand + bytes(4) + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body + bytes(500)


def test_empty_file() -> None:
    assert refusal(b"").code == "empty"
    with pytest.raises(PictureError, match="empty"):
        take_in(io.BytesIO())


def test_file_over_20_mb_is_not_even_looked_at() -> None:
    error = refusal(b"not a picture" + bytes(MAXIMUM_BYTES))
    assert (error.code, error.parameters) == ("too_large", {"limit": 20})


def test_file_of_exactly_20_mb_is_looked_at() -> None:
    photo = encoded(quadrants(), "JPEG")
    assert take_in(photo + bytes(MAXIMUM_BYTES - len(photo))).width == 800


def test_no_more_than_the_limit_is_read_of_an_endless_file() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.taken += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(PictureError) as caught:
        take_in(endless)  # type: ignore[arg-type]
    assert caught.value.code == "too_large"
    assert endless.taken <= MAXIMUM_BYTES + 1


@pytest.mark.parametrize(
    "source", [b"Dear bank, this is photo.jpg", b"<html></html>", b"\0" * 100, b"PK\3\4", b"\xff", b"RIFF"]
)
def test_what_is_no_picture_whatever_its_name(source: bytes) -> None:
    assert refusal(source).code == "not_a_picture"


@pytest.mark.parametrize(
    ("source", "sentence", "parameters"),
    [
        (box(b"mif1", b"avif"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "AVIF"}),
        (encoded(plain(400, 400), "AVIF"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "AVIF"}),
        (encoded(plain(400, 400), "GIF"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "GIF"}),
        (encoded(plain(400, 400), "TIFF"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "TIFF"}),
        (encoded(plain(400, 400), "BMP"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "BMP"}),
        (encoded(plain(400, 400), "JPEG2000"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "JPEG 2000"}),
        (b"\0\0\0\x0cJXL \r\n\x87\n", SENTENCES[Refusal.UNSUPPORTED], {"kind": "JPEG XL"}),
        (box(b"crx ", b"isom"), SENTENCES[Refusal.UNSUPPORTED], {"kind": "RAW"}),
        (encoded(plain(400, 400), "PDF"), kinds.PDF, {}),
        (box(b"isom", b"mp42"), kinds.VIDEO, {}),
        (b"\x1a\x45\xdf\xa3" + bytes(60), kinds.VIDEO, {}),
        (b"RIFF\0\0\0\0AVI LIST", kinds.VIDEO, {}),
    ],
)
def test_known_but_unreadable_kind_is_named(source: bytes, sentence: str, parameters: dict[str, str]) -> None:
    error = refusal(source)
    assert (error.code, error.message, error.parameters) == ("unsupported", sentence, parameters)


@pytest.mark.parametrize("size", [(299, 300), (300, 299), (299, 5000), (1, 60000), (1, 1)])
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_shorter_side_under_300(size: tuple[int, int], file_format: str) -> None:
    error = refusal(encoded(plain(*size), file_format))
    assert (error.code, error.parameters) == ("too_small", {"minimum": 300})


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_shorter_side_of_300_is_enough(file_format: str) -> None:
    assert take_in(encoded(plain(300, 320), file_format)).height == 320
    assert take_in(encoded(plain(320, 300), file_format)).width == 320


@pytest.mark.parametrize(
    "source",
    [
        png_claiming(8001, 8000),
        png_claiming(60000, 60000),
        png_claiming(2**31 - 1, 2**31 - 1),
        jpeg_claiming(8001, 8000),
        jpeg_claiming(65000, 65000),
        encoded(plain(8001, 8000, "1"), "PNG"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_over_64_megapixels_is_refused_before_decoding(source: bytes) -> None:
    started = time.process_time()
    error = refusal(source)
    assert (error.code, error.parameters) == ("too_many_pixels", {"limit": 64})
    assert time.process_time() - started < 0.2


def test_64_megapixels_are_taken() -> None:
    assert take_in(encoded(plain(8000, 8000, "L", 200), "JPEG")).width == 2000
    assert take_in(encoded(plain(8000, 8000, "1", 1), "PNG")).width == 2400


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("JPEG", {"quality": 90}),
        ("JPEG", {"quality": 90, "progressive": True}),
        ("PNG", {"compress_level": 1}),
        ("WEBP", {"quality": 90}),
        ("WEBP", {"lossless": True, "method": 0}),
    ],
)
def test_truncated_file_is_refused(file_format: str, options: dict[str, object], tenth: int) -> None:
    whole = encoded(Image.effect_noise((700, 500), 60).convert("RGB"), file_format, **options)
    assert take_in(whole).width == 700
    cut = whole[: len(whole) * tenth // 10]
    assert refusal(cut).code == "damaged"
    if file_format != "WEBP":  # WebP has neither checksum nor end mark: zeros decode as pixels
        assert refusal(cut.ljust(len(whole), b"\0")).code == "damaged"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_every_cut_of_the_header_is_refused(file_format: str) -> None:
    whole = encoded(quadrants(400, 400), file_format, icc_profile=bytes(200))
    for length in range(16, 300):
        assert refusal(whole[:length]).code == "damaged"


def test_error_tells_nothing_of_the_file() -> None:
    source = encoded(quadrants(), "PNG").replace(b"IDAT", b"Juan", 1)
    error = refusal(source)
    assert str(error) == SENTENCES[Refusal.DAMAGED]
    assert "Juan" not in repr(error) + repr(error.parameters)


def test_sentences_are_short_and_their_places_are_filled() -> None:
    for sentence in (*SENTENCES.values(), kinds.HEIC, kinds.PDF, kinds.VIDEO):
        assert len(sentence) <= 90
        assert ": " in sentence
        assert set(re.findall(r"%\((\w+)\)", sentence)) <= {"limit", "minimum", "kind"}
    assert set(SENTENCES) == set(Refusal)
