"""A copy of the embedded installation in one file, consistent although everything goes on, and its restoration.

The copy is a tar archive: `database.sqlite3`, `blobs/…` (still encrypted) and, unless left out, the generated `*.key`
files. Photos are stored before the row that names them and deleted after it is gone; so the database as it stands at
one moment, with the blobs of that same moment, is whole. Writers are held up only while blobs are linked, not copied.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.store.db import between_processes

DATABASE, BLOBS = "database.sqlite3", "blobs"
STAGING, ARRIVING = ".backup", ".restore"


class BackupError(Exception):
    """The copy cannot be made or restored; the message is a sentence for the operator."""


def back_up(database: Path, instance: Path, target: Path, *, with_keys: bool = True) -> int:
    """Write a copy to `target`, which must not be there yet; the number of blobs in it."""
    if target.exists():
        raise BackupError(f"{target} is there already: give another name.")
    if not database.exists():
        raise BackupError(f"There is no {database} to copy: check ALTA_INSTANCE and ALTA_DATABASE_URL.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    with _emptied(instance / STAGING) as staging:
        _stage(database, instance, staging)
        keys = sorted(instance.glob("*.key")) if with_keys else []
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
                archive.add(staging / DATABASE, DATABASE)
                archive.add(staging / BLOBS, BLOBS)
                for key in keys:
                    archive.add(key, key.name)
                archive.close()
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(target)
        except OSError as error:
            raise BackupError(f"{target} cannot be written: {error.strerror}.") from None
        finally:
            unfinished.unlink(missing_ok=True)
        return sum(1 for each in (staging / BLOBS).rglob("*") if each.is_file())


def restore(source: Path, database: Path, instance: Path) -> None:
    """Put a copy into an instance folder that has no database yet; nothing is changed unless all of it is sound."""
    if database.exists():
        raise BackupError(f"{database} is there: restore into an empty instance folder (ALTA_INSTANCE).")
    with _emptied(instance / ARRIVING) as arriving:
        _unpack(source, arriving)
        _require_sound(arriving / DATABASE)
        blobs = instance / BLOBS
        if blobs.exists() and any(blobs.iterdir()):
            raise BackupError(f"{blobs} holds photos: restore into an empty instance folder (ALTA_INSTANCE).")
        shutil.rmtree(blobs, ignore_errors=True)
        (arriving / BLOBS).rename(blobs)
        for key in arriving.glob("*.key"):
            key.replace(instance / key.name)
        # Last: with the database in its place everything is.
        (arriving / DATABASE).rename(database)


def _stage(database: Path, instance: Path, staging: Path) -> None:
    (staging / BLOBS).mkdir(mode=0o700)
    with closing(sqlite3.connect(database, isolation_level=None)) as source:
        with between_processes(database.with_suffix(".lock")):
            # The first read fixes the moment that this connection sees, for as long as its transaction lasts.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _link(instance / BLOBS, staging / BLOBS)
        with closing(sqlite3.connect(staging / DATABASE)) as target:
            source.backup(target)
            # A journal of its own would be a second file.
            target.execute("PRAGMA journal_mode=DELETE")


def _link(blobs: Path, staged: Path) -> None:
    """The same files under a second name: a blob is replaced by another file, never written over."""
    for folder, _folders, files in os.walk(blobs):
        here = staged / Path(folder).relative_to(blobs)
        here.mkdir(mode=0o700, exist_ok=True)
        for name in files:
            # What is being written has a `#` in its name, and no row yet.
            if "#" not in name:
                _link_one(Path(folder) / name, here / name)


def _link_one(blob: Path, name: Path) -> None:
    try:
        os.link(blob, name)
    except FileNotFoundError:
        pass  # Deleted just now, which only happens after its row went.
    except OSError:
        shutil.copyfile(blob, name)


def _unpack(source: Path, arriving: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(arriving, filter="data")
    except FileNotFoundError:
        raise BackupError(f"There is no file {source}.") from None
    except (tarfile.TarError, OSError, EOFError):
        raise BackupError(f"{source} is no whole copy of Alta: it cannot be read to its end.") from None
    if not (arriving / DATABASE).is_file():
        raise BackupError(f"{source} is no copy of Alta: it holds no {DATABASE}.")
    (arriving / BLOBS).mkdir(mode=0o700, exist_ok=True)
    for path in arriving.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _require_sound(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            # The copy's workers are not here: what they had under way is taken over as soon as one starts.
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'worker_slots'").fetchone():
                connection.execute("UPDATE worker_slots SET owner = NULL, home = ''")
                connection.commit()
    except sqlite3.DatabaseError:
        verdict = "broken"
    if verdict != "ok":
        raise BackupError("The database in the copy is damaged: use another copy.")


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
