"""Owns finding the outline of a document that lies on something: a four-sided shape with an edge along each side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.shapes import Outline, Point

Pixels = NDArray[np.uint8]
Corners = NDArray[np.float32]

LONGEST_SIDE: Final = 400
_LEAST_AREA: Final = 0.06
# A four-sided shape that covers nearly all of the picture is the picture's own edge.
_MOST_AREA: Final = 0.985
# How much of a candidate's four-sided shape the candidate itself must fill.
_FILLED: Final = 0.88
# Nearer to the picture's edge than this share of its longer side, a side of the document cannot be told from it.
_AT_EDGE: Final = 0.012
# How much of the weakest side, and of all sides, must run along an edge in the picture.
_WEAKEST_SIDE: Final = 0.55
_ALL_SIDES: Final = 0.72
_EDGE_LEVEL: Final = 9.0
# A shape whose sides are all to be seen is believed before one that the picture's edge completes.
_EDGE_PENALTY: Final = 0.15
# What a dark picture is brightened to, at most this many times.
_BRIGHT: Final = 220
_MOST_GAIN: Final = 6.0

_STEPS: Final = np.linspace(0.1, 0.9, 40, dtype=np.float32)
_SHIFTS: Final = np.arange(-3, 4, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A document's outline in fractions, and which of its sides (top, right, bottom, left) lie on the picture's edge.

    `long_side` is a share of the picture's longer side, `aspect` is longer over shorter side; `ends_at_edge`: only
    its short sides, the ends of its length, lie on the picture's edge.
    """

    outline: Outline
    at_edge: tuple[bool, bool, bool, bool]
    long_side: float
    aspect: float
    ends_at_edge: bool


def outline_in(picture: Pixels) -> Found | None:
    """Return the document's outline in an RGB picture whose longer side has about 400 pixels, or None."""
    colours = cv2.cvtColor(_brightened(picture), cv2.COLOR_RGB2LAB)
    lab = np.asarray(cv2.GaussianBlur(colours, (5, 5), 0), np.uint8)
    slopes = _slopes(lab)
    best: tuple[float, Corners, list[bool]] | None = None
    for mask in _masks(lab):
        for corners in _candidates(mask):
            at_edge = _sides_at_edge(corners, picture.shape[:2])
            support = _supported(slopes, corners, at_edge)
            if support is None:
                continue
            score = support + cv2.contourArea(corners) / mask.size - _EDGE_PENALTY * sum(at_edge)
            if best is None or score > best[0]:
                best = score, corners, at_edge
    return None if best is None else _found(best[1], best[2], picture.shape[:2])


def _brightened(picture: Pixels) -> Pixels:
    bright = float(np.percentile(picture[::4, ::4], 97))
    gain = min(_MOST_GAIN, _BRIGHT / max(1.0, bright))
    return picture if gain <= 1 else np.asarray(cv2.convertScaleAbs(picture, alpha=gain), np.uint8)


def _found(corners: Corners, at_edge: list[bool], shape: tuple[int, ...]) -> Found:
    lengths = [float(np.linalg.norm(other - one)) for one, other in _sides(corners)]
    across, down = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    points: list[Point] = [(round(float(x) / shape[1], 4), round(float(y) / shape[0], 4)) for x, y in corners]
    return Found(
        outline=(points[0], points[1], points[2], points[3]),
        at_edge=(at_edge[0], at_edge[1], at_edge[2], at_edge[3]),
        long_side=max(across, down) / max(shape),
        aspect=max(across, down) / max(1.0, min(across, down)),
        ends_at_edge=not any(at_edge[0::2] if across >= down else at_edge[1::2]),
    )


def _candidates(mask: Pixels) -> Iterator[Corners]:
    # A frame around it, so that shapes are closed where they leave the picture.
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    contours, _ = cv2.findContours(framed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE, offset=(-1, -1))
    for contour in contours:
        if len(contour) < 4 or cv2.arcLength(contour, True) < 2 * (_LEAST_AREA * mask.size) ** 0.5:
            continue
        hull = cv2.convexHull(contour)
        if cv2.contourArea(hull) < _LEAST_AREA * mask.size:
            continue
        corners = _four_corners(hull)
        if corners is not None and cv2.contourArea(corners) <= _MOST_AREA * mask.size and _is_plausible(corners):
            yield corners


