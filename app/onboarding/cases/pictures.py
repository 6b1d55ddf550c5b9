"""Photos as staff see them: whole, small, and the portrait cut out of the document; each look is recorded."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PIL import Image
from sqlalchemy import bindparam, select

from app.onboarding.audit import Audit, AuditAction
from app.onboarding.likeness import figures_context
from app.onboarding.photos import blob_key
from app.onboarding.staff.members import StaffMember
from app.pictures.verdict import Face, Figures
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models.applications import Application
from app.store.models.photos import Photo

Look = Literal["stored", "thumbnail", "portrait"]
LOOKS: tuple[Look, ...] = ("stored", "thumbnail", "portrait")
# How much of a face's surroundings is shown with it, in widths of its box.
PORTRAIT_GROWN = 1.7
PORTRAIT_QUALITY = 90
_PHOTOS = select(Photo.id, Photo.figures, Photo.created_at, Photo.byte_count).where(
    Photo.application_id == bindparam("application_id")
)

_OWNER = (
    select(Photo.application_id, Application.integration)
    .join(Application, Application.id == Photo.application_id)
    .where(Photo.id == bindparam("photo_id"))
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A photo's row: when it came, how big it is, what was measured; `figures` None where nothing was."""

    created_at: datetime
    byte_count: int
    figures: Figures | None

    @property
    def has_face(self) -> bool:
        """Whether a portrait can be cut out of it."""
        return self.figures is not None and bool(self.figures.faces)


class CasePictures:
    """The use cases of looking at photos."""

    def __init__(self, *, blobs: Blobs, keyring: Keyring, audit: Audit) -> None:
        self.blobs, self.keyring, self.audit = blobs, keyring, audit

    def measured(self, application_id: str) -> Mapping[str, Measured]:
        """What was measured on each of an application's photos, by the photo's id."""
        with read() as connection:
            rows = connection.execute(_PHOTOS, {"application_id": application_id}).all()
        return {
            row.id: Measured(
                created_at=row.created_at, byte_count=row.byte_count, figures=self._figures(row.id, row.figures)
            )
            for row in rows
        }

    def look(self, member: StaffMember, photo_id: str, look: Look, *, address: str) -> bytes | None:
        """A photo's JPEG bytes; None where there is none that `member` may see. The record tells of the look."""
        with read() as connection:
            owner = connection.execute(_OWNER, {"photo_id": photo_id}).first()
        if owner is None or not member.sees(owner.integration):
            return None
        application_id: str = owner.application_id
        measured = self.measured(application_id).get(photo_id)
        if measured is None or (look == "portrait" and not measured.has_face):
            return None
        with write() as connection:
            self.audit.record(
                connection,
                who=member,
                action=AuditAction.PHOTO_VIEWED,
                application_id=application_id,
                subject=f"{photo_id} {look}",
                address=address,
            )
        if look != "portrait":
            return self.blobs.get(blob_key(application_id, photo_id, look))
        assert measured.figures is not None
        stored = self.blobs.get(blob_key(application_id, photo_id, "stored"))
        return portrait_in(stored, largest(measured.figures.faces))

    def _figures(self, photo_id: str, sealed: bytes | None) -> Figures | None:
        if sealed is None:
            return None
        return Figures.from_json(json.loads(self.keyring.decrypt(sealed, figures_context(photo_id))))


def largest(faces: tuple[Face, ...]) -> Face:
    """The face whose box is the largest: on a document, its holder's portrait and not its ghost."""
    return max(faces, key=lambda face: face.box.width * face.box.height)


def portrait_in(jpeg: bytes, face: Face) -> bytes:
    """The JPEG of a face and a little around it."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        part = face.box.grown(PORTRAIT_GROWN).inside()
        left, top = part.left * picture.width, part.top * picture.height
        right, bottom = left + part.width * picture.width, top + part.height * picture.height
        cut = picture.convert("RGB").crop((round(left), round(top), round(right), round(bottom)))
    kept = io.BytesIO()
    cut.save(kept, "JPEG", quality=PORTRAIT_QUALITY)
    return kept.getvalue()
