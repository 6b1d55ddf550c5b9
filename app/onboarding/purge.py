"""Purging: drafts nobody touches for long go whole, photos first, so that a killed purge is only repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.config import Settings
from app.onboarding.embedding.forgetting import Forgetting
from app.onboarding.erasure import delete_rows
from app.onboarding.photos import Photos
from app.store.blobs import Blobs
from app.store.db import read, write
from app.store.models.applications import (
    DRAFT,
    PURGING,
    Application,
    ResumeLink,
)
from app.store.models.handoffs import Handoff
from app.store.models.integrations import IdempotentCall
from app.store.models.kyc import KycStorageObject
from app.store.models.seen import SeenOnce

BATCH = 100
# So long an ended handoff can still tell a phone why it has ended.
ENDED_TELLS = timedelta(days=1)


class Purge:
    """The use case of forgetting."""

    def __init__(
        self,
        *,
        settings: Settings,
        blobs: Blobs,
        photos: Photos,
        forgetting: Forgetting,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings, self.blobs, self.photos, self.clock = settings, blobs, photos, clock
        self.forgetting = forgetting

    def run(self) -> int:
        """Purge every draft untouched for the setting's days; return how many. Ended links and freed blobs go too."""
        self.photos.delete_leftovers()
        self._mark()
        count = 0
        while batch := self._marked():
            for application_id in batch:
                self.blobs.delete_prefix(f"photos/{application_id}")
                self._delete_rows(application_id)
                count += 1
        self._forget_what_ended()
        self.forgetting.run()
        return count

    def _forget_what_ended(self) -> None:
        """Rows that no longer serve: ended links, old answers kept for repeated calls, upload places never used."""
        now = self.clock()
        before = now - timedelta(days=self.settings.draft_days)
        unused = (KycStorageObject.stored_at.is_(None), KycStorageObject.created_at <= before)
        with write() as connection:
            connection.execute(delete(ResumeLink).where(ResumeLink.expires_at <= now))
            connection.execute(delete(Handoff).where(Handoff.expires_at <= now - ENDED_TELLS))
            connection.execute(delete(IdempotentCall).where(IdempotentCall.claimed_at <= before))
            connection.execute(delete(KycStorageObject).where(*unused))
            connection.execute(delete(SeenOnce).where(SeenOnce.seen_at <= before))

    def _mark(self) -> None:
        """Close the drafts that go, so that nobody adds to one meanwhile."""
        before = self.clock() - timedelta(days=self.settings.draft_days)
        with write() as connection:
            connection.execute(
                update(Application)
                .where(Application.state == DRAFT, Application.touched_at <= before)
                .values(state=PURGING)
            )

    def _marked(self) -> list[str]:
        with read() as connection:
            statement = select(Application.id).where(Application.state == PURGING).limit(BATCH)
            return list(connection.execute(statement).scalars())

    def _delete_rows(self, application_id: str) -> None:
        with write() as connection:
            self.forgetting.purged(connection, application_id)
            delete_rows(connection, application_id)
