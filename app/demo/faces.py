"""Draws shaded faces of nobody, which the face detector takes for faces, and selfies made of them.

A seed is a person, a take one picture of that person: other light, other wall, a little moved.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pose = Literal["front", "left", "right", "document"]
# Of floating point, single or double as the sums go.
Field = NDArray[Any]
Colour = tuple[float, float, float]

YAW = {"front": 0.0, "left": -0.55, "right": 0.55, "document": 0.0}
SIDE = 320
# How many pixels the noise of one picture may be moved against that of another.
GRAIN_MOVES = 64
SKINS: tuple[Colour, ...] = ((232, 190, 160), (214, 164, 130), (190, 138, 104), (150, 104, 78), (240, 204, 178))
HAIRS: tuple[Colour, ...] = ((48, 34, 28), (92, 62, 40), (30, 28, 30), (130, 96, 60), (120, 116, 112))
EYES: tuple[Colour, ...] = ((60, 44, 34), (70, 88, 60), (74, 100, 126))
SHIRTS: tuple[Colour, ...] = ((58, 92, 132), (126, 54, 60), (52, 96, 76), (96, 92, 104), (34, 40, 58))
WALLS: tuple[Colour, ...] = ((204, 212, 216), (168, 178, 170), (222, 212, 196), (128, 142, 158))


def portrait(
    seed: int = 1,
    pose: Pose = "front",
    *,
    take: int = 0,
    wall: Colour | None = None,
    side: int = SIDE,
    detail: int = SIDE,
) -> Image.Image:
    """Return head and shoulders of person `seed`, square, painted `detail` pixels wide and enlarged to `side`."""
    person, moment = np.random.default_rng(seed), np.random.default_rng((seed, take, len(pose)))
    head = _Head(person, moment, YAW[pose], moved=take > 0)
    lit = head.rendered(wall or WALLS[int(moment.integers(len(WALLS)))], detail)
    picture = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return picture if side == detail else picture.resize((side, side), Image.Resampling.BICUBIC)


def selfie(
    pose: Pose,
    *,
    seed: int,
    take: int,
    size: tuple[int, int],
    face: float = 1.0,
    blur: float = 0.0,
    darkness: float = 0.0,
    people: int = 1,
    quality: int = 88,
    detail: int = SIDE,
    held: Image.Image | None = None,
    stock: tuple[int, int] | None = None,
) -> bytes:
    """Return a selfie as a JPEG.

    `face` scales head and shoulders (1.0: as wide as the picture), `blur` is a radius in pixels, `darkness`
    0 (as it is) to 1 (black), `people` how many stand beside each other, `quality` the JPEG's; heads are painted
    `detail` pixels wide, `held` is held up. Noise is cut from one of `stock` size, which many
    pictures of other sizes may share.
    """
    width, height = size
    generator = np.random.default_rng((seed, take, 5))
    wall = WALLS[int(generator.integers(len(WALLS)))]
    picture = _wall(size, wall, generator)
    side = round(width * face / people)
    for number in range(people):
        person = portrait(seed + number, pose, take=take, wall=wall, side=side, detail=detail)
        left = round(width * (number + 0.5) / people - side / 2)
        top = height - side if face >= 0.75 else round(height * 0.55 - side / 2)
        picture.paste(person, (left, top), _faded(side))
    picture = Image.fromarray(_with_pores(picture, generator))
    if held is not None:
        _hold_up(picture, seed, held)
    pixels = np.asarray(picture)
    pixels = cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels
    lit = cv2.convertScaleAbs(pixels, alpha=1 - darkness) if darkness else pixels
    return encoded(lit, grain(size, generator, stock=stock), quality=quality)


def _hold_up(picture: Image.Image, seed: int, card: Image.Image) -> None:
    """Put the card, and the fingers that hold it, into the lower right corner."""
    width, height = picture.size
    held = card.resize((round(width * 0.5), round(width * 0.5 / 1.586)), Image.Resampling.LANCZOS)
    held = held.convert("RGBA").rotate(4, Image.Resampling.BICUBIC, expand=True)
    left, top = round(width * 0.46), round(height * 0.96) - held.height
    picture.paste(held, (left, top), held)
    draw = ImageDraw.Draw(picture)
    skin = tuple(round(level * 0.92) for level in skin_of(seed))
    for finger in range(3):
        at = top + held.height * (0.5 + finger * 0.16)
        draw.rounded_rectangle(
            (left + held.width * 0.93, at, left + held.width * 1.08, at + held.height * 0.13), 14, fill=skin
        )


def _with_pores(picture: Image.Image, generator: np.random.Generator) -> Field:
    """Give back what enlarging took: edges as sharp as a lens draws them, skin and hair that are not smooth."""
    pixels = np.asarray(picture)
    # An unsharp mask, of 3 pixels and 160 per cent.
    sharp = cv2.addWeighted(pixels, 2.6, cv2.GaussianBlur(pixels, (0, 0), 3), -1.6, 0)
    pores = generator.standard_normal((picture.height // 2, picture.width // 2), np.float32)
    fine = 1 + np.float32(0.03) * cv2.resize(pores, picture.size, interpolation=cv2.INTER_CUBIC)
    grown: Field = cv2.multiply(sharp, cv2.merge((fine, fine, fine)), dtype=cv2.CV_8U)
    return grown


def skin_of(seed: int) -> tuple[int, int, int]:
    """The colour of person `seed`'s skin."""
    skin = SKINS[int(np.random.default_rng(seed).integers(len(SKINS)))]
    return round(skin[0]), round(skin[1]), round(skin[2])


