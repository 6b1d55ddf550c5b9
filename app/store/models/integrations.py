"""Rows of the integrations that may call the APIs, and of the calls they made under an idempotency key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

RUNNING, DONE = "running", "done"


class Integration(Model):
    """A team's system that may call the APIs; its token is kept only as its hash.

    `client_id` is the number that the personal informations API shows; `country` is the one whose KYC request
    its users get. `public_key` (PEM, named `key_id`) verifies the assertions it gets access tokens for.
    `last_used_at` is written at most once in a few minutes. `token_made_at` is when the token was made, NULL where
    that was with the integration; until `earlier_until` the one before it is good as well.
    """

    __tablename__ = "integrations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    client_id: Mapped[int] = mapped_column(unique=True)
    country: Mapped[str] = mapped_column(String(2), default="BR")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    token_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    earlier_hash: Mapped[str | None] = mapped_column(String(64), unique=True, index=True, default=None)
    earlier_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    earlier_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    earlier_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    public_key: Mapped[str | None] = mapped_column(Text, default=None)
    key_id: Mapped[str | None] = mapped_column(String(100), default=None)


class IdempotentCall(Model):
    """A KYC call made under an idempotency key, with its answer once it is there.

    `owner` is the integration's id, 0 for this installation itself; `key` is a keyed hash of the key, `fingerprint`
    one of the call; `claim` names the attempt that may finish it; `response` is the encrypted answer, its associated
    data the row's `token`.
    """

    __tablename__ = "idempotent_calls"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    token: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[int]
    key: Mapped[str] = mapped_column(String(72))
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default=RUNNING)
    claim: Mapped[str] = mapped_column(String(36))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    response: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
