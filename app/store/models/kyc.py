"""Rows of the KYC requests, their checks and the pictures stored for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class KycRequestRecord(Model):
    """What is wanted of one user; `owner_id` is the integration that opened it, NULL for our own wizard."""

    __tablename__ = "kyc_requests"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("integrations.id"), default=None)
    country: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KycCheckRecord(Model):
    """One check of a request.

    `context` is the JSON that tells how to ask (the income ranges), NULL for most; `value` is the encrypted JSON
    of the answer, its associated data the row's id.
    """

    __tablename__ = "kyc_checks"
    __table_args__ = (
        UniqueConstraint("request_id", "field_type"),
        UniqueConstraint("request_id", "position"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("kyc_requests.id", ondelete="CASCADE"))
    position: Mapped[int]
    field_type: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(64))
    detailed_reason: Mapped[str] = mapped_column(String(200))
    context: Mapped[str | None] = mapped_column(default=None)
    value: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KycStorageObject(Model):
    """One picture's place in the storage; `sha256`, `picture_format` and `stored_at` come with its bytes.

    `owner_id` is the integration it belongs to, NULL for our own wizard. The file name is never kept.
    """

    __tablename__ = "kyc_storage_objects"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("integrations.id"), default=None, index=True)
    public_url: Mapped[str] = mapped_column(String(500))
    content_type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    picture_format: Mapped[str | None] = mapped_column(String(4), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
