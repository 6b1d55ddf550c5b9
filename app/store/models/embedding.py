"""Rows of embedding: what an integration may do with it, its sessions with their history, launches and frames."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

CREATED, STARTED, SUBMITTED, DELIVERED, ACTION_NEEDED, APPROVED, REJECTED = (
    "created",
    "started",
    "submitted",
    "delivered",
    "action_needed",
    "approved",
    "rejected",
)
CANCELLED, EXPIRED, ERASED = "cancelled", "expired", "erased"
# Nobody may go on with a session in one of these.
ENDED = (CANCELLED, EXPIRED, ERASED)
STATES = (CREATED, STARTED, SUBMITTED, DELIVERED, ACTION_NEEDED, APPROVED, REJECTED, *ENDED)
# What a launch opens: a frame or a page of its own; a tab in place of a frame that could not go on.
LAUNCH, TAB = "launch", "tab"
# Their rows name an application and stay when it is deleted.
OUTLIVES = {"outlives_application": True}


class EmbedSettings(Model):
    """What an integration registered: JSON lists of the origins that may frame it and of its return URLs.

    `is_test` marks an integration whose outcomes magic values may steer. `theme` is JSON; `product` and `privacy_url`
    are what its pages say in place of ours; `logo` is a picture that we encoded, `logo_name` a hash of it.
    """

    __tablename__ = "embed_settings"

    integration_id: Mapped[int] = mapped_column(ForeignKey("integrations.id", ondelete="CASCADE"), primary_key=True)
    is_test: Mapped[bool] = mapped_column(default=False)
    origins: Mapped[str] = mapped_column(default="[]")
    return_urls: Mapped[str] = mapped_column(default="[]")
    theme: Mapped[str] = mapped_column(default="{}", server_default="{}")
    product: Mapped[str | None] = mapped_column(String(60), default=None)
    privacy_url: Mapped[str | None] = mapped_column(String(500), default=None)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    logo_name: Mapped[str | None] = mapped_column(String(40), index=True, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmbeddedSession(Model):
    """One person's onboarding as an integration asked for it.

    `external_hash` is a keyed hash of the integration's own id for it, NULL where it gave none; `fingerprint` one of
    the call that made it. `details` is the encrypted JSON of what was given (its own id, prefill, return URL,
    metadata), its associated data the row's id; NULL once erased. `theme` is JSON. `application_id` names the
    application once the person has begun; of an erased session `traces` is JSON of the ids that were erased, so that
    what a delivery under way wrote meanwhile is found again. `events` counts its history.
    """

    __tablename__ = "embedded_sessions"
    __table_args__ = (
        UniqueConstraint("integration_id", "external_hash"),
        Index("ix_embedded_sessions_state_updated_at", "state", "updated_at"),
        {"info": OUTLIVES},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integrations.id"))
    external_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default=CREATED)
    application_id: Mapped[str | None] = mapped_column(String(36), unique=True, default=None)
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8))
    details: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    theme: Mapped[str] = mapped_column(default="{}")
    traces: Mapped[str | None] = mapped_column(default=None)
    events: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionEvent(Model):
    """One thing that happened to a session, numbered from 1 in its order.

    `kind` is what webhooks call it (`session.submitted`), `state` the session's from then on, `detail` JSON of ids and
    states; nothing of a person.
    """

    __tablename__ = "session_events"

    session_id: Mapped[str] = mapped_column(ForeignKey("embedded_sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmbedLaunch(Model):
    """A token that opens a session once; kept as its hash.

    `kind` is launch, or tab for one that a frame gave out; `frame_hash` then names the frame.
    """

    __tablename__ = "embed_launches"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("embedded_sessions.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8), default=LAUNCH)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class EmbedFrame(Model):
    """A browser that was let in by a launch; what it holds, in a cookie or in the path, is kept as its hash.

    `handle_hash` is of the one-time handle that finds out whether the cookie came back. `application_id` is the one it
    was admitted to. `language` and `theme` (JSON) are what was chosen in it. `left_at` is when the person went on in
    a tab instead.
    """

    __tablename__ = "embed_frames"
    __table_args__ = {"info": OUTLIVES}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("embedded_sessions.id", ondelete="CASCADE"), index=True)
    handle_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    application_id: Mapped[str | None] = mapped_column(String(36), default=None)
    language: Mapped[str] = mapped_column(String(8))
    theme: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
