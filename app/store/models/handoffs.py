"""Rows of handoffs: an application's missing photos in the hands of a phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

WAITING, CONNECTED, CANCELLED, FINISHED, SENT = "waiting", "connected", "cancelled", "finished", "sent"


class Handoff(Model):
    """The one handoff of an application; a new one takes its place, and its link and phone are then unknown.

    `link_hash` is of the link's token, `phone_hash` of the cookie's of the phone that confirmed it. `state` is waiting
    (for a phone), connected, cancelled (on the computer), finished (on the phone) or sent (with the application).
    `kept` names, with spaces between them, the photo slots that were filled before and are none of the phone's.
    """

    __tablename__ = "handoffs"

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    phone_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    match_code: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(12))
    kept: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
