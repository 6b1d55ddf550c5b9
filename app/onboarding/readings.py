"""Readings: what photos of documents say, asked for as each is stored, found out by the worker, kept encrypted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from app.domain.countries import COUNTRIES
from app.domain.document_reading import DocumentReading, combined
from app.domain.mrz import read_mrz
from app.onboarding.draft import Draft
from app.onboarding.photos import blob_key
from app.pictures.barcode import read_pdf417
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models import readings
from app.store.models.applications import Application
from app.store.models.listing import Listing
from app.store.models.readings import AWAITED, NOTHING, READ

SLOTS = ("front_document", "back_document")
# A reading takes a second; a worker that has not come to it by now is busy or away, and nobody waits for it.
WORTH_WAITING = timedelta(seconds=20)
_reading = TypeAdapter(DocumentReading)
Understand = Callable[[list[str]], DocumentReading | None]
ReadPrint = Callable[[bytes, Understand], DocumentReading | None]


class Enqueue(Protocol):
    """Puts the reading of a photo into the worker's queue, within the caller's transaction."""

    def __call__(self, connection: Connection, photo_id: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an application's document says so far; `is_coming` while it is worth waiting for, `is_mute` if it is not."""

    reading: DocumentReading | None = None
    is_coming: bool = False
    is_mute: bool = False


def reading_context(photo_id: str) -> str:
    """What a reading is encrypted for."""
    return f"document_readings.value:{photo_id}"


class Readings:
    """The use cases of reading documents."""

    def __init__(
        self,
        *,
        keyring: Keyring,
        blobs: Blobs,
        enqueue: Enqueue,
        clock: Callable[[], datetime],
        read_print: ReadPrint | None = None,
    ) -> None:
        """`read_print` recognises lines of print, where the installation has what that needs."""
        self.keyring, self.blobs, self.enqueue, self.clock = keyring, blobs, enqueue, clock
        self.read_print = read_print

    def reads(self, country: str) -> bool:
        """Whether documents of this country's applicants can be read at all."""
        return self.read_print is not None or COUNTRIES[country].read_barcode is not None

    def ask(self, connection: Connection, draft: Draft, slot: str, photo_id: str) -> None:
        """Have the photo just stored read, if it is of a document that can be; within the caller's transaction."""
        if slot not in SLOTS or not self.reads(draft.country):
            return
        connection.execute(
            insert(readings.DocumentReading).values(
                photo_id=photo_id, application_id=draft.id, state=AWAITED, asked_at=self.clock()
            )
        )
        self.enqueue(connection, photo_id)

    def read_photo(self, photo_id: str) -> str:
        """Read a photo and keep what it says; return the state, "" where the photo is gone. Safe to repeat."""
        row = readings.DocumentReading
        with read() as connection:
            found = connection.execute(
                select(row.application_id, Application.country)
                .join(Application, Application.id == row.application_id)
                .where(row.photo_id == photo_id)
            ).first()
        if found is None:
            return ""
        try:
            picture = self.blobs.get(blob_key(found.application_id, photo_id, "stored"))
        except FileNotFoundError:
            return ""
        return self._keep(photo_id, self._said(picture, found.country))

    def give_up(self, photo_id: str) -> None:
        """Let a photo that cannot be read say nothing."""
        self._keep(photo_id, None)

    def of(self, application_id: str) -> Said:
        """What the application's document says, as far as it was read."""
        row = readings.DocumentReading
        with read() as connection:
            found = connection.execute(
                select(row.photo_id, row.state, row.value, row.asked_at).where(row.application_id == application_id)
            ).all()
        said = combined(self._open(each.photo_id, each.value) for each in found if each.value is not None)
        worth_it = self.clock() - WORTH_WAITING
        is_coming = said is None and any(each.state == AWAITED and each.asked_at > worth_it for each in found)
        return Said(reading=said, is_coming=is_coming, is_mute=bool(found) and said is None and not is_coming)

    def _said(self, picture: bytes, country: str) -> DocumentReading | None:
        read_barcode = COUNTRIES[country].read_barcode
        said = read_pdf417(picture, read_barcode) if read_barcode else None
        if said is not None or self.read_print is None:
            return said
        today = self.clock().date()
        return self.read_print(picture, lambda lines: read_mrz(lines, today=today))

    def _keep(self, photo_id: str, said: DocumentReading | None) -> str:
        """Keep what was read; a photo replaced meanwhile has no row to keep it in."""
        state, value = NOTHING, None
        if said is not None:
            state, value = READ, self.keyring.encrypt(_reading.dump_json(said), reading_context(photo_id))
        row = readings.DocumentReading
        with write() as connection:
            connection.execute(
                update(row).where(row.photo_id == photo_id).values(state=state, value=value, read_at=self.clock())
            )
            # Of an application that was sent already, staff learn whether it differs from its document.
            sent = select(row.application_id).where(row.photo_id == photo_id).scalar_subquery()
            connection.execute(
                update(Listing)
                .where(Listing.application_id == sent, Listing.is_finished)
                .values(flags_wanted=Listing.flags_wanted + 1)
            )
        return state

    def _open(self, photo_id: str, value: bytes) -> DocumentReading:
        return _reading.validate_json(self.keyring.decrypt(value, reading_context(photo_id)))
