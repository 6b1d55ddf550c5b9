"""Owns the verdict on a photo: looks at it once, at a small scale, and says what is to be put right."""

from __future__ import annotations

from PIL import Image

from app.pictures import document, selfie
from app.pictures.faces import load
from app.pictures.findings import Figures, Finding, Problem, Subject, Verdict
from app.pictures.shapes import Face, Region
from app.pictures.view import View

__all__ = [
    "Face",
    "Figures",
    "Finding",
    "Problem",
    "Region",
    "Subject",
    "Verdict",
    "examine",
    "load",
]


def examine(picture: Image.Image, subject: Subject) -> Verdict:
    """Return the verdict on an upright RGB picture of any size."""
    judge = selfie.judged if subject.is_selfie else document.judged
    return judge(View.of(picture), subject)
