"""Photographs cards as phones take them, askew, blurred, dazzled, dark; a take is one photograph of a card."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from app.demo.faces import Field, encoded, grain

Ground = Literal["wood", "dark", "light", "cloth", "tiles"]
Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

GROUNDS: tuple[Ground, ...] = ("wood", "dark", "light", "cloth", "tiles")
# Where the camera sees the card's corners, in card widths from the picture's centre: from straight above to askew.
_TILT = 0.045


def photograph(
    laid: Image.Image,
    generator: np.random.Generator,
    *,
    size: tuple[int, int],
    ground: Ground | None = None,
    cover: float = 0.82,
    turn: float | None = None,
    blur: float = 0.0,
    glare: int = 0,
    darkness: float = 0.0,
    cut: float = 0.0,
    quality: int = 88,
    shade: float = 0.0,
    stock: tuple[int, int] | None = None,
) -> bytes:
    """Return a photograph of what is `laid` down (RGBA) as a JPEG.

    `cover` is its width over the picture's (over 0.97 it fills the frame), `turn` its tilt in degrees (by chance a few
    where None), `blur` a radius in pixels of the picture, `glare` a number of burnt spots on it, `darkness` 0 (as it
    is) to 1 (black), `cut` the share of it that lies outside the picture on its left, `quality` the JPEG's; `shade`
    lies here and there. Ground and noise are cut from ones of `stock` size, which many photographs of other sizes may
    share.
    """
    drawn_ground = ground or GROUNDS[int(generator.integers(len(GROUNDS)))]
    quad = _seen_corners(size, laid.size, generator, cover=cover, turn=turn, cut=cut)
    below = _ground(stock or size, drawn_ground)[: size[1], : size[0]]
    pixels = _laid(below, laid, quad)
    if shade:
        _dim(pixels, cv2.resize(generator.uniform(1 - shade, 1, (3, 4)).astype(np.float32), size))
    for _ in range(glare):
        _dazzle(pixels, quad, generator)
    return developed(pixels, generator, blur=blur, darkness=darkness, quality=quality, stock=stock)


def _seen_corners(
    size: tuple[int, int],
    flat: tuple[int, int],
    generator: np.random.Generator,
    *,
    cover: float,
    turn: float | None,
    cut: float,
) -> Quad:
    width, height = size
    across = min(width * cover, height * cover * 1.12 * flat[0] / flat[1])
    half = np.array((across / 2, across / 2 * flat[1] / flat[0]))
    angle = np.radians(generator.uniform(-6, 6) if turn is None else turn)
    tilt = 1 + generator.uniform(-_TILT, _TILT, (4, 1)) * (0 if cover > 0.97 else 1)
    corners = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * half * tilt
    if cover <= 0.97:
        corners = corners @ np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    corners = corners + np.array((width / 2, height / 2)) + generator.uniform(-0.01, 0.01, 2) * width * (cover < 0.9)
    if cut:
        corners[:, 0] -= corners[:, 0].min() + cut * across
    return tuple((float(x), float(y)) for x, y in corners)  # type: ignore[return-value]


def _laid(pixels: Field, laid: Image.Image, quad: Quad) -> Field:
    """Lay the flat picture onto the ground so that its corners come to lie on `quad`, with a soft shadow."""
    height, width = pixels.shape[:2]
    flat = np.array(((0, 0), (laid.width, 0), (laid.width, laid.height), (0, laid.height)), np.float32)
    matrix = cv2.getPerspectiveTransform(flat, np.array(quad, np.float32))
    warped = cv2.warpPerspective(np.asarray(laid), matrix, (width, height), flags=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.extractChannel(warped, 3) * np.float32(1 / 255)
    spread = max(3, width // 160)
    shadow = cv2.GaussianBlur(np.roll(mask, (spread, spread), (0, 1)), (0, 0), spread)
    # Weights that add up to one; the shadow lies on the ground alone.
    seen = cv2.blendLinear(pixels, cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB), 1 - mask, mask)
    _dim(seen, 1 - np.float32(0.45) * shadow * (1 - mask))
    return seen


def _dim(pixels: Field, light: Field) -> None:
    """Let so much light fall on each pixel, in place."""
    cv2.multiply(pixels, cv2.merge((light, light, light)), dst=pixels)


def _dazzle(pixels: Field, quad: Quad, generator: np.random.Generator) -> None:
    """Burn a round lamp's reflection into the card."""
    corners = np.array(quad)
    weights = generator.dirichlet((2, 2, 2, 2))
    x, y = weights @ corners
    radius = np.linalg.norm(corners[1] - corners[0]) * generator.uniform(0.07, 0.11)
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = np.sqrt((across - x) ** 2 + ((down - y) * 1.2) ** 2) / radius
    pixels += (np.clip(1.6 - reach, 0, 1.4) * 190)[..., None]


def developed(
    pixels: Field,
    generator: np.random.Generator,
    *,
    blur: float = 0.0,
    darkness: float = 0.0,
    quality: int = 88,
    stock: tuple[int, int] | None = None,
) -> bytes:
    """What the lens saw as a JPEG: the light uneven, the picture grainy, and blurred or dark as `photograph` says."""
    height, width = pixels.shape[:2]
    side = float(generator.choice((-1, 1)))
    light = (1 + 0.06 * side * np.linspace(-1, 1, width, dtype=np.float32)) * np.float32(1 - darkness)
    _dim(pixels, np.broadcast_to(light, (height, width)).copy())
    lit = cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels
    return encoded(lit, grain((width, height), generator, stock=stock), quality=quality)


@lru_cache(maxsize=12)
def _ground(size: tuple[int, int], kind: Ground) -> Field:
    width, height = size
    generator = np.random.default_rng((width, height))
    down, across = np.mgrid[0:height, 0:width].astype(np.float32) / width
    rough: Field = cv2.resize(generator.standard_normal((height // 3, width // 3), np.float32), size)
    colour, texture = _texture(kind, across, down, rough, generator)
    ground: Field = np.array(colour, np.float32) + texture[..., None].astype(np.float32)
    return ground


def _texture(
    kind: Ground, across: Field, down: Field, rough: Field, generator: np.random.Generator
) -> tuple[tuple[int, int, int], Field]:
    if kind == "wood":
        return (134, 98, 66), np.sin(down * 150 + 5 * np.sin(across * 4 + generator.uniform(0, 6))) * 9 + rough * 4
    if kind == "dark":
        return (46, 48, 54), rough * 4
    if kind == "light":
        return (190, 188, 184), rough * 3
    if kind == "cloth":
        weave = np.sin(across * 900) * np.sin(down * 900) * 10
        pattern = 26 * (np.sin(across * 42) > 0.6) + 26 * (np.sin(down * 42) > 0.6)
        return (82, 96, 128), weave + pattern + rough * 5
    seams = ((across * 5.3) % 1 < 0.03) | ((down * 5.3) % 1 < 0.03)
    return (150, 128, 116), rough * 4 - 60 * seams
