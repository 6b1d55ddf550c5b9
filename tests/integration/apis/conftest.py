"""Owns the fixtures of the APIs' tests: the two APIs on SQLite and on PostgreSQL, their clock and ids in hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.apis import Apis, running

EXAMPLE_HOST = "storage.googleapis.com"


@pytest.fixture(scope="session")
def apis_postgresql_url(postgresql: str) -> str:
    """A PostgreSQL database of the APIs' tests alone."""
    url = databases.create_database(postgresql, "alta_apis")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def apis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Apis]:
    """The two APIs over empty tables, the example's storage host admitted."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'alta.sqlite3'}"
    else:
        url = request.getfixturevalue("apis_postgresql_url")
    with running(url, tmp_path, photo_hosts=(EXAMPLE_HOST,)) as value:
        yield value
