"""Worker slots: each worker runs deliveries under a stable name; a name whose worker is dead is taken over, once."""

from __future__ import annotations

import hashlib
import re
import socket
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, or_, select, text, update
from sqlalchemy.sql import ColumnElement

from app.config.instance import read_or_create
from app.store.database_time import database_time
from app.store.db import read, write
from app.store.locks import FileLock
from app.store.models.workers import WorkerSlot

ALLOCATION_LOCK = 4_120_116
UNKNOWN = "unknown"
AUTOMATIC = re.compile(r"^worker-\d+$")


@dataclass(frozen=True)
class Slot:
    """A name that this process holds: `owner` is this life of it, `lock` what the kernel lets go of when it dies."""

    name: str
    owner: str
    lock: FileLock


@dataclass(frozen=True, kw_only=True)
class SlotState:
    """What an operator sees of a slot; `silent_seconds` by the database's clock."""

    name: str
    state: str
    host: str
    started_at: datetime
    silent_seconds: float


class Slots:
    """The use cases of worker slots.

    A slot's worker is dead when it ended in good order, when it ran from this very instance folder and the kernel has
    let go of its lock, or when it gave no sign of life for `dead_seconds`.
    """

    def __init__(self, *, instance: Path, dead_seconds: int) -> None:
        self.instance, self.dead_seconds = instance, dead_seconds

    def claim(self, wanted: str = "") -> Slot | None:
        """Take the slot called `wanted`, or where it is empty a free one; None while that has a living owner.

        Names that somebody chose are left to them, though their dead workers' deliveries are not.
        """
        taken: list[FileLock] = []
        try:
            with write() as connection:
                _one_at_a_time(connection)
                return self._claim(connection, wanted, taken)
        except BaseException:
            for lock in taken:
                lock.release()
            raise

    def beat(self, slot: Slot) -> bool:
        """Give a sign of life; False if another worker has taken the slot over."""
        mine = (WorkerSlot.name == slot.name, WorkerSlot.owner == slot.owner)
        with write() as connection:
            done = connection.execute(update(WorkerSlot).where(*mine).values(seen_at=database_time()))
        return done.rowcount == 1

    def release(self, slot: Slot) -> None:
        """End in good order; what was left undone is taken over at once."""
        self.let_go(slot.name, slot)
        slot.lock.release()

    def abandoned(self, pending: Collection[str]) -> list[str]:
        """The names with pending work whose workers are dead; one without a row gets one, and time to speak up."""
        with read() as connection:
            rows = connection.execute(select(WorkerSlot.name, self._is_silent().label("silent"))).all()
        known = {row.name: bool(row.silent) for row in rows}
        for name in set(pending) - set(known):
            self._note_unknown(name)
        return sorted(name for name in pending if known.get(name, False) and not self._is_at_home(name))

    def take_over(self, name: str, by: Slot) -> bool:
        """Become the one that takes a dead worker's deliveries over; True for exactly one of all who try.

        Should that one die on the way, the slot falls silent again and another follows.
        """
        with write() as connection:
            done = connection.execute(
                update(WorkerSlot)
                .where(WorkerSlot.name == name, self._is_silent())
                .values(owner=by.owner, home="", seen_at=database_time())
            )
        return done.rowcount == 1

    def let_go(self, name: str, by: Slot) -> None:
        """Leave a slot free for whoever wants its name next."""
        with write() as connection:
            connection.execute(
                update(WorkerSlot).where(WorkerSlot.name == name, WorkerSlot.owner == by.owner).values(owner=None)
            )

    def living(self) -> int:
        """How many workers gave a sign of life lately."""
        with read() as connection:
            rows = connection.execute(select(WorkerSlot.name).where(~self._is_silent())).all()
        return len(rows)

    def listing(self) -> list[SlotState]:
        """Every slot, for an operator."""
        columns = (WorkerSlot.__table__, database_time().label("present"), self._is_silent().label("silent"))
        with read() as connection:
            rows = connection.execute(select(*columns).order_by(WorkerSlot.name)).all()
        return [
            SlotState(
                name=row.name,
                state="free" if row.owner is None else "dead" if row.silent else "alive",
                host=row.host,
                started_at=row.started_at,
                silent_seconds=(row.present - row.seen_at).total_seconds(),
            )
            for row in rows
        ]

    def _claim(self, connection: Connection, wanted: str, taken: list[FileLock]) -> Slot | None:
        known = self._known(connection, wanted)
        for row in known:
            if not (wanted or AUTOMATIC.match(row.name)):
                continue
            if (row.silent or row.home == self._home()) and (lock := self._lock(row.name, taken)) is not None:
                return self._take(connection, row.name, lock, known=True)
        if known and wanted:
            return None
        name = wanted or self._new_name(connection)
        new = self._lock(name, taken)
        return None if new is None else self._take(connection, name, new, known=False)

    def _lock(self, name: str, taken: list[FileLock]) -> FileLock | None:
        lock = FileLock(self._file(name))
        if not lock.take():
            return None
        taken.append(lock)
        return lock

    def _known(self, connection: Connection, wanted: str) -> list[Any]:
        columns = (WorkerSlot.name, WorkerSlot.home, self._is_silent().label("silent"))
        statement = select(*columns).where(*([WorkerSlot.name == wanted] if wanted else []))
        return sorted(connection.execute(statement).all(), key=lambda row: _natural(row.name))

    def _take(self, connection: Connection, name: str, lock: FileLock, *, known: bool) -> Slot:
        slot = Slot(name, str(uuid.uuid4()), lock)
        values = {"owner": slot.owner, "home": self._home(), "host": socket.gethostname()[:100]}
        times = {"started_at": database_time(), "seen_at": database_time()}
        if known:
            connection.execute(update(WorkerSlot).where(WorkerSlot.name == name).values(**values, **times))
        else:
            connection.execute(insert(WorkerSlot).values(name=name, **values, **times))
        return slot

    def _new_name(self, connection: Connection) -> str:
        taken = set(connection.execute(select(WorkerSlot.name)).scalars())
        number = 1
        while f"worker-{number}" in taken:
            number += 1
        return f"worker-{number}"

    def _note_unknown(self, name: str) -> None:
        """A worker of an earlier release gives no sign of life: it counts as seen now."""
        with write() as connection:
            _one_at_a_time(connection)
            if not self._known(connection, name):
                values = {"name": name, "owner": UNKNOWN, "home": "", "host": UNKNOWN}
                times = {"started_at": database_time(), "seen_at": database_time()}
                connection.execute(insert(WorkerSlot).values(**values, **times))

    def _is_silent(self) -> ColumnElement[bool]:
        return or_(WorkerSlot.owner.is_(None), WorkerSlot.seen_at < database_time(self.dead_seconds))

    def _is_at_home(self, name: str) -> bool:
        """Whether a living process of this instance folder holds the slot, however long it was silent."""
        return FileLock(self._file(name)).is_held()

    def _file(self, name: str) -> Path:
        return self.instance / "slots" / f"{name}.lock"

    def _home(self) -> str:
        """This instance folder on this machine: a copy of the folder elsewhere is another home."""
        token = read_or_create(self.instance / "home.id")
        return hashlib.sha256(f"{token}:{socket.gethostname()}".encode()).hexdigest()


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ALLOCATION_LOCK})


def _natural(name: str) -> list[tuple[int, str]]:
    """`worker-2` before `worker-10`."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name) if part]
