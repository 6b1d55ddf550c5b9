"""Rows of what photos of documents say, as the worker reads them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

AWAITED, READ, NOTHING = "awaited", "read", "nothing"


class DocumentReading(Model):
    """What one photo says, encrypted; gone with its photo, so that a replaced photo says nothing any more.

    `state` is awaited, read, or nothing (no barcode, or none of a document). The value is JSON of a
    domain.DocumentReading; its associated data is the photo's id.
    """

    __tablename__ = "document_readings"

    photo_id: Mapped[str] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=AWAITED)
    value: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
