"""Rows of photos, and of blobs that are to be deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class Photo(Model):
    """One stored picture of an application; `sha256` is of the stored bytes before encryption, sizes are in pixels.

    `figures` is the encrypted JSON of what was measured on it, its associated data the row's id; `problem` the code of
    what was to be mended, NULL where nothing was; `kept_at` when the person decided to use it anyway. `given_by` is the
    staff member who took it for the person, "" for the person; `channel` over what it came.
    """

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("application_id", "slot"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    byte_count: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    problem: Mapped[str | None] = mapped_column(String(20), default=None)
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    given_by: Mapped[str] = mapped_column(String(36), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(12), default="web", server_default="web")


class PhotoMark(Model):
    """A quarter of a photo's perceptual hash, as a keyed hash: pictures that look alike share at least one."""

    __tablename__ = "photo_marks"

    photo_id: Mapped[str] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)


class BlobDeletion(Model):
    """A blob to be deleted once `asked_at` has come, and then this row with it.

    Written with the change that freed the blob; or before the blob itself, and taken back with its photo's row.
    """

    __tablename__ = "blob_deletions"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
