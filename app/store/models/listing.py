"""Rows by which staff find applications: where each stands, what is counted, what is searched for, and views."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

# SQLite numbers rows by itself only where the key is exactly its own integer.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Listing(Model):
    """An application's place in the lists of staff, which changes with its stage and whom it is assigned to.

    `group_key` stands for its integration, country, channel and stage together, as ListingCount names them; `since`
    is when it came into its stage; `assigned_to` is "" while it is nobody's. `flags` are sorted words with a space
    before each, `flags_wanted` how often they were asked for since they were last found out. `is_finished` tells that
    its first submission was counted; `terms` are the search terms that lead to it, 9 bytes each.
    """

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_since", "since", "id"),
        Index("ix_listings_stage", "stage", "since", "id"),
        Index("ix_listings_group", "group_key", "since", "id"),
        Index("ix_listings_assigned", "assigned_to", "since", "id"),
        Index("ix_listings_assigned_group", "assigned_to", "group_key", "since", "id"),
        Index(
            "ix_listings_flags_wanted",
            "id",
            sqlite_where=text("flags_wanted > 0"),
            postgresql_where=text("flags_wanted > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), unique=True)
    group_key: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_to: Mapped[str] = mapped_column(String(36), default="")
    flags: Mapped[str] = mapped_column(String(120), default="")
    flags_wanted: Mapped[int] = mapped_column(default=0)
    is_finished: Mapped[bool] = mapped_column(default=False)
    terms: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class ListingFlag(Model):
    """The same place once more for each flag an application has, so that what is flagged is found as fast."""

    __tablename__ = "listing_flags"
    __table_args__ = (
        Index("ix_listing_flags_since", "flag", "since", "id"),
        Index("ix_listing_flags_group", "flag", "group_key", "since", "id"),
        Index("ix_listing_flags_assigned", "flag", "assigned_to", "group_key", "since", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    flag: Mapped[str] = mapped_column(String(12), primary_key=True)
    group_key: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_to: Mapped[str] = mapped_column(String(36), default="")


class ListingCount(Model):
    """How many applications share integration ("" for none), country, channel and stage.

    What is counted is the sum over the shards: of several, so that two transactions seldom wait for one row.
    """

    __tablename__ = "listing_counts"

    group_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    integration: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    stage: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]


class ListingDay(Model):
    """What a day saw, in the applicants' time zone: applications started, how many of those were ever finished, and
    how many were finished on that day. Kept when applications are erased, as it names none."""

    __tablename__ = "listing_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    integration: Mapped[str] = mapped_column(String(100), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started: Mapped[int] = mapped_column(default=0)
    of_these_finished: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)


class SearchTerm(Model):
    """A number, or the beginning of a name, as a part of its keyed hash, and an application that has it."""

    __tablename__ = "search_terms"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    listing_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SearchRecord(Model):
    """What a member of staff searched for, encrypted, its associated data the row's id; theirs alone, for a day."""

    __tablename__ = "searches"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    member_id: Mapped[str] = mapped_column(String(36), index=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SavedView(Model):
    """Filters that a member of staff gave a name, as the list's address has them; never a search."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("member_id", "name"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    member_id: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseNote(Model):
    """Something that staff wrote about an application; `kind` is note (for staff) or message (for the applicant too).

    The text is encrypted, its associated data the row's id.
    """

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_application", "application_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[str] = mapped_column(String(36))
    text: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
