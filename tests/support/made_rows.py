"""Puts a row into every table, whatever its columns are called, so that a change of tables has something to lose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

VALUES: tuple[tuple[type[sa.types.TypeEngine[Any]], Any], ...] = (
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.String, "x"),
    (sa.LargeBinary, b"x"),
    (sa.DateTime, datetime(2026, 1, 1)),
    (sa.Date, date(2026, 1, 1)),
    (sa.Float, 1.0),
)


def _tables(connection: sa.Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def count(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in _tables(connection)
    }


def fill(connection: sa.Connection) -> dict[str, int]:
    """Give each table without rows one that refers to those of the others; how many rows each has then."""
    standing = count(connection)
    for table in _tables(connection):
        if not standing[table.name]:
            connection.execute(sa.insert(table), {column.name: _value(column) for column in table.columns})
    return count(connection)


def _value(column: sa.Column[Any]) -> Any:
    return next(value for kind, value in VALUES if isinstance(column.type, kind))
