"""Forgetting sessions: erased when their integration asks, expired when nobody goes on with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from app.apis.authentication import Integration
from app.config import Settings
from app.onboarding.embedding.errors import UnknownSessionError
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.values import forget_given
from app.onboarding.erasure import Erasure, Traces
from app.store.db import read, write
from app.store.models.embedding import (
    CREATED,
    ENDED,
    ERASED,
    EXPIRED,
    EmbeddedSession,
    EmbedFrame,
    EmbedLaunch,
)
from app.store.models.webhooks import WAITING, WebhookMessage

# Longer than a step of a delivery takes: what it wrote after the erasure is erased too.
ERASED_AGAIN_FOR = timedelta(days=1)
# So long an ended launch or frame can still tell why it has ended, and a frame be renewed.
ENDED_TELLS = timedelta(days=7)
# So long what was sent, with its answers, is there to be looked at and sent again.
MESSAGES_KEPT = timedelta(days=30)


class Forgetting:
    """The use cases of erasing and of expiring."""

    def __init__(
        self, *, settings: Settings, erasure: Erasure, histories: Histories, clock: Callable[[], datetime]
    ) -> None:
        self.settings, self.erasure, self.histories, self.clock = settings, erasure, histories, clock

    def erase(self, owner: Integration, session_id: str) -> None:
        """Erase a session with all that was gathered; doing it again changes nothing. Raises UnknownSessionError."""
        traces = None
        mine = (EmbeddedSession.id == session_id, EmbeddedSession.integration_id == owner.id)
        with write() as connection:
            row = connection.execute(
                select(EmbeddedSession.state, EmbeddedSession.application_id).where(*mine).with_for_update()
            ).first()
            if row is None:
                raise UnknownSessionError("no such session")
            if row.state == ERASED:
                return
            if row.application_id is not None:
                traces = self.erasure.close(connection, row.application_id)
            self._empty(connection, session_id, traces)
            self.histories.note(connection, session_id, "session.erased", ERASED)
        if traces is not None:
            self.erasure.erase(traces)

    def run(self) -> None:
        """What is due by now: erasures to be repeated, sessions nobody began, and what has long ended."""
        now = self.clock()
        for session_id, traces, is_last in self._erased(now):
            self.erasure.erase(traces)
            if is_last:
                with write() as connection:
                    here = EmbeddedSession.id == session_id
                    connection.execute(update(EmbeddedSession).where(here).values(traces=None))
        self._expire(now)
        with write() as connection:
            for model in (EmbedLaunch, EmbedFrame):
                connection.execute(delete(model).where(model.expires_at <= now - ENDED_TELLS))
            through = (WebhookMessage.state != WAITING, WebhookMessage.updated_at <= now - MESSAGES_KEPT)
            connection.execute(delete(WebhookMessage).where(*through))

    def _erased(self, now: datetime) -> list[tuple[str, Traces, bool]]:
        statement = select(EmbeddedSession.id, EmbeddedSession.traces, EmbeddedSession.updated_at).where(
            EmbeddedSession.state == ERASED, EmbeddedSession.traces.is_not(None)
        )
        with read() as connection:
            rows = connection.execute(statement).all()
        return [(row.id, Traces.from_json(row.traces), row.updated_at <= now - ERASED_AGAIN_FOR) for row in rows]

    def _expire(self, now: datetime) -> None:
        """Sessions never begun for as long as an untouched draft is kept."""
        before = now - timedelta(days=self.settings.draft_days)
        row = EmbeddedSession
        with read() as connection:
            due = list(
                connection.execute(select(row.id).where(row.state == CREATED, row.updated_at <= before)).scalars()
            )
        for session_id in due:
            with write() as connection:
                still = select(row.id, row.state).where(row.id == session_id).with_for_update()
                found = connection.execute(still).one()
                if found.state == CREATED:
                    self._end(connection, found.id)

    def purged(self, connection: Connection, application_id: str) -> None:
        """An application goes because nobody touched it for long: so does its session, unless it has ended."""
        row = EmbeddedSession
        found = connection.execute(
            select(row.id, row.state).where(row.application_id == application_id).with_for_update()
        ).first()
        if found is not None and found.state not in ENDED:
            self._end(connection, found.id)

    def _end(self, connection: Connection, session_id: str) -> None:
        """Let a session expire: its own id is free for a new one, and nothing of the person is left in it."""
        forget_given(self.erasure.keyring, connection, session_id, external_hash=None)
        self.histories.note(connection, session_id, "session.expired", EXPIRED)

    def _empty(self, connection: Connection, session_id: str, traces: Traces | None) -> None:
        """Leave of a session its id, its states and its history only."""
        connection.execute(
            update(EmbeddedSession)
            .where(EmbeddedSession.id == session_id)
            .values(
                details=None,
                external_hash=None,
                application_id=None,
                theme="{}",
                traces=traces.to_json() if traces else None,
            )
        )
