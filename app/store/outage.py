"""What a passing failure of the database or the photo store looks like, and waiting for its end in the worker."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from app.store.blobs import StoreError

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 5.0
SQLITE_PASSES = tuple(
    f"SQLITE_{name}" for name in ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY", "NOMEM", "PROTOCOL")
)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM)
Result = TypeVar("Result")


def is_outage(error: BaseException) -> bool:
    """Whether the fault lies with the database or the store, and will pass by itself or by an operator's hand."""
    if isinstance(error, OperationalError):
        # SQLite calls everything so, a table that is not there too.
        name = getattr(error.orig, "sqlite_errorname", None)
        return name is None or name.startswith(SQLITE_PASSES)
    if isinstance(error, InterfaceError | TimeoutError | StoreError):
        return True
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def database_is_away(error: BaseException) -> bool:
    """Whether nothing can be written down just now, not even that something failed."""
    return is_outage(error) and not isinstance(error, StoreError | OSError)


def through_outages(work: Callable[[], Result], stop: threading.Event | None = None) -> Result:
    """Do `work`, again and again while the database is away; its last error where `stop` is set meanwhile.

    For the worker: a step that failed for want of a database would be kept as failed once the database is back.
    """
    wait, ended = FIRST_WAIT_SECONDS, stop or threading.Event()
    while True:
        try:
            return work()
        except Exception as error:
            if not database_is_away(error) or ended.wait(wait):
                raise
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
