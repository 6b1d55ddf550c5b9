"""The outbox of webhooks: a message for each event, in the event's own transaction, and whose turn it is to be sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, insert, select, update

from app.store.models.embedding import EmbeddedSession
from app.store.models.integrations import Integration
from app.store.models.webhooks import WAITING, WebhookEndpoint, WebhookMessage

# What integrations are told of; what they did themselves by a call is in its answer.
TOLD = frozenset(
    f"session.{each}"
    for each in ("started", "submitted", "delivered", "action_needed", "approved", "rejected", "expired", "erased")
)
TEST = "webhook.test"
_ENDPOINT = (
    select(WebhookEndpoint.integration_id)
    .join(EmbeddedSession, EmbeddedSession.integration_id == WebhookEndpoint.integration_id)
    .join(Integration, Integration.id == WebhookEndpoint.integration_id)
    .where(
        EmbeddedSession.id == bindparam("session_id"),
        WebhookEndpoint.disabled.is_(None),
        Integration.revoked_at.is_(None),
    )
)
_FIRST: Any = (
    select(WebhookMessage.id, WebhookMessage.integration_id, WebhookMessage.run, WebhookMessage.next_try_at)
    .where(WebhookMessage.session_id == bindparam("session_id"), WebhookMessage.state == WAITING)
    .order_by(WebhookMessage.number)
    .limit(1)
)
_ADD = insert(WebhookMessage)
_CHANGE = update(WebhookMessage).where(WebhookMessage.id == bindparam("message_id"))
# Who adds a message or ends one holds its session: so two never both leave the next one to the other.
_SESSION = select(EmbeddedSession.id).where(EmbeddedSession.id == bindparam("session_id")).with_for_update()


class Queue(Protocol):
    """The worker's queue."""

    def send_webhook(self, connection: Connection, place: str, message_id: str, run: int, *, wait: float) -> None:
        """Have an attempt at a message begin after `wait` seconds, once the caller's transaction commits."""

    def alive(self, runs: list[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those attempts that wait in the queue, or are under way."""


class Outbox:
    """Puts messages in, and lets each go when those before it are through."""

    def __init__(self, *, queue: Queue, clock: Callable[[], datetime]) -> None:
        self.queue, self.clock = queue, clock

    def add(
        self, connection: Connection, session_id: str, *, number: int, kind: str, state: str, detail: Mapping[str, Any]
    ) -> None:
        """Tell the session's integration of an event, if it wants to be told; the caller holds the session's row."""
        if kind not in TOLD:
            return
        owner = connection.execute(_ENDPOINT, {"session_id": session_id}).scalar()
        if owner is None:
            return
        now = self.clock()
        data = {"session_id": session_id, "number": number, "state": state, **detail}
        event = {"session_id": session_id, "number": number}
        connection.execute(_ADD, row_of(owner, kind, data, now) | event)
        self.release(connection, session_id)

    def release(self, connection: Connection, session_id: str) -> None:
        """Enqueue the session's first message that waits, unless it is already; within the session's lock."""
        first = connection.execute(_FIRST, {"session_id": session_id}).first()
        if first is not None and first.next_try_at is None:
            self.enqueue(connection, first, wait=0.0)

    def enqueue(self, connection: Connection, row: Any, *, wait: float, **changes: Any) -> None:
        """Write a message's row, with an attempt at it due after `wait` seconds."""
        now, run = self.clock(), row.run + 1
        due = {"run": run, "next_try_at": now + timedelta(seconds=wait), "updated_at": now}
        connection.execute(_CHANGE, {"message_id": row.id, **changes, **due})
        self.queue.send_webhook(connection, str(row.integration_id), row.id, run, wait=wait)

    def change(self, connection: Connection, message_id: str, **changes: Any) -> None:
        """Write a message's row."""
        connection.execute(_CHANGE, {"message_id": message_id, **changes, "updated_at": self.clock()})

    def first(self, connection: Connection, session_id: str) -> Any:
        """The session's message whose turn it is, or None."""
        return connection.execute(_FIRST, {"session_id": session_id}).first()

    def hold(self, connection: Connection, session_id: str) -> None:
        """Let nobody else add or end a message of the session until this transaction ends."""
        connection.execute(_SESSION, {"session_id": session_id}).first()


def row_of(integration_id: int, kind: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A new message that waits: its body holds ids and states, nothing of a person."""
    body = {"type": kind, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    return {
        "id": str(uuid.uuid4()),
        "integration_id": integration_id,
        "kind": kind,
        "body": json.dumps(body, separators=(",", ":")),
        "state": WAITING,
        "attempts": 0,
        "run": 0,
        "waiting_since": now,
        "created_at": now,
        "updated_at": now,
    }
