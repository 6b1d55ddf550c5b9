"""Owns the 64-bit fingerprints by which the same picture is found again after it was re-encoded or resized."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

# The picture is seen at 32 x 32, its 64 slowest waves but the mean are kept.
_SIDE: Final = 32
_WAVES: Final = sorted(
    ((down, across) for down in range(_SIDE) for across in range(_SIDE) if down + across), key=lambda at: (sum(at), at)
)[:64]
_ROWS, _COLUMNS = (np.array(places) for places in zip(*_WAVES, strict=True))


def perceptual_hash(grey: NDArray[np.uint8]) -> int:
    """Return 64 bits that say which of a grey picture's slow waves begin bright and which begin dark.

    Re-encoding, resizing and brightness leave them as they are; another framing does not.
    Source: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, 3.2.1.
    """
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = np.asarray(cv2.dct(small))[_ROWS, _COLUMNS]
    return int.from_bytes(np.packbits(waves > 0).tobytes(), "big")


def gradient_hash(grey: NDArray[np.uint8]) -> int:
    """Return 64 bits that say where a grey picture gets brighter from left to right.

    For faces, whose left and right are so alike that half of the slow waves are too weak to tell anything.
    """
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")
