"""Owns recognising the lines of print on a document's lower edge; needs the extra `alta[mrz]`."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar

from PIL import Image

T = TypeVar("T")
ENGINE = ("rapidocr", "onnxruntime")
WIDTH = 900
# Upright first; then upside down, and as it lies where the phone was held the other way.
TURNS = (0, 180, 90, 270)


def is_installed() -> bool:
    """Whether this installation can recognise print."""
    return all(find_spec(name) for name in ENGINE)


def read_lines(picture: bytes, understand: Callable[[list[str]], T | None]) -> T | None:
    """Return what `understand` makes of the lines on a stored photo's lower half, or None.

    Each turn of the photo is looked at until one is understood: about half a second of a processor each.
    """
    for half in _halves(picture):
        found = _engine()(half)
        lines = [str(line) for line in found.txts or ()]
        if (understood := understand(lines)) is not None:
            return understood
    return None


def _halves(picture: bytes) -> Iterator[Image.Image]:
    """The lower half at each turn, as wide as lines of 44 letters need."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
        photo = opened.convert("RGB")
    for turn in TURNS:
        turned = photo.rotate(turn, expand=True) if turn else photo
        half = turned.crop((0, turned.height // 2, turned.width, turned.height))
        yield half.resize((WIDTH, max(1, round(half.height * WIDTH / half.width))), Image.Resampling.LANCZOS)


@cache
def _engine() -> Any:
    """The recogniser, loaded once in the process that uses it, from the models in its package."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            # Turned letters are looked for by turning the photo: the classifier of angles is left out.
            "Global.use_cls": False,
            "Global.log_level": "error",
            # Wider than the picture, the search for lines would only see it enlarged, at four times the cost.
            "Det.limit_type": "max",
            "Det.limit_side_len": WIDTH,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
