"""The phone as a camera: a link hands the missing photos of an application, and nothing else of it, to one phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.config import Settings
from app.journey import Journey
from app.onboarding.browser_sessions import TOKEN_BYTES
from app.onboarding.draft import OPEN_STATES, Draft
from app.onboarding.drafts import Drafts
from app.onboarding.errors import HandoffOverError, Over
from app.steps.base import Step
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.applications import Application
from app.store.models.handoffs import CANCELLED, CONNECTED, FINISHED, SENT, WAITING, Handoff

# Digits and letters that can be told apart when they are typed from a screen: 5 bits each, 135 in all.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LINK_LENGTH, GROUP = 27, 3
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})
ENDED = {CANCELLED: Over.CANCELLED, FINISHED: Over.FINISHED, SENT: Over.SENT}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a link shows before it is confirmed."""

    match_code: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """A photo that a phone is asked for; `is_own` when the one that is there was taken over this handoff."""

    step: Step
    slot: str
    is_done: bool
    is_own: bool


def derive_link(browser_token: str, handoff_id: str) -> str:
    """The link's token, which only the browser that began the handoff can have made again: nothing of it is kept."""
    digest = hmac.digest(browser_token.encode(), f"alta.handoff:{handoff_id}".encode(), hashlib.sha256)
    number = int.from_bytes(digest)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LINK_LENGTH))


def written(link: str) -> str:
    """A link's token as it is read and typed, in groups."""
    return "-".join(link[place : place + GROUP] for place in range(0, LINK_LENGTH, GROUP))


def _hash(typed_link: str) -> str:
    return token_hash(typed_link.lower().translate(MISREAD))


class Handoffs:
    """The use cases of handing photos to a phone."""

    def __init__(self, *, settings: Settings, drafts: Drafts, clock: Callable[[], datetime]) -> None:
        self.settings, self.drafts, self.clock = settings, drafts, clock

    def begin(self, draft: Draft, browser_token: str) -> None:
        """Make a link for the missing photos; an earlier handoff of the application ends. Raises ClosedError."""
        handoff_id, now = str(uuid.uuid4()), self.clock()
        with write() as connection:
            self.drafts.touch(connection, draft)
            connection.execute(delete(Handoff).where(Handoff.application_id == draft.id))
            connection.execute(
                insert(Handoff).values(
                    application_id=draft.id,
                    id=handoff_id,
                    link_hash=token_hash(derive_link(browser_token, handoff_id)),
                    match_code=str(10 + secrets.randbelow(90)),
                    state=WAITING,
                    kept=" ".join(self._kept(draft)),
                    created_at=now,
                    expires_at=self._later(),
                )
            )

    def link(self, draft: Draft, browser_token: str) -> str | None:
        """The token of the handoff's link, for the browser that began it; None for any other."""
        if draft.handoff is None:
            return None
        link = derive_link(browser_token, draft.handoff.id)
        return written(link) if hmac.compare_digest(token_hash(link), draft.handoff.link_hash) else None

    def cancel(self, draft: Draft) -> None:
        """End it from the computer."""
        self._end(draft, CANCELLED)

    def finish(self, draft: Draft) -> None:
        """End it from the phone."""
        self._end(draft, FINISHED)

    def offer(self, link: str) -> Offer:
        """What an unused link shows to the phone that opened it; raises HandoffOverError."""
        with read() as connection:
            return self._offer(connection, link)

    def confirm(self, link: str) -> str:
        """Exchange a link for the token of the one phone that may use it. Raises HandoffOverError."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with write() as connection:
            self._offer(connection, link)
            # Of two phones that confirm at once, one finds it waiting.
            taken = connection.execute(
                update(Handoff)
                .where(Handoff.link_hash == _hash(link), Handoff.state == WAITING)
                .values(state=CONNECTED, phone_hash=token_hash(token), expires_at=self._later())
            )
        if not taken.rowcount:
            raise HandoffOverError(Over.USED)
        return token

    def load(self, phone_token: str) -> Draft:
        """The draft as the phone that holds the token may see it; raises HandoffOverError."""
        draft = self.drafts.load_by_phone(phone_token)
        if draft is None or draft.handoff is None:
            raise HandoffOverError(Over.UNKNOWN)
        why = self._why(draft.handoff.state, draft.handoff.expires_at, draft.state)
        if why is not Over.USED:
            raise HandoffOverError(why)
        return draft

    def opened(self, link: str, phone_token: str) -> bool:
        """Whether this very phone confirmed the link before."""
        draft = self.drafts.load_by_phone(phone_token)
        return draft is not None and draft.handoff is not None and draft.handoff.link_hash == _hash(link)

    def tasks(self, draft: Draft, *, language: str | None = None) -> list[Task]:
        """The photos that a phone is asked for, or would be, in the order in which they are taken."""
        journey = self._journey(draft, language)
        handoff = draft.handoff if draft.handoff is not None and draft.handoff.is_alive(self.clock()) else None
        kept, via = (handoff.kept, handoff.id) if handoff is not None else (self._kept(draft), "")
        tasks = []
        for step, slot in _wanted(journey):
            photo = draft.photos.get(slot)
            if photo is not None and slot in kept:
                continue
            is_own = photo is not None and bool(via) and photo.handoff == via
            serves = photo is not None and photo.serves
            is_done = serves and (is_own or not draft.asks_photo(step.key, slot))
            tasks.append(Task(step=step, slot=slot, is_done=is_done, is_own=is_own))
        return tasks

    def _kept(self, draft: Draft) -> list[str]:
        journey = self._journey(draft)
        return [
            slot
            for step, slot in _wanted(journey)
            if slot in draft.photos and draft.photos[slot].serves and not draft.asks_photo(step.key, slot)
        ]

    def _journey(self, draft: Draft, language: str | None = None) -> Journey:
        """The journey with what was typed on a photo step counted in: which document it is decides on its photos."""
        return self.drafts.journey(replace(draft, answers={**draft.answers, **draft.typed}), language=language)

    def _end(self, draft: Draft, state: str) -> None:
        if draft.handoff is None:
            return
        with write() as connection:
            connection.execute(
                update(Handoff)
                .where(Handoff.id == draft.handoff.id, Handoff.state.in_((WAITING, CONNECTED)))
                .values(state=state)
            )

    def _later(self) -> datetime:
        return self.clock() + timedelta(minutes=self.settings.handoff_minutes)

    def _offer(self, connection: Connection, link: str) -> Offer:
        row = connection.execute(
            select(Handoff.match_code, Handoff.state, Handoff.expires_at, Application.language)
            .add_columns(Application.state.label("application_state"))
            .join(Application, Application.id == Handoff.application_id)
            .where(Handoff.link_hash == _hash(link))
        ).first()
        if row is None:
            raise HandoffOverError(Over.UNKNOWN)
        why = self._why(row.state, row.expires_at, row.application_state)
        if row.state != WAITING or why is not Over.USED:
            raise HandoffOverError(why)
        return Offer(match_code=row.match_code, language=row.language)

    def _why(self, state: str, expires_at: datetime, application_state: str) -> Over:
        """Why a handoff is over; where it is not, it is in use by the phone that has it."""
        if state in ENDED:
            return ENDED[state]
        if application_state not in OPEN_STATES:
            return Over.SENT
        return Over.EXPIRED if expires_at <= self.clock() else Over.USED


def _wanted(journey: Journey) -> Iterator[tuple[Step, str]]:
    for step in journey.steps:
        for slot in step.slots(journey.context):
            yield step, slot
