"""How an application that was sent stands, read from rows only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from app.onboarding.deciding.told import ToldRejection, rejection_of
from app.onboarding.draft import Draft
from app.onboarding.ledger import DECIDED
from app.onboarding.submission import open_snapshot
from app.store.crypto import Keyring
from app.store.db import read
from app.store.models.decisions import REJECTED
from app.store.models.submissions import Delivery, Submission


@dataclass(frozen=True, kw_only=True)
class DeliveryState:
    """One API's delivery; `error` and `attention` (what an operator should look at) are without personal data."""

    api: str
    state: str
    attempts: int
    upstream_id: str | None
    upstream_state: str | None
    error: str | None
    attention: str | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the status page and an operator may know; `phone` is E.164, `rejection` why staff rejected it."""

    submitted_at: datetime | None
    phone: str | None
    deliveries: tuple[DeliveryState, ...]
    rejection: ToldRejection | None = None

    @property
    def decision(self) -> str | None:
        """approved or rejected, once it is."""
        return next((each.upstream_state for each in self.deliveries if each.upstream_state in DECIDED), None)


class Statuses:
    """The use case of following."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def of(self, draft: Draft) -> Standing:
        """How `draft`'s newest submission stands."""
        return self.of_application(draft.id)

    def of_application(self, application_id: str) -> Standing:
        """How the newest submission of an application stands."""
        newest = (
            select(Submission.id, Submission.snapshot, Submission.created_at)
            .where(Submission.application_id == application_id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
        states = (
            select(Delivery.__table__)
            .join(Submission, Submission.id == Delivery.submission_id)
            .where(Submission.application_id == application_id)
            .order_by(Submission.number, Delivery.api.desc())
        )
        with read() as connection:
            found = connection.execute(newest).first()
            rows = connection.execute(states).mappings().all()
            is_rejected = any(row["upstream_state"] == REJECTED for row in rows)
            rejection = rejection_of(connection, self.keyring, application_id) if is_rejected else None
        if found is None:
            return Standing(submitted_at=None, phone=None, deliveries=())
        # A later submission takes the place of an earlier one for the same API.
        deliveries = {
            row["api"]: DeliveryState(**{each.name: row[each.name] for each in fields(DeliveryState)}) for row in rows
        }
        application = open_snapshot(self.keyring, found.id, found.snapshot)
        return Standing(
            submitted_at=found.created_at,
            phone=application.phone,
            deliveries=tuple(deliveries.values()),
            rejection=rejection,
        )
