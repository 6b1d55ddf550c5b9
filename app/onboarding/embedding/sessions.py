"""The sessions of integrations: made once per call, launched anew, shown, cancelled."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.apis.authentication import Integration
from app.apis.kyc.idempotency import Finish, IdempotentCalls
from app.apis.responses import canonical
from app.apis.sessions.contract import NewSession
from app.domain.theme import ContrastError, checked
from app.domain.web_addresses import AddressError, return_url_of
from app.onboarding.embedding.errors import FaultyCallError, OtherCallError, UnknownSessionError, WrongStateError
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.launches import Launches
from app.onboarding.embedding.prefill import Prefills, texts_of
from app.onboarding.embedding.registry import Registry
from app.onboarding.embedding.values import (
    Details,
    Launch,
    forget_given,
    seal_details,
    theme_json,
    theme_of,
)
from app.store.crypto import Keyring, token_hash
from app.store.db import read, write
from app.store.models.applications import DRAFT, PURGING, Application, BrowserSession, ResumeLink
from app.store.models.embedding import CANCELLED, CREATED, ENDED, ERASED, STARTED, EmbeddedSession, SessionEvent

LANGUAGES = {"es": "es", "es-AR": "es", "pt": "pt_BR", "pt-BR": "pt_BR", "en": "en"}
BY_COUNTRY = {"AR": "es", "BR": "pt_BR"}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened to a session."""

    number: int
    kind: str
    state: str
    detail: dict[str, Any]
    created_at: datetime


