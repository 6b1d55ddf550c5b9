"""Owns judging a selfie, with or without the document held up: the one face in it, large, whole, sharp and lit."""

from __future__ import annotations

from app.pictures.faces import faces_in, faces_looked_for_harder
from app.pictures.findings import Problem, Subject, Verdict
from app.pictures.light import Light, measured
from app.pictures.shapes import WHOLE, Face, Region
from app.pictures.thresholds import (
    FACE_BRIGHTNESS,
    FACE_INSIDE,
    FACE_PIXELS,
    FACE_SHARPNESS,
    FACE_SPOT,
    FACE_WIDTH,
    SECOND_FACE_SCORE,
    SECOND_FACE_SIZE,
)
from app.pictures.view import View


def judged(view: View, subject: Subject) -> Verdict:
    """Return the verdict on a selfie."""
    faces = faces_in(view.rgb) or faces_looked_for_harder(view.rgb)
    part = faces[0].box if faces else WHOLE
    light = measured(view.rgb, view.grey, view.part(part))
    problems = _problems(view, faces, light) if faces else {Problem.NO_FACE: None}
    return view.verdict(subject, problems, light=light, faces=faces)


def _problems(view: View, faces: tuple[Face, ...], light: Light) -> dict[Problem, Region | None]:
    box = faces[0].box
    problems: dict[Problem, Region | None] = {}
    # The portrait on a document held up is a second face too: far smaller than SECOND_FACE_SIZE.
    others = [face for face in faces[1:] if _is_somebody(face, faces[0])]
    if others:
        problems[Problem.SEVERAL_FACES] = others[0].box
    width = box.width * view.size[0]
    if width < FACE_WIDTH.value * min(view.size) or width < FACE_PIXELS.value:
        problems[Problem.TOO_SMALL] = box
    if box.share_inside() < FACE_INSIDE.value:
        problems[Problem.CUT_OFF] = box
    if light.sharpness < FACE_SHARPNESS.value:
        problems[Problem.BLURRED] = box
    if light.spot_share > FACE_SPOT.value:
        problems[Problem.GLARE] = light.spot
    if light.brightness < FACE_BRIGHTNESS.value:
        problems[Problem.DARK] = box
    return problems


def _is_somebody(face: Face, largest: Face) -> bool:
    return face.score >= SECOND_FACE_SCORE.value and face.box.width >= SECOND_FACE_SIZE.value * largest.box.width
