"""Filters of the list of applications, as its address carries them, and a place in it to go on from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from app.domain.countries import COUNTRIES
from app.domain.stage import Channel, Flag, Stage

NEWEST, OLDEST = "newest", "oldest"
ME, NOBODY = "me", "nobody"
WAITING = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
LONGEST, LONGEST_NUMBER = 100, 18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed to; "" where a filter is not set.

    `assigned` is me, nobody or a member's id; `waiting` how long an application must have stood in its stage, a key of
    WAITING; `search` the id of a search of the member's own.
    """

    state: str = ""
    country: str = ""
    channel: str = ""
    integration: str = ""
    assigned: str = ""
    waiting: str = ""
    flag: str = ""
    order: str = ""
    search: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """What an address's query says; what it cannot mean is left out."""
        known: dict[str, set[str]] = {
            "state": set(Stage),
            "country": set(COUNTRIES),
            "channel": set(Channel),
            "flag": set(Flag),
            "waiting": set(WAITING),
            "order": {OLDEST},
        }
        values = {each.name: query.get(each.name, "")[:LONGEST].replace("\0", "") for each in fields(cls)}
        return cls(**{name: value for name, value in values.items() if value in known.get(name, {value})})

    def query(self, **changes: str) -> dict[str, str]:
        """The same as an address's query, with `changes`."""
        values = {each.name: getattr(self, each.name) for each in fields(self)} | changes
        return {name: value for name, value in values.items() if value}

    @property
    def is_oldest_first(self) -> bool:
        """Whether those that wait longest come first."""
        return self.order == OLDEST


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the list: an application's time in its stage, and its number, which tells equal times apart."""

    since: datetime
    number: int

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that an address names; None for anything else."""
        moment, _dot, number = text.partition(".")
        # No database numbers rows higher.
        if len(number) > LONGEST_NUMBER:
            return None
        with suppress(ValueError, OverflowError):
            return cls(since=_EPOCH + timedelta(microseconds=int(moment)), number=int(number))
        return None

    def __str__(self) -> str:
        """As an address carries it."""
        return f"{(self.since - _EPOCH) // timedelta(microseconds=1)}.{self.number}"
