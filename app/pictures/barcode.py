"""Owns finding the PDF417 barcode in a photo of a document, however the card lies in it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import zxingcpp
from PIL import Image

T = TypeVar("T")
SECONDS = 1.5
# The decoder sees quarter turns by itself but no more than 7 degrees of tilt: each try covers 15 degrees, and 45 is
# where a quarter turn meets the last of them.
TILTS = (0, 8, -8, 16, -16, 24, -24, 32, -32, 40, -40, 45)
# At half of the stored size the bars of a card that fills the photo are still over two pixels wide, and a try takes
# a quarter of the time; the whole size is for cards that were photographed from afar.
DIVISORS = (2, 1)
_GROUND = 128


def read_pdf417(
    picture: bytes,
    understand: Callable[[str], T | None],
    *,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> T | None:
    """Return what `understand` makes of the first PDF417 text in a stored photo that it does understand, or None.

    Looks on where it does not: at the edge of what it can see, the decoder may take one barcode for quite another.
    `picture` is a JPEG as the intake stores it. Stops before `seconds` are over, as far as the slowest look so far
    tells how long the next one takes.
    """
    began = before = clock()
    slowest = 0.0
    for look in _looks(picture):
        found = zxingcpp.read_barcodes(
            look,
            formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.PDF417),
            try_downscale=False,
            try_invert=False,
            text_mode=zxingcpp.TextMode.Plain,
        )
        for each in found:
            if (understood := understand(each.text)) is not None:
                return understood
        now = clock()
        slowest, before = max(slowest, now - before), now
        if now - began + slowest > seconds:
            break
    return None


def _looks(picture: bytes) -> Iterator[Image.Image]:
    """The photo in grey, at each size and tilt that is worth a look, the likeliest first."""
    for divisor in DIVISORS:
        with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
            opened.draft("L", (opened.width // divisor, opened.height // divisor))
            grey = opened.convert("L")
        for tilt in TILTS:
            yield (grey.rotate(tilt, Image.Resampling.BILINEAR, expand=True, fillcolor=_GROUND) if tilt else grey)
