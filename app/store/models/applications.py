"""Rows of an application while it is being filled in: the draft, its answers, consents, browsers and personal links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, case, false, null, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Model, UtcDateTime

DRAFT, SUBMITTED, REOPENED, PURGING = "draft", "submitted", "reopened", "purging"


class Application(Model):
    """One person's application.

    `state` is draft, submitted, reopened (something is asked again) or purging. `checks` is what the KYC request wants,
    as JSON; `reopened` maps a step that is asked again to the reason's code. Neither holds personal data.
    `first_step` is the step that the person chose to begin with, "" for the usual order; `integration` names the
    team that it belongs to and whose upstreams it goes to, NULL for none and the default ones; with
    `default_upstreams` it goes to the default ones all the same. `awaits_consent` while the person has not agreed
    yet to what is done with their data, as an agent began it for them. `channel` is a domain Channel: how it came in;
    `assigned_to` the id of the member of staff whose it is, `decision` what staff decided (approved, rejected), NULL
    while nobody has. `tried` names the slots for which a photo was ever given, a space before each. `stage` is a domain
    Stage, kept by onboarding.Stages alone; "" where an earlier release wrote it.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index("ix_applications_state_touched_at", "state", "touched_at"),
        Index("ix_applications_unlisted", "id", sqlite_where=text("stage = ''"), postgresql_where=text("stage = ''")),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    integration: Mapped[str | None] = mapped_column(String(100), default=None)
    default_upstreams: Mapped[bool] = mapped_column(default=False, server_default=false())
    checks: Mapped[str] = mapped_column(default="{}")
    reopened: Mapped[str] = mapped_column(default="{}")
    first_step: Mapped[str] = mapped_column(String(20), default="", server_default="")
    tried: Mapped[str] = mapped_column(String(400), default="", server_default="")
    awaits_consent: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    stage: Mapped[str] = mapped_column(String(16), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(12), default="web", server_default="web")
    assigned_to: Mapped[str | None] = mapped_column(String(36), default=None)
    decision: Mapped[str | None] = mapped_column(String(10), default=None)


class Answer(Model):
    """What was answered in one place of the journey, encrypted.

    `name` is a step's storage key (`personal`, `address:BR`), a photo's slot (`photo:front_document`) or a question
    about what the document says (`settled:birthday`); the value is JSON of re-postable strings. Its associated data is
    the application's id with that name. `given_by` is the id of the member of staff who typed it, "" for the applicant;
    `channel` a domain Channel.
    """

    __tablename__ = "answers"

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[str] = mapped_column(String(36), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(12), default="web", server_default="web")


class Consent(Model):
    """A consent as it was given: which text, in which version and language, and when."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("application_id", "kind", "text_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(40))
    text_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BrowserSession(Model):
    """A browser that may see an application; the cookie's token is kept only as its hash.

    `part`: it is led only to what the person alone can give, as an agent fills in the rest.
    """

    __tablename__ = "browser_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    failed_confirmations: Mapped[int] = mapped_column(default=0)
    part: Mapped[bool] = mapped_column(default=False, server_default=false())


class ResumeLink(Model):
    """A personal link that reopens a draft elsewhere once the birth date is confirmed."""

    __tablename__ = "resume_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_tries: Mapped[int] = mapped_column(default=0)


# Whose upstreams an application goes to, NULL for the default ones.
UPSTREAM = case((Application.default_upstreams, null()), else_=Application.integration).label("upstream")
