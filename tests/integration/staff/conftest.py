"""Fixtures of the console's tests: passwords are hashed with the least work that argon2id allows."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask

LEAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_lightly(app: Flask) -> Flask:
    """The same application, whose hashes cost a thousandth."""
    passwords = app.extensions["alta"].staff.passwords
    passwords._hasher = LEAST
    passwords.__dict__.pop("_nobodys", None)
    return app


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with empty tables."""
    return hash_lightly(app)


@pytest.fixture(scope="session")
def sqlite_app(sqlite_app: Flask) -> Flask:
    """The application on SQLite that keeps its tables."""
    return hash_lightly(sqlite_app)
