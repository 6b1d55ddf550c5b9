"""Owns the fingerprint of a face's picture: found again in a copy, not in another picture of the same person."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.cutting import cut
from app.pictures.faces import points_in
from app.pictures.hashes import gradient_hash
from app.pictures.shapes import Face, Region

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
# 2 × 3: a turn and scale, and a shift.
Placing = NDArray[np.float64]

_SIDE: Final = 128
# How much of the face's surroundings is seen, in widths of its box.
_LOOK: Final = 2.0
# Where eyes, nose and mouth of an upright face lie in such a square, as the detector sees them.
_UPRIGHT: Final = np.array(((0.40, 0.42), (0.60, 0.42), (0.50, 0.52), (0.50, 0.62)), np.float32) * _SIDE
_AS_IT_IS: Final = (1.0, 0.0, 0.0)
# Closer looks, each a scale and a shift in pixels: the points found in one alone are a pixel off, their mean is not.
_LOOKS: Final = (_AS_IT_IS, (0.88, 2.0, 2.0), (1.12, -2.0, 2.0), (1.0, -3.0, -3.0))
# What the fingerprint sees of the square: forehead to chin, temple to temple, little of hair and ground.
_FINGERPRINT: Final = slice(28, 100)
_SMOOTHING: Final = 2.0


def portrait_hash(rgb: Pixels, face: Face) -> int:
    """Return the gradient hash of a face, turned upright and framed by its eyes, nose and mouth."""
    # Twice as fine as what is compared, so that moving it costs no sharpness.
    size = (2 * _SIDE, 2 * _SIDE)
    source = np.asarray(
        cv2.resize(cut(rgb, _square(face.box, rgb.shape)), size, interpolation=cv2.INTER_AREA), np.uint8
    )
    placing: Placing = np.array(((0.5, 0, 0), (0, 0.5, 0)))
    for looks in ((_AS_IT_IS,), _LOOKS):
        seen = [points for look in looks if (points := _points(source, placing, look)) is not None]
        if seen:
            placing = _after(_similarity(np.mean(seen, axis=0), _UPRIGHT), placing)
    grey = cv2.cvtColor(_placed(source, placing), cv2.COLOR_RGB2GRAY)
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTHING), np.uint8)
    return gradient_hash(smooth[_FINGERPRINT, _FINGERPRINT])


def _points(source: Pixels, placing: Placing, look: tuple[float, float, float]) -> Points | None:
    """Return where eyes, nose and mouth lie in the source so placed, as one look finds them."""
    scale, across, down = look
    middle = _SIDE / 2 * (1 - scale)
    closer: Placing = np.array(((scale, 0, middle + across), (0, scale, middle + down)))
    points = points_in(_placed(source, _after(closer, placing)))
    return None if points is None else ((points * _SIDE - closer[:, 2]) / scale).astype(np.float32)


def _similarity(points: Points, wanted: Points) -> Placing:
    """Return the turn, scale and shift that bring points nearest to where they are wanted (least squares)."""
    ones = (points - points.mean(axis=0)) @ np.array((1, 1j))
    others = (wanted - wanted.mean(axis=0)) @ np.array((1, 1j))
    turn = complex(np.vdot(ones, others) / max(float(np.vdot(ones, ones).real), 1e-6))
    linear = np.array(((turn.real, -turn.imag), (turn.imag, turn.real)))
    return np.column_stack((linear, wanted.mean(axis=0) - linear @ points.mean(axis=0)))


def _after(second: Placing, first: Placing) -> Placing:
    return np.asarray(second @ np.vstack((first, (0, 0, 1))), np.float64)


def _placed(source: Pixels, placing: Placing) -> Pixels:
    moved = cv2.warpAffine(source, placing, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def _square(box: Region, shape: tuple[int, ...]) -> Region:
    """Return the square (in pixels) around a box's middle."""
    height, width = shape[:2]
    side = max(box.width * width, box.height * height, 8) * _LOOK
    x, y = box.middle
    return Region(left=x - side / width / 2, top=y - side / height / 2, width=side / width, height=side / height)
