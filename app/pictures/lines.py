"""Owns finding lines of print, which tell a document that fills the picture from a landscape or a face."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.shapes import Region

Pixels = NDArray[np.uint8]

LONGEST_SIDE: Final = 800
# A line's height and length in pixels at that size, its length over its height, and how much of its box it fills.
_HEIGHTS: Final = (6, 44)
_LEAST_LENGTH: Final = 40
_LEAST_SLENDERNESS: Final = 3.0
_FILLED: Final = 0.45
# Ink changes to paper at least this often along a line, in line heights.
_STROKES_PER_HEIGHT: Final = 0.5


def lines_in(grey: Pixels) -> tuple[Region, ...]:
    """Return the lines of print in a grey picture whose longer side has about 800 pixels.

    Lines that lie or stand are found, tilted by up to some 12 degrees; of the two directions, that with more lines.
    """
    strokes = _strokes(grey)
    lying, standing = _lying(strokes), _lying(np.ascontiguousarray(strokes.T))
    turned = tuple(Region(left=line.top, top=line.left, width=line.height, height=line.width) for line in standing)
    return lying if len(lying) >= len(turned) else turned


def _strokes(grey: Pixels) -> Pixels:
    """Return where the picture is as dark as ink beside its surroundings: white strokes on black."""
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9)))
    depth = cv2.subtract(paper, grey)
    # Print is at least a quarter darker than its paper.
    return ((depth.astype(np.uint16) * 4 > paper) & (depth > 10)).astype(np.uint8) * np.uint8(255)


def _lying(strokes: Pixels) -> tuple[Region, ...]:
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (17, 3)))
    _count, _labels, boxes, _middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height, width = strokes.shape
    found = []
    for left, top, across, down, area in boxes[1:]:
        is_long = across >= _LEAST_LENGTH and across >= _LEAST_SLENDERNESS * down
        if not (is_long and _HEIGHTS[0] <= down <= _HEIGHTS[1] and area >= _FILLED * across * down):
            continue
        if _changes(strokes[top : top + down, left : left + across]) < _STROKES_PER_HEIGHT * across / down:
            continue
        found.append(Region(left=left / width, top=top / height, width=across / width, height=down / height))
    return tuple(found)


def _changes(line: Pixels) -> float:
    """Return how often the line's middle rows go from ink to paper."""
    rows = line[len(line) // 3 : max(len(line) // 3 + 1, 2 * len(line) // 3)]
    return float(np.count_nonzero(np.diff(rows.astype(np.int16), axis=1) < 0, axis=1).mean())
