"""The ledger of deliveries: what came of each attempt, and the next one enqueued in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from app.config import Settings
from app.domain.errors import AltaError
from app.onboarding.outcome import Outcome, wait_before, wait_before_look
from app.onboarding.stages import Stages
from app.onboarding.wants import joined
from app.store.db import read, write
from app.store.models import applications
from app.store.models.submissions import CANCELLED, DELIVERED, FAILED, WAITING, Delivery, Submission

DECIDED = ("approved", "rejected")
# Later than any delivery of the queue begins: then its workflow is looked for.
OVERDUE_AFTER = timedelta(minutes=1)
OVERDUE_BATCH = 200
UPSTREAM: Any = applications.UPSTREAM.element
_DELIVERY = (
    select(Delivery.__table__, Submission.application_id, Submission.number, applications.UPSTREAM)
    .join(Submission, Submission.id == Delivery.submission_id)
    .join(applications.Application, applications.Application.id == Submission.application_id)
)

_LOCKED = _DELIVERY.where(Delivery.id == bindparam("delivery_id")).with_for_update(of=Delivery)
_DECISION = (
    select(Delivery.id)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(Submission.application_id == bindparam("application_id"), Delivery.upstream_state.in_(DECIDED))
)
# What it changes are the columns that its parameters name.
_CHANGE = update(Delivery).where(Delivery.id == bindparam("delivery_id"))


class Queue(Protocol):
    """The worker's queue."""

    def enqueue(self, connection: Connection, place: str, delivery_id: str, run: int, *, wait: float) -> None:
        """Have run `run` of a delivery begin after `wait` seconds, once the caller's transaction commits.

        `place` names the upstream: a slow one takes up no other's turn.
        """

    def alive(self, runs: list[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those runs of deliveries that wait in the queue, or are under way."""


class DeliveryError(AltaError):
    """What an operator asked of a delivery cannot be done; the message is a sentence."""


def place_of(api: str, integration: str | None) -> str:
    """The upstream's name in the queue."""
    return f"{api}:{integration or ''}"


class Ledger:
    """The rows of deliveries, and the queue that moves them."""

    def __init__(self, *, settings: Settings, queue: Queue, stages: Stages, clock: Callable[[], datetime]) -> None:
        self.queue, self.stages, self.clock = queue, stages, clock
        self.patience = timedelta(days=settings.delivery_days)
        self.follows = timedelta(days=settings.follow_days)

    def record(self, delivery_id: str, run: int, told: Mapping[str, Any]) -> str | None:
        """Write down what came of a run, and enqueue what follows from it; repeating it changes nothing.

        Gives the delivery's state, or None where this run has no say any more.
        """
        outcome = Outcome(**told)
        with write() as connection:
            row = self._locked(connection, delivery_id)
            if row is None or not self._counts(row, run, outcome):
                return None
            values = self._arrived(connection, row, outcome) if outcome.state == DELIVERED else self._not(row, outcome)
            self._change(connection, row, values)
            if outcome.reopen:
                self._reopen(connection, row.application_id, outcome)
            self.stages.refresh(connection, row.application_id)
        return str(values["state"])

    def retry(self, delivery_id: str) -> None:
        """Begin anew with a delivery that has not arrived; raises DeliveryError."""
        with write() as connection:
            self.retry_within(connection, delivery_id)

    def retry_within(self, connection: Connection, delivery_id: str) -> None:
        """The same within the caller's transaction."""
        row = self._require(connection, delivery_id)
        if row.state not in (WAITING, FAILED, CANCELLED):
            raise DeliveryError(f"The delivery is {row.state}: there is nothing to try again.")
        newer = connection.execute(
            select(Delivery.id)
            .join(Submission, Submission.id == Delivery.submission_id)
            .where(
                Submission.application_id == row.application_id,
                Submission.number > row.number,
                Delivery.api == row.api,
            )
        )
        if newer.first() is not None:
            raise DeliveryError("The person has sent a newer submission: try that one's delivery again.")
        now = self.clock()
        values = {"state": WAITING, "attempts": 0, "waiting_since": now, "error": None}
        self._change(connection, row, values | self._next(row, 0.0))
        self.stages.refresh(connection, row.application_id)

    def cancel(self, delivery_id: str) -> None:
        """End a delivery that has not arrived; raises DeliveryError."""
        with write() as connection:
            row = self._require(connection, delivery_id)
            if row.state not in (WAITING, FAILED):
                raise DeliveryError(f"The delivery is {row.state}: it cannot be cancelled.")
            self._change(connection, row, {"state": CANCELLED, "next_try_at": None, "run": row.run + 1})
            self.stages.refresh(connection, row.application_id)

    def hasten(self, api: str, upstream_id: str, integration: str | None) -> bool:
        """Look at once how a record stands that its API says has changed; whether there is one."""
        with write() as connection:
            found = connection.execute(
                _DELIVERY.where(
                    Delivery.api == api,
                    Delivery.upstream_id == upstream_id,
                    Delivery.state == DELIVERED,
                    UPSTREAM.is_(None) if integration is None else integration == UPSTREAM,
                ).with_for_update(of=Delivery)
            ).all()
            for row in found:
                self._change(connection, row, self._next(row, 0.0))
        return bool(found)

    def rouse(self) -> int:
        """Enqueue anew what is overdue and in no queue, such as after a fault of the database; return how many."""
        late = self.clock() - OVERDUE_AFTER
        due = or_(
            and_(Delivery.state == WAITING, or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= late)),
            and_(Delivery.state == DELIVERED, Delivery.next_try_at <= late),
        )
        with read() as connection:
            statement = select(Delivery.id, Delivery.run).where(due).order_by(Delivery.next_try_at)
            runs = [(row.id, row.run) for row in connection.execute(statement.limit(OVERDUE_BATCH))]
        lost = set(runs) - self.queue.alive(runs) if runs else set()
        for delivery_id, run in sorted(lost):
            with write() as connection:
                row = self._locked(connection, delivery_id)
                if row is not None and row.run == run:
                    self._change(connection, row, self._next(row, 0.0))
        return len(lost)

    def _counts(self, row: Row[Any], run: int, outcome: Outcome) -> bool:
        """Whether a run may write: the present one; and one that was cancelled while it arrived all the same."""
        return bool(row.run == run or (outcome.upstream_id and outcome.state == DELIVERED and row.state == CANCELLED))

    def _not(self, row: Row[Any], outcome: Outcome) -> dict[str, Any]:
        """What becomes of a delivery that did not arrive."""
        now, attempts = self.clock(), row.attempts + (row.state != DELIVERED)
        given_up = outcome.state == WAITING and now - (row.waiting_since or row.created_at) >= self.patience
        values = {
            "state": FAILED if given_up else outcome.state,
            "attempts": attempts,
            "error": outcome.error,
            "attention": outcome.attention,
            "next_try_at": None,
        }
        if values["state"] == WAITING:
            values |= self._next(row, wait_before(attempts, retry_after=outcome.retry_after))
        elif outcome.upstream_id:
            values |= {
                "upstream_id": outcome.upstream_id,
                "upstream_state": outcome.upstream_state,
                "delivered_at": row.delivered_at or now,
            }
        return values

    def _arrived(self, connection: Connection, row: Row[Any], outcome: Outcome) -> dict[str, Any]:
        """What becomes of a delivery that arrived just now, or was looked at since."""
        now, fresh = self.clock(), row.state != DELIVERED
        looks = 0 if fresh else row.looks + 1
        values: dict[str, Any] = {
            "state": DELIVERED,
            "attempts": row.attempts + fresh,
            "looks": looks,
            "error": outcome.error,
            "attention": outcome.attention,
            "upstream_state": outcome.upstream_state or row.upstream_state,
            "next_try_at": None,
        }
        if fresh:
            values |= {"upstream_id": outcome.upstream_id, "delivered_at": now}
        since = now if fresh else row.delivered_at
        if now - since < self.follows and not self._is_final(connection, row, values["upstream_state"]):
            values |= self._next(row, wait_before_look(looks, retry_after=outcome.retry_after))
        return values

    def _is_final(self, connection: Connection, row: Row[Any], upstream_state: str | None) -> bool:
        """A decision ends the following of its record, and of the KYC request of the same application."""
        if upstream_state in DECIDED:
            return True
        return connection.execute(_DECISION, {"application_id": row.application_id}).first() is not None

    def _next(self, row: Row[Any], wait: float) -> dict[str, Any]:
        return {"run": row.run + 1, "next_try_at": self.clock() + timedelta(seconds=wait), "wait": wait}

    def _change(self, connection: Connection, row: Row[Any], values: Mapping[str, Any]) -> None:
        """Write the row, and where a next try is due, enqueue its run with it."""
        changes = {name: value for name, value in values.items() if name != "wait"}
        connection.execute(_CHANGE, {"delivery_id": row.id, **changes, "updated_at": self.clock()})
        if "wait" in values:
            place = place_of(row.api, row.upstream)
            self.queue.enqueue(connection, place, row.id, values["run"], wait=values["wait"])

    def _locked(self, connection: Connection, delivery_id: str) -> Row[Any] | None:
        return connection.execute(_LOCKED, {"delivery_id": delivery_id}).first()

    def _require(self, connection: Connection, delivery_id: str) -> Row[Any]:
        row = self._locked(connection, delivery_id)
        if row is None:
            raise DeliveryError(f"There is no delivery {delivery_id}.")
        return row

    def _reopen(self, connection: Connection, application_id: str, outcome: Outcome) -> None:
        """Ask the person again for some steps, beside those that are asked again already."""
        row = applications.Application
        found = connection.execute(
            select(row.reopened, row.checks).where(row.id == application_id).with_for_update()
        ).one()
        asked = json.loads(found.reopened)
        asked |= {step: {"reason": reason, "answered": False} for step, reason in outcome.reopen.items()}
        checks = json.loads(found.checks)
        if outcome.checks:
            checks = joined(checks, outcome.checks)
        connection.execute(
            update(row)
            .where(row.id == application_id)
            .values(
                state=applications.REOPENED,
                reopened=json.dumps(asked),
                checks=json.dumps(checks),
                touched_at=self.clock(),
            )
        )