def _wall(size: tuple[int, int], wall: Colour, generator: np.random.Generator) -> Image.Image:
    width, height = size
    light = 1 + 0.10 * np.linspace(-1, 1, width, dtype=np.float32)[None, :, None] * generator.choice((-1, 1))
    fall = 1 - 0.08 * np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    pixels = np.array(wall, np.float32)[None, None, :] * light * fall
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _faded(side: int) -> Image.Image:
    """A mask that lets the portrait's own wall run into the picture's."""
    ramp = np.minimum(np.arange(side), np.arange(side)[::-1]) / (side * 0.06)
    across = np.clip(ramp, 0, 1)
    down = np.clip(np.arange(side) / (side * 0.06), 0, 1)
    return Image.fromarray((255 * down[:, None] * across[None, :]).astype(np.uint8))


def encoded(pixels: Field, noise: Field, *, quality: int) -> bytes:
    """Return pixels with a sensor's noise on them as a JPEG."""
    file = io.BytesIO()
    Image.fromarray(cv2.add(pixels, noise, dtype=cv2.CV_8U)).save(file, "JPEG", quality=quality)
    return file.getvalue()


@lru_cache(maxsize=16)
def _grain(size: tuple[int, int]) -> Field:
    levels = np.random.default_rng(11).standard_normal((size[1], size[0]), np.float32) * np.float32(2.5)
    return cv2.merge((levels, levels, levels))


def grain(size: tuple[int, int], generator: np.random.Generator, *, stock: tuple[int, int] | None = None) -> Field:
    """A sensor's noise, another for each picture, of 2.5 levels; cut from one for pictures of up to `stock` size."""
    width, height = stock or size
    top, left = (int(at) for at in generator.integers(GRAIN_MOVES, size=2))
    return _grain((width + GRAIN_MOVES, height + GRAIN_MOVES))[top : top + size[1], left : left + size[0]]


