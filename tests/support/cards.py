"""Draws identity cards of a made-up kind, and pictures of them, of people and of neither, for tests and benchmarks.

A seed is a card and the person on it, a take one picture of either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw

from app.demo.faces import Pose, portrait, selfie, skin_of
from app.demo.photographs import Ground, developed, photograph
from app.demo.prints import CARD_SIZE, INK, PAPERS

Side = Literal["front", "back"]
# The portrait is printed, or its place is empty, or somebody's thumb lies on it.
Portrait = Literal["printed", "empty", "covered"]

SHEET_SIZE = (860, 1210)


@lru_cache(maxsize=32)
def card(side: Side = "front", *, seed: int = 1, holder: Portrait = "printed") -> Image.Image:
    """Return the card itself, upright and flat, RGBA with round corners."""
    generator = np.random.default_rng((seed, side == "back"))
    paper = PAPERS[seed % len(PAPERS)]
    face = _printed_ground(CARD_SIZE, paper, generator)
    draw = ImageDraw.Draw(face)
    draw.rectangle((0, 28, CARD_SIZE[0], 96), fill=tuple(level - 62 for level in paper))
    _line(draw, (40, 48), 420, 28, generator)
    if side == "front":
        if holder == "empty":
            draw.rectangle((44, 140, 344, 470), fill=(232, 234, 234))
        else:
            face.paste(portrait(seed, wall=(232, 234, 234), side=330).crop((15, 0, 315, 330)), (44, 140))
        if holder == "covered":
            _thumb(draw, seed)
        for number, width in enumerate((300, 420, 360, 180, 240, 390)):
            _line(draw, (386, 142 + number * 62), 90, 12, generator, ink=(110, 128, 136))
            _line(draw, (386, 160 + number * 62), width, 26, generator)
        _line(draw, (60, 520), 250, 34, generator)
        _signature(draw, (640, 560), generator)
    else:
        for number, width in enumerate((520, 610, 460)):
            _line(draw, (44, 128 + number * 46), width, 22, generator)
        _blocks(draw, (700, 130, 960, 300), generator)
        for number in range(3):
            _line(draw, (44, 430 + number * 62), 920, 40, generator, pitch=30)
    edges = Image.new("L", CARD_SIZE, 0)
    ImageDraw.Draw(edges).rounded_rectangle((0, 0, CARD_SIZE[0] - 1, CARD_SIZE[1] - 1), 36, fill=255)
    face.putalpha(edges)
    return face


@lru_cache(maxsize=8)
def sheet(*, seed: int = 1) -> Image.Image:
    """Return an old document of paper, upright (taller than wide) with square corners, RGBA: no card's shape."""
    generator = np.random.default_rng((seed, 9))
    page = _printed_ground(SHEET_SIZE, (226, 214, 190), generator)
    draw = ImageDraw.Draw(page)
    page.paste(portrait(seed, wall=(196, 192, 184), side=380).crop((20, 0, 360, 380)), (60, 120))
    _line(draw, (60, 50), 500, 32, generator)
    for number in range(13):
        top = 150 + number * 62
        _line(draw, (450 if top < 540 else 60, top), 330 if top < 540 else 700, 26, generator)
    page.putalpha(255)
    return page


@lru_cache(maxsize=96)
def card_jpeg(
    side: Side = "front",
    *,
    seed: int = 1,
    take: int = 1,
    size: tuple[int, int] = (1600, 1200),
    ground: Ground | None = None,
    cover: float = 0.82,
    turn: float | None = None,
    blur: float = 0.0,
    glare: int = 0,
    darkness: float = 0.0,
    cut: float = 0.0,
    paper: bool = False,
    holder: Portrait = "printed",
    quality: int = 88,
) -> bytes:
    """Return a photograph of the card as a JPEG, as `photograph` says.

    `paper` lays down an old document of paper in place of the card; `holder` is the portrait on its front.
    """
    generator = np.random.default_rng((seed, take, side == "back"))
    laid = sheet(seed=seed) if paper else card(side, seed=seed, holder=holder)
    return photograph(
        laid,
        generator,
        size=size,
        ground=ground,
        cover=cover,
        turn=turn,
        blur=blur,
        glare=glare,
        darkness=darkness,
        cut=cut,
        quality=quality,
    )


