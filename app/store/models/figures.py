"""Rows of counters about how onboarding goes: they name nobody, and stay when applications are erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model

SUBJECT_MAXIMUM = 200


class FigureCount(Model):
    """How often something happened in the applications that were begun on a day, in a country, over a channel.

    `day` is the applicants' calendar's; `integration` "" for none; `figure` a domain Figure, `subject` what of, and
    `grade` which class of it, as the figure says. A number is the sum over the shards: of several, so that two
    transactions seldom wait for one row.
    """

    __tablename__ = "figure_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    integration: Mapped[str] = mapped_column(String(100), primary_key=True)
    figure: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_MAXIMUM), primary_key=True, default="")
    grade: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    number: Mapped[int]
