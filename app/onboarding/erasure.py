"""Erasing an application whole: its rows, its photos, and what the embedded APIs hold of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select, update

from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.personal_informations.service import PersonalInformationsService
from app.domain.countries import COUNTRIES
from app.onboarding.stages import Stages
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS, open_snapshot
from app.onboarding.wants import kyc_user_id
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import Model, write
from app.store.models.applications import PURGING, Application, BrowserSession, ResumeLink
from app.store.models.photos import BlobDeletion, Photo
from app.store.models.submissions import CANCELLED, Delivery, Submission, UpstreamPicture

# By the column that leads to an application. A table that outlives it says so: `info={"outlives_application": True}`.
OUTLIVES = "outlives_application"


@dataclass(frozen=True, kw_only=True)
class Traces:
    """The ids under which an application is to be found, none of them personal."""

    application_id: str
    submission_ids: tuple[str, ...] = ()
    photo_ids: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Traces:
        """As it was kept."""
        kept = json.loads(text)
        return Traces(
            application_id=kept["application_id"],
            submission_ids=tuple(kept["submission_ids"]),
            photo_ids=tuple(kept["photo_ids"]),
        )


def delete_rows(connection: Connection, application_id: str) -> None:
    """Delete every row of an application, those that refer to others first."""
    submission_ids = select(Submission.id).where(Submission.application_id == application_id)
    photo_ids = select(Photo.id).where(Photo.application_id == application_id)
    for table in reversed(Model.metadata.sorted_tables):
        if table.info.get(OUTLIVES):
            continue
        if "application_id" in table.c:
            connection.execute(delete(table).where(table.c.application_id == application_id))
        elif "submission_id" in table.c:
            connection.execute(delete(table).where(table.c.submission_id.in_(submission_ids)))
        elif "photo_id" in table.c:
            connection.execute(delete(table).where(table.c.photo_id.in_(photo_ids)))
    connection.execute(delete(BlobDeletion).where(BlobDeletion.key.startswith(f"photos/{application_id}/")))
    connection.execute(delete(Application).where(Application.id == application_id))


class Erasure:
    """The use case of erasing, in two halves: `close` stops everything, `erase` deletes and may be repeated."""

    def __init__(
        self,
        *,
        keyring: Keyring,
        blobs: Blobs,
        stages: Stages,
        records: PersonalInformationsService,
        kyc: KycService,
        storage: PhotoStorage,
        calls: IdempotentCalls,
    ) -> None:
        self.keyring, self.blobs, self.stages = keyring, blobs, stages
        self.records, self.kyc, self.storage, self.calls = records, kyc, storage, calls

    def close(self, connection: Connection, application_id: str) -> Traces:
        """Let nobody see or deliver the application from here on; what `erase` needs to find all of it."""
        connection.execute(update(Application).where(Application.id == application_id).values(state=PURGING))
        for model in (BrowserSession, ResumeLink):
            connection.execute(delete(model).where(model.application_id == application_id))
        snapshots = connection.execute(
            select(Submission.id, Submission.snapshot).where(Submission.application_id == application_id)
        ).all()
        submission_ids = [row.id for row in snapshots]
        connection.execute(
            update(Delivery)
            .where(Delivery.submission_id.in_(submission_ids))
            .values(state=CANCELLED, next_try_at=None, run=Delivery.run + 1)
        )
        photos = set(connection.execute(select(Photo.id).where(Photo.application_id == application_id)).scalars())
        for row in snapshots:
            photos.update(self._photos_in(row.id, row.snapshot))
        return Traces(
            application_id=application_id, submission_ids=tuple(submission_ids), photo_ids=tuple(sorted(photos))
        )

    def erase(self, traces: Traces) -> None:
        """Delete everything; repeating it also deletes what a delivery that was under way has written since."""
        self.blobs.delete_prefix(f"photos/{traces.application_id}")
        for submission_id in traces.submission_ids:
            self.records.erase(f"{submission_id}:{PERSONAL_INFORMATIONS}")
        for country in COUNTRIES:
            self.kyc.erase(kyc_user_id(traces.application_id, country))
        for photo_id in traces.photo_ids:
            self.storage.erase(idempotency_key=f"photo:{photo_id}")
        keys = [f"{submission_id}:{KYC}{anew}" for submission_id in traces.submission_ids for anew in ("", ":anew")]
        self.calls.forget(keys)
        with write() as connection:
            connection.execute(delete(UpstreamPicture).where(UpstreamPicture.photo_id.in_(traces.photo_ids)))
            self.stages.forget(connection, traces.application_id)
            delete_rows(connection, traces.application_id)

    def _photos_in(self, submission_id: str, snapshot: bytes) -> Iterable[str]:
        sent = open_snapshot(self.keyring, submission_id, snapshot)
        document = (sent.document.front, sent.document.back) if sent.document else ()
        return {each for each in (*document, *sent.selfies, sent.dni_selfie) if each}
