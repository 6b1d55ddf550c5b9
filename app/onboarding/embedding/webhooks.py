"""Looking after an integration's webhook: where it leads, its secrets, a test, and what was sent with the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from app.apis.authentication import Integration
from app.domain.errors import AltaError
from app.domain.web_addresses import webhook_url_of
from app.onboarding import integrations
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.embedding.outbox import TEST, row_of
from app.onboarding.embedding.sending import (
    NO_LONGER_THERE,
    Sending,
    answer_row,
    disable_gone,
    is_success,
    told_of,
)
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.webhooks import (
    BY_HAND,
    DELIVERED,
    FAILED,
    WAITING,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)

PAGE = 25
_ENDPOINT: Any = select(WebhookEndpoint.__table__).where(WebhookEndpoint.integration_id == bindparam("integration_id"))
_MESSAGE: Any = select(WebhookMessage.__table__).where(
    WebhookMessage.id == bindparam("message_id"), WebhookMessage.integration_id == bindparam("integration_id")
)
_ORDER = (WebhookMessage.created_at, WebhookMessage.id)


class WebhookError(AltaError):
    """What was asked of a webhook cannot be done; the message is a sentence."""


class UnknownMessageError(WebhookError):
    """The integration has no such message."""


@dataclass(frozen=True, kw_only=True)
class SecretLife:
    """When a secret was made and, if another took its place, until when it signs along."""

    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where an integration is told, and why not if it is not."""

    url: str
    disabled: str | None
    secrets: tuple[SecretLife, ...]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One answer, or why there was none."""

    at: datetime
    milliseconds: int
    status: int | None
    error: str | None

    @property
    def is_success(self) -> bool:
        """Whether the receiver took it."""
        return is_success(self.status)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message with its answers, the first attempt's first."""

    id: str
    kind: str
    session_id: str | None
    state: str
    created_at: datetime
    next_try_at: datetime | None
    attempts: tuple[Attempt, ...]


