"""Frames: browsers let in by a launch, what they may do, and how they are renewed or go on in a tab."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, update

from app.config import Settings
from app.domain.theme import checked
from app.onboarding.browser_sessions import TOKEN_BYTES, add_session
from app.onboarding.drafts import Agreement, Drafts, Team
from app.onboarding.embedding.errors import FAULT_OF_STATE, LaunchError, LaunchFault
from app.onboarding.embedding.frame import FRAME_BY_HANDLE, FRAME_BY_TOKEN, LAUNCH_ROW, Entry, Frame, frame_of
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.launches import Launches
from app.onboarding.embedding.prefill import Prefills
from app.onboarding.embedding.registry import Registered, registered_of
from app.onboarding.embedding.values import Launch, forget_given, joined_theme, theme_json
from app.onboarding.errors import ClosedError
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.applications import BrowserSession
from app.store.models.embedding import (
    ENDED,
    LAUNCH,
    STARTED,
    EmbeddedSession,
    EmbedFrame,
    EmbedLaunch,
)

HANDLE_LASTS = timedelta(minutes=1)
# A page moves a frame's end at most this often, so that showing pages hardly ever writes.
RESOLUTION = timedelta(seconds=60)


class Frames:
    """The use cases of a browser in a session."""

    def __init__(
        self,
        *,
        settings: Settings,
        drafts: Drafts,
        prefills: Prefills,
        launches: Launches,
        histories: Histories,
        clock: Callable[[], datetime],
    ) -> None:
        self.drafts, self.prefills, self.launches, self.histories = drafts, prefills, launches, histories
        self.clock, self.keyring = clock, drafts.keyring
        self.lasts = timedelta(minutes=settings.frame_minutes)

    def peek(self, launch_token: str) -> Registered:
        """Whose launch it is, without using it; raises LaunchError."""
        with read() as connection:
            row = connection.execute(LAUNCH_ROW, {"hash": token_hash(launch_token)}).first()
        return self._require(row)

    def consume(self, launch_token: str, known: Callable[[str], str]) -> Entry:
        """Use a launch, once; raises LaunchError.

        `known` tells what the browser holds of a session already: another tab or frame goes on with that, as all of
        them have the one cookie.
        """
        handle = secrets.token_urlsafe(TOKEN_BYTES)
        with write() as connection:
            row, registered = self._use(connection, launch_token)
            held = known(row.session_id)
            token = held if self._reopen(connection, row, held, handle) else self._open(connection, row, handle)
        return Entry(session_id=row.session_id, token=token, handle=handle, origins=registered.origins)

    def settle(self, handle: str, held: Callable[[str], str]) -> tuple[Frame, str | None] | None:
        """The frame of a handle, which is used up, and where its cookie did not come back, a token for its path.

        `held` tells what the browser's cookie holds of a session.
        """
        key = token_hash(handle)
        with write() as connection:
            row = connection.execute(FRAME_BY_HANDLE.with_for_update(of=EmbedFrame), {"hash": key}).first()
            if row is None or row.created_at + HANDLE_LASTS <= self.clock():
                return None
            changes: dict[str, Any] = {"handle_hash": None}
            flow = None
            if token_hash(held(row.session_id)) != row.token_hash:
                flow = secrets.token_urlsafe(TOKEN_BYTES)
                changes["token_hash"] = token_hash(flow)
            connection.execute(update(EmbedFrame).where(EmbedFrame.token_hash == row.token_hash).values(**changes))
        return frame_of(self.keyring, row), flow

    def load(self, token: str) -> Frame | None:
        """The frame that a browser's token opens."""
        with read() as connection:
            row = connection.execute(FRAME_BY_TOKEN, {"hash": token_hash(token)}).first()
        return None if row is None else frame_of(self.keyring, row)

    def is_over(self, frame: Frame) -> bool:
        """Whether nobody came by for too long."""
        return frame.expires_at <= self.clock()

    def see(self, frame: Frame) -> Frame:
        """Move the frame's end, as somebody is there."""
        later = self.clock() + self.lasts
        if later - frame.expires_at < RESOLUTION:
            return frame
        self._change(frame, expires_at=later)
        return replace(frame, expires_at=later)

    def admit(self, frame: Frame, token: str) -> None:
        """Let the browser see the application that its session has, whoever began it."""
        if frame.application_id is None or frame.application_id == frame.admitted_to:
            return
        with write() as connection:
            mine = (EmbedFrame.token_hash == frame.key, EmbedFrame.application_id.is_(None))
            changed = connection.execute(update(EmbedFrame).where(*mine).values(application_id=frame.application_id))
            if changed.rowcount:
                add_session(connection, token, frame.application_id, self.clock())

    def begin(
        self, frame: Frame, token: str, language: str, agreements: list[Agreement], *, document_first: bool = False
    ) -> None:
        """Start the session's application with its consents and what was given; one that has begun is left alone."""

        def on_begun(connection: Connection, application_id: str) -> None:
            here = (EmbeddedSession.id == frame.session_id, EmbeddedSession.application_id.is_(None))
            fresh = (*here, EmbeddedSession.state.not_in(ENDED))
            if not connection.execute(
                update(EmbeddedSession).where(*fresh).values(application_id=application_id)
            ).rowcount:
                raise ClosedError(frame.session_id)
            skip, given = frame.details.skip, {step: dict(texts) for step, texts in frame.details.given.items()}
            passed_over = self.prefills.apply(connection, application_id, given, skip)
            forget_given(self.keyring, connection, frame.session_id)
            connection.execute(
                update(EmbedFrame).where(EmbedFrame.token_hash == frame.key).values(application_id=application_id)
            )
            self.histories.note(connection, frame.session_id, "session.started", STARTED, skipped=passed_over)

        team = Team(name=frame.team, token=token, on_begun=on_begun)
        self.drafts.begin(frame.country, language, agreements, document_first=document_first, team=team)

    def choose_language(self, frame: Frame, language: str) -> None:
        """Remember the language that was chosen in the frame, whose cookies may not be kept, for the next one too."""
        with write() as connection:
            mine, session = EmbedFrame.token_hash == frame.key, EmbeddedSession.id == frame.session_id
            connection.execute(update(EmbedFrame).where(mine).values(language=language))
            connection.execute(update(EmbeddedSession).where(session).values(language=language))

    def choose_theme(self, frame: Frame, theme: Mapping[str, Any]) -> None:
        """Look like this from here on; raises ContrastError."""
        chosen = theme_json(theme)
        checked(joined_theme(chosen))
        self._change(frame, theme=chosen)

    def renew(self, frame: Frame, token: str, launch_token: str) -> None:
        """Go on with a frame that has expired, by a fresh launch of the same session; raises LaunchError."""
        now = self.clock()
        with write() as connection:
            self._use(connection, launch_token, only=frame.session_id)
            connection.execute(
                update(EmbedFrame).where(EmbedFrame.token_hash == frame.key).values(expires_at=now + self.lasts)
            )
            self._wake(connection, token)

    def leave(self, frame: Frame) -> Launch:
        """A one-time link to go on in a tab, which the frame follows from here on."""
        self._change(frame, left_at=self.clock())
        return self.link(frame)

    def link(self, frame: Frame) -> Launch:
        """A one-time link to go on in a tab."""
        with write() as connection:
            return self.launches.make_tab(connection, frame.session_id)

    def stay(self, frame: Frame) -> None:
        """Go on here after all."""
        self._change(frame, left_at=None)

    def _reopen(self, connection: Connection, row: Row[Any], held: str, handle: str) -> bool:
        now = self.clock()
        mine = (EmbedFrame.token_hash == token_hash(held), EmbedFrame.session_id == row.session_id)
        values = {
            "handle_hash": token_hash(handle),
            "created_at": now,
            "expires_at": now + self.lasts,
            "left_at": None,
        }
        if not held or not connection.execute(update(EmbedFrame).where(*mine).values(**values)).rowcount:
            return False
        self._wake(connection, held)
        return True

    def _open(self, connection: Connection, row: Row[Any], handle: str) -> str:
        now, token = self.clock(), secrets.token_urlsafe(TOKEN_BYTES)
        connection.execute(
            insert(EmbedFrame).values(
                token_hash=token_hash(token),
                session_id=row.session_id,
                handle_hash=token_hash(handle),
                language=row.language,
                theme="{}",
                created_at=now,
                expires_at=now + self.lasts,
            )
        )
        return token

    def _wake(self, connection: Connection, token: str) -> None:
        """The integration knows who is there: the birth date need not be asked."""
        mine = BrowserSession.token_hash == token_hash(token)
        connection.execute(update(BrowserSession).where(mine).values(seen_at=self.clock()))

    def _use(
        self, connection: Connection, launch_token: str, *, only: str | None = None
    ) -> tuple[Row[Any], Registered]:
        key = token_hash(launch_token)
        row = connection.execute(LAUNCH_ROW.with_for_update(of=EmbedLaunch), {"hash": key}).first()
        registered = self._require(row)
        assert row is not None, "it was required"
        if only is not None and (row.session_id != only or row.kind != LAUNCH):
            raise LaunchError(LaunchFault.UNKNOWN, origins=registered.origins)
        here = (EmbedLaunch.id == row.id, EmbedLaunch.used_at.is_(None))
        if not connection.execute(update(EmbedLaunch).where(*here).values(used_at=self.clock())).rowcount:
            raise LaunchError(LaunchFault.USED, origins=registered.origins, language=row.language, product=row.product)
        return row, registered

    def _require(self, row: Row[Any] | None) -> Registered:
        if row is None:
            raise LaunchError(LaunchFault.UNKNOWN)
        registered = registered_of(row.is_test, row.origins, row.return_urls)
        fault = FAULT_OF_STATE.get(row.state)
        if fault is None and row.used_at is not None:
            fault = LaunchFault.USED
        if fault is None and row.expires_at <= self.clock():
            fault = LaunchFault.EXPIRED
        if fault is not None:
            raise LaunchError(fault, origins=registered.origins, language=row.language, product=row.product)
        return registered

    def _change(self, frame: Frame, **values: Any) -> None:
        with write() as connection:
            connection.execute(update(EmbedFrame).where(EmbedFrame.token_hash == frame.key).values(**values))
