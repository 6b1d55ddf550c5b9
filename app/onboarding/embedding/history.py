"""The history of embedded sessions: their state follows their application's rows, and each change is an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from app.onboarding.draft import OPEN_STATES
from app.onboarding.embedding.outbox import Outbox
from app.store.models.applications import PURGING, REOPENED, Application
from app.store.models.embedding import (
    ACTION_NEEDED,
    APPROVED,
    DELIVERED,
    ENDED,
    REJECTED,
    STARTED,
    SUBMITTED,
    EmbeddedSession,
    SessionEvent,
)
from app.store.models.submissions import DELIVERED as ARRIVED
from app.store.models.submissions import Delivery, Submission

DECISIONS = {"approved": APPROVED, "rejected": REJECTED}
_SESSION: Any = select(EmbeddedSession.id, EmbeddedSession.state, EmbeddedSession.events).where(
    EmbeddedSession.application_id == bindparam("application_id")
)
_BY_ID: Any = select(EmbeddedSession.id, EmbeddedSession.state, EmbeddedSession.events).where(
    EmbeddedSession.id == bindparam("session_id")
)
_APPLICATION: Any = select(Application.state, Application.decision, Application.reopened).where(
    Application.id == bindparam("application_id")
)
_DELIVERIES = (
    select(Submission.number, Delivery.api, Delivery.state, Delivery.upstream_state)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(Submission.application_id == bindparam("application_id"))
    .order_by(Submission.number)
)


class History(Protocol):
    """What changes an application tells this, within its own transaction."""

    def refresh(self, connection: Connection, application_id: str) -> None:
        """Bring the state of the application's session, if it has one, up to its rows."""


class Histories:
    """Writes down what happens to sessions."""

    def __init__(self, *, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self.outbox, self.clock = outbox, clock

    def note(self, connection: Connection, session_id: str, kind: str, state: str, **detail: Any) -> None:
        """Add an event, with the state that the session has from then on; `detail` are ids and states only."""
        row = connection.execute(_BY_ID.with_for_update(), {"session_id": session_id}).one()
        self._add(connection, row, kind, state, detail)

    def refresh(self, connection: Connection, application_id: str) -> None:
        """Bring the state of the application's session, if it has one, up to its rows."""
        place = {"application_id": application_id}
        row = connection.execute(_SESSION.with_for_update(), place).first()
        if row is None or row.state in ENDED:
            return
        application = connection.execute(_APPLICATION, place).first()
        if application is None or application.state == PURGING:
            return
        deliveries = connection.execute(_DELIVERIES, place).all()
        state, detail = _standing(application, deliveries)
        if state == row.state and state != ACTION_NEEDED:
            return
        if state == ACTION_NEEDED and detail == self._last_detail(connection, row, state):
            return
        if row.state == STARTED and state not in (STARTED, SUBMITTED):
            # Sent and answered in one breath: both are told, in their order.
            self._add(connection, row, "session.submitted", SUBMITTED, {"submission": 1})
            row = connection.execute(_SESSION, place).one()
        self._add(connection, row, f"session.{state}", state, detail)

    def _last_detail(self, connection: Connection, row: Row[Any], state: str) -> dict[str, Any] | None:
        """What the newest event says, if it is of this state."""
        if row.state != state:
            return None
        newest = select(SessionEvent.detail).where(SessionEvent.session_id == row.id, SessionEvent.number == row.events)
        told: dict[str, Any] = json.loads(connection.execute(newest).scalar_one())
        return told

    def _add(self, connection: Connection, row: Row[Any], kind: str, state: str, detail: Mapping[str, Any]) -> None:
        now, number = self.clock(), row.events + 1
        connection.execute(
            insert(SessionEvent).values(
                session_id=row.id,
                number=number,
                kind=kind,
                state=state,
                detail=json.dumps(detail, sort_keys=True),
                created_at=now,
            )
        )
        connection.execute(
            update(EmbeddedSession)
            .where(EmbeddedSession.id == row.id)
            .values(state=state, events=number, updated_at=now)
        )
        self.outbox.add(connection, row.id, number=number, kind=kind, state=state, detail=detail)


def _standing(application: Row[Any], deliveries: Any) -> tuple[str, dict[str, Any]]:
    """A session's state by its application's rows, and what its event says."""
    newest = {each.api: each for each in deliveries}
    decisions = {each.upstream_state for each in newest.values()} | {application.decision}
    if application.state == REOPENED:
        asked: dict[str, dict[str, Any]] = json.loads(application.reopened)
        return ACTION_NEEDED, {"steps": {step: each["reason"] for step, each in sorted(asked.items())}}
    if "rejected" in decisions or "approved" in decisions:
        decision = "rejected" if "rejected" in decisions else "approved"
        return DECISIONS[decision], {}
    if application.state in OPEN_STATES:
        return STARTED, {}
    submission = max((each.number for each in deliveries), default=1)
    if newest and all(each.state == ARRIVED for each in newest.values()):
        return DELIVERED, {"submission": submission}
    return SUBMITTED, {"submission": submission}
