"""Owns what is counted about how onboarding goes: the kinds of figures, and the classes of durations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum


class Figure(StrEnum):
    """What a number counts; what its subject names stands behind each.

    Milestones have none. `photo` counts first tries: its class is 1 for a good one, 0 for any other.
    """

    STARTED = "started"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    # A step's key.
    ANSWERED = "answered"
    TAKEN = "taken"
    REFUSED = "refused"
    LASTED = "lasted"
    # A step's key, a space and the message as the catalogues know it.
    SAID = "said"
    # A photo's slot.
    PHOTO = "photo"


MILESTONES = (Figure.STARTED, Figure.SUBMITTED, Figure.APPROVED, Figure.REJECTED)
# Durations are counted in classes, each so many times as long as the one before: a median is right to a tenth.
GROWTH, FIRST_SECONDS, CLASSES = 1.25, 1.0, 60


def class_of(seconds: float) -> int:
    """The class of a duration; the last takes all that are longer, which is a week."""
    if seconds <= FIRST_SECONDS:
        return 0
    return min(CLASSES, 1 + int(math.log(seconds / FIRST_SECONDS) / math.log(GROWTH)))


def median_of(classes: Mapping[int, int]) -> float | None:
    """The median of durations counted by class, in seconds; None of none. Within its class it is spread evenly."""
    total, before = sum(classes.values()), 0
    for number in sorted(classes):
        count = classes[number]
        if count and before + count >= total / 2:
            lower, upper = _bound(number - 1) if number else 0.0, _bound(number)
            return lower + (upper - lower) * (total / 2 - before) / count
        before += count
    return None


def _bound(number: int) -> float:
    """The longest duration of a class, in seconds."""
    return FIRST_SECONDS * GROWTH**number
