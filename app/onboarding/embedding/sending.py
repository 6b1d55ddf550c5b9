"""Sending webhooks: one attempt at a message, what follows from its answer, and what was lost roused."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from app.apis.outside import Outside, Posted
from app.onboarding.embedding.outbox import Outbox
from app.onboarding.embedding.secrets import Secrets
from app.store.db import read, write
from app.store.models.integrations import Integration
from app.store.models.webhooks import (
    DELIVERED,
    FAILED,
    GONE,
    WAITING,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)

PATIENCE = timedelta(days=3)
FIRST_WAIT_SECONDS, GROWTH, LONGEST_WAIT_SECONDS = 2.0, 2.5, 6 * 3600.0
# Later than an attempt of the queue begins: then it is looked for.
OVERDUE_AFTER, OVERDUE_BATCH = timedelta(minutes=1), 200
NO_LONGER_THERE = 410
DISABLED, HELD = "disabled", "held"
Told = dict[str, Any]

_MESSAGE: Any = (
    select(
        WebhookMessage.__table__,
        WebhookEndpoint.url,
        WebhookEndpoint.disabled,
        WebhookEndpoint.updated_at.label("set_at"),
        Integration.revoked_at,
    )
    .join(Integration, Integration.id == WebhookMessage.integration_id)
    .outerjoin(WebhookEndpoint, WebhookEndpoint.integration_id == WebhookMessage.integration_id)
    .where(WebhookMessage.id == bindparam("message_id"))
)
_LOCKED: Any = select(WebhookMessage.__table__).where(WebhookMessage.id == bindparam("message_id")).with_for_update()
_SESSION_OF = select(WebhookMessage.session_id).where(WebhookMessage.id == bindparam("message_id"))
_ANSWERED = insert(WebhookAttempt)


class Sending:
    """What the worker does for webhooks."""

    def __init__(self, *, outbox: Outbox, secrets: Secrets, outside: Outside, clock: Callable[[], datetime]) -> None:
        self.outbox, self.secrets, self.outside, self.clock = outbox, secrets, outside, clock

    def attempt(self, message_id: str, run: int) -> Told | None:
        """Post a message, if this run still counts and it is its turn; what came of it, to be recorded."""
        with read() as connection:
            row = connection.execute(_MESSAGE, {"message_id": message_id}).first()
            if row is None or row.run != run or row.state != WAITING:
                return None
            first = self.outbox.first(connection, row.session_id) if row.session_id is not None else row
        if first is not None and first.id != message_id:
            return {"error": HELD}
        if row.url is None or row.disabled is not None or row.revoked_at is not None:
            return {"error": DISABLED}
        at = self.clock()
        posted = self.post(row.integration_id, row.url, message_id, row.body)
        return told_of(posted, at, row.set_at)

    def post(self, integration_id: int, url: str, message_id: str, body: str) -> Posted:
        """Sign and post."""
        headers = {
            "content-type": "application/json",
            "user-agent": "Alta",
            **self.secrets.sign(integration_id, message_id, body),
        }
        return self.outside.post(url, body.encode(), headers)

    def record(self, message_id: str, run: int, told: Told) -> str | None:
        """Write down what came of a run, and what follows from it; repeating it changes nothing.

        Gives the message's state, or None where this run has no say any more.
        """
        with write() as connection:
            session_id: str = connection.execute(_SESSION_OF, {"message_id": message_id}).scalar() or ""
            self.outbox.hold(connection, session_id)
            row = connection.execute(_LOCKED, {"message_id": message_id}).first()
            if row is None or row.run != run or row.state != WAITING:
                return None
            if told.get("error") == HELD:
                # Those before it let it go when they are through; unless they are by now.
                self.outbox.change(connection, message_id, next_try_at=None)
                self.outbox.release(connection, session_id)
                return WAITING
            state = self._follow(connection, row, told)
            if state != WAITING and session_id:
                self.outbox.release(connection, session_id)
        return state

    def rouse(self) -> int:
        """Enqueue anew what is overdue and in no queue, such as after a fault of the database; return how many."""
        late = self.clock() - OVERDUE_AFTER
        statement = (
            select(WebhookMessage.id, WebhookMessage.run)
            .where(WebhookMessage.state == WAITING, WebhookMessage.next_try_at <= late)
            .order_by(WebhookMessage.next_try_at)
            .limit(OVERDUE_BATCH)
        )
        with read() as connection:
            runs = [(row.id, row.run) for row in connection.execute(statement)]
        lost = set(runs) - self.outbox.queue.alive(runs) if runs else set()
        for message_id, run in sorted(lost):
            with write() as connection:
                row = connection.execute(_LOCKED, {"message_id": message_id}).first()
                if row is not None and row.run == run and row.state == WAITING:
                    self.outbox.enqueue(connection, row, wait=0.0)
        return len(lost)

    def _follow(self, connection: Connection, row: Row[Any], told: Told) -> str:
        """Note the answer and, by it, end the message or have it tried again."""
        now, attempts = self.clock(), row.attempts
        if told.get("error") == DISABLED:
            self.outbox.change(connection, row.id, state=FAILED, next_try_at=None)
            return FAILED
        attempts += 1
        connection.execute(_ANSWERED, answer_row(row.id, row.run, told))
        gone = told["status"] == NO_LONGER_THERE
        if gone:
            disable_gone(connection, row.integration_id, told, now)
        left = (row.waiting_since + PATIENCE - now).total_seconds()
        state = DELIVERED if is_success(told["status"]) else FAILED if gone or left <= 0 else WAITING
        if state == WAITING:
            # The last attempt is at the end of these days, not somewhere before.
            self.outbox.enqueue(connection, row, wait=min(wait_before(attempts), left), attempts=attempts)
        else:
            self.outbox.change(connection, row.id, state=state, attempts=attempts, next_try_at=None)
        return state


def wait_before(attempt: int) -> float:
    """Seconds until a message is tried again after its attempt of that number."""
    wait = min(FIRST_WAIT_SECONDS * GROWTH ** min(attempt - 1, 30), LONGEST_WAIT_SECONDS)
    # Spread a little, so that what waited through the same outage does not come back in one moment.
    return wait * random.uniform(1.0, 1.1)  # noqa: S311


def is_success(status: int | None) -> bool:
    """Whether the receiver took it: a redirect is none."""
    return status is not None and 200 <= status < 300


def told_of(posted: Posted, at: datetime, set_at: datetime) -> Told:
    """What came of an attempt, as the worker keeps it between two steps: nothing of what was said."""
    return {
        "at": at.isoformat(),
        "milliseconds": posted.milliseconds,
        "status": posted.status,
        "error": posted.error,
        "set_at": set_at.isoformat(),
    }


def answer_row(message_id: str, run: int, told: Told) -> dict[str, Any]:
    """The row of an attempt."""
    kept = {name: told[name] for name in ("milliseconds", "status", "error")}
    return {"message_id": message_id, "run": run, "at": datetime.fromisoformat(told["at"]), **kept}


def disable_gone(connection: Connection, integration_id: int, told: Told, now: datetime) -> None:
    """Send nothing any more to an endpoint that says so, unless it was set anew meanwhile."""
    connection.execute(
        update(WebhookEndpoint)
        .where(
            WebhookEndpoint.integration_id == integration_id,
            WebhookEndpoint.updated_at == datetime.fromisoformat(told["set_at"]),
        )
        .values(disabled=GONE, updated_at=now)
    )
