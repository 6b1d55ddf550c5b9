"""Owns where things lie in a picture, in fractions of its width and height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
# Top left, top right, bottom right, bottom left, as seen.
Outline = tuple[Point, Point, Point, Point]
# ISO/IEC 7810, ID-1.
CARD_ASPECT: Final = 85.6 / 54.0


@dataclass(frozen=True, kw_only=True)
class Region:
    """A rectangle, in fractions (0 to 1) of the stored, upright picture's width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Where its diagonals cross."""
        return self.left + self.width / 2, self.top + self.height / 2

    def corners(self) -> Outline:
        """Its corners, clockwise from the top left."""
        right, bottom = self.left + self.width, self.top + self.height
        return (self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)

    def holds(self, point: Point) -> bool:
        """Whether a point lies within it."""
        return self.left <= point[0] <= self.left + self.width and self.top <= point[1] <= self.top + self.height

    def inside(self) -> Region:
        """The part of it that lies within the picture."""
        left, top = min(1.0, max(0.0, self.left)), min(1.0, max(0.0, self.top))
        right, bottom = min(1.0, max(left, self.left + self.width)), min(1.0, max(top, self.top + self.height))
        return Region(left=left, top=top, width=right - left, height=bottom - top)

    def share_inside(self) -> float:
        """How much of its area lies within the picture, 0 to 1."""
        area, visible = self.width * self.height, self.inside()
        return visible.width * visible.height / area if area > 0 else 0.0

    def rounded(self) -> Region:
        """The same to a ten-thousandth: what is stored comes back as it was."""
        left, top, width, height = (float(round(side, 4)) for side in (self.left, self.top, self.width, self.height))
        return Region(left=left, top=top, width=width, height=height)

    def grown(self, by: float) -> Region:
        """The same around the same middle, `by` times as wide and high."""
        x, y = self.middle
        width, height = self.width * by, self.height * by
        return Region(left=x - width / 2, top=y - height / 2, width=width, height=height)

    def placed_in(self, part: Region) -> Region:
        """Return where this region of a part of the picture lies in the picture."""
        return Region(
            left=part.left + self.left * part.width,
            top=part.top + self.top * part.height,
            width=self.width * part.width,
            height=self.height * part.height,
        )


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face's box (forehead to chin; it may reach outside the picture) and the detector's score, 0 to 1."""

    box: Region
    score: float


WHOLE = Region(left=0.0, top=0.0, width=1.0, height=1.0)


def box_of(outline: Outline) -> Region:
    """Return the upright rectangle around an outline."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return Region(left=min(xs), top=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))
