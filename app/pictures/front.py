"""Owns finding the portrait on a document's front, however the document lies in the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.cutting import cut
from app.pictures.faces import faces_in, turned_back
from app.pictures.shapes import CARD_ASPECT, WHOLE, Face, Outline, Region, box_of
from app.pictures.thresholds import FACE_SCORE, SHAPE, TURNED_FACE_SCORE

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]

# The portrait is at one end of the document: a part of this length, at both ends, is large enough for it to be found.
_END: Final = 0.6
# The longer side of a document that was straightened; its ends are then a little more than what the detector sees.
_STRAIGHT: Final = 240
# Straightened finer than that at first, as what is shrunk by taking single pixels loses the eyes.
_FINER: Final = 2
# A portrait that leans by as many degrees is found as well as one that does not.
_LEVEL: Final = 10


def portrait_on(rgb: Pixels, outline: Outline | None) -> tuple[Face, ...]:
    """Return the portrait on the document with this outline, or on one that fills an RGB picture, if there is one."""
    card = box_of(outline).inside() if outline else WHOLE
    for end in _ends(rgb, card):
        found = faces_in(cut(rgb, end))
        if found:
            return tuple(Face(box=face.box.placed_in(end), score=face.score) for face in found)
    return ()


def portrait_looked_for_harder(rgb: Pixels, outline: Outline | None) -> tuple[Face, ...]:
    """Return the same of a document laid askew, on its head or on its side, where `portrait_on` found nothing."""
    straight, back = _straightened(rgb, outline or WHOLE.corners())
    for turns, end in _looks(straight, leans=outline is not None and _lean(rgb, outline) > _LEVEL):
        least = TURNED_FACE_SCORE if turns else FACE_SCORE
        found = faces_in(cut(np.rot90(straight, turns), end), least.value)
        if found:
            best = max(found, key=lambda face: face.score)
            return (Face(box=_placed(turned_back(best.box.placed_in(end), turns), back), score=best.score),)
    return ()


def _looks(straight: Pixels, *, leans: bool) -> Iterator[tuple[int, Region]]:
    """The quarter turns, and for each the part of the turned document to look at.

    What lies level was looked at as it is. Turned upright, a document has its portrait on the left, or at the top
    where it is taller than wide; a card is wider than tall. Source: ICAO 9303, parts 4 to 6.
    """
    if leans:
        yield from ((0, end) for end in _ends(straight, WHOLE))
    height, width = straight.shape[:2]
    is_card = abs(max(width, height) / min(width, height) / CARD_ASPECT - 1) <= SHAPE.value
    for turns in (2, 1, 3) if not is_card else (2,) if width > height else (1, 3):
        yield turns, next(_ends(np.rot90(straight, turns), WHOLE))


def _ends(pixels: Pixels, card: Region) -> Iterator[Region]:
    """The two ends of a part of a picture, along its longer side."""
    is_wide = card.width * pixels.shape[1] >= card.height * pixels.shape[0]
    across, down = (_END, 1.0) if is_wide else (1.0, _END)
    for start in (0.0, 1 - _END):
        left, top = (start, 0.0) if is_wide else (0.0, start)
        yield Region(left=left, top=top, width=across, height=down).placed_in(card)


def _lean(rgb: Pixels, outline: Outline) -> float:
    """How far the document's upper side is from level, in degrees, 0 to 90."""
    height, width = rgb.shape[:2]
    (left, upper), (right, other) = outline[:2]
    return math.degrees(math.atan2(abs(other - upper) * height, abs(right - left) * width))


def _straightened(rgb: Pixels, outline: Outline) -> tuple[Pixels, Matrix]:
    """Return the document seen from straight above, and the matrix from fractions of that to fractions of `rgb`."""
    height, width = rgb.shape[:2]
    shares = np.array(outline, np.float32)
    corners = shares * np.array((width, height), np.float32)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    lengths = np.array((max(sides[0], sides[2]), max(sides[1], sides[3])))
    across, down = (max(1, round(float(length))) for length in lengths * _STRAIGHT / lengths.max())
    finer = across * _FINER, down * _FINER
    flat = np.array(WHOLE.corners(), np.float32)
    forth = cv2.getPerspectiveTransform(corners, flat * np.array(finer, np.float32))
    straight = cv2.resize(cv2.warpPerspective(rgb, forth, finer), (across, down), interpolation=cv2.INTER_AREA)
    return np.asarray(straight, np.uint8), np.asarray(cv2.getPerspectiveTransform(flat, shares), np.float64)


def _placed(box: Region, back: Matrix) -> Region:
    """Return the upright rectangle around where a box of the straightened document lies in the picture."""
    corners = cv2.perspectiveTransform(np.array([box.corners()], np.float64), back)[0]
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return Region(left=left, top=top, width=right - left, height=bottom - top)