class Webhooks:
    """The use cases; `by` None is the operator at the command line."""

    def __init__(self, *, sending: Sending, audit: Audit, is_local: bool, clock: Callable[[], datetime]) -> None:
        self.sending, self.audit, self.is_local, self.clock = sending, audit, is_local, clock
        self.secrets, self.outbox = sending.secrets, sending.outbox

    def owner(self, by: StaffMember | None, integration_id: int) -> Integration | None:
        """The integration, if it is one of the member's."""
        found = next((each for each in integrations.list_all() if each.id == integration_id), None)
        return found if found is not None and (by is None or by.sees(found.name)) else None

    def of(self, owner: Integration) -> Endpoint | None:
        """Where the integration is told, if it wants to be."""
        with read() as connection:
            row = connection.execute(_ENDPOINT, {"integration_id": owner.id}).first()
        if row is None:
            return None
        lives = [SecretLife(created_at=each.created_at, ends_at=each.ends_at) for each in self.secrets.living(owner.id)]
        return Endpoint(url=row.url, disabled=row.disabled, secrets=tuple(lives))

    def set_url(self, owner: Integration, url: str, *, by: StaffMember | None, address: str = "") -> str | None:
        """Tell the integration there from now on; the first time its secret, to be shown once. Raises AddressError."""
        url = webhook_url_of(url, is_local_allowed=self.is_local)
        values = {"url": url, "disabled": None, "updated_at": self.clock()}
        secret = None
        with write() as connection:
            changed = connection.execute(
                update(WebhookEndpoint).where(WebhookEndpoint.integration_id == owner.id).values(**values)
            )
            if not changed.rowcount:
                connection.execute(insert(WebhookEndpoint).values(integration_id=owner.id, **values))
                secret = self.secrets.make(connection, owner.id)
            self._note(connection, AuditAction.WEBHOOK_SET, owner, by, address)
        return secret

    def rotate(self, owner: Integration, *, by: StaffMember | None, address: str = "") -> str:
        """A new secret, to be shown once; the one before signs along for a day. Raises WebhookError."""
        with write() as connection:
            self._require(connection, owner)
            secret = self.secrets.make(connection, owner.id)
            self._note(connection, AuditAction.WEBHOOK_SECRET_MADE, owner, by, address)
        return secret

    def switch(self, owner: Integration, *, on: bool, by: StaffMember | None, address: str = "") -> None:
        """Send there again, or nothing any more; raises WebhookError."""
        action = AuditAction.WEBHOOK_ENABLED if on else AuditAction.WEBHOOK_DISABLED
        with write() as connection:
            row = self._require(connection, owner)
            if (row.disabled is None) == on:
                return
            values = {"disabled": None if on else BY_HAND, "updated_at": self.clock()}
            connection.execute(
                update(WebhookEndpoint).where(WebhookEndpoint.integration_id == owner.id).values(**values)
            )
            self._note(connection, action, owner, by, address)

    def test(self, owner: Integration, *, by: StaffMember | None, address: str = "") -> Message:
        """Send a message that tells of nothing, now, and give it with its answer; raises WebhookError."""
        with read() as connection:
            endpoint = self._require(connection, owner)
        at = self.clock()
        row = row_of(owner.id, TEST, {}, at)
        posted = self.sending.post(owner.id, endpoint.url, row["id"], row["body"])
        told = told_of(posted, at, endpoint.updated_at)
        row |= {"state": DELIVERED if is_success(posted.status) else FAILED, "attempts": 1, "updated_at": self.clock()}
        with write() as connection:
            connection.execute(insert(WebhookMessage), row)
            connection.execute(insert(WebhookAttempt), answer_row(row["id"], 0, told))
            if posted.status == NO_LONGER_THERE:
                disable_gone(connection, owner.id, told, self.clock())
            self._note(connection, AuditAction.WEBHOOK_TESTED, owner, by, address)
        with read() as connection:
            return self._with_answers(connection, [connection.execute(_MESSAGE, _place(owner, row["id"])).one()])[0]

    def messages(self, owner: Integration, *, before: str = "") -> tuple[list[Message], bool]:
        """A page of what was sent, the newest first, from after the message `before`; whether there is more."""
        statement = select(WebhookMessage.__table__).where(WebhookMessage.integration_id == owner.id)
        statement = statement.order_by(*(each.desc() for each in _ORDER)).limit(PAGE + 1)
        with read() as connection:
            last = connection.execute(_MESSAGE, _place(owner, before)).first() if before else None
            if last is not None:
                statement = statement.where(tuple_(*_ORDER) < tuple_(*_bound(last)))
            rows = connection.execute(statement).all()
            return self._with_answers(connection, rows[:PAGE]), len(rows) > PAGE

    def resend(self, owner: Integration, message_id: str, *, by: StaffMember | None, address: str = "") -> None:
        """Have a message sent again under its id, as if it were new, when it is its turn; raises WebhookError."""
        with write() as connection:
            if self._require(connection, owner).disabled is not None:
                raise WebhookError("The webhook is switched off: switch it on first.")
            found = connection.execute(_MESSAGE, _place(owner, message_id)).first()
            if found is None:
                raise UnknownMessageError("There is no such message.")
            self.outbox.hold(connection, found.session_id or "")
            row = connection.execute(_MESSAGE.with_for_update(), _place(owner, message_id)).one()
            anew = {"state": WAITING, "attempts": 0, "waiting_since": self.clock()}
            if row.session_id is None:
                self.outbox.enqueue(connection, row, wait=0.0, **anew)
            else:
                self.outbox.change(connection, row.id, next_try_at=None, **anew)
                self.outbox.release(connection, row.session_id)
            self._note(connection, AuditAction.WEBHOOK_RESENT, owner, by, address, subject=message_id)

    def _require(self, connection: Connection, owner: Integration) -> Any:
        row = connection.execute(_ENDPOINT, {"integration_id": owner.id}).first()
        if row is None:
            raise WebhookError("The integration has no webhook yet.")
        return row

    def _note(
        self,
        connection: Connection,
        action: AuditAction,
        owner: Integration,
        by: StaffMember | None,
        address: str,
        *,
        subject: str = "",
    ) -> None:
        said = f"{owner.name} {subject}".strip()
        self.audit.record(connection, who=by, action=action, subject=said, address=address)

    def _with_answers(self, connection: Connection, rows: Any) -> list[Message]:
        answers: dict[str, list[Attempt]] = {row.id: [] for row in rows}
        statement = select(WebhookAttempt.__table__).where(WebhookAttempt.message_id.in_(list(answers)))
        for row in connection.execute(statement.order_by(WebhookAttempt.run)):
            attempt = Attempt(at=row.at, milliseconds=row.milliseconds, status=row.status, error=row.error)
            answers[row.message_id].append(attempt)
        names = ("id", "kind", "session_id", "state", "created_at", "next_try_at")
        return [
            Message(**{name: getattr(row, name) for name in names}, attempts=tuple(answers[row.id])) for row in rows
        ]


def _place(owner: Integration, message_id: str) -> dict[str, Any]:
    return {"integration_id": owner.id, "message_id": message_id}


def _bound(row: Any) -> tuple[Any, Any]:
    """Where a page ends, in the columns' own types."""
    return (
        bindparam("last_at", row.created_at, type_=WebhookMessage.created_at.type),
        bindparam("last_id", row.id),
    )
