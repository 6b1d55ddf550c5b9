"""A case: one application as staff see it, whole; what is not theirs to see is as if it were not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.domain.stage import Flag, Stage
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.draft import Draft
from app.onboarding.drafts import Drafts
from app.onboarding.ledger import Ledger
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.applications import Application
from app.store.models.listing import Listing
from app.store.models.submissions import Delivery, Submission

_CASE = (
    select(
        Application.created_at,
        Application.touched_at,
        Application.channel,
        Application.assigned_to,
        Application.integration,
        Application.stage,
        Listing.id.label("number"),
        Listing.since,
        Listing.flags,
    )
    .outerjoin(Listing, Listing.application_id == Application.id)
    .where(Application.id == bindparam("application_id"))
)
_DELIVERIES = (
    select(Delivery.__table__, Submission.number)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(Submission.application_id == bindparam("application_id"))
    .order_by(Submission.number, Delivery.api)
)

_OF_DELIVERY = (
    select(Submission.application_id)
    .join(Delivery, Delivery.submission_id == Submission.id)
    .where(Delivery.id == bindparam("delivery_id"))
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application as staff see it; `number` and `since` are its place in the lists."""

    draft: Draft
    stage: Stage
    since: datetime
    number: int
    channel: str
    flags: tuple[Flag, ...]
    assigned_to: str
    created_at: datetime
    touched_at: datetime

    @property
    def id(self) -> str:
        """The application's."""
        return self.draft.id


class TakenError(Exception):
    """The application is no longer whose it was when the page was shown; `by` is whose it is now."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__("taken meanwhile")


class Cases:
    """The use cases of one case."""

    def __init__(self, *, drafts: Drafts, ledger: Ledger, audit: Audit) -> None:
        self.drafts, self.stages, self.ledger, self.audit = drafts, drafts.stages, ledger, audit

    def find(self, member: StaffMember, application_id: str) -> Case | None:
        """The case, or None where there is none that `member` may see."""
        with read() as connection:
            row = connection.execute(_CASE, {"application_id": application_id}).first()
            if row is None or not member.sees(row.integration):
                return None
            draft = self.drafts.load_by_id(connection, application_id)
        if draft is None:
            return None
        return Case(
            draft=draft,
            stage=Stage(row.stage or Stage.IN_PROGRESS),
            since=row.since or row.created_at,
            number=row.number or 0,
            channel=row.channel,
            flags=tuple(Flag(each) for each in (row.flags or "").split()),
            assigned_to=row.assigned_to or "",
            created_at=row.created_at,
            touched_at=row.touched_at,
        )

    def open(self, member: StaffMember, application_id: str, *, address: str) -> Case | None:
        """The same to be looked at, which the record tells."""
        case = self.find(member, application_id)
        if case is not None:
            with write() as connection:
                self.audit.record(
                    connection,
                    who=member,
                    action=AuditAction.CASE_VIEWED,
                    application_id=application_id,
                    address=address,
                )
        return case

    def deliveries(self, application_id: str) -> list[Mapping[str, Any]]:
        """Every delivery of the application with its submission's number, the oldest first."""
        with read() as connection:
            return [dict(row) for row in connection.execute(_DELIVERIES, {"application_id": application_id}).mappings()]

    def application_of_delivery(self, delivery_id: str) -> str | None:
        """Whose delivery it is."""
        with read() as connection:
            return connection.execute(_OF_DELIVERY, {"delivery_id": delivery_id}).scalar()

    def assign(
        self, member: StaffMember, application_id: str, *, to: str | None, seen: str | None, address: str
    ) -> bool:
        """Make the application `to`'s (a member's id, None for nobody's); False where there is none to see.

        `seen` is whose it was on the page. Raises TakenError where it has become somebody else's meanwhile.
        """
        if self.find(member, application_id) is None:
            return False
        with write() as connection:
            self._assign(connection, application_id, to, seen)
            self.stages.refresh(connection, application_id)
            self.audit.record(
                connection,
                who=member,
                action=AuditAction.CASE_ASSIGNED,
                application_id=application_id,
                subject=to or "",
                address=address,
            )
        return True

    def retry(self, member: StaffMember, application_id: str, delivery_id: str, *, address: str) -> None:
        """Try one of the application's deliveries again from now on; raises DeliveryError."""
        with write() as connection:
            self.ledger.retry_within(connection, delivery_id)
            self.audit.record(
                connection,
                who=member,
                action=AuditAction.DELIVERY_RETRIED,
                application_id=application_id,
                subject=delivery_id,
                address=address,
            )

    def _assign(self, connection: Connection, application_id: str, to: str | None, seen: str | None) -> None:
        present = Application.assigned_to
        as_seen = present.is_(None) if seen is None else present == seen
        changed = connection.execute(
            update(Application).where(Application.id == application_id, as_seen).values(assigned_to=to)
        )
        if not changed.rowcount:
            now = connection.execute(select(present).where(Application.id == application_id)).scalar()
            if now != to:
                raise TakenError(now or "")
