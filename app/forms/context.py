"""The value a step needs to ask and check its questions: country, day, what is wanted, and what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.application import IncomeRange
from app.domain.countries import CountryProfile

Answers = Mapping[str, str]
# The first photo with a problem is to be taken again; of the second the person decides.
TRIES_BEFORE_KEEPING = 2
# Problems that the person is warned of, and may go on with at once: what was not found may still be there.
WARNINGS = frozenset({"no_portrait"})


@dataclass(frozen=True, kw_only=True)
class PhotoReference:
    """A photo as the journey sees it; sizes in pixels, `small` when its source's shorter side was under 700.

    `problem` is the code of the one thing to mend first, "" when all is well, and `region` where it is worst (left,
    top, width, height as shares of the picture); `good` what was found to be well. `tries` counts the photos in this
    slot that were poor one after the other; `kept` tells that the person chose to use it anyway. The hashes are
    perceptual, 0 and None where there is none; `faces` counts the faces seen, None where nobody looked.
    `handoff` is the id of the handoff over which a phone took it, "" for one taken on the applicant's own device.
    """

    id: str
    width: int
    height: int
    small: bool = False
    handoff: str = ""
    problem: str = ""
    region: Sequence[float] = ()
    good: Sequence[str] = ()
    tries: int = 1
    kept: bool = False
    picture_hash: int = 0
    portrait_hash: int | None = None
    faces: int | None = None

    @property
    def is_poor(self) -> bool:
        """Whether it has a problem that is more than a warning."""
        return bool(self.problem) and self.problem not in WARNINGS

    @property
    def serves(self) -> bool:
        """Whether nothing more is wanted of it."""
        return not self.is_poor or self.kept

    @property
    def may_be_kept(self) -> bool:
        """Whether it may be used although it has a problem: another try came before."""
        return not self.serves and self.tries >= TRIES_BEFORE_KEEPING


@dataclass(frozen=True, kw_only=True)
class AskedPhoto:
    """A photo that was sent and is asked again: its id, and why in the person's language."""

    id: str
    why: Any


@dataclass(frozen=True, kw_only=True)
class LegalText:
    """Which version of a legal text is shown now; `current_hashes` are its hashes in every language."""

    version: str
    text_hash: str
    current_hashes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """All that the steps of one application depend on.

    `language` is a catalogue name; `today` the day in the country's zone; `requested` the KYC field types that are
    wanted; `answers` re-postable strings by storage name; `photos` by slot; `legal` by kind of text; `first_step` the
    step that the person begins with, "" for the usual order; `asked_photos`, by slot, the photos that are asked again.
    """

    application_id: str
    reference: str
    country: CountryProfile
    language: str
    today: date
    minimum_age: int = 18
    maximum_age: int = 120
    selfies: int = 3
    requested: frozenset[str] = frozenset()
    income_ranges: tuple[IncomeRange, ...] = ()
    answers: Mapping[str, Answers] = field(default_factory=dict)
    photos: Mapping[str, PhotoReference] = field(default_factory=dict)
    legal: Mapping[str, LegalText] = field(default_factory=dict)
    first_step: str = ""
    asked_photos: Mapping[str, AskedPhoto] = field(default_factory=dict)

    def why_again(self, slot: str) -> Any:
        """Why the photo in `slot` is asked again; "" where it is not, or once another has taken its place."""
        asked, photo = self.asked_photos.get(slot), self.photos.get(slot)
        return asked.why if asked and photo and photo.id == asked.id else ""
