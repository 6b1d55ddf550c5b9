"""The counters' rows: what each is of, and adding to them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.figures import Figure
from app.store.models.figures import SUBJECT_MAXIMUM, FigureCount

SHARDS = 16
KEY = ("day", "country", "channel", "integration", "figure", "subject", "grade", "shard")


class Cohort(NamedTuple):
    """The applications that were begun on a day, in a country, over a channel, for an integration ("" for none)."""

    day: date
    country: str
    channel: str
    integration: str


class Counter(NamedTuple):
    """What a number is of."""

    cohort: Cohort
    figure: Figure
    subject: str = ""
    grade: int = 0


def add(connection: Connection, numbers: Mapping[Counter, int], *, shard: int = 0) -> None:
    """Add to the counters, always in the same order: two transactions never wait for each other in a ring."""
    rows = [
        {
            **counter.cohort._asdict(),
            "figure": counter.figure.value,
            "subject": counter.subject[:SUBJECT_MAXIMUM],
            "grade": counter.grade,
            "shard": shard,
            "number": number,
        }
        for counter, number in sorted(numbers.items())
        if number
    ]
    if rows:
        connection.execute(_more(connection.dialect.name), rows)


def any_shard(connection: Connection) -> int:
    """The shard for a transaction that others may run beside: PostgreSQL locks a counter's row until it ends."""
    return 0 if connection.dialect.name == "sqlite" else os.urandom(1)[0] % SHARDS


@cache
def _more(dialect_name: str) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(FigureCount.__table__)
    number = FigureCount.__table__.c.number + statement.excluded.number
    return statement.on_conflict_do_update(index_elements=list(KEY), set_={"number": number})
