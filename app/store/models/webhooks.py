"""Rows of webhooks: where an integration is told of its sessions, its secrets, and what was sent with the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
# Why an endpoint is sent nothing: somebody switched it off, or it answered that it is gone.
BY_HAND, GONE = "by_hand", "gone"


class WebhookEndpoint(Model):
    """Where an integration is told; `disabled` says why nothing is sent there, NULL where it is."""

    __tablename__ = "webhook_endpoints"

    integration_id: Mapped[int] = mapped_column(ForeignKey("integrations.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    disabled: Mapped[str | None] = mapped_column(String(16), default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookSecret(Model):
    """What an integration's messages are signed with: encrypted, its associated data the row's id.

    `ends_at` is NULL for the present one; those before it go on signing until then.
    """

    __tablename__ = "webhook_secrets"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    integration_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_endpoints.integration_id", ondelete="CASCADE"), index=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class WebhookMessage(Model):
    """One event on its way to its integration; `body` is what is sent, the same at each attempt: ids and states.

    `session_id` and `number` name the event, both NULL for a test. `run` is the attempt that counts; `next_try_at` is
    when it is due, NULL while an earlier message of the session waits, or once nothing is.
    """

    __tablename__ = "webhook_messages"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index("ix_webhook_messages_integration_id_created_at", "integration_id", "created_at"),
        Index("ix_webhook_messages_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integrations.id", ondelete="CASCADE"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("embedded_sessions.id", ondelete="CASCADE"), default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(32))
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    run: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookAttempt(Model):
    """What came of one attempt: the answer's status, or `error` where none came; `run` is 0 for a test."""

    __tablename__ = "webhook_attempts"

    message_id: Mapped[str] = mapped_column(ForeignKey("webhook_messages.id", ondelete="CASCADE"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int]
    status: Mapped[int | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(String(32), default=None)
