"""Who may see a draft: browser sessions, the idle clock, and personal links that reopen it elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.config import Settings
from app.domain.dates import DateError, real_date
from app.onboarding.browser_sessions import TOKEN_BYTES, add_session
from app.onboarding.draft import GIVEN_PREFIX, TYPED_PREFIX, Draft, DraftReader
from app.onboarding.errors import LinkGoneError, SessionGoneError, WrongBirthDateError
from app.onboarding.photos import Photos
from app.onboarding.readings import Readings
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.applications import Answer, BrowserSession, ResumeLink

# A page view moves the idle clock at most this often, so that showing pages hardly ever writes.
SEEN_RESOLUTION = timedelta(seconds=60)
ASKS_BIRTH_DATE = "personal"


@dataclass(frozen=True, kw_only=True)
class PersonalLink:
    """A personal link just made: its secret token, and when it ends."""

    token: str
    expires_at: datetime


def birth_date_of(draft: Draft) -> date | None:
    """The birth date as saved, else as typed so far, else as a team gave it; nothing while none is known whole."""
    given = draft.given.get(ASKS_BIRTH_DATE)
    places = (draft.answers.get(ASKS_BIRTH_DATE), draft.typed.get(ASKS_BIRTH_DATE), given.answers if given else None)
    return next(filter(None, map(_birth_date_in, places)), None)


def _birth_date_in(answers: Mapping[str, str] | None) -> date | None:
    with suppress(DateError):
        return real_date(*((answers or {}).get(f"birthday-{part}", "") for part in ("day", "month", "year")))
    return None


class Access:
    """The use cases of coming back."""

    def __init__(
        self,
        *,
        settings: Settings,
        reader: DraftReader,
        readings: Readings,
        photos: Photos,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings, self.reader, self.clock = settings, reader, clock
        self.readings, self.photos = readings, photos

    def is_idle(self, draft: Draft) -> bool:
        """Whether the browser was away for so long that answers may only be shown to who knows the birth date."""
        limit = timedelta(minutes=self.settings.idle_minutes)
        return self.clock() - draft.seen_at > limit and self.birth_date(draft) is not None

    def would_change_what_is_asked(self, draft: Draft, name: str, form: Any) -> bool:
        """Whether an idle browser is about to replace the very birth date that it will be asked for."""
        if name != ASKS_BIRTH_DATE or not self.is_idle(draft):
            return False
        return self._sure_birth_date(draft) not in (None, _birth_date_in(form.answers()))

    def see(self, draft: Draft, token: str) -> None:
        """Move the idle clock of a browser session."""
        now = self.clock()
        if now - draft.seen_at < SEEN_RESOLUTION:
            return
        with write() as connection:
            connection.execute(
                update(BrowserSession).where(BrowserSession.token_hash == token_hash(token)).values(seen_at=now)
            )

    def confirm(self, draft: Draft, token: str, given: date) -> None:
        """Let an idle browser go on; raises WrongBirthDateError, and ends the session after too many tries."""
        saved, key = self.birth_date(draft), token_hash(token)
        if saved is None or saved == given:
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

    def is_link_of(self, draft: Draft, link_token: str) -> bool:
        """Whether a personal link is the present one of `draft`."""
        with read() as connection, suppress(LinkGoneError):
            return self._link(connection, link_token)[0] == draft.id
        return False

    def open_link(self, link_token: str, given: date) -> str:
        """Exchange a personal link and the right birth date for a browser session's token.

        Raises LinkGoneError, or WrongBirthDateError; a try counts before its answer is known, so that tries made at
        once all count.
        """
        key = token_hash(link_token)
        with write() as connection:
            application_id, left = self._link(connection, link_token)
            draft = self.reader.load_by_id(connection, application_id)
            saved = self.birth_date(draft) if draft else None
            right = saved is None or saved == given
            if saved is None:
                # Nobody was asked anything: what was typed and not yet taken stays with the browser that typed it, as
                # does what a team gave, and so do photos, which who begins with the document takes before anything.
                self._forget_typed(connection, application_id)
                self.photos.forget_all(connection, application_id)
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

    def birth_date(self, draft: Draft) -> date | None:
        """The birth date that is asked for: one that is sure, else one that was typed and not yet taken."""
        return self._sure_birth_date(draft) or birth_date_of(draft)

    def _sure_birth_date(self, draft: Draft) -> date | None:
        """The birth date as saved; of who began with the document and saved none yet, as that says."""
        saved = _birth_date_in(draft.answers.get(ASKS_BIRTH_DATE))
        if saved is not None or not draft.first_step:
            return saved
        reading = self.readings.of(draft.id).reading
        return reading.birth_date if reading else None

    def _forget_typed(self, connection: Connection, application_id: str) -> None:
        connection.execute(
            delete(Answer).where(
                Answer.application_id == application_id,
                or_(Answer.name.startswith(TYPED_PREFIX), Answer.name.startswith(GIVEN_PREFIX)),
            )
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