class _Head:
    """An ellipsoid with hair, eyes, nose and mouth on it, turned and lit; coordinates in heights of half a head."""

    def __init__(self, person: np.random.Generator, moment: np.random.Generator, yaw: float, *, moved: bool) -> None:
        self.skin = np.array(SKINS[int(person.integers(len(SKINS)))], np.float32)
        self.hair = np.array(HAIRS[int(person.integers(len(HAIRS)))], np.float32)
        self.iris = np.array(EYES[int(person.integers(len(EYES)))], np.float32)
        self.shirt = np.array(SHIRTS[int(person.integers(len(SHIRTS)))], np.float32)
        self.breadth = float(person.uniform(0.70, 0.80))
        self.eye_gap = float(person.uniform(0.27, 0.33))
        self.mouth_width = float(person.uniform(0.20, 0.28))
        self.hairline = float(person.uniform(-0.62, -0.48))
        self.long_hair = bool(person.integers(2))
        by = 1.0 if moved else 0.0
        self.yaw = yaw + by * float(moment.uniform(-0.16, 0.16))
        self.light = np.array((moment.uniform(-0.5, 0.5), -0.45, 0.8), np.float32)
        self.centre = (by * float(moment.uniform(-0.12, 0.12)), by * float(moment.uniform(-0.06, 0.06)) - 0.12)
        self.smile = by * float(moment.uniform(-0.04, 0.05))
        self.scale = 1 + by * float(moment.uniform(-0.08, 0.08))

    def rendered(self, wall: Colour, detail: int) -> Field:
        """Paint from the back to the front, `detail` pixels wide: wall, hair behind, shoulders, neck, head."""
        down, across = np.mgrid[0:detail, 0:detail].astype(np.float32)
        x = (across / detail * 2 - 1 - self.centre[0]) / (0.58 * self.scale)
        y = (down / detail * 2 - 1 - self.centre[1]) / (0.58 * self.scale)
        canvas = np.broadcast_to(np.array(wall, np.float32), (detail, detail, 3)).copy()
        behind = _inside(x / (self.breadth * 1.14), (y + 0.06) / 1.08)
        if self.long_hair:
            behind = np.maximum(behind, _box(x, y, (self.breadth * 1.08, 0.85), (0.0, 0.45)))
        strands = (0.8 + 0.2 * np.sin(x * 70 + 6 * np.sin(y * 3)))[..., None]
        canvas = _over(canvas, self.hair * strands, behind)
        shade = (1 - 0.25 * np.abs(x) + 0.15 * x * self.light[0])[..., None]
        canvas = _over(canvas, self.shirt * shade, _inside(x / 1.6, (y - 2.1) / 1.02))
        collar = self.skin * (0.72 - 0.12 * np.abs(x))[..., None]
        canvas = _over(canvas, collar, _box(x, y, (0.36, 0.42), (0.0, 1.0)))
        return self._with_face(canvas, x, y)

    def _with_face(self, canvas: Field, x: Field, y: Field) -> Field:
        jaw = self.breadth * np.where(y > 0.15, 1 - 0.30 * np.clip(y - 0.15, 0, 1) ** 1.4, 1.0)
        across = x / jaw
        reach = across**2 + y**2
        depth = np.sqrt(np.clip(1 - reach, 0, 1)) + 1e-4
        turned = across * math.cos(self.yaw) - depth * math.sin(self.yaw)
        front = across * math.sin(self.yaw) + depth * math.cos(self.yaw)
        colour, slope = self._painted(turned * self.breadth, y, front)
        light = self.light / np.linalg.norm(self.light)
        lit = (across + slope[0]) * light[0] + (y + slope[1]) * light[1] + depth * light[2]
        shade = 0.50 + 0.58 * np.clip(lit, 0, 1)
        return _over(canvas, colour * shade[..., None], _soft(1 - reach, 0.03))

    def _painted(self, x: Field, y: Field, front: Field) -> tuple[Field, tuple[Field, Field]]:
        """Return the colour of the head's surface at (x, y) of its own front, and how its relief leans."""
        colour = np.broadcast_to(self.skin, (*x.shape, 3)).copy()
        hollow = sum(_spot(x, y, (side * self.eye_gap, -0.06), (0.17, 0.11)) for side in (-1, 1))
        colour *= (1 - 0.28 * hollow - 0.10 * _spot(x, y, (0, 0.98), (0.6, 0.16)))[..., None]
        rosy: Any = sum(_spot(x, y, (side * 0.38, 0.26), (0.16, 0.14)) for side in (-1, 1))
        colour *= 1 + (rosy[..., None] * np.array((0.03, -0.08, -0.07), np.float32))
        for side in (-1, 1):
            self._paint_eye(colour, x, y, side)
        self._paint_nose_and_mouth(colour, x, y)
        hair = np.maximum(_soft(self.hairline + 0.16 * x**2 - y, 0.05), _soft(0.05 - front, 0.10))
        strands = (0.85 + 0.15 * np.sin(x * 80))[..., None]
        colour = _over(colour, self.hair * strands, hair)
        ridge = _spot(x, y, (0, 0.10), (0.085, 0.26))
        return colour, (ridge * np.clip(x / 0.06, -1, 1) * 0.9, _spot(x, y, (0, 0.30), (0.14, 0.08)) * 0.7)

    def _paint_eye(self, colour: Field, x: Field, y: Field, side: int) -> None:
        at_x, at_y = side * self.eye_gap, -0.06
        opening = _soft(1 - ((x - at_x) / 0.125) ** 2 - ((y - at_y) / 0.062) ** 2, 0.25)
        _blend(colour, np.array((236, 232, 228), np.float32), opening)
        _blend(colour, self.iris, opening * _soft(1 - ((x - at_x) ** 2 + (y - at_y) ** 2) / 0.0036, 0.3))
        _blend(colour, np.array((14, 12, 12), np.float32), opening * _spot(x, y, (at_x, at_y), (0.03, 0.03)))
        _blend(colour, np.array((250, 250, 250), np.float32), _spot(x, y, (at_x + 0.02, at_y - 0.02), (0.010, 0.010)))
        lid = np.exp(-(((y - at_y + 0.062 - 0.9 * (x - at_x) ** 2 / 0.28) / 0.014) ** 2))
        _blend(colour, self.hair * 0.5, lid * _soft(1 - ((x - at_x) / 0.145) ** 2, 0.3))
        brow = np.exp(-(((y - at_y + 0.185 - 1.1 * (x - at_x * 1.02) ** 2) / 0.030) ** 2))
        _blend(colour, self.hair * 0.7, 0.9 * brow * _soft(1 - ((x - at_x * 1.02) / 0.17) ** 2, 0.3))

    def _paint_nose_and_mouth(self, colour: Field, x: Field, y: Field) -> None:
        for side in (-1, 1):
            _blend(colour, self.skin * 0.38, 0.8 * _spot(x, y, (side * 0.055, 0.325), (0.030, 0.018)))
            _blend(colour, self.skin * 0.70, 0.5 * _spot(x, y, (side * 0.125, 0.29), (0.022, 0.055)))
        _blend(colour, self.skin * 0.66, 0.55 * _spot(x, y, (0, 0.375), (0.11, 0.028)))
        line = 0.56 - self.smile * (x / 0.2) ** 2
        lips = _soft(1 - (x / self.mouth_width) ** 2 - ((y - line) / 0.070) ** 2, 0.25)
        _blend(colour, self.skin * np.array((0.76, 0.50, 0.50), np.float32), 0.9 * lips)
        _blend(
            colour, self.skin * 0.28, np.exp(-(((y - line) / 0.012) ** 2)) * _soft(1 - (x / self.mouth_width) ** 2, 0.2)
        )
        _blend(colour, self.skin * 0.68, 0.5 * _spot(x, y, (0, 0.70), (0.13, 0.035)))


def _soft(level: Field, width: float) -> Field:
    return np.clip(level / width + 0.5, 0, 1)


def _inside(x: Field, y: Field) -> Field:
    return _soft(1 - x**2 - y**2, 0.05)


def _box(x: Field, y: Field, half: tuple[float, float], centre: tuple[float, float]) -> Field:
    return _soft(half[0] - np.abs(x - centre[0]), 0.06) * _soft(half[1] - np.abs(y - centre[1]), 0.12)


def _spot(x: Field, y: Field, centre: tuple[float, float], spread: tuple[float, float]) -> Field:
    level: Field = np.exp(-(((x - centre[0]) / spread[0]) ** 2) - ((y - centre[1]) / spread[1]) ** 2)
    return level


def _over(below: Field, above: Field, mask: Field) -> Field:
    mixed: Field = below + (above - below) * mask[..., None]
    return mixed


def _blend(colour: Field, paint: Field, mask: Field) -> None:
    colour += (paint - colour) * mask[..., None]
