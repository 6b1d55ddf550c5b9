"""Photos: taken in on their own, kept encrypted, replaced, removed, and read by their owner only."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, astuple, replace
from datetime import timedelta
from typing import IO, BinaryIO, Literal, cast

from sqlalchemy import Connection, delete, insert, select, update

from app.forms.context import PhotoReference
from app.metrics import metrics
from app.onboarding.draft import PHOTO_PREFIX, Draft
from app.onboarding.draft_rows import upsert_answer
from app.onboarding.drafts import Drafts
from app.onboarding.errors import ConsentAwaitedError, NotTheirsError
from app.onboarding.funnel.tries import PhotoTries, is_first
from app.onboarding.likeness import Likeness, figures_context
from app.pictures.errors import PictureError
from app.pictures.intake import Intake, take_in
from app.pictures.verdict import Problem, Region, Subject, Verdict
from app.store.blobs import Blobs
from app.store.db import read, write
from app.store.models.applications import Answer
from app.store.models.photos import BlobDeletion, Photo, PhotoMark

Variant = Literal["stored", "thumbnail"]
# What else is to happen in the transaction that stores a photo, given its draft, slot and id.
OnStored = Callable[[Connection, Draft, str, str], None]
VARIANTS: tuple[Variant, ...] = ("stored", "thumbnail")
SUBJECTS = {
    "front_document": Subject.DOCUMENT_FRONT,
    "back_document": Subject.DOCUMENT_BACK,
    "dni_selfie": Subject.DOCUMENT_SELFIE,
}
# What is well where none of these problems was found, unless there was nothing to judge it by.
GOOD = {"whole": {Problem.CUT_OFF}, "sharp": {Problem.BLURRED}, "lit": {Problem.GLARE, Problem.DARK}}
UNSEEN = {Problem.NOT_A_DOCUMENT, Problem.NO_FACE}
# Longer than storing two blobs takes anywhere: after this, the process that began is taken for dead.
UPLOAD_LASTS = timedelta(hours=1)


def blob_key(application_id: str, photo_id: str, variant: Variant) -> str:
    """Where a photo's bytes lie."""
    return f"photos/{application_id}/{photo_id}/{variant}"


def subject_of(slot: str) -> Subject:
    """What the photo of a slot is meant to show."""
    return SUBJECTS.get(slot, Subject.SELFIE)


def reference_of(photo_id: str, intake: Intake, *, before: PhotoReference | None) -> PhotoReference:
    """The photo as the journey sees it; `before` is the one whose place it takes."""
    verdict = verdict_of(intake)
    found = {finding.problem for finding in verdict.findings}
    judged = PhotoReference(
        id=photo_id,
        width=intake.width,
        height=intake.height,
        small=intake.small,
        picture_hash=verdict.figures.picture_hash,
        portrait_hash=verdict.figures.portrait_hash,
        faces=len(verdict.figures.faces),
        good=[] if found & UNSEEN else [name for name, problems in GOOD.items() if not found & problems],
    )
    if not verdict.findings:
        return judged
    first = verdict.findings[0]
    tries = before.tries + 1 if before is not None and before.is_poor else 1
    return replace(judged, problem=first.problem.value, region=_shares(first.region), tries=tries)


def verdict_of(intake: Intake) -> Verdict:
    """What was seen on a photo that was taken in for a slot."""
    assert intake.verdict is not None, "the subject was given"
    return intake.verdict


def _shares(region: Region | None) -> list[float]:
    return [round(share, 4) for share in astuple(region)] if region else []


