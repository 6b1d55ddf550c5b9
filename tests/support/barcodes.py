"""Draws photos of identity cards with a real PDF417, lying at any tilt on a textured table."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

TABLE_SEED, CARD_RATIO = 3, 1.586
NEWER = "00123456789@{last_name}@{first_name}@{sex}@{dni}@A@{born}@01/02/2015@{cuil}"
OLDER = (
    "@{dni:<12}@A@1@{last_name}@{first_name}@ARGENTINA@{born}@{sex}@01/02/2010@00012345678@7055 @01/02/2025@1@0@ILR:2.0"
)
JUANA = {
    "last_name": "FERNANDEZ",
    "first_name": "JUANA",
    "sex": "F",
    "dni": "12345678",
    "born": "10/08/1990",
    "cuil": "206",
}


def text(layout: str = NEWER, **changes: str) -> str:
    """The barcode's text of Juana's card, with changes."""
    return layout.format(**{**JUANA, **changes})


@lru_cache(maxsize=32)
def card_photo(content: str, *, tilt: float = 0, size: tuple[int, int] = (2000, 1500), share: float = 0.6) -> bytes:
    """A JPEG of a card that bears `content` as PDF417, turned by `tilt` degrees; it takes `share` of the width."""
    picture = _table(size)
    card = _card(content, round(size[0] * share)).convert("RGBA").rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    picture.paste(card, ((size[0] - card.width) // 2, (size[1] - card.height) // 2), card)
    target = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(size[0] / 2000)).save(target, "JPEG", quality=85)
    return target.getvalue()


def _table(size: tuple[int, int]) -> Image.Image:
    grain = np.random.default_rng(TABLE_SEED).integers(60, 110, (60, 80, 3), dtype=np.uint8)
    return Image.fromarray(grain).resize(size, Image.Resampling.BICUBIC)


def _card(content: str, width: int) -> Image.Image:
    height = round(width / CARD_RATIO)
    card = Image.new("RGB", (width, height), (214, 231, 226))
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, height * 0.06, width, height * 0.16), fill=(150, 190, 200))
    draw.ellipse((width * 0.07, height * 0.22, width * 0.27, height * 0.55), fill=(222, 176, 146))
    for line in range(4):
        top = height * (0.22 + line * 0.08)
        draw.rectangle((width * 0.45, top, width * 0.8, top + height * 0.03), fill=(104, 128, 138))
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.PDF417).to_image(scale=4)
    bars = Image.fromarray(np.asarray(code)).convert("RGB")
    across = round(width * 0.62)
    bars = bars.resize((across, round(bars.height * across / bars.width)), Image.Resampling.LANCZOS)
    card.paste(bars, (round(width * 0.06), height - bars.height - round(height * 0.05)))
    return card
