"""Owns cutting a part out of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.shapes import Region

Pixels = NDArray[np.uint8]


def cut(pixels: Pixels, part: Region) -> Pixels:
    """Return a part of the picture; what lies outside repeats the picture's edge."""
    height, width = pixels.shape[:2]
    left, top = round(part.left * width), round(part.top * height)
    right, bottom = left + round(part.width * width), top + round(part.height * height)
    inner = pixels[max(0, top) : max(1, bottom), max(0, left) : max(1, right)]
    missing = max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width)
    if any(missing):
        inner = np.asarray(cv2.copyMakeBorder(inner, *missing, cv2.BORDER_REPLICATE), np.uint8)
    return np.ascontiguousarray(inner)
