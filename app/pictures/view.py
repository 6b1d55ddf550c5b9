"""Owns the small picture that everything is measured on, and putting figures and findings together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.pictures.findings import Figures, Finding, Problem, Subject, Verdict
from app.pictures.hashes import perceptual_hash
from app.pictures.light import Light
from app.pictures.portrait import portrait_hash
from app.pictures.shapes import Face, Outline, Region

Pixels = NDArray[np.uint8]

LONGEST_SIDE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class View:
    """A picture as it is looked at: RGB and grey, the longer side at most 1000 pixels; `size` is the picture's own."""

    rgb: Pixels
    grey: Pixels
    size: tuple[int, int]

    @classmethod
    def of(cls, picture: Image.Image) -> View:
        """Shrink an RGB picture to what is looked at."""
        scale = min(1.0, LONGEST_SIDE / max(picture.size))
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        # The bulk by whole numbers, which costs a tenth of the rest.
        small = picture if scale == 1 else picture.resize(size, Image.Resampling.BOX, reducing_gap=1.0)
        rgb = np.asarray(small)
        return cls(rgb=rgb, grey=np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), size=picture.size)

    def shrunk(self, pixels: Pixels, longest: int) -> Pixels:
        """Return the view's RGB or grey pixels with their longer side at most `longest`."""
        height, width = pixels.shape[:2]
        scale = min(1.0, longest / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    def part(self, within: Outline | Region) -> Pixels:
        """Return a mask of what lies within an outline or a region; the whole view where that is next to nothing."""
        if isinstance(within, Region):
            within = within.corners()
        height, width = self.grey.shape
        corners = np.rint(np.array(within) * (width, height)).astype(np.int32)
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, corners, 255)
        return mask if cv2.countNonZero(mask) >= 64 else np.full_like(mask, 255)

    def verdict(
        self,
        subject: Subject,
        problems: Mapping[Problem, Region | None],
        *,
        light: Light,
        faces: tuple[Face, ...],
        outline: Outline | None = None,
    ) -> Verdict:
        """Return the verdict with its findings in the order in which they are told."""
        figures = Figures(
            sharpness=round(light.sharpness, 1),
            burnt=round(light.burnt, 4),
            brightness=round(light.brightness, 1),
            outline=outline,
            faces=tuple(Face(box=face.box.rounded(), score=face.score) for face in faces),
            picture_hash=perceptual_hash(self.grey),
            portrait_hash=portrait_hash(self.rgb, faces[0]) if faces else None,
        )
        findings = tuple(
            Finding(problem=problem, region=region.inside().rounded() if (region := problems[problem]) else None)
            for problem in Problem
            if problem in problems
        )
        return Verdict(subject=subject, figures=figures, findings=findings)
