"""Prints the identity card of one of the demo's people: portrait, name, number, and in Argentina the barcode."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from app.demo.faces import portrait
from app.demo.people import Person
from app.domain.text import fold

CARD_SIZE = (1012, 638)
PAPERS = ((214, 231, 226), (226, 222, 238), (238, 228, 212), (212, 224, 240))
INK = (44, 58, 66)
# Where the portrait lies, and how many pixels wide the head is painted: half of what pictures for tests have.
PORTRAIT_SIDE, PORTRAIT_AT, DETAIL = 300, (40, 130), 160
BARCODE_WIDTH, BARCODE_HEIGHT, BARCODE_AT = 660, 166, (312, 446)
PALE = (104, 124, 132)
WORDS = {
    "AR": ("DOCUMENTO DE MUESTRA", "Apellido", "Nombre", "Nacimiento", "Documento"),
    "BR": ("DOCUMENTO DE AMOSTRA", "Sobrenome", "Nome", "Nascimento", "CPF"),
}


def front(person: Person) -> Image.Image:
    """The side with the portrait, upright and flat, RGBA with round corners; marked as a sample."""
    card = _blank(person.number % len(PAPERS)).copy()
    draw = ImageDraw.Draw(card)
    heading, *labels = WORDS[person.country]
    draw.text((40, 44), heading, font=_font(36), fill=(250, 252, 252))
    head = portrait(person.number, wall=(232, 234, 234), side=PORTRAIT_SIDE, detail=DETAIL)
    card.paste(head, PORTRAIT_AT)
    born = f"{person.printed_birthday:%d/%m/%Y}"
    said = (person.last_name, person.first_name, born, person.printed_number)
    for row, (label, value) in enumerate(zip(labels, said, strict=True)):
        draw.text((372, 118 + row * 84), label, font=_font(24), fill=PALE)
        draw.text((372, 144 + row * 84), fold(value).upper(), font=_font(38), fill=INK)
    if person.country == "AR":
        card.paste(_barcode(person), BARCODE_AT)
    card.putalpha(_corners())
    return card


def back(person: Person) -> Image.Image:
    """The other side: lines of print and a pattern that differ from person to person."""
    card = _blank((person.number + 1) % len(PAPERS)).copy()
    draw, chance = ImageDraw.Draw(card), np.random.default_rng((person.number, 3))
    for row in range(4):
        text = "".join("ABCDEFGHJKLMNPRSTUVWXYZ<"[int(letter)] for letter in chance.integers(24, size=18))
        draw.text((44, 126 + row * 60), text, font=_font(40), fill=INK)
    for _spot in range(14):
        x, y = int(chance.integers(600, 940)), int(chance.integers(120, 330))
        radius = int(chance.integers(10, 46))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=PALE, width=5)
    for row in range(3):
        text = "".join("0123456789<<"[int(digit)] for digit in chance.integers(12, size=30))
        draw.text((44, 410 + row * 64), text, font=_font(50), fill=INK)
    card.putalpha(_corners())
    return card


def _barcode(person: Person) -> Image.Image:
    code = zxingcpp.create_barcode(person.barcode, zxingcpp.BarcodeFormat.PDF417).to_image(scale=3)
    bars = Image.fromarray(np.asarray(code)).convert("RGB")
    return bars.resize((BARCODE_WIDTH, BARCODE_HEIGHT), Image.Resampling.LANCZOS)


@lru_cache
def _blank(paper: int) -> Image.Image:
    """A card's ground: fine waves in two pale colours under a dark band."""
    width, height = CARD_SIZE
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = np.sin(down / 4 + 5 * np.sin(across / 70 + paper)) * 6 + np.sin((down + across) / 110 + paper) * 8
    tint = np.array(PAPERS[paper], np.float32) + waves[..., None] * np.array((1.0, 0.6, 0.9), np.float32)
    card = Image.fromarray(np.clip(tint, 0, 255).astype(np.uint8))
    band = tuple(level - 90 for level in PAPERS[paper])
    ImageDraw.Draw(card).rectangle((0, 28, width, 96), fill=band)
    return card


@lru_cache
def _corners() -> Image.Image:
    edges = Image.new("L", CARD_SIZE, 0)
    ImageDraw.Draw(edges).rounded_rectangle((0, 0, CARD_SIZE[0] - 1, CARD_SIZE[1] - 1), 36, fill=255)
    return edges


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
