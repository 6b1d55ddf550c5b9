"""The database: the declarative base, its engine's habits, and the two ways in: `read()` and `write()`."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session

from app.config.rules import SettingsError
from app.store.transactions import plain_transactions, reader_of, writer_of

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
LOCK_WAIT_MILLISECONDS = 10_000


class Model(DeclarativeBase):
    """Base of every row."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Model)
_one_writer = threading.Lock()


def _aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC: aware in Python, without zone in the column, microseconds kept."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a naive time is a fault of ours and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Give the stored time back as aware UTC: in one call, as every row of a draft has several."""
        parsed = self.impl_instance.result_processor(dialect, coltype)
        if parsed is None:
            return _aware
        return lambda stored: _aware(parsed(stored))


def utc_now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def init_database(app: Flask) -> None:
    """Bind `db` to `app` and teach its engine SQLite's habits that Alta relies on. Raises SettingsError."""
    _require_known(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)


def _require_known(url: str) -> None:
    try:
        known = make_url(url).drivername in DRIVERS
    except ArgumentError:
        known = False
    if not known:
        raise SettingsError("ALTA_DATABASE_URL is wrong: it must begin with postgresql:// or sqlite:///.")


def prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, full sync, enforced foreign keys, and transactions begun by us rather than by the driver."""

    plain_transactions(engine)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={LOCK_WAIT_MILLISECONDS}",
        ):
            connection.execute(f"PRAGMA {pragma}")


def read() -> Connection:
    """A connection for reading, until the block ends: each statement stands alone, nothing is locked."""
    return reader_of(db.engine).connect()


@contextmanager
def write(*, alone: bool = False) -> Iterator[Connection]:
    """One short write transaction, committed at the end or rolled back on any exception.

    `alone`: one statement will write all of it, around which a server need not be told of a transaction.

    SQLite lets one writer in at a time and makes the others sleep and retry, which costs seconds under load; a lock
    within the process and one between processes queue them instead. Validate before entering.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        with (reader_of(engine) if alone else engine).begin() as connection:
            yield connection
        return
    with _one_writer, _between_writers(engine), writer_of(engine).begin() as connection:
        yield connection


@contextmanager
def _between_writers(engine: Engine) -> Iterator[None]:
    database = engine.url.database
    if not database or database == ":memory:":
        yield
        return
    with between_processes(Path(database).with_suffix(".lock")):
        yield


@contextmanager
def between_processes(file: Path) -> Iterator[None]:
    """Let one process of this computer in at a time; the kernel lets go of what a killed one held."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def session_on(connection: Connection) -> Session:
    """An ORM session within `connection`'s transaction; flush it, the connection's owner commits."""
    return Session(bind=connection, join_transaction_mode="conditional_savepoint", expire_on_commit=False)
