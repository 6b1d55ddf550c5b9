"""Owns judging a photo of a document: its outline or its print, whole, large, sharp and lit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from app.pictures import lines, outline
from app.pictures.faces import faces_in
from app.pictures.findings import Problem, Subject, Verdict
from app.pictures.front import portrait_looked_for_harder, portrait_on
from app.pictures.light import Light, measured
from app.pictures.outline import Found
from app.pictures.shapes import CARD_ASPECT, WHOLE, Face, Outline, Region, box_of
from app.pictures.thresholds import (
    CARD_BRIGHTNESS,
    CARD_BURNT,
    CARD_LENGTH,
    CARD_PIXELS,
    CARD_SHARPNESS,
    CARD_SPOT,
    PERSON_WIDTH,
    PRINTED_CONTRAST,
    PRINTED_LINES,
    SHAPE,
)
from app.pictures.view import View

# Print that comes nearer to the picture's edge than this goes on behind it; so many lines must.
_AT_EDGE: Final = 0.02
_LINES_AT_EDGE: Final = 3
_LINES_BESIDE: Final = 3
Problems = dict[Problem, Region | None]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What was found in the picture, and the light on the document or, where it has no outline, on all of it."""

    found: Found | None
    printed: tuple[Region, ...]
    faces: tuple[Face, ...]
    light: Light

    @property
    def outline(self) -> Outline | None:
        return self.found.outline if self.found else None

    @property
    def box(self) -> Region:
        return box_of(self.found.outline) if self.found else WHOLE


def judged(view: View, subject: Subject) -> Verdict:
    """Return the verdict on a photo of a document's front or back."""
    is_front = subject is Subject.DOCUMENT_FRONT
    seen = _seen(view, wants_face=is_front)
    problems = _size_problems(view, seen) | _light_problems(seen)
    if not _is_document(seen):
        problems = {Problem.NOT_A_DOCUMENT: None}
    # What is to be mended otherwise may be what hides the portrait: it is missed only on a photo that is well.
    elif is_front and not seen.faces and not problems:
        seen = replace(seen, faces=portrait_looked_for_harder(view.rgb, seen.outline))
        problems = {} if seen.faces else {Problem.NO_PORTRAIT: None}
    return view.verdict(subject, problems, light=seen.light, faces=seen.faces, outline=seen.outline)


def _seen(view: View, *, wants_face: bool) -> _Seen:
    found, printed = _outline_and_print(view)
    light = measured(view.rgb, view.grey, view.part(found.outline if found else WHOLE))
    faces = faces_in(view.rgb)
    if wants_face and not faces:
        faces = portrait_on(view.rgb, found.outline if found else None)
    return _Seen(found=found, printed=printed, faces=faces, light=light)


def _outline_and_print(view: View) -> tuple[Found | None, tuple[Region, ...]]:
    """Return the outline, or the lines of print where there is none; print is looked for only where it matters."""
    found = outline.outline_in(view.shrunk(view.rgb, outline.LONGEST_SIDE))
    if found and found.long_side >= CARD_LENGTH.value:
        return found, ()
    printed = lines.lines_in(view.shrunk(view.grey, lines.LONGEST_SIDE))
    # Print beside a small outline: that is a portrait, a barcode or a stamp on the document.
    if found and sum(not box_of(found.outline).holds(line.middle) for line in printed) < _LINES_BESIDE:
        return found, ()
    return None, printed


def _is_document(seen: _Seen) -> bool:
    if seen.faces and _is_person(seen.faces[0], seen.found):
        return False
    if len(seen.printed) >= PRINTED_LINES.value:
        return True
    # What is too blurred to show an outline or print may be a document: it is told off for the blur.
    may_be = seen.found is not None or seen.light.sharpness < CARD_SHARPNESS.value
    return may_be and seen.light.contrast >= PRINTED_CONTRAST.value


def _is_person(face: Face, found: Found | None) -> bool:
    """Whether a face is somebody's own rather than a portrait: large, and not on the document."""
    if found and cv2.pointPolygonTest(np.array(found.outline, np.float32), face.box.middle, False) >= 0:
        return False
    return min(face.box.width, face.box.height) >= PERSON_WIDTH.value


def _size_problems(view: View, seen: _Seen) -> Problems:
    problems: Problems = {}
    if seen.found and (
        seen.found.long_side < CARD_LENGTH.value or seen.found.long_side * max(view.size) < CARD_PIXELS.value
    ):
        problems[Problem.TOO_SMALL] = seen.box
    if _is_cut_off(seen):
        problems[Problem.CUT_OFF] = seen.box
    return problems


def _is_cut_off(seen: _Seen) -> bool:
    if seen.found is None:
        at_edges = (
            sum(line.left < _AT_EDGE for line in seen.printed),
            sum(line.left + line.width > 1 - _AT_EDGE for line in seen.printed),
        )
        return max(at_edges) >= _LINES_AT_EDGE
    if not any(seen.found.at_edge):
        return False
    # A card that ends at the picture's edge and has its whole shape is complete.
    ends_at_edge = seen.found.ends_at_edge
    too_short = seen.found.aspect < CARD_ASPECT * (1 - SHAPE.value)
    too_long = seen.found.aspect > CARD_ASPECT * (1 + SHAPE.value)
    return too_short or (too_long and not ends_at_edge)


def _light_problems(seen: _Seen) -> Problems:
    light, problems = seen.light, Problems()
    if light.sharpness < CARD_SHARPNESS.value:
        problems[Problem.BLURRED] = seen.box
    if light.spot_share > CARD_SPOT.value or light.burnt > CARD_BURNT.value:
        problems[Problem.GLARE] = light.spot
    if light.brightness < CARD_BRIGHTNESS.value:
        problems[Problem.DARK] = seen.box
    return problems
