"""The database engine's options: how many connections a process keeps, and how soon it notices that one is dead."""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from time import monotonic
from typing import Any

from psycopg import Cursor, Error
from sqlalchemy.exc import InvalidatePoolError

CONNECT_SECONDS = 5
RECYCLE_SECONDS = 1800
# A connection that was used just now is asked nothing; one whose server is gone has a word for us even then.
TRUSTED_SECONDS = 1.0
LAST_USED = "alta_last_used"
# Of libpq: a host that went away without a word is noticed within about half a minute.
PATIENCE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "alta",
}


class PlainCursor(Cursor[Any]):
    """A cursor that tells only name and type of a column, and only to who looks.

    All that may be asked of psycopg's own columns, which nobody asks, costs a draft as much to make as its rows; and
    SQLAlchemy wants to know no more than that there are some, once it has seen a statement's.
    """

    @property
    def description(self) -> Any:
        """The present result's columns, if it has any."""
        result = self.pgresult
        return Columns(result) if result is not None and result.nfields else None


class Columns(Sequence[Any]):
    """A result's columns, in the places that PEP 249 gives them."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def __len__(self) -> int:
        count: int = self._result.nfields
        return count

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[each] for each in range(len(self))[at]]
        number = range(len(self))[at]
        return (_name(self._result.fname(number)), self._result.ftype(number), None, None, None, None, None)


@lru_cache(maxsize=4096)
def _name(raw: bytes) -> str:
    return raw.decode()


def engine_options(url: str, *, size: int, wait_seconds: float) -> dict[str, Any]:
    """The options for `url`: `size` connections that are kept and as many again under load."""
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": size,
        "max_overflow": size,
        "pool_timeout": wait_seconds,
    }
    if url.startswith("postgresql"):
        options |= {"pool_recycle": RECYCLE_SECONDS, **_watched()}
    return options


def queue_engine_options(url: str) -> dict[str, Any]:
    """The options of the delivery queue's own engine, beside the size of its pool."""
    return {"pool_pre_ping": False, **_watched()} if url.startswith("postgresql") else {}


def _watched() -> dict[str, Any]:
    """No request should notice a restarted database, nor pay for a question that is hardly ever needed."""
    return {
        "connect_args": PATIENCE | {"cursor_factory": PlainCursor},
        "pool_events": [(require_alive, "checkout"), (note_use, "checkin")],
    }


def note_use(connection: Any, record: Any) -> None:
    """Remember when a connection was last in use."""
    record.info[LAST_USED] = monotonic()


def require_alive(connection: Any, record: Any, _proxy: Any) -> None:
    """Let a kept connection out that lives; raises InvalidatePoolError, whereupon the pool connects anew.

    What a server says last, or the end that its kernel tells of it, waits to be read: that costs a look and no
    question. A machine that went away without a word is noticed by asking whom nobody has heard of for a while.
    """
    used = record.info.get(LAST_USED)
    if used is None or (monotonic() - used < TRUSTED_SECONDS and not _has_word(connection)):
        return
    try:
        connection.autocommit = True
        connection.execute(";")
        connection.autocommit = False
    except Error:
        raise InvalidatePoolError("the database hung up") from None


def _has_word(connection: Any) -> bool:
    """Whether something of the server's waits to be read, which it does not while nobody asks anything."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
