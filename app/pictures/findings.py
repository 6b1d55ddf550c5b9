"""Owns the words of a verdict: what a photo is meant to show, what was measured, what is to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.pictures.shapes import Face, Outline, Region


class Subject(StrEnum):
    """What a photo is meant to show."""

    DOCUMENT_FRONT = "document_front"
    DOCUMENT_BACK = "document_back"
    SELFIE = "selfie"
    DOCUMENT_SELFIE = "document_selfie"

    @property
    def is_selfie(self) -> bool:
        """Whether a person is to be seen, with or without the document."""
        return self in (Subject.SELFIE, Subject.DOCUMENT_SELFIE)


class Problem(StrEnum):
    """What is to be put right, in the order in which it is told; of the last, the person is only warned."""

    NOT_A_DOCUMENT = "not_a_document"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"
    BLURRED = "blurred"
    GLARE = "glare"
    DARK = "dark"
    NO_PORTRAIT = "no_portrait"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured of the document or the face, or of the whole picture where neither was found.

    `sharpness` is the variance of the Laplacian (picture's longer side 1000 pixels), `burnt` a share, `brightness` a
    mean level of 255, `outline` the document's corners in fractions. `picture_hash` and `portrait_hash` (of the
    largest face) have 64 bits.
    """

    sharpness: float
    burnt: float
    brightness: float
    outline: Outline | None
    faces: tuple[Face, ...]
    picture_hash: int
    portrait_hash: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them; hashes as 16 hexadecimal digits."""
        return {
            "sharpness": self.sharpness,
            "burnt": self.burnt,
            "brightness": self.brightness,
            "outline": None if self.outline is None else [list(corner) for corner in self.outline],
            "faces": [{"box": region_to_json(face.box), "score": face.score} for face in self.faces],
            "picture_hash": f"{self.picture_hash:016x}",
            "portrait_hash": None if self.portrait_hash is None else f"{self.portrait_hash:016x}",
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Figures:
        """Return the figures that `to_json` wrote."""
        outline, portrait = stored["outline"], stored["portrait_hash"]
        return cls(
            sharpness=stored["sharpness"],
            burnt=stored["burnt"],
            brightness=stored["brightness"],
            outline=None if outline is None else tuple((x, y) for x, y in outline),  # type: ignore[arg-type]
            faces=tuple(Face(box=region_from_json(face["box"]), score=face["score"]) for face in stored["faces"]),
            picture_hash=int(stored["picture_hash"], 16),
            portrait_hash=None if portrait is None else int(portrait, 16),
        )


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to put right, and where it is at its worst."""

    problem: Problem
    region: Region | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON can hold it."""
        return {
            "problem": self.problem.value,
            "region": None if self.region is None else region_to_json(self.region),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Finding:
        """Return the finding that `to_json` wrote."""
        region = stored["region"]
        return cls(problem=Problem(stored["problem"]), region=None if region is None else region_from_json(region))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A photo's figures and findings; these in the order in which they are told, none when all is well."""

    subject: Subject
    figures: Figures
    findings: tuple[Finding, ...]


def region_to_json(region: Region) -> list[float]:
    """Return left, top, width and height."""
    return [round(side, 4) for side in (region.left, region.top, region.width, region.height)]


def region_from_json(stored: list[float]) -> Region:
    """Return the region that `region_to_json` wrote."""
    left, top, width, height = stored
    return Region(left=left, top=top, width=width, height=height)
