"""Reading the record: page by page from the latest deed back, and whole for an export, which is a deed itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.members import MemberReader, StaffMember
from app.store.db import read, write
from app.store.models.audit import AuditRow

PAGE, BATCH = 50, 500


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which rows are wanted: by whom, of which kind, about which application, from when until before when."""

    who: str = ""
    action: str = ""
    reference: str = ""
    since: datetime | None = None
    before: datetime | None = None

    def told(self) -> str:
        """The filters in a word for the record."""
        given = {"who": self.who, "what": self.action, "reference": self.reference}
        parts = [f"{name}={value}" for name, value in given.items() if value]
        if self.since is not None:
            parts.append(f"since={self.since.isoformat()}")
        return " ".join(parts) or "everything"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One row of the record; `name` is who did it, `about` the member that it was done to, if it was one."""

    number: int
    at: datetime
    who: str
    name: str
    action: str
    application_id: str
    reference: str
    integration: str
    subject: str
    about: str
    reason: str
    address: str
    hash: str


class Record:
    """The use cases of supervisors."""

    def __init__(self, *, members: MemberReader, audit: Audit) -> None:
        self.members, self.audit = members, audit

    def page(self, by: StaffMember, filters: Filters, *, below: int | None = None) -> tuple[list[Deed], int | None]:
        """Up to 50 rows below a number, the latest first, and where the next page goes on, if it does."""
        statement = _wanted(by, filters).order_by(AuditRow.number.desc()).limit(PAGE + 1)
        if below is not None:
            statement = statement.where(AuditRow.number < below)
        with read() as connection:
            rows = connection.execute(statement).all()
        deeds = self._deeds(rows[:PAGE])
        return deeds, deeds[-1].number if len(rows) > PAGE else None

    def export(self, by: StaffMember, filters: Filters, *, kind: str, address: str) -> Iterator[Deed]:
        """Note the export, then give every row up to it, the first one first."""
        with write() as connection:
            self.audit.record(
                connection,
                who=by,
                action=AuditAction.AUDIT_EXPORTED,
                subject=kind,
                reason=filters.told(),
                address=address,
            )
            head = self.audit.head(connection)
        return self._up_to(head, _wanted(by, filters))

    def _up_to(self, head: int, wanted: Select[Any]) -> Iterator[Deed]:
        after = 0
        while True:
            statement = wanted.where(AuditRow.number > after, AuditRow.number <= head)
            with read() as connection:
                rows = connection.execute(statement.order_by(AuditRow.number).limit(BATCH)).all()
            yield from self._deeds(rows)
            if len(rows) < BATCH:
                return
            after = rows[-1].number

    def _deeds(self, rows: Any) -> list[Deed]:
        names = self.members.names(each for row in rows for each in (row.who, row.subject))
        return [
            Deed(
                number=row.number,
                at=row.at,
                who=row.who,
                name=names.get(row.who, ""),
                action=row.action,
                application_id=row.application_id,
                reference=row.reference,
                integration=row.integration or "",
                subject=row.subject,
                about=names.get(row.subject, ""),
                reason=row.reason,
                address=row.address,
                hash=row.hash,
            )
            for row in rows
        ]


def _wanted(by: StaffMember, filters: Filters) -> Select[Any]:
    """The rows that are there for `by`; of deeds about no application somebody limited sees their own."""
    statement = select(AuditRow.__table__)
    if by.integrations is not None:
        theirs = and_(AuditRow.application_id != "", AuditRow.integration.in_(sorted(by.integrations)))
        statement = statement.where(or_(theirs, and_(AuditRow.application_id == "", AuditRow.who == by.id)))
    for column, value in (
        (AuditRow.who, filters.who),
        (AuditRow.action, filters.action),
        (AuditRow.reference, filters.reference),
    ):
        if value:
            statement = statement.where(column == value)
    if filters.since is not None:
        statement = statement.where(AuditRow.at >= filters.since)
    if filters.before is not None:
        statement = statement.where(AuditRow.at < filters.before)
    return statement
