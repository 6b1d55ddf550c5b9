"""Rows of the records that the personal informations API keeps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class PersonalInformationRecord(Model):
    """One natural person as an integration, or the wizard itself, recorded them.

    `personal` is the encrypted JSON of everything personal, its associated data the row's `token`; `idempotency_key`
    and `fingerprint` are keyed hashes, this one of what was sent, by which a repeated call is told from a
    contradicting one.
    """

    __tablename__ = "personal_informations"
    __table_args__ = (UniqueConstraint("client_id", "idempotency_key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    client_id: Mapped[int]
    idempotency_key: Mapped[str | None] = mapped_column(String(72), default=None)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    personal: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
