"""Photos: taken in on their own, kept encrypted, replaced, removed, and read by their owner only."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import IO, BinaryIO, Literal, cast

from sqlalchemy import Connection, delete, insert, select

from app.forms.context import PhotoReference
from app.metrics import metrics
from app.onboarding.draft import PHOTO_PREFIX, Draft, upsert_answer
from app.onboarding.drafts import Drafts
from app.pictures.intake import Intake, take_in
from app.store.blobs import Blobs
from app.store.db import read, write
from app.store.models.applications import Answer
from app.store.models.photos import BlobDeletion, Photo

Variant = Literal["stored", "thumbnail"]
VARIANTS: tuple[Variant, ...] = ("stored", "thumbnail")
# Longer than storing two blobs takes anywhere: after this, the process that began is taken for dead.
UPLOAD_LASTS = timedelta(hours=1)


def blob_key(application_id: str, photo_id: str, variant: Variant) -> str:
    """Where a photo's bytes lie."""
    return f"photos/{application_id}/{photo_id}/{variant}"


class Photos:
    """The use cases of pictures."""

    def __init__(self, *, drafts: Drafts, blobs: Blobs) -> None:
        self.drafts, self.blobs, self.clock = drafts, blobs, drafts.clock

    def store(self, draft: Draft, slot: str, source: IO[bytes]) -> PhotoReference:
        """Keep the picture in `source` as the application's photo in `slot`; what was there is deleted.

        Raises PictureError for a file that cannot be taken, of which nothing is kept, and ClosedError.
        """
        with metrics.intake():
            intake = take_in(cast(BinaryIO, source))
        photo_id = str(uuid.uuid4())
        keys = [blob_key(draft.id, photo_id, variant) for variant in VARIANTS]
        self._expect_leftovers(keys)
        self.blobs.put(keys[0], intake.stored)
        self.blobs.put(keys[1], intake.thumbnail)
        reference = PhotoReference(id=photo_id, width=intake.width, height=intake.height, small=intake.small)
        row = self.drafts.seal(draft.id, PHOTO_PREFIX + slot, asdict(reference))
        try:
            with write() as connection:
                self.drafts.touch(connection, draft.id)
                freed = self._free(connection, draft.id, slot)
                connection.execute(insert(Photo).values(**self._row(draft, slot, photo_id, intake)))
                upsert_answer(connection, row)
                connection.execute(delete(BlobDeletion).where(BlobDeletion.key.in_(keys)))
        except BaseException:
            self.delete_blobs(keys)
            raise
        self.delete_blobs(freed)
        return reference

    def remove(self, draft: Draft, slot: str) -> None:
        """Delete the photo in `slot`, if there is one. Raises ClosedError."""
        with write() as connection:
            self.drafts.touch(connection, draft.id)
            freed = self._free(connection, draft.id, slot)
            connection.execute(
                delete(Answer).where(Answer.application_id == draft.id, Answer.name == PHOTO_PREFIX + slot)
            )
        self.delete_blobs(freed)

    def bytes_of(self, application_id: str, photo_id: str, variant: Variant) -> bytes | None:
        """A photo's JPEG bytes, or None where the application has no such photo."""
        with read() as connection:
            found = connection.execute(
                select(Photo.id).where(Photo.id == photo_id, Photo.application_id == application_id)
            ).first()
        return self.blobs.get(blob_key(application_id, photo_id, variant)) if found else None

    def delete_blobs(self, keys: list[str]) -> None:
        """Delete freed blobs, and only then forget that they are to be deleted."""
        for key in keys:
            self.blobs.delete(key)
        if keys:
            with write() as connection:
                connection.execute(delete(BlobDeletion).where(BlobDeletion.key.in_(keys)))

    def delete_leftovers(self) -> int:
        """Delete freed blobs that a killed process left behind; return how many."""
        with read() as connection:
            due = select(BlobDeletion.key).where(BlobDeletion.asked_at <= self.clock())
            keys = list(connection.execute(due).scalars())
        self.delete_blobs(keys)
        return len(keys)

    def _expect_leftovers(self, keys: list[str]) -> None:
        """Have these blobs deleted later, unless their photo's row takes that back: a killed upload leaves nothing."""
        due = self.clock() + UPLOAD_LASTS
        with write() as connection:
            connection.execute(insert(BlobDeletion), [{"key": key, "asked_at": due} for key in keys])

    def _free(self, connection: Connection, application_id: str, slot: str) -> list[str]:
        here = (Photo.application_id == application_id, Photo.slot == slot)
        old = connection.execute(select(Photo.id).where(*here)).scalar_one_or_none()
        if old is None:
            return []
        keys = [blob_key(application_id, old, variant) for variant in VARIANTS]
        connection.execute(insert(BlobDeletion), [{"key": key, "asked_at": self.clock()} for key in keys])
        connection.execute(delete(Photo).where(*here))
        return keys

    def _row(self, draft: Draft, slot: str, photo_id: str, intake: Intake) -> dict[str, object]:
        return {
            "id": photo_id,
            "application_id": draft.id,
            "slot": slot,
            "sha256": intake.sha256,
            "byte_count": len(intake.stored),
            "width": intake.width,
            "height": intake.height,
            "created_at": self.clock(),
        }
