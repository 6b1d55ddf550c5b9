"""Owns the tests of finding a card's barcode in a photo, as the card really lies in it."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from PIL import Image

from app.domain.dni import read_dni
from app.pictures.barcode import DIVISORS, TILTS, read_pdf417
from app.pictures.intake import take_in
from tests.support.barcodes import NEWER, OLDER, card_photo, text
from tests.support.pictures import photo

BLANK = photo(1000, 750)


def jpeg(picture: Image.Image) -> bytes:
    """The picture as it would be stored."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=85)
    return target.getvalue()


def read(picture: bytes, **options: Any) -> str | None:
    """The text of the first barcode that is a DNI's, however long a busy machine takes for it."""
    patient = {"clock": lambda: 0.0, **options}
    return read_pdf417(picture, lambda content: content if read_dni(content) else None, **patient)


def ticking(seconds: float) -> Callable[[], float]:
    """A clock by which every look takes so long."""
    ticks = count()
    return lambda: next(ticks) * seconds


@pytest.mark.parametrize("layout", [NEWER, OLDER])
@pytest.mark.parametrize("tilt", [0, 3, -6, 7.5, 11, -14, 19, 22.5, -27, 31, 36, -41, 45, -45])
def test_tilted_card_is_read(layout: str, tilt: float) -> None:
    content = text(layout, last_name="FERNÁNDEZ ÑANDÚ")
    assert read(card_photo(content, tilt=tilt)) == content


@pytest.mark.parametrize("turn", [90, 97, 180, 169, 270, 262, 225])
def test_card_in_another_quarter_turn_is_read(turn: float) -> None:
    assert read(card_photo(text(), tilt=turn)) == text()


def test_card_photographed_from_afar_is_read() -> None:
    """At half the size its bars run together: the whole photo is looked at then."""
    assert read(card_photo(text(), share=0.32, tilt=12)) == text()


@pytest.mark.parametrize("size", [(4000, 3000), (1200, 900), (800, 600)])
def test_barcode_survives_the_intake(size: tuple[int, int]) -> None:
    """What is stored is what is read: shrunk, and encoded anew."""
    stored = take_in(card_photo(text(), tilt=5, size=size, share=0.8)).stored
    assert read(stored) is not None


def test_photo_without_barcode_says_nothing() -> None:
    assert read(jpeg(BLANK)) is None


def test_ladder_stops_before_its_time_is_over() -> None:
    """Also for a card that a later look would have found."""
    assert read(card_photo(text(), tilt=45), seconds=1.0, clock=ticking(0.3)) is None
    assert read(card_photo(text(), tilt=8), seconds=1.0, clock=ticking(0.3)) == text()


def test_every_look_is_taken_where_there_is_time() -> None:
    looks = count()

    def clock() -> float:
        next(looks)
        return 0.0

    assert read(jpeg(BLANK), clock=clock) is None
    assert next(looks) == len(TILTS) * len(DIVISORS) + 1


def test_barcode_that_is_not_understood_does_not_end_the_search() -> None:
    """Tilted to the edge of what it sees, the decoder gives a text that nobody wrote."""
    seen = []

    def understand(content: str) -> str | None:
        seen.append(content)
        return content if read_dni(content) else None

    content = text(OLDER, last_name="FERNÁNDEZ ÑANDÚ")
    assert read_pdf417(card_photo(content, tilt=45), understand, clock=lambda: 0.0) == content
    assert len(seen) > 1
