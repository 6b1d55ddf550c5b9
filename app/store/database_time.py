"""The database's own clock, the only one that all machines share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.store.db import UtcDateTime

SQLITE_FORMAT = "%Y-%m-%d %H:%M:%f"


class database_time(FunctionElement[datetime]):
    """The time in UTC by the database's clock, `seconds` ago; for statements."""

    type = UtcDateTime()
    inherit_cache = False

    def __init__(self, seconds: float = 0) -> None:
        super().__init__()
        self.seconds = float(seconds)


@compiles(database_time, "postgresql")
def _postgresql(element: database_time, _compiler: Any, **_options: Any) -> str:
    return f"(timezone('utc', clock_timestamp()) - interval '{element.seconds} seconds')"


@compiles(database_time, "sqlite")
def _sqlite(element: database_time, _compiler: Any, **_options: Any) -> str:
    # SQLite knows milliseconds; rows hold microseconds.
    return f"(strftime('{SQLITE_FORMAT}', 'now', '-{element.seconds} seconds') || '000')"


def ask_database_time(connection: Connection) -> datetime:
    """What the database's clock says now."""
    return connection.execute(select(database_time())).scalar_one()