class Photos:
    """The use cases of pictures."""

    def __init__(self, *, drafts: Drafts, blobs: Blobs, likeness: Likeness, on_stored: OnStored) -> None:
        self.drafts, self.blobs, self.likeness, self.on_stored = drafts, blobs, likeness, on_stored
        self.clock, self.tries = drafts.clock, PhotoTries(drafts.counts)
        # What was sent may still be on its way: a photo that is replaced then stays until that has come to an end.
        self.kept_after_sending = timedelta(days=drafts.settings.delivery_days + 1)

    def store(self, draft: Draft, slot: str, source: IO[bytes]) -> PhotoReference:
        """Keep the picture in `source` as the application's photo in `slot`; what was there is deleted.

        Raises PictureError for a file that cannot be taken, of which nothing is kept, ClosedError,
        NotTheirsError and, before the person agreed to the use of their photos, ConsentAwaitedError.
        """
        self._require_allowed(draft)
        intake = self._taken_in(draft, slot, source)
        photo_id = str(uuid.uuid4())
        keys = [blob_key(draft.id, photo_id, variant) for variant in VARIANTS]
        self._expect_leftovers(keys)
        self.blobs.put(keys[0], intake.stored)
        self.blobs.put(keys[1], intake.thumbnail)
        judged = reference_of(photo_id, intake, before=draft.photos.get(slot))
        reference = replace(judged, handoff=draft.via)
        row = self.drafts.seal(draft.id, PHOTO_PREFIX + slot, asdict(reference), **draft.giver)
        try:
            with write() as connection:
                self.drafts.touch(connection, draft)
                freed = self._free(connection, draft.id, slot, sent=draft.submitted_at is not None)
                connection.execute(insert(Photo).values(**self._row(draft, slot, reference, intake)))
                self._mark(connection, reference)
                upsert_answer(connection, row)
                self.on_stored(connection, draft, slot, photo_id)
                connection.execute(delete(BlobDeletion).where(BlobDeletion.key.in_(keys)))
                draft.hand.sign(connection, slot)
                first = is_first(connection, draft, slot)
        except BaseException:
            self.delete_blobs(keys)
            raise
        self.delete_blobs(freed)
        self.tries.stored(draft, slot, first=first, problem=reference.problem)
        return reference

    def keep(self, draft: Draft, slot: str) -> PhotoReference | None:
        """Use the photo in `slot` although it has a problem, once the person may decide so; return it as it then is.

        One that was replaced or removed meanwhile is left alone. Raises ClosedError.
        """
        photo = draft.photos.get(slot)
        if photo is None or not photo.may_be_kept:
            return photo
        kept = replace(photo, kept=True)
        here = (Photo.id == photo.id, Photo.application_id == draft.id)
        with write() as connection:
            self.drafts.touch(connection, draft)
            if connection.execute(update(Photo).where(*here).values(kept_at=self.clock())).rowcount:
                upsert_answer(connection, self.drafts.seal(draft.id, PHOTO_PREFIX + slot, asdict(kept), **draft.giver))
                draft.hand.sign(connection, slot)
        return kept

    def remove(self, draft: Draft, slot: str) -> None:
        """Delete the photo in `slot`, if there is one. Raises ClosedError."""
        with write() as connection:
            self.drafts.touch(connection, draft)
            freed = self._free(connection, draft.id, slot, sent=draft.submitted_at is not None)
            connection.execute(
                delete(Answer).where(Answer.application_id == draft.id, Answer.name == PHOTO_PREFIX + slot)
            )
            draft.hand.sign(connection, slot)
        self.delete_blobs(freed)

    def forget_all(self, connection: Connection, application_id: str) -> None:
        """Drop every photo of an application, within the caller's transaction; the blobs go with the next purge."""
        slots = select(Photo.slot).where(Photo.application_id == application_id)
        for slot in list(connection.execute(slots).scalars()):
            self._free(connection, application_id, slot, sent=False)
            connection.execute(
                delete(Answer).where(Answer.application_id == application_id, Answer.name == PHOTO_PREFIX + slot)
            )

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

    def _taken_in(self, draft: Draft, slot: str, source: IO[bytes]) -> Intake:
        try:
            with metrics.intake():
                return take_in(cast(BinaryIO, source), subject_of(slot))
        except PictureError as error:
            self.tries.refused(draft, slot, error.message)
            raise

    def _expect_leftovers(self, keys: list[str]) -> None:
        """Have these blobs deleted later, unless their photo's row takes that back: a killed upload leaves nothing."""
        due = self.clock() + UPLOAD_LASTS
        with write() as connection:
            connection.execute(insert(BlobDeletion), [{"key": key, "asked_at": due} for key in keys])

    def _free(self, connection: Connection, application_id: str, slot: str, *, sent: bool) -> list[str]:
        """Give up the photo in `slot`; the keys of its blobs, as far as they may be deleted at once."""
        here = (Photo.application_id == application_id, Photo.slot == slot)
        old = connection.execute(select(Photo.id).where(*here)).scalar_one_or_none()
        if old is None:
            return []
        keys = [blob_key(application_id, old, variant) for variant in VARIANTS]
        due = self.clock() + (self.kept_after_sending if sent else timedelta(0))
        connection.execute(insert(BlobDeletion), [{"key": key, "asked_at": due} for key in keys])
        connection.execute(delete(Photo).where(*here))
        return [] if sent else keys

    def _require_allowed(self, draft: Draft) -> None:
        if draft.awaits_consent:
            raise ConsentAwaitedError(draft.id)
        if not draft.hand.takes_photos:
            raise NotTheirsError("photos")

    def _row(self, draft: Draft, slot: str, reference: PhotoReference, intake: Intake) -> dict[str, object]:
        figures = verdict_of(intake).figures.to_json()
        return {
            "id": reference.id,
            "application_id": draft.id,
            "slot": slot,
            "sha256": intake.sha256,
            "byte_count": len(intake.stored),
            "width": intake.width,
            "height": intake.height,
            "created_at": self.clock(),
            "figures": self.drafts.keyring.encrypt(json.dumps(figures).encode(), figures_context(reference.id)),
            "problem": reference.problem or None,
            **draft.giver,
        }

    def _mark(self, connection: Connection, reference: PhotoReference) -> None:
        """Let pictures like this one be found again, in other applications too."""
        marks = self.likeness.marks_of(reference.picture_hash)
        if marks:
            connection.execute(insert(PhotoMark), [{"photo_id": reference.id, "mark": mark} for mark in marks])
