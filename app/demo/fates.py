"""What becomes of each of the demo's applications: who applies, when, and how far it has come by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from app.demo.people import Person, person
from app.onboarding.hands import BRANCH, PHONE
from app.steps import STEPS


class Fate(StrEnum):
    """Where an application stands in the end."""

    DRAFT = "draft"
    REVIEW = "review"
    DELIVERING = "delivering"
    FAILED = "failed"
    ASKED = "asked"
    ANSWERED = "answered"
    APPROVED = "approved"
    REJECTED = "rejected"


# Twenty in turn: the first eight have every fate once, so that a small demo shows all of them.
TURN = (
    *(Fate.REVIEW, Fate.DRAFT, Fate.APPROVED, Fate.ASKED, Fate.FAILED, Fate.DELIVERING, Fate.REJECTED, Fate.ANSWERED),
    *(Fate.REVIEW, Fate.APPROVED, Fate.DRAFT, Fate.REVIEW, Fate.APPROVED, Fate.DRAFT, Fate.REVIEW, Fate.APPROVED),
    *(Fate.DRAFT, Fate.REVIEW, Fate.APPROVED, Fate.ASKED),
)
# How many days ago each may have begun, at the least and at the most, and which part of the time before a purge.
KEPT_SHARE = 0.9
DAYS = {
    Fate.DRAFT: (0.0, 26.0),
    Fate.REVIEW: (0.05, 5.0),
    Fate.DELIVERING: (0.05, 0.3),
    Fate.FAILED: (1.0, 6.0),
    Fate.ASKED: (0.5, 8.0),
    Fate.ANSWERED: (2.0, 9.0),
    Fate.APPROVED: (1.0, 27.0),
    Fate.REJECTED: (1.0, 27.0),
}
# Of so many people, by their number, those who are helped, and how.
HELPED_EVERY, WAYS = 9, {4: BRANCH, 7: PHONE}
STOPS = tuple(step.key for step in STEPS)[1:]
# Nobody begins in the small hours of Buenos Aires and São Paulo: those of the day, in UTC, at which people may.
FIRST_HOUR, HOURS = 11, 15


@dataclass(frozen=True, kw_only=True)
class Part:
    """One application to be played; `stop` is where a draft is left, `way` how an agent helps, "" where none does."""

    person: Person
    fate: Fate
    begins_at: datetime
    stop: str
    way: str


def parts(count: int, now: datetime, *, draft_days: int = 30) -> Iterator[Part]:
    """The applications of a demo of that size, both countries in turn; none is old enough for a purge to take it."""
    for number in range(1, count + 1):
        fate, turn = TURN[(number - 1) % len(TURN)], (number - 1) // len(TURN)
        country = "AR" if (number + turn) % 2 else "BR"
        chance = np.random.default_rng((number, 29))
        yield Part(
            person=person(number, country),
            fate=fate,
            begins_at=_beginning(chance, fate, now, most_days=draft_days * KEPT_SHARE),
            stop=STOPS[int(chance.integers(len(STOPS)))],
            way=WAYS.get(number % HELPED_EVERY, ""),
        )


def _beginning(chance: np.random.Generator, fate: Fate, now: datetime, *, most_days: float) -> datetime:
    moment = now - timedelta(days=min(float(chance.uniform(*DAYS[fate])), most_days))
    if now - moment < timedelta(days=1):
        return moment
    hour = (FIRST_HOUR + int(chance.integers(HOURS))) % 24
    return min(moment.replace(hour=hour), now - timedelta(hours=2))