class Sessions:
    """The use cases of an integration's server."""

    def __init__(
        self,
        *,
        keyring: Keyring,
        calls: IdempotentCalls,
        registry: Registry,
        prefills: Prefills,
        launches: Launches,
        histories: Histories,
        clock: Callable[[], datetime],
    ) -> None:
        self.keyring, self.calls, self.registry, self.prefills = keyring, calls, registry, prefills
        self.launches, self.histories, self.clock = launches, histories, clock

    def create(self, owner: Integration, asked: NewSession, *, key: str | None = None) -> tuple[Launch, bool]:
        """A session and its launch, and whether it was made just now; the same call again gives the same session.

        Raises FaultyCallError, OtherCallError, WrongStateError where the session that the call made has ended, and
        what IdempotentCalls raises.
        """
        call = canonical(asked.model_dump(mode="json", exclude_unset=True))
        values = self._checked(owner, asked, call)
        made: list[Launch] = []

        def work(finish: Finish) -> str:
            try:
                with write() as connection:
                    connection.execute(insert(EmbeddedSession).values(**values))
                    self.histories.note(connection, values["id"], "session.created", CREATED)
                    made.append(self.launches.make(connection, values["id"]))
                    finish(connection, values["id"])
                return str(values["id"])
            except IntegrityError:
                if values["external_hash"] is None:
                    raise
                found = self._by_external(owner, values)
                with write() as connection:
                    finish(connection, found)
                return found

        session_id = self.calls.run(
            token_hash(f"sessions:{key}") if key else None,
            owner_id=owner.id,
            call=f"POST sessions {call}",
            work=work,
        )
        if made:
            return made[0], True
        try:
            return self.launch(owner, session_id, repeated=True), False
        except UnknownSessionError:
            raise WrongStateError("The session that this call made is erased: take another idempotency key.") from None

    def launch(self, owner: Integration, session_id: str, *, repeated: bool = False) -> Launch:
        """A fresh launch of a session; raises UnknownSessionError, or WrongStateError where it has ended."""
        with write() as connection:
            row = self._require(connection, owner, session_id)
            if row.state in ENDED:
                raise WrongStateError(f"The session is {row.state}: it cannot be opened any more.")
            return (self.launches.repeated if repeated else self.launches.make)(connection, session_id)

    def row(self, owner: Integration, session_id: str) -> Row[Any]:
        """The session's row; raises UnknownSessionError."""
        with read() as connection:
            return self._require(connection, owner, session_id)

    def events(self, owner: Integration, session_id: str) -> list[Event]:
        """The session's history, oldest first; raises UnknownSessionError."""
        with read() as connection:
            self._require(connection, owner, session_id)
            rows = connection.execute(
                select(SessionEvent.__table__)
                .where(SessionEvent.session_id == session_id)
                .order_by(SessionEvent.number)
            ).all()
        return [
            Event(
                number=row.number,
                kind=row.kind,
                state=row.state,
                detail=json.loads(row.detail),
                created_at=row.created_at,
            )
            for row in rows
        ]

    def cancel(self, owner: Integration, session_id: str) -> None:
        """End a session that was not sent yet; what was gathered is purged. Doing it again changes nothing.

        Raises UnknownSessionError or WrongStateError.
        """
        with write() as connection:
            row = self._require(connection, owner, session_id, lock=True)
            if row.state == CANCELLED:
                return
            if row.state not in (CREATED, STARTED):
                raise WrongStateError(f"The session is {row.state}: it can be erased, not cancelled.")
            if row.application_id is not None:
                _close(connection, row.application_id)
            forget_given(self.keyring, connection, session_id, external_hash=None)
            self.histories.note(connection, session_id, "session.cancelled", CANCELLED)

    def _require(self, connection: Connection, owner: Integration, session_id: str, *, lock: bool = False) -> Row[Any]:
        """The session, if it is the integration's: one query for those that are not there and those of others."""
        statement = select(EmbeddedSession.__table__).where(
            EmbeddedSession.id == session_id,
            EmbeddedSession.integration_id == owner.id,
            EmbeddedSession.state != ERASED,
        )
        row = connection.execute(statement.with_for_update() if lock else statement).first()
        if row is None:
            raise UnknownSessionError("no such session")
        return row

    def _checked(self, owner: Integration, asked: NewSession, call: str) -> dict[str, Any]:
        """The row of a new session; raises FaultyCallError."""
        given, country = texts_of(asked.prefill), asked.country or owner.country
        faults: list[tuple[tuple[str, ...], str]] = []
        theme = theme_json(asked.theme.model_dump())
        try:
            checked(theme_of(theme))
        except ContrastError as error:
            faults.append((("theme", "accent"), str(error)))
        try:
            self._check_return(owner, asked.return_url)
        except AddressError as error:
            faults.append((("return_url",), str(error)))
        try:
            self.prefills.check(country, given, asked.skip)
        except FaultyCallError as error:
            faults += error.faults
        if faults:
            raise FaultyCallError(faults)
        return self._values(owner, asked, call, country=country, theme=theme)

    def _values(self, owner: Integration, asked: NewSession, call: str, *, country: str, theme: str) -> dict[str, Any]:
        session_id, now = str(uuid.uuid4()), self.clock()
        details = Details(
            external_id=asked.external_id,
            return_url=asked.return_url,
            metadata=asked.metadata,
            given=texts_of(asked.prefill),
            skip=tuple(asked.skip),
        )
        known_as = asked.external_id and self.keyring.fingerprint(asked.external_id, f"sessions.external:{owner.id}")
        return {
            "id": session_id,
            "integration_id": owner.id,
            "external_hash": known_as,
            "fingerprint": self.keyring.fingerprint(call, "sessions.call"),
            "state": CREATED,
            "country": country,
            "language": LANGUAGES[asked.locale] if asked.locale else BY_COUNTRY[country],
            "details": seal_details(self.keyring, session_id, details),
            "theme": theme,
            "events": 0,
            "created_at": now,
            "updated_at": now,
        }

    def _check_return(self, owner: Integration, url: str | None) -> None:
        """Only where the integration registered: nobody is led anywhere else from here. Raises AddressError."""
        if url is not None and return_url_of(url) not in self.registry.of(owner.id).return_urls:
            raise AddressError("The return URL is not registered for this integration.")

    def _by_external(self, owner: Integration, values: dict[str, Any]) -> str:
        """The session that has the call's external id, if the same call made it; raises OtherCallError."""
        with read() as connection:
            found = connection.execute(
                select(EmbeddedSession.id, EmbeddedSession.fingerprint).where(
                    EmbeddedSession.integration_id == owner.id,
                    EmbeddedSession.external_hash == values["external_hash"],
                )
            ).first()
        if found is None or found.fingerprint != values["fingerprint"]:
            raise OtherCallError("The external_id stands for a session that another body made.")
        return str(found.id)


def _close(connection: Connection, application_id: str) -> None:
    """Have a draft purged, and nobody see it until then."""
    connection.execute(
        update(Application).where(Application.id == application_id, Application.state == DRAFT).values(state=PURGING)
    )
    for model in (BrowserSession, ResumeLink):
        connection.execute(delete(model).where(model.application_id == application_id))
