"""Owns finding faces: where they are and how sure the detector is, never whose they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.pictures.cutting import cut
from app.pictures.shapes import Face, Region
from app.pictures.thresholds import FACE_SCORE, FACE_SCORE_AT_LEAST

Pixels = NDArray[np.uint8]

MODEL = Path(__file__).parent / "models" / "face_detection_short_range.tflite"
_SIDE: Final = 128
# A cell's grid, and how many boxes start from the middle of each of its cells.
_GRIDS: Final = ((16, 2), (8, 6))
# Boxes whose middles are nearer to each other than this, in widths, are the same face's.
_SAME_FACE: Final = 0.4
# One network, one picture at a time: it keeps what it computes inside itself.
_network_in_use = threading.Lock()


@cache
def load() -> cv2.dnn.Net:
    """Return the network, read once. Call it before processes are forked, so that they share its memory.

    One thread: photos are worked on beside each other, and a pool of threads does not survive a fork.
    """
    cv2.setNumThreads(1)
    return cv2.dnn.readNetFromTFLite(str(MODEL))


def faces_in(picture: Pixels, least_score: float = FACE_SCORE.value) -> tuple[Face, ...]:
    """Return the faces in an RGB picture, the largest first. Finds those of a sixth of its longer side and more."""
    height, width = picture.shape[:2]
    square = _squared(picture)
    scores, boxes = _run(square)
    offset = (max(height, width) - np.array((width, height))) / 2 / max(height, width)
    kept: list[tuple[NDArray[np.float32], float]] = []
    for at in np.argsort(-scores):
        if scores[at] < least_score:
            break
        if all(_apart(boxes[at], box) for box, _score in kept):
            kept.append((boxes[at], float(scores[at])))
    share = np.array((width, height)) / max(height, width)
    found = []
    for (x, y, across, down, *_points), score in kept:
        left, top = (np.array((x - across / 2, y - down / 2)) - offset) / share
        region = Region(left=float(left), top=float(top), width=float(across / share[0]), height=float(down / share[1]))
        found.append(Face(box=region, score=round(score, 3)))
    return tuple(sorted(found, key=lambda face: -face.box.width * face.box.height))


def faces_looked_for_harder(picture: Pixels) -> tuple[Face, ...]:
    """Return the surest face that closer looks and quarter turns find in a picture where no face was found at once."""
    for crop, turns in _views():
        seen = np.ascontiguousarray(np.rot90(cut(picture, crop), turns))
        found = faces_in(seen, FACE_SCORE_AT_LEAST.value)
        if found:
            best = max(found, key=lambda face: face.score)
            return (Face(box=turned_back(best.box, turns).placed_in(crop), score=best.score),)
    return ()


def points_in(square: Pixels) -> NDArray[np.float32] | None:
    """Return where the surest face of a square RGB picture has its eyes, nose and mouth, in shares of it, or None."""
    scores, boxes = _run(_squared(square))
    best = int(np.argmax(scores))
    return boxes[best, 4:12].reshape(4, 2) if scores[best] >= FACE_SCORE_AT_LEAST.value else None


def _views() -> Iterator[tuple[Region, int]]:
    """The parts of a picture and quarter turns to look at, the likeliest first."""
    whole = Region(left=0, top=0, width=1, height=1)
    middle = Region(left=0.15, top=0.15, width=0.7, height=0.7)
    yield whole, 0
    yield middle, 0
    for left in (0.0, 0.45):
        for top in (0.0, 0.45):
            yield Region(left=left, top=top, width=0.55, height=0.55), 0
    yield Region(left=0.3, top=0.3, width=0.4, height=0.4), 0
    for turn in (1, 3, 2):
        yield whole, turn
        yield middle, turn


def turned_back(box: Region, turns: int) -> Region:
    """Return where a box seen after `turns` quarter turns to the left lies in the picture as it was."""
    for _ in range(turns):
        box = Region(left=1 - box.top - box.height, top=box.left, width=box.height, height=box.width)
    return box


def _squared(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    scale = _SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    square = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    left, top = (_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def _run(square: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the scores and (middle x, middle y, width, height, six points) of all boxes, in shares of the square."""
    levels = cv2.dnn.blobFromImage(square, 1 / 127.5, (_SIDE, _SIDE), (127.5, 127.5, 127.5))
    with _network_in_use:
        network = load()
        network.setInput(levels)
        raw_scores, raw_boxes = network.forward(["classificators", "regressors"])
    scores = 1 / (1 + np.exp(-np.clip(raw_scores[0, :, 0], -60, 60)))
    boxes = raw_boxes[0] / _SIDE
    boxes[:, :2] += _anchors()
    boxes[:, 4:] += np.tile(_anchors(), 6)
    return scores.astype(np.float32), boxes.astype(np.float32)


@cache
def _anchors() -> NDArray[np.float32]:
    middles = [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, each in _GRIDS
        for row in range(cells)
        for column in range(cells)
        for _ in range(each)
    ]
    return np.array(middles, np.float32)


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    return bool(np.abs(one[:2] - other[:2]).max() > _SAME_FACE * max(one[2], other[2]))
