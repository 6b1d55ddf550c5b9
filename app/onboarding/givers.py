"""Owns who gave each answer: a row names who wrote it last, and keeps whose those are that stayed as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Who gave an answer (a member of staff's id, "" for the person), over which channel, and when."""

    by: str
    channel: str
    at: datetime


def unchanged(
    before: Mapping[str, str], answers: Mapping[str, str], *, last: Giver, kept: Mapping[str, Giver]
) -> dict[str, Giver]:
    """Of `answers`, by key, those that are as `before`, with whose they are: `kept` from earlier, or `last`'s."""
    return {key: kept.get(key, last) for key, text in answers.items() if before.get(key) == text}


def to_json(kept: Mapping[str, Giver]) -> dict[str, list[str]]:
    """As it is sealed with a row's answers."""
    return {key: [giver.by, giver.channel, giver.at.isoformat()] for key, giver in kept.items()}


def from_json(kept: Mapping[str, list[str]]) -> dict[str, Giver]:
    """What a row keeps."""
    return {
        key: Giver(by=by, channel=channel, at=datetime.fromisoformat(at)) for key, (by, channel, at) in kept.items()
    }
