"""Rows of what was submitted and of its delivery to each API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.store.db import Model, UtcDateTime

WAITING, DELIVERED, REOPENED, FAILED, CANCELLED = "waiting", "delivered", "reopened", "failed", "cancelled"


class Submission(Model):
    """An immutable, encrypted snapshot of an application as it was sent; `number` counts from 1 per application.

    `asked` is the JSON list of the steps that were asked again and that it answers, empty for the first.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    snapshot: Mapped[bytes] = mapped_column(LargeBinary)
    asked: Mapped[str] = mapped_column(default="[]", server_default="[]")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Model):
    """One submission's way to one API, and how what was delivered stands there.

    `state` is waiting, delivered, reopened (the person is asked again), failed (an operator's matter) or cancelled.
    `run` numbers the workflow that may write here: an earlier one has no say any more. `next_try_at` is when the API is
    called again, to deliver or, once delivered, to ask how it stands (`looks` times so far); NULL when it is not.
    `waiting_since` is when patience began. `wanted` is JSON of the KYC checks to answer, kept so that a repeated call
    says the same. `upstream_id` and `upstream_state` are the record's there. `error` is what went wrong last and
    `attention` what an operator should look at, both without personal data.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("submission_id", "api"),
        Index("ix_deliveries_state_next_try_at", "state", "next_try_at"),
        Index("ix_deliveries_upstream_id", "upstream_id"),
        Index("ix_deliveries_state_created_at", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    api: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    run: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    idempotency_key: Mapped[str] = mapped_column(String(72), unique=True)
    wanted: Mapped[str | None] = mapped_column(default=None)
    upstream_id: Mapped[str | None] = mapped_column(String(64), default=None)
    upstream_state: Mapped[str | None] = mapped_column(String(12), default=None)
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(String(120), default=None)
    attention: Mapped[str | None] = mapped_column(String(120), default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UpstreamPicture(Model):
    """A photo that one KYC API's storage holds already.

    `place` names the API; `public_url` is encrypted, its associated data the photo's id with that name.
    """

    __tablename__ = "upstream_pictures"

    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[str] = mapped_column(String(200), primary_key=True)
    public_url: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_latest() -> ColumnElement[bool]:
    """Whether no later submission has a delivery to the same API: how the one before stands counts no more then."""
    mine, later, its_delivery = aliased(Submission), aliased(Submission), aliased(Delivery)
    newer = (
        select(its_delivery.id)
        .join(later, later.id == its_delivery.submission_id)
        .join(mine, mine.application_id == later.application_id)
        .where(mine.id == Delivery.submission_id, later.number > mine.number, its_delivery.api == Delivery.api)
    )
    return ~newer.correlate(Delivery).exists()
