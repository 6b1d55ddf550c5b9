"""Purging: drafts nobody touches for long go whole, photos first, so that a killed purge is only repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, select, update

from app.config import Settings
from app.onboarding.embedding.forgetting import Forgetting
from app.onboarding.erasure import delete_rows
from app.onboarding.photos import Photos
from app.onboarding.staff.tries import FORGOTTEN
from app.store.blobs import Blobs
from app.store.db import read, write
from app.store.models.applications import (
    DRAFT,
    PURGING,
    Application,
    ResumeLink,
)
from app.store.models.assistances import AssistanceCode, PersonLink
from app.store.models.handoffs import Handoff
from app.store.models.integrations import IdempotentCall
from app.store.models.kyc import KycStorageObject
from app.store.models.listing import SearchRecord
from app.store.models.seen import SeenOnce
from app.store.models.staff import FailedTries, MemberLink, MemberSession, ProviderVisit

BATCH = 100
# Half a day's work: a search that is older is typed again.
SEARCHES_KEPT = timedelta(hours=12)
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
        self.stages = photos.drafts.stages
        self.forgetting = forgetting

    def run(self) -> int:
        """Purge every draft untouched for the setting's days; return how many. Ended links and freed blobs go too."""
        self.photos.delete_leftovers()
        while self._mark():
            pass
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
            connection.execute(delete(PersonLink).where(PersonLink.expires_at <= now))
            connection.execute(delete(AssistanceCode).where(AssistanceCode.expires_at <= now))
            connection.execute(delete(Handoff).where(Handoff.expires_at <= now - ENDED_TELLS))
            connection.execute(delete(IdempotentCall).where(IdempotentCall.claimed_at <= before))
            connection.execute(delete(KycStorageObject).where(*unused))
            connection.execute(delete(SeenOnce).where(SeenOnce.seen_at <= before))
            for ended in self._staff_rows(now):
                connection.execute(ended)

    def _staff_rows(self, now: datetime) -> tuple[Delete, ...]:
        """Of staff: sessions that are over, links and visits that ended, tries that are forgotten."""
        return (
            delete(MemberSession).where(MemberSession.created_at <= now - timedelta(hours=self.settings.staff_hours)),
            delete(MemberLink).where(MemberLink.expires_at <= now),
            delete(ProviderVisit).where(ProviderVisit.expires_at <= now),
            delete(SearchRecord).where(SearchRecord.created_at <= now - SEARCHES_KEPT),
            delete(FailedTries).where(FailedTries.last_at <= now - FORGOTTEN),
        )

    def _mark(self) -> int:
        """Close some of the drafts that go, so that nobody adds to one meanwhile; return how many."""
        before = self.clock() - timedelta(days=self.settings.draft_days)
        due = (Application.state == DRAFT, Application.touched_at <= before)
        some = select(Application.id).where(*due).limit(BATCH).scalar_subquery()
        with write() as connection:
            closing = update(Application).where(Application.id.in_(some), *due).values(state=PURGING)
            closed = list(connection.execute(closing.returning(Application.id)).scalars())
            for application_id in closed:
                self.stages.refresh(connection, application_id)
        return len(closed)

    def _marked(self) -> list[str]:
        with read() as connection:
            statement = select(Application.id).where(Application.state == PURGING).limit(BATCH)
            return list(connection.execute(statement).scalars())

    def _delete_rows(self, application_id: str) -> None:
        with write() as connection:
            self.stages.forget(connection, application_id)
            self.forgetting.purged(connection, application_id)
            delete_rows(connection, application_id)
