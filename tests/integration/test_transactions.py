"""Owns what reading and writing promise of the database's connections, which both share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select

from app.store import pool
from app.store.db import db, read, utc_now, write
from app.store.models.seen import SeenOnce
from tests.support.databases import create_database, migrate, mortal_postgresql

HOW_MANY = select(func.count()).select_from(SeenOnce)


def write_one(value: str) -> None:
    """Leave a row."""
    with write() as connection:
        connection.execute(insert(SeenOnce).values(kind="test", value_hash=value, seen_at=utc_now()))


def test_write_that_fails_leaves_nothing_though_its_connection_was_read_with(app: Flask) -> None:
    with app.app_context():
        with read() as connection:
            before = connection.execute(HOW_MANY).scalar_one()
        with pytest.raises(ZeroDivisionError), write() as connection:
            connection.execute(insert(SeenOnce).values(kind="test", value_hash="a", seen_at=utc_now()))
            raise ZeroDivisionError
        with db.engine.connect() as connection:
            connection.execute(insert(SeenOnce).values(kind="test", value_hash="b", seen_at=utc_now()))
        with read() as connection:
            assert connection.execute(HOW_MANY).scalar_one() == before


def test_reading_sees_what_was_written_since_it_began(app: Flask) -> None:
    """Each statement stands alone: none looks at the past, and none keeps a writer waiting."""
    with app.app_context():
        with read() as connection:
            before = connection.execute(HOW_MANY).scalar_one()
            write_one("c")
            assert connection.execute(HOW_MANY).scalar_one() == before + 1
        with write() as connection:
            connection.execute(delete(SeenOnce).where(SeenOnce.kind == "test"))


def test_connection_whose_server_was_restarted_is_replaced_however_lately_it_was_used(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a look at what it has to say, and by asking one that was not used for a while: nobody is refused for it."""
    with mortal_postgresql() as server:
        app = make_app(database_url=create_database(server.url, "alta_trusted"))
        migrate(app)
        with app.app_context():
            for trusted in (3600.0, 0.0):
                monkeypatch.setattr(pool, "TRUSTED_SECONDS", trusted)
                with read() as connection:
                    connection.execute(HOW_MANY).scalar_one()
                server.kill()
                server.start()
                write_one(f"d {trusted}")
            with read() as connection:
                assert connection.execute(HOW_MANY).scalar_one() == 2
