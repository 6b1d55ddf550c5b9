"""How a transaction begins, by what it is for: reading, writing, or anything else.

SQLAlchemy offers its events and isolation levels for that; either costs a short statement more than the statement
itself. Here each purpose has the same engine and pool under a dialect of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

Way = Callable[[Any], None]


def plain_transactions(engine: Engine) -> None:
    """Begin those of SQLite, whose driver is told to begin nothing by itself."""
    _set(engine, do_begin=_say("BEGIN"))


@lru_cache(maxsize=64)
def reader_of(engine: Engine) -> Engine:
    """The engine without transactions: each statement stands alone."""
    alone: dict[str, Way] = {"do_begin": _nothing, "do_commit": _nothing, "do_rollback": _nothing}
    if engine.dialect.name != "sqlite":
        # Its driver begins by itself unless it is told otherwise, and connections go back as they came.
        resting = _autocommit(on=False)
        alone = {"do_begin": _autocommit(on=True), "do_commit": resting, "do_rollback": resting}
    return _set(_twin(engine), **alone)


@lru_cache(maxsize=64)
def writer_of(engine: Engine) -> Engine:
    """SQLite's engine with transactions that write from their beginning, lest it refuse them in the middle."""
    return _set(_twin(engine), do_begin=_say("BEGIN IMMEDIATE"))


def _twin(engine: Engine) -> Engine:
    # What a dialect finds out about its database at the first connection is to be in the copy.
    with engine.connect():
        twin = engine.execution_options()
    twin.dialect = copy(engine.dialect)
    return twin


def _set(engine: Engine, **ways: Way) -> Engine:
    vars(engine.dialect).update(ways)
    return engine


def _say(statement: str) -> Way:
    return lambda connection: connection.execute(statement)


def _autocommit(*, on: bool) -> Way:
    def turn(connection: Any) -> None:
        connection.dbapi_connection.autocommit = on

    return turn


def _nothing(_connection: Any) -> None:
    """A statement alone needs no end."""
