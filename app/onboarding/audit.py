"""The record of what staff do: each deed appended in the transaction that does it, chained to the one before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.onboarding.deeds import DEEDS, AuditAction
from app.store.crypto import Keyring
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.audit import AuditHead, AuditRow
from app.store.models.staff import Member

if TYPE_CHECKING:
    from app.onboarding.staff.members import StaffMember

__all__ = ["DEEDS", "Audit", "AuditAction", "Finding"]

FIRST_HASH = "0" * 64
CHAIN, SEAL = "audit.chain", "audit.head"
HASHED = ("number", "at", "who", "action", "application_id", "reference", "integration", "subject", "reason", "address")
BATCH = 1000
SUBJECT_MAXIMUM, REASON_MAXIMUM, ADDRESS_MAXIMUM = 200, 500, 45

_HEAD = select(AuditHead.count.label("rows"), AuditHead.hash, AuditHead.seal).where(AuditHead.id == 1)
# Whoever appends waits here for the one before to commit: two deeds never take the same number.
_HEAD_TO_CHANGE = _HEAD.with_for_update()
_MOVE_HEAD = update(AuditHead).where(AuditHead.id == 1)
_APPEND = insert(AuditRow)
_BEFORE_ALL = select(AuditRow.number).where(AuditRow.number < 1).order_by(AuditRow.number).limit(1)
_SOMEBODY = select(Member.id).limit(1)
_CASE = select(Application.reference, Application.integration).where(Application.id == bindparam("application_id"))
_ONWARD = select(AuditRow.__table__).where(AuditRow.number > bindparam("after")).order_by(AuditRow.number).limit(BATCH)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What verifying found: how many rows are as they were written and, if not all, the first that is not and why."""

    rows: int
    head: str
    first_bad: int | None = None
    fault: str = ""


class Audit:
    """Appends to the record, and tells whether anything in it was changed."""

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self.keyring, self.clock = keyring, clock

    def record(
        self,
        connection: Connection,
        *,
        who: StaffMember | None,
        action: AuditAction,
        application_id: str | None = None,
        subject: str = "",
        reason: str = "",
        address: str = "",
    ) -> None:
        """Append one deed within `connection`'s write transaction, best as its last statement.

        `subject` names what it was done to, by an id or a word of ours, `reason` says why: neither may hold an
        applicant's personal data, as the record outlives the application.
        """
        case = connection.execute(_CASE, {"application_id": application_id}).first() if application_id else None
        head = self._head_to_change(connection)
        row = {
            "number": head.rows + 1,
            "at": self.clock(),
            "who": who.id if who else "",
            "action": action.value,
            "application_id": application_id or "",
            "reference": case.reference if case else "",
            "integration": case.integration if case else None,
            "subject": subject[:SUBJECT_MAXIMUM],
            "reason": reason[:REASON_MAXIMUM],
            "address": address[:ADDRESS_MAXIMUM],
        }
        row["hash"] = self._hash(head.hash, row)
        connection.execute(_APPEND, row)
        seal = self._seal(row["number"], row["hash"])
        connection.execute(_MOVE_HEAD, {"count": row["number"], "hash": row["hash"], "seal": seal})

    def head(self, connection: Connection) -> int:
        """How many deeds there are, seen from within `connection`'s transaction."""
        return int(connection.execute(_HEAD).one().rows)

    def verify(self) -> Finding:
        """Walk the whole chain and its head."""
        last, count = FIRST_HASH, 0
        with read() as connection:
            added = connection.execute(_BEFORE_ALL).scalar()
        if added is not None:
            return Finding(rows=0, head=last, first_bad=added, fault="was added")
        while True:
            with read() as connection:
                batch = connection.execute(_ONWARD, {"after": count}).mappings().all()
            for row in batch:
                if row["number"] != count + 1:
                    return Finding(rows=count, head=last, first_bad=count + 1, fault="is missing")
                if row["hash"] != self._hash(last, row):
                    return Finding(rows=count, head=last, first_bad=count + 1, fault="was changed")
                last, count = row["hash"], count + 1
            if not batch and (finding := self._compare_head(count, last)) is not None:
                return finding

    def hash_of(self, number: int) -> str | None:
        """The hash of a row, to be compared with one that was noted elsewhere; None if there is no such row."""
        with read() as connection:
            return connection.execute(select(AuditRow.hash).where(AuditRow.number == number)).scalar()

    def _compare_head(self, count: int, last: str) -> Finding | None:
        """What the head says of a chain read to its end; None if it has grown meanwhile."""
        with read() as connection:
            head = connection.execute(_HEAD).first()
            grown = connection.execute(_ONWARD, {"after": count}).first() is not None
            # Whoever may sign in was made by a deed of the record.
            expected = count or connection.execute(_SOMEBODY).first() is not None
        if grown:
            return None
        if head is None:
            fault = "cannot be told: the head of the record is gone" if expected else ""
            return Finding(rows=count, head=last, first_bad=count + 1 if expected else None, fault=fault)
        if head.seal != self._seal(head.rows, head.hash):
            return Finding(rows=count, head=last, first_bad=count + 1, fault="cannot be told: the head was changed")
        if head.rows != count:
            fault = "is missing" if head.rows > count else "was added"
            return Finding(rows=count, head=last, first_bad=min(count, head.rows) + 1, fault=fault)
        if head.hash != last:
            return Finding(rows=count, head=last, first_bad=count, fault="was changed")
        return Finding(rows=count, head=last)

    def _head_to_change(self, connection: Connection) -> Any:
        head = connection.execute(_HEAD_TO_CHANGE).first()
        if head is None:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            first = {"id": 1, "count": 0, "hash": FIRST_HASH, "seal": self._seal(0, FIRST_HASH)}
            connection.execute(dialect.insert(AuditHead).values(**first).on_conflict_do_nothing())
            head = connection.execute(_HEAD_TO_CHANGE).one()
        return head

    def _hash(self, before: str, row: Any) -> str:
        values = [row["at"].isoformat() if name == "at" else row[name] for name in HASHED]
        return self.keyring.fingerprint(json.dumps([before, *values]), CHAIN)

    def _seal(self, count: int, last: str) -> str:
        return self.keyring.fingerprint(f"{count}:{last}", SEAL)
