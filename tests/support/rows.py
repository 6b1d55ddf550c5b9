"""Owns looking into and altering the rows of an application under test, over its own engine."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import text

from app.store.db import db


def rows(app: Flask, statement: str, **values: Any) -> list[Any]:
    """The rows of a SELECT."""
    with app.app_context(), db.engine.connect() as connection:
        return list(connection.execute(text(statement), values).all())


def one(app: Flask, statement: str, **values: Any) -> Any:
    """The first column of a SELECT's only row."""
    ((value, *_others),) = rows(app, statement, **values)
    return value


def alter(app: Flask, statement: str, **values: Any) -> int:
    """Execute a statement that writes; how many rows it met."""
    with app.app_context(), db.engine.begin() as connection:
        return connection.execute(text(statement), values).rowcount


def count(app: Flask, table: str) -> int:
    """How many rows a table has."""
    return int(one(app, f"SELECT count(*) FROM {table}"))
