"""Rows of help by staff: who fills in for whom, the codes by which a person lets them, and the links to their part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

BY_AGENT, BY_PERSON, BY_SENDING, BY_ANOTHER = "agent", "person", "sent", "another"


class Assistance(Model):
    """A staff member's help with one application, of which an application has one at a time.

    `way` is branch, phone or rescue. `member_name`, as the person is told it, is encrypted with the row's id as
    associated data. `ended_by` is agent, person, sent (with the application) or another (member took over).
    """

    __tablename__ = "assistances"
    __table_args__ = (
        Index(
            "uq_assistances_present",
            "application_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_assistances_application_id_begun_at", "application_id", "begun_at"),
        Index("ix_assistances_member_id_ended_at", "member_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    member_id: Mapped[str] = mapped_column(String(36))
    member_name: Mapped[bytes] = mapped_column(LargeBinary)
    way: Mapped[str] = mapped_column(String(8))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ended_by: Mapped[str | None] = mapped_column(String(8), default=None)


class AssistanceCode(Model):
    """The six digits by which a person lets a staff member open their draft, once; kept as a keyed hash."""

    __tablename__ = "assistance_codes"

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_tries: Mapped[int] = mapped_column(default=0)


class PersonLink(Model):
    """A link that takes a person to their own part of an application that a staff member fills in.

    The latest one of an application is the only one.
    """

    __tablename__ = "person_links"

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_tries: Mapped[int] = mapped_column(default=0)