@lru_cache(maxsize=64)
def selfie_jpeg(
    pose: Pose = "front",
    *,
    seed: int = 1,
    take: int = 1,
    size: tuple[int, int] = (900, 1200),
    face: float = 1.0,
    blur: float = 0.0,
    darkness: float = 0.0,
    people: int = 1,
    quality: int = 88,
) -> bytes:
    """Return a selfie as a JPEG, as `selfie` says; "document" holds up the card of the same seed."""
    return selfie(
        pose,
        seed=seed,
        take=take,
        size=size,
        face=face,
        blur=blur,
        darkness=darkness,
        people=people,
        quality=quality,
        held=card("front", seed=seed) if pose == "document" else None,
    )


def landscape_jpeg(*, seed: int = 1, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """Return a picture of hills under a sky: sharp, bright, and nothing of a document or a face in it."""
    generator = np.random.default_rng((seed, 77))
    width, height = size
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    pixels = np.array((96, 148, 206), np.float32) * (1 - down) + np.array((226, 232, 236), np.float32) * down
    pixels = np.broadcast_to(pixels, (height, width, 3)).copy()
    across = np.linspace(0, 1, width)
    rows = np.arange(height)[:, None]
    for number, colour in enumerate(((122, 142, 150), (92, 120, 88), (62, 92, 52), (44, 66, 36))):
        ridge: Any = 0.42 + 0.14 * number
        for wave in (2, 5, 11, 31, 83):
            ridge = ridge + generator.uniform(0.01, 0.16) / wave * np.sin(across * wave * 6.3 + generator.uniform(0, 6))
        below = rows > (ridge * height)[None, :]
        texture = cv2.resize(generator.normal(1, 0.10, (height // 4, width // 4)).astype(np.float32), size)
        pixels[below] = (np.array(colour, np.float32) * texture[..., None])[below]
    return developed(pixels, generator)


def _printed_ground(size: tuple[int, int], paper: tuple[int, int, int], generator: np.random.Generator) -> Image.Image:
    """Return security printing: fine waves in two pale colours."""
    width, height = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = generator.uniform(0, 6, 2)
    waves = np.sin(down / 4 + 5 * np.sin(across / 70 + phase[0])) * 6 + np.sin((down + across) / 110 + phase[1]) * 8
    tint = np.array(paper, np.float32) + waves[..., None] * np.array((1.0, 0.6, 0.9), np.float32)
    return Image.fromarray(np.clip(tint, 0, 255).astype(np.uint8))


def _line(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    width: int,
    height: int,
    generator: np.random.Generator,
    *,
    ink: tuple[int, int, int] = INK,
    pitch: int = 0,
) -> None:
    """Print a line of strokes that look like letters and say nothing."""
    pitch = pitch or max(8, round(height * 0.72))
    stroke = max(2, height // 7)
    for left in range(at[0], at[0] + width, pitch):
        if generator.random() < 0.1:
            continue
        points = generator.integers(0, 3, (4, 2)) * np.array((pitch * 0.32, height / 2.2)) + np.array((left, at[1]))
        draw.line([(float(x), float(y)) for x, y in points], fill=ink, width=stroke)


def _signature(draw: ImageDraw.ImageDraw, at: tuple[int, int], generator: np.random.Generator) -> None:
    steps = np.arange(60)
    waves = np.sin(steps * generator.uniform(0.5, 0.9)) * 26 + generator.normal(0, 5, 60)
    draw.line([(at[0] + 4 * float(x), at[1] + float(y)) for x, y in zip(steps, waves, strict=True)], fill=INK, width=4)


def _thumb(draw: ImageDraw.ImageDraw, seed: int) -> None:
    """Lay a thumb on the portrait, from the card's left edge, its nail up."""
    skin = skin_of(seed)
    draw.rounded_rectangle((-150, 180, 350, 430), 120, fill=skin)
    draw.rounded_rectangle((190, 225, 335, 385), 60, fill=tuple(min(255, level + 22) for level in skin))


def _blocks(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], generator: np.random.Generator) -> None:
    """Print a pattern of squares as dense as a barcode's; it holds nothing."""
    for top in range(box[1], box[3], 10):
        for left in range(box[0], box[2], 10):
            if generator.random() < 0.5:
                draw.rectangle((left, top, left + 9, top + 9), fill=INK)
