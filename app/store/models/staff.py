"""Rows of staff: members, their sessions and recovery codes, sign-ins in progress, and tries that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime


class Member(Model):
    """Somebody who works in the console.

    `name` and `email` are encrypted, as is the TOTP secret, with the row's id and the column as associated data;
    `email_hash` is the keyed hash that finds an e-mail address. `integrations` is a JSON list of names, NULL for all.
    `subject_hash` is of the identity that an OpenID provider vouches for. `totp_step` is the last time step that a
    code was taken of; `totp_pending` is a secret that no code has proved yet. `failed_tries` counts since the last
    sign-in.
    """

    __tablename__ = "staff_members"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    email: Mapped[bytes] = mapped_column(LargeBinary)
    email_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    integrations: Mapped[str | None] = mapped_column(Text, default=None)
    language: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    subject_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_pending: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failed_tries: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    failed_address: Mapped[str | None] = mapped_column(String(45), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class MemberSession(Model):
    """A browser that is signed in, or on its way there; its cookie's token is kept only as its hash.

    `stage` is second (a code is asked for), enrol (a second step is to be set up) or full. `failed_tries` and what
    follows tell of what happened before this sign-in, until they were seen.
    """

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(8))
    way: Mapped[str] = mapped_column(String(8))
    browser: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    failed_tries: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    failed_address: Mapped[str | None] = mapped_column(String(45), default=None)


class RecoveryCode(Model):
    """A code that stands in once for the second step; only its keyed hash is kept."""

    __tablename__ = "staff_recovery_codes"

    member_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class MemberLink(Model):
    """A link by which a member chooses a password, good once; the latest one of a member is the only one."""

    __tablename__ = "staff_links"

    member_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderVisit(Model):
    """A browser that was sent to the OpenID provider and is expected back.

    `token_hash` is of the token in the browser's cookie, `state_hash` of what the provider brings back; nonce and
    verifier are encrypted with the token's hash as associated data. A row is good once.
    """

    __tablename__ = "staff_provider_visits"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FailedTries(Model):
    """How often signing in failed lately for one key, the keyed hash of an account, an address, or both."""

    __tablename__ = "staff_failed_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locked_until: Mapped[datetime] = mapped_column(UtcDateTime)
