"""Owns measuring sharpness, burnt spots and brightness of a part of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.shapes import Region
from app.pictures.thresholds import BURNT_LEVEL

Pixels = NDArray[np.uint8]

_MIDDLE_LEVEL: Final = 128.0
# A dark picture's noise grows with it: it is not lifted by more than this.
_MOST_LIFT: Final = 4.0
_TILE: Final = 40
# Spots thinner than this many pixels are printed edges, not reflections.
_THINNEST_SPOT: Final = 5


@dataclass(frozen=True, kw_only=True)
class Light:
    """What a part of a picture is like; sharpness and contrast as if its mean level were 128.

    `spot` is the largest burnt spot, `spot_share` its share of the part.
    """

    sharpness: float
    contrast: float
    burnt: float
    brightness: float
    spot: Region | None
    spot_share: float


def measured(picture: Pixels, grey: Pixels, part: Pixels) -> Light:
    """Measure an RGB picture and its grey one where `part` is not 0."""
    rows, columns = _bounds(part)
    inside, level = np.ascontiguousarray(part[rows, columns]), grey[rows, columns]
    size = max(1, cv2.countNonZero(inside))
    means, deviations = cv2.meanStdDev(level, mask=inside)
    brightness = float(means[0, 0])
    least = BURNT_LEVEL.value
    burnt = cv2.bitwise_and(np.asarray(cv2.inRange(picture[rows, columns], (least,) * 3, (255,) * 3)), inside)
    spot, spot_size = _largest_spot(np.asarray(burnt, np.uint8))
    return Light(
        sharpness=_sharpness(level, inside, brightness),
        contrast=float(deviations[0, 0]) * _lift(brightness),
        burnt=cv2.countNonZero(burnt) / size,
        brightness=brightness,
        spot=None if spot is None else _placed(spot, rows, columns, part.shape),
        spot_share=spot_size / size,
    )


def _bounds(part: Pixels) -> tuple[slice, slice]:
    left, top, width, height = cv2.boundingRect(part)
    return slice(top, top + max(1, height)), slice(left, left + max(1, width))


def _sharpness(level: Pixels, inside: Pixels, brightness: float) -> float:
    """Return the variance of the Laplacian in the sharpest quarter of the part's tiles, as if its mean were 128.

    The sharpest quarter, because paper without print is smooth however sharp the picture is.
    Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    edges = cv2.Laplacian(cv2.GaussianBlur(level, (3, 3), 0), cv2.CV_16S)
    # Tiles smaller than a small part, so that there are some.
    tile = max(8, min(_TILE, min(level.shape) // 3))
    variances = [
        (float(cv2.meanStdDev(edges[at])[1][0, 0])) ** 2
        for top in range(0, level.shape[0] - tile + 1, tile)
        for left in range(0, level.shape[1] - tile + 1, tile)
        if cv2.countNonZero(inside[at := (slice(top, top + tile), slice(left, left + tile))]) > 0.95 * tile**2
    ]
    if not variances:
        return 0.0
    return float(np.quantile(variances, 0.75)) * _lift(brightness) ** 2


def _lift(brightness: float) -> float:
    return min(_MOST_LIFT, _MIDDLE_LEVEL / max(1.0, brightness))


def _largest_spot(burnt: Pixels) -> tuple[tuple[int, int, int, int] | None, int]:
    if cv2.countNonZero(burnt) == 0:
        return None, 0
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_THINNEST_SPOT, _THINNEST_SPOT))
    spots = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, thick)
    count, _labels, boxes, _middles = cv2.connectedComponentsWithStats(spots, connectivity=8)
    if count < 2:
        return None, 0
    left, top, width, height, area = (int(value) for value in max(boxes[1:], key=lambda box: int(box[4])))
    return (left, top, width, height), area


def _placed(spot: tuple[int, int, int, int], rows: slice, columns: slice, shape: tuple[int, ...]) -> Region:
    left, top, width, height = spot
    return Region(
        left=(int(columns.start) + left) / shape[1],
        top=(int(rows.start) + top) / shape[0],
        width=width / shape[1],
        height=height / shape[0],
    )
