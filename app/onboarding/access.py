"""Who may see a draft: browser sessions, the idle clock, and personal links that reopen it elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.config import Settings
from app.onboarding.draft import TYPED_PREFIX, Draft, DraftReader
from app.onboarding.drafts import TOKEN_BYTES, add_session
from app.onboarding.errors import LinkGoneError, SessionGoneError, WrongBirthDateError
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.applications import Answer, BrowserSession, ResumeLink

# A page view moves the idle clock at most this often, so that showing pages hardly ever writes.
SEEN_RESOLUTION = timedelta(seconds=60)
LONGEST_PART = 10


@dataclass(frozen=True, kw_only=True)
class PersonalLink:
    """A personal link just made: its secret token, and when it ends."""

    token: str
    expires_at: datetime


def birth_date_of(draft: Draft) -> tuple[str, str, str] | None:
    """Day, month and year as saved, else as typed so far; nothing while none is known whole."""
    for known in (draft.answers.get("personal"), draft.typed.get("personal")):
        texts = [(known or {}).get(f"birthday-{part}", "") for part in ("day", "month", "year")]
        if all(_is_number(text) for text in texts):
            return texts[0], texts[1], texts[2]
    return None


def _is_number(text: str) -> bool:
    # Python refuses to read a number of thousands of digits, which a form may well bring.
    return text.isdecimal() and len(text) <= LONGEST_PART


def _same_date(saved: tuple[str, str, str], given: tuple[str, str, str]) -> bool:
    texts = [text.strip() for text in given]
    return all(_is_number(text) for text in texts) and [int(text) for text in texts] == [int(text) for text in saved]


class Access:
    """The use cases of coming back."""

    def __init__(self, *, settings: Settings, reader: DraftReader, clock: Callable[[], datetime]) -> None:
        self.settings, self.reader, self.clock = settings, reader, clock

    def is_idle(self, draft: Draft) -> bool:
        """Whether the browser was away for so long that answers may only be shown to who knows the birth date."""
        limit = timedelta(minutes=self.settings.idle_minutes)
        return self.clock() - draft.seen_at > limit and birth_date_of(draft) is not None

    def see(self, draft: Draft, token: str) -> None:
        """Move the idle clock of a browser session."""
        now = self.clock()
        if now - draft.seen_at < SEEN_RESOLUTION:
            return
        with write() as connection:
            connection.execute(
                update(BrowserSession).where(BrowserSession.token_hash == token_hash(token)).values(seen_at=now)
            )

    def confirm(self, draft: Draft, token: str, given: tuple[str, str, str]) -> None:
        """Let an idle browser go on; raises WrongBirthDateError, and ends the session after too many tries."""
        saved, key = birth_date_of(draft), token_hash(token)
        if saved is None or _same_date(saved, given):
            with write() as connection:
                connection.execute(
                    update(BrowserSession)
                    .where(BrowserSession.token_hash == key)
                    .values(seen_at=self.clock(), failed_confirmations=0)
                )
            return
        with write() as connection:
            failed = connection.execute(
                update(BrowserSession)
                .where(BrowserSession.token_hash == key)
                .values(failed_confirmations=BrowserSession.failed_confirmations + 1)
                .returning(BrowserSession.failed_confirmations)
            ).scalar_one_or_none()
            left = self.settings.resume_tries - (failed or self.settings.resume_tries)
            if left <= 0:
                connection.execute(delete(BrowserSession).where(BrowserSession.token_hash == key))
        if left <= 0:
            raise SessionGoneError("too many tries")
        raise WrongBirthDateError(left)

    def leave(self, token: str) -> None:
        """End a browser session."""
        with write() as connection:
            connection.execute(delete(BrowserSession).where(BrowserSession.token_hash == token_hash(token)))

    def make_link(self, draft: Draft) -> PersonalLink:
        """A new personal link to the draft; earlier links of it end."""
        now = self.clock()
        link = PersonalLink(
            token=secrets.token_urlsafe(TOKEN_BYTES), expires_at=now + timedelta(days=self.settings.resume_days)
        )
        with write() as connection:
            connection.execute(delete(ResumeLink).where(ResumeLink.application_id == draft.id))
            connection.execute(
                insert(ResumeLink).values(
                    token_hash=token_hash(link.token),
                    application_id=draft.id,
                    created_at=now,
                    expires_at=link.expires_at,
                    failed_tries=0,
                )
            )
        return link

    def link_tries_left(self, link_token: str) -> int:
        """How many tries a personal link has; raises LinkGoneError where it has none."""
        with read() as connection:
            return self._link(connection, link_token)[1]

    def open_link(self, link_token: str, given: tuple[str, str, str]) -> str:
        """Exchange a personal link and the right birth date for a browser session's token.

        Raises LinkGoneError, or WrongBirthDateError; a try counts before its answer is known, so that tries made at
        once all count.
        """
        key = token_hash(link_token)
        with write() as connection:
            application_id, left = self._link(connection, link_token)
            draft = self.reader.load_by_id(connection, application_id)
            saved = birth_date_of(draft) if draft else None
            right = saved is None or _same_date(saved, given)
            if saved is None:
                # Nobody was asked anything: what was typed and not yet taken stays with the browser that typed it.
                self._forget_typed(connection, application_id)
            if right:
                token = secrets.token_urlsafe(TOKEN_BYTES)
                add_session(connection, token, application_id, self.clock())
            connection.execute(
                update(ResumeLink)
                .where(ResumeLink.token_hash == key)
                .values(failed_tries=0 if right else ResumeLink.failed_tries + 1)
            )
        if right:
            return token
        if left <= 1:
            raise LinkGoneError("too many tries")
        raise WrongBirthDateError(left - 1)

    def _forget_typed(self, connection: Connection, application_id: str) -> None:
        connection.execute(
            delete(Answer).where(Answer.application_id == application_id, Answer.name.startswith(TYPED_PREFIX))
        )

    def _link(self, connection: Connection, link_token: str) -> tuple[str, int]:
        row = connection.execute(
            select(ResumeLink.application_id, ResumeLink.failed_tries).where(
                ResumeLink.token_hash == token_hash(link_token),
                ResumeLink.expires_at > self.clock(),
                ResumeLink.failed_tries < self.settings.resume_tries,
            )
        ).first()
        if row is None:
            raise LinkGoneError("no such link")
        return row.application_id, self.settings.resume_tries - row.failed_tries