def _masks(lab: Pixels) -> Iterator[Pixels]:
    """What may be the document: unlike the picture's rim, brighter or more colourful than the rest, or inside edges."""
    tidy = cv2.getStructuringElement(cv2.MORPH_RECT, (7, 7))
    # The rims of holes are followed too: what is darker than the rest needs no mask of its own.
    for map_ in (_distance_from_rim(lab), lab[..., 0], lab[..., 1], lab[..., 2]):
        _, mask = cv2.threshold(np.ascontiguousarray(map_), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, tidy)
        yield np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, tidy), np.uint8)
    bridge = np.ones((3, 3), np.uint8)
    for low, high in ((20, 60), (60, 150)):
        edges = np.zeros(lab.shape[:2], np.uint8)
        for channel, scale in ((0, 1), (1, 2), (2, 2)):
            found = cv2.Canny(np.ascontiguousarray(lab[..., channel]), low // scale, high // scale)
            edges = np.maximum(edges, np.asarray(found, np.uint8))
        yield np.asarray(cv2.dilate(edges, bridge), np.uint8)


def _distance_from_rim(lab: Pixels) -> Pixels:
    """How unlike the colours of the picture's rim each pixel is; the rim's own patterns count as like."""
    rim = max(4, max(lab.shape[:2]) // 40)
    parts = (lab[:rim], lab[-rim:], lab[:, :rim], lab[:, -rim:])
    colours = np.concatenate([part.reshape(-1, 3) for part in parts]).astype(np.float32)
    # Where the document reaches the rim it is in the minority: only the colours nearest to the median are believed.
    off = np.abs(colours - np.median(colours, axis=0)).sum(axis=1)
    ground = colours[off <= np.quantile(off, 0.7)]
    spread = np.cov(ground, rowvar=False) + np.eye(3) * 6
    # The inverse's root turns the distance into a plain length.
    root = np.linalg.cholesky(np.linalg.inv(spread)).T
    turned = cv2.transform(lab.astype(np.float32), np.column_stack((root, -root @ ground.mean(axis=0))))
    # OpenCV adds three channels thirty times as fast as NumPy does.
    squared = cv2.transform(np.square(turned), np.ones((1, 3)))
    distance: Pixels = np.clip(np.sqrt(squared) * 16, 0, 255).astype(np.uint8)
    return distance


def _four_corners(hull: cv2.typing.MatLike) -> Corners | None:
    """Return the four-sided shape that a hull nearly is, its corners in order from the top left, or None."""
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.03, 0.045, 0.06, 0.08):
        simpler = cv2.approxPolyDP(hull, share * around, True)
        if len(simpler) == 4:
            area = cv2.contourArea(simpler)
            return None if area * _FILLED > cv2.contourArea(hull) else _ordered(simpler[:, 0].astype(np.float32))
        if len(simpler) < 4:
            break
    box = np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float32)
    return _ordered(box) if cv2.contourArea(hull) >= _FILLED * cv2.contourArea(box) else None


def _ordered(corners: Corners) -> Corners:
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _sides(corners: Corners) -> list[tuple[Corners, Corners]]:
    return [(corners[number], corners[(number + 1) % 4]) for number in range(4)]


def _sides_at_edge(corners: Corners, shape: tuple[int, ...]) -> list[bool]:
    """Whether each of the sides (top, right, bottom, left) lies on the picture's edge of that name."""
    near = _AT_EDGE * max(shape)
    # From the top, right, bottom and left edge.
    distances = np.stack(
        (corners[:, 1], shape[1] - 1 - corners[:, 0], shape[0] - 1 - corners[:, 1], corners[:, 0]), axis=1
    )
    both_ends = np.maximum(distances, np.roll(distances, -1, axis=0))
    return [bool(side.min() <= near) for side in both_ends]


def _is_plausible(corners: Corners) -> bool:
    """Whether a rectangle seen askew may look like this: angles of 60 to 120 degrees, not too long."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 20 or lengths.max() / lengths.min() > 2.4:
        return False
    cosines = [
        float(sides[number] @ sides[(number + 1) % 4] / lengths[number] / lengths[(number + 1) % 4])
        for number in range(4)
    ]
    return max(abs(cosine) for cosine in cosines) <= 0.5


def _slopes(lab: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    across = np.asarray(cv2.Sobel(lab, cv2.CV_32F, 1, 0, ksize=3, scale=0.25), np.float32)
    down = np.asarray(cv2.Sobel(lab, cv2.CV_32F, 0, 1, ksize=3, scale=0.25), np.float32)
    return across, down


def _supported(
    slopes: tuple[NDArray[np.float32], NDArray[np.float32]], corners: Corners, at_edge: list[bool]
) -> float | None:
    """Return how much of the sides inside the picture runs along edges, 0 to 1; None where it is not a document's."""
    if sum(at_edge) > 2:
        return None
    ends = np.stack((corners, np.roll(corners, -1, axis=0)), axis=1)[~np.array(at_edge)]
    along = ends[:, 1] - ends[:, 0]
    normals = np.stack((-along[:, 1], along[:, 0]), axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    # Sides × points on each × shifts across it.
    points = ends[:, None, :1] + _STEPS[None, :, None, None] * along[:, None, None]
    points = points + _SHIFTS[None, None, :, None] * normals[:, None, None]
    height, width = slopes[0].shape[:2]
    columns = np.clip(np.rint(points[..., 0]).astype(np.intp), 0, width - 1)
    rows = np.clip(np.rint(points[..., 1]).astype(np.intp), 0, height - 1)
    across, down = normals[:, 0, None, None, None], normals[:, 1, None, None, None]
    slope = np.abs(slopes[0][rows, columns] * across + slopes[1][rows, columns] * down).max(axis=(2, 3))
    shares = (slope >= _EDGE_LEVEL).mean(axis=1)
    return float(shares.mean()) if shares.min() >= _WEAKEST_SIDE and shares.mean() >= _ALL_SIDES else None
