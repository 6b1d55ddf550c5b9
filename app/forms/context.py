"""The value a step needs to ask and check its questions: country, day, what is wanted, and what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.application import IncomeRange
from app.domain.countries import CountryProfile

Answers = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PhotoReference:
    """A photo as the journey sees it; sizes in pixels, `small` when its source's shorter side was under 700."""

    id: str
    width: int
    height: int
    small: bool = False


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
    wanted; `answers` re-postable strings by storage name; `photos` by slot; `legal` by kind of text.
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
