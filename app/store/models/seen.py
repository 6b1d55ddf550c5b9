"""Rows of what is good for one use only: the ids of signed messages and assertions that were taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class SeenOnce(Model):
    """An id that was used, as its hash; `kind` tells what sort of id.

    Kept for a day at least, longer than any is valid.
    """

    __tablename__ = "seen_once"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
