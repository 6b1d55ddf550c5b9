"""The database's tables: brought to this version by one process at a time, and not looked at again until it changes."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, delete, insert, inspect, select, text

from app.store.crypto import DecryptionError, Keyring
from app.store.db import between_processes, db, read, write

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
ADVISORY_LOCK = 4_120_115
LOCK_POLL_SECONDS = 0.2

# Written after both libraries have migrated, and therefore known to neither.
_prepared = Table(
    "prepared", MetaData(), Column("version", String(64), primary_key=True), Column("seal", LargeBinary, nullable=False)
)
_alembic = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
SEALED, SEAL_CONTEXT = b"alta", "prepared.seal"


class WrongKeyError(Exception):
    """None of the given encryption keys is the one that this database was written with."""


def init_migrations(app: Flask) -> None:
    """Serve `flask db …`, whose library the command line has loaded; servers never do, as that takes so long."""
    if "flask_migrate" in sys.modules:
        _register(app)


def _register(app: Flask) -> None:
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


def bring_up_to_date(keyring: Keyring) -> None:
    """Create or upgrade Alta's own tables and those of the delivery queue, unless this version has done so already.

    What tells is in the database itself, so that one restored from elsewhere is upgraded again. Raises WrongKeyError
    before anything is written with a key that does not belong to this database.
    """
    wanted = _version()
    if _standing(keyring) == wanted:
        return
    with _one_process_at_a_time(db.engine):
        if _standing(keyring) == wanted:
            return
        # Imported here: both libraries take longer to load than the rest of a start.
        from dbos import DBOS
        from flask_migrate import upgrade

        if "migrate" not in current_app.extensions:
            _register(cast(Any, current_app)._get_current_object())
        if _is_of_a_later_release():
            # Machines are renewed one after the other: the tables of the next release serve this one too.
            return
        upgrade()
        DBOS.migrate(current_app.config["SQLALCHEMY_DATABASE_URI"])
        _remember(wanted, keyring)


def _is_of_a_later_release() -> bool:
    """Whether the tables were brought to a migration that this release does not know."""
    if not inspect(db.engine).has_table(_alembic.name):
        return False
    known = {path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")}
    with read() as connection:
        return not set(connection.execute(select(_alembic)).scalars()) <= known


def is_up_to_date(keyring: Keyring) -> bool:
    """Whether the tables are of this version. Raises WrongKeyError."""
    return _standing(keyring) == _version()


def _version() -> str:
    """A hash of everything that decides how the tables look: our migrations, and the release of the queue."""
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))
    return hashlib.sha256("\n".join([*names, version("dbos")]).encode()).hexdigest()


def _standing(keyring: Keyring) -> str | None:
    if not inspect(db.engine).has_table(_prepared.name):
        return None
    with read() as connection:
        row = connection.execute(select(_prepared)).first()
    if row is None:
        return None
    try:
        keyring.decrypt(row.seal, SEAL_CONTEXT)
    except DecryptionError:
        raise WrongKeyError from None
    # Sealed anew by the key that writes now, so that the old one can be taken away once its rows are gone.
    return str(row.version) if keyring.is_current(row.seal) else None


def _remember(done: str, keyring: Keyring) -> None:
    with write() as connection:
        _prepared.create(connection, checkfirst=True)
        connection.execute(delete(_prepared))
        connection.execute(insert(_prepared).values(version=done, seal=keyring.encrypt(SEALED, SEAL_CONTEXT)))


@contextmanager
def _one_process_at_a_time(engine: Engine) -> Iterator[None]:
    """Hosts that start at once would create the same tables at once."""
    if engine.dialect.name == "sqlite":
        database = Path(engine.url.database or "")
        with between_processes(database.with_suffix(".upgrade")):
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked again and again: one who waits within a statement would hold up indexes that are built concurrently,
        # which wait for every statement begun before them, and so the very process that is waited for.
        while not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ADVISORY_LOCK}).scalar():
            time.sleep(LOCK_POLL_SECONDS)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": ADVISORY_LOCK})
