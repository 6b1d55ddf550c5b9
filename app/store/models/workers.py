"""Rows of the worker slots: stable names under which workers run deliveries, each with its present owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class WorkerSlot(Model):
    """A worker's stable name.

    `owner` is the life of a process, NULL once it ended in good order; `home` the instance folder it runs from and
    `host` its machine's name, for operators. `seen_at` is its last sign of life, by the database's clock alone: the
    machines' own may differ.
    """

    __tablename__ = "worker_slots"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(36), default=None)
    home: Mapped[str] = mapped_column(String(64), default="")
    host: Mapped[str] = mapped_column(String(100), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
