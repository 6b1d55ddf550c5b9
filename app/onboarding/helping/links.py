"""Links that take a person to their part of an application: made by the agent who helps, opened with the birth date."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.config import Settings
from app.onboarding.access import Access
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.browser_sessions import TOKEN_BYTES, add_session
from app.onboarding.draft import Draft
from app.onboarding.drafts import Drafts
from app.onboarding.errors import LinkGoneError, NoBirthDateError, WrongBirthDateError
from app.onboarding.staff.members import StaffMember
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.applications import Application, BrowserSession
from app.store.models.assistances import PersonLink


@dataclass(frozen=True, kw_only=True)
class LinkMade:
    """A link just made: its secret token, and when it ends."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class LinkStanding:
    """What is known of a link before it is opened."""

    tries_left: int
    language: str


class PersonLinks:
    """The use cases of handing a person their part."""

    def __init__(
        self,
        *,
        settings: Settings,
        drafts: Drafts,
        access: Access,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings, self.drafts, self.access, self.clock = settings, drafts, access, clock
        self.audit = audit

    def may_be_made(self, draft: Draft) -> bool:
        """Whether the birth date is known that the link asks for."""
        return self.access.birth_date(draft) is not None

    def make(self, draft: Draft, who: StaffMember, *, how: str, address: str) -> LinkMade:
        """A new link to the person's part, by the agent who holds `draft`; an earlier one ends.

        `how` says for the record how it goes out. Raises NoBirthDateError, ClosedError and AssistanceOverError.
        """
        if not self.may_be_made(draft):
            raise NoBirthDateError(draft.id)
        now, token = self.clock(), secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "application_id": draft.id,
            "token_hash": token_hash(token),
            "created_at": now,
            "expires_at": now + timedelta(hours=self.settings.person_link_hours),
            "failed_tries": 0,
        }
        with write() as connection:
            self.drafts.touch(connection, draft)
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            changes = {name: value for name, value in row.items() if name != "application_id"}
            connection.execute(
                dialect.insert(PersonLink)
                .values(**row)
                .on_conflict_do_update(index_elements=["application_id"], set_=changes)
            )
            self.audit.record(
                connection,
                who=who,
                action=AuditAction.PERSON_LINK_MADE,
                application_id=draft.id,
                subject=how,
                address=address,
            )
        return LinkMade(token=token, expires_at=now + timedelta(hours=self.settings.person_link_hours))

    def standing(self, token: str) -> LinkStanding:
        """What a link shows before it is opened; raises LinkGoneError."""
        with read() as connection:
            row = self._row(connection, token)
        return LinkStanding(tries_left=self.settings.resume_tries - row.failed_tries, language=row.language)

    def open(self, token: str, given: date) -> str:
        """Exchange a link and the right birth date for the token of a browser session that sees the person's part.

        Raises LinkGoneError, or WrongBirthDateError; a try counts before its answer is known.
        """
        with write() as connection:
            row = self._row(connection, token)
            draft = self.drafts.load_by_id(connection, row.application_id)
            right = draft is not None and self.access.birth_date(draft) == given
            if right:
                session_token = secrets.token_urlsafe(TOKEN_BYTES)
                add_session(connection, session_token, row.application_id, self.clock(), part=True)
            connection.execute(
                update(PersonLink)
                .where(PersonLink.application_id == row.application_id)
                .values(failed_tries=0 if right else PersonLink.failed_tries + 1)
            )
        if right:
            return session_token
        left = self.settings.resume_tries - row.failed_tries - 1
        if left <= 0:
            raise LinkGoneError("too many tries")
        raise WrongBirthDateError(left)

    def take_all(self, token: str) -> None:
        """Let the browser that holds `token` see and change all of the application: the person wants to."""
        with write() as connection:
            connection.execute(
                update(BrowserSession).where(BrowserSession.token_hash == token_hash(token)).values(part=False)
            )

    def _row(self, connection: Connection, token: str) -> Any:
        row = connection.execute(
            select(PersonLink.application_id, PersonLink.failed_tries, Application.language)
            .join(Application, Application.id == PersonLink.application_id)
            .where(
                PersonLink.token_hash == token_hash(token),
                PersonLink.expires_at > self.clock(),
                PersonLink.failed_tries < self.settings.resume_tries,
            )
            .with_for_update(of=PersonLink)
        ).first()
        if row is None:
            raise LinkGoneError("no such link")
        return row
