"""Rows of the record of what staff did: appended, chained by hash, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

# SQLite counts rows by itself only in a column that is called INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


class AuditRow(Model):
    """One deed: who did what, to which application, when, from where and why. It outlives the application.

    `number` counts from 1 without a gap. `who` is a member's id, "" for nobody who is known. `reference` and
    `integration` are the application's as they were. `hash` is a keyed hash of the row with the hash before it.
    """

    __tablename__ = "audit_rows"
    __table_args__ = (
        Index("ix_audit_rows_who_number", "who", "number"),
        Index("ix_audit_rows_action_number", "action", "number"),
        Index("ix_audit_rows_reference_number", "reference", "number"),
        Index("ix_audit_rows_application_id_number", "application_id", "number"),
        Index("ix_audit_rows_integration_number", "integration", "number"),
        # What was done stays known when the application it was done to is gone.
        {"info": {"outlives_application": True}},
    )

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(40))
    application_id: Mapped[str] = mapped_column(String(36))
    reference: Mapped[str] = mapped_column(String(12))
    integration: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    address: Mapped[str] = mapped_column(String(45))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Model):
    """The one row that says how many deeds there are and what the last one's hash is, sealed with a keyed hash."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Number)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
