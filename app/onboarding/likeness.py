"""What staff may know of an application's photos: what was wrong with them, and where else the same ones were used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.likeness import bands, same_picture
from app.pictures.verdict import Figures
from app.store.crypto import Keyring
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.photos import Photo, PhotoMark

MARK_LENGTH = 32
_PHOTOS = select(
    Photo.id, Photo.application_id, Photo.slot, Photo.problem, Photo.kept_at, Photo.figures, Application.reference
).join(Application, Application.id == Photo.application_id)


def figures_context(photo_id: str) -> str:
    """The place that a photo's figures are encrypted for."""
    return f"photos.figures:{photo_id}"


@dataclass(frozen=True, kw_only=True)
class PhotoStanding:
    """One photo without its picture: the problem it was stored with, whether the person used it although it had one,
    and the references of other applications that have the same picture."""

    slot: str
    problem: str | None
    kept: bool
    also_in: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    application_id: str
    reference: str
    figures: Figures | None


class Likeness:
    """The use case of finding a picture again."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def marks_of(self, picture_hash: int) -> list[str]:
        """Keyed hashes of a perceptual hash's parts: a database that leaks tells nothing of the picture."""
        if not picture_hash:
            return []
        return [self.keyring.fingerprint(band, "photo.mark")[:MARK_LENGTH] for band in bands(picture_hash)]

    def photos_of(self, application_id: str) -> list[PhotoStanding]:
        """How each photo of an application stands."""
        with read() as connection:
            rows = connection.execute(
                _PHOTOS.where(Photo.application_id == application_id).order_by(Photo.created_at, Photo.slot)
            ).all()
            return [
                PhotoStanding(
                    slot=row.slot,
                    problem=row.problem,
                    kept=row.kept_at is not None,
                    also_in=self._also_in(connection, application_id, self._figures(row.id, row.figures)),
                )
                for row in rows
            ]

    def _also_in(self, connection: Connection, application_id: str, figures: Figures | None) -> tuple[str, ...]:
        if figures is None:
            return ()
        found = {
            known.reference
            for known in self._sharing(connection, self.marks_of(figures.picture_hash))
            if known.application_id != application_id and known.figures and same_picture(known.figures, figures)
        }
        return tuple(sorted(found))

    def _sharing(self, connection: Connection, marks: Iterable[str]) -> Iterator[_Known]:
        """Every photo that has one of the marks."""
        alike = select(PhotoMark.photo_id).where(PhotoMark.mark.in_(list(marks)))
        for row in connection.execute(_PHOTOS.where(Photo.id.in_(alike))):
            yield _Known(row.application_id, row.reference, self._figures(row.id, row.figures))

    def _figures(self, photo_id: str, sealed: bytes | None) -> Figures | None:
        if sealed is None:
            return None
        return Figures.from_json(json.loads(self.keyring.decrypt(sealed, figures_context(photo_id))))
