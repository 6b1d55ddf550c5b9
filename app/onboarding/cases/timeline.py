"""What happened with an application, by its rows: what the person did, what became of it, what staff did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.onboarding.cases.file import Case
from app.onboarding.draft import GIVEN_PREFIX, PHOTO_PREFIX, SETTLED_PREFIX, TYPED_PREFIX
from app.store.db import read
from app.store.models.applications import Consent
from app.store.models.audit import AuditRow
from app.store.models.submissions import Submission

BEGUN, CONSENTED, ANSWERED, PHOTO, SENT = "begun", "consented", "answered", "photo", "sent"
DELIVERED, FAILED, DEED = "delivered", "failed", "deed"
DEEDS_SHOWN = 200
_CONSENTS = select(Consent.kind, Consent.given_at).where(Consent.application_id == bindparam("application_id"))
_SUBMISSIONS = select(Submission.number, Submission.created_at).where(
    Submission.application_id == bindparam("application_id")
)
_DEEDS = (
    select(AuditRow.number, AuditRow.at, AuditRow.who, AuditRow.action)
    .where(AuditRow.application_id == bindparam("application_id"))
    .order_by(AuditRow.number.desc())
    .limit(DEEDS_SHOWN)
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: `subject` is a step, slot, API, consent or deed, `who` a member of staff's id or "".

    `times` counts the same deed of the same member done again and again, the last time `at`.
    """

    at: datetime
    kind: str
    subject: str = ""
    who: str = ""
    times: int = 1


def timeline(case: Case, deliveries: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Everything that is known to have happened, the newest first."""
    with read() as connection:
        consents = connection.execute(_CONSENTS, {"application_id": case.id}).all()
        sent = connection.execute(_SUBMISSIONS, {"application_id": case.id}).all()
        deeds = connection.execute(_DEEDS, {"application_id": case.id}).all()
    events = [Event(at=case.created_at, kind=BEGUN)]
    events += [Event(at=row.given_at, kind=CONSENTED, subject=row.kind) for row in consents]
    events += [Event(at=row.created_at, kind=SENT, subject=str(row.number)) for row in sent]
    events += _answers(case)
    for row in deliveries:
        if row["delivered_at"]:
            events.append(Event(at=row["delivered_at"], kind=DELIVERED, subject=row["api"]))
        elif row["state"] in ("failed", "cancelled"):
            events.append(Event(at=row["updated_at"], kind=FAILED, subject=row["api"]))
    events += _deeds(deeds)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _answers(case: Case) -> list[Event]:
    events = []
    for name, given in case.draft.givers.items():
        if name.startswith((SETTLED_PREFIX, TYPED_PREFIX, GIVEN_PREFIX)):
            continue
        kind = PHOTO if name.startswith(PHOTO_PREFIX) else ANSWERED
        subject = name.removeprefix(PHOTO_PREFIX).partition(":")[0]
        events.append(Event(at=given.at, kind=kind, subject=subject, who=given.by))
    return events


def _deeds(rows: Iterable[Any]) -> list[Event]:
    """Deeds, of which the same one done again and again is told once."""
    events: list[Event] = []
    for row in rows:
        last = events[-1] if events else None
        if last is not None and (last.who, last.subject) == (row.who, row.action):
            events[-1] = Event(at=last.at, kind=DEED, subject=last.subject, who=last.who, times=last.times + 1)
        else:
            events.append(Event(at=row.at, kind=DEED, subject=row.action, who=row.who))
    return events
