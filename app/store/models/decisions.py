"""Rows of what staff decided on applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

APPROVED, REJECTED, ASKED_AGAIN = "approved", "rejected", "asked_again"
WAITING, FINAL, CONFIRMED, REPLACED, WITHDRAWN = "waiting", "final", "confirmed", "replaced", "withdrawn"


class Decision(Model):
    """What one member of staff decided on one submission of an application; `place` counts from 1 per application.

    `kind` is approved, rejected or asked_again. `state` is final; or, where a second member is to agree, waiting, and
    then confirmed, replaced by another decision, or withdrawn. `reason` is a code; `asked` the JSON of what was asked
    again, each with its reason's code. `note` is for staff and `sentence` for the applicant, both encrypted, their
    associated data the row's id with the column's name.
    """

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("application_id", "place"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    place: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(64), default="")
    asked: Mapped[str] = mapped_column(default="{}")
    note: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    sentence: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    member_id: Mapped[str] = mapped_column(String(36))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
