"""A draft as a value: read from its rows with one SELECT, its answers decrypted; and the sealing of answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.errors import Notice
from app.domain.stage import ASSISTED_CHANNELS, Channel
from app.forms.context import PhotoReference
from app.onboarding.draft_rows import (
    ANSWER_COLUMNS,
    BY_ASSISTANCE,
    BY_ID,
    BY_PHONE,
    BY_SESSION,
    HANDOFF_COLUMNS,
    OPEN,
)
from app.onboarding.errors import SessionGoneError
from app.onboarding.givers import Giver, from_json, unchanged
from app.onboarding.hands import OWN, PART, Hand
from app.store.crypto import Keyring, token_hash
from app.store.db import read
from app.store.models.handoffs import CONNECTED, WAITING

OPEN_STATES = OPEN
PHOTO_PREFIX = "photo:"
SETTLED_PREFIX = "settled:"
TYPED_PREFIX = "typed:"
GIVEN_PREFIX = "given:"


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """An application's handoff to a phone; `kept` are the photo slots that are none of the phone's."""

    id: str
    match_code: str
    link_hash: str
    state: str
    expires_at: datetime
    kept: tuple[str, ...]

    def is_alive(self, now: datetime) -> bool:
        """Whether a phone is expected or at work."""
        return self.state in (WAITING, CONNECTED) and now < self.expires_at


@dataclass(frozen=True, kw_only=True)
class Help:
    """The help that an application has from a staff member; `name` is what the person is told, `way` how it came."""

    id: str
    member_id: str
    name: str
    way: str
    expires_at: datetime

    def is_alive(self, now: datetime) -> bool:
        """Whether it lasts still."""
        return now < self.expires_at


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a team gave of one step beforehand, as re-postable strings; `vouched` when the step need not be asked."""

    answers: Mapping[str, str]
    vouched: bool


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An application as whoever fills it in sees it.

    `answers`, `typed` (not yet valid) and `notices` are by storage name, `photos` by slot, `settled` (what was chosen
    where the document says something else) by field; `first_step` is the step the person chose to begin with;
    `seen_at` is the last time this browser was seen; `tag` names the application on a page without telling its id.
    `givers` tells who wrote each row of answers last, `kept` by key whose those of its answers are that stayed as they
    were; `tried` are the slots for which a photo was ever given.
    `via` is the id of the handoff over which a phone sees it; `hand` is whose it is, `help` what it has from staff.
    `integration` is the team it belongs to, `upstream` names whose upstreams it goes to; `given` is what that team gave
    beforehand, by storage name.
    """

    id: str
    reference: str
    country: str
    language: str
    state: str
    tag: str
    integration: str | None
    channel: str
    upstream: str | None
    checks: Mapping[str, Any]
    reopened: Mapping[str, Mapping[str, Any]]
    first_step: str
    awaits_consent: bool
    tried: frozenset[str]
    created_at: datetime
    submitted_at: datetime | None
    seen_at: datetime
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    notices: dict[str, list[Notice]] = field(default_factory=dict)
    givers: dict[str, Giver] = field(default_factory=dict)
    kept: dict[str, dict[str, Giver]] = field(default_factory=dict)
    photos: dict[str, PhotoReference] = field(default_factory=dict)
    settled: dict[str, dict[str, str]] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    handoff: Handoff | None = None
    help: Help | None = None
    via: str = ""
    hand: Hand = OWN

    @property
    def is_open(self) -> bool:
        """Whether it takes answers."""
        return self.state in OPEN_STATES

    def asked_photos(self) -> dict[str, Mapping[str, str]]:
        """By slot, each photo that is asked again: its id as `photo`, and the code of the `reason`."""
        return {slot: photo for step in self.reopened.values() for slot, photo in step.get("photos", {}).items()}

    def asks_photo(self, step: str, slot: str) -> bool:
        """Whether the photo in `slot` is asked again: one that is named, or all of a step that names none."""
        asked = self.reopened.get(step)
        if asked is None or asked.get("answered"):
            return False
        if "photos" not in asked:
            return True
        photo = asked["photos"].get(slot)
        return photo is not None and slot in self.photos and self.photos[slot].id == photo["photo"]

    @property
    def giver(self) -> dict[str, str]:
        """Who gives what is written now, and over which channel, as rows have it."""
        own = Channel.LINK if self.channel in ASSISTED_CHANNELS else self.channel
        return {"given_by": self.hand.given_by, "channel": self.hand.channel if self.hand.is_agents else own}

    def giver_of(self, name: str, keys: Iterable[str] = ()) -> Giver | None:
        """Who gave these answers of a row, the last where they are several people's; all of the row without any."""
        last, kept = self.givers.get(name), self.kept.get(name, {})
        if last is None:
            return None
        return max((kept.get(key, last) for key in keys), key=lambda giver: giver.at, default=last)

    def givers_of(self, *names: str) -> list[str]:
        """Everybody who gave anything of these rows, in the order of its answers."""
        found: dict[str, None] = {}
        for name in (name for name in names if name in self.givers):
            keys = [key for key, text in self.answers.get(name, {}).items() if text] or [""]
            found |= dict.fromkeys(self.kept.get(name, {}).get(key, self.givers[name]).by for key in keys)
        return list(found)

    def still_given(self, name: str, answers: Mapping[str, str]) -> dict[str, Giver]:
        """Of `answers` that are about to take a row's place, whose those are that stay as they were."""
        if name not in self.answers or name not in self.givers:
            return {}
        return unchanged(self.answers[name], answers, last=self.givers[name], kept=self.kept.get(name, {}))

    def may_see(self, photo: PhotoReference) -> bool:
        """Whether whoever has this draft may see and change a photo: a phone only what it took itself."""
        return not self.via or photo.handoff == self.via


def name_context(assistance_id: str) -> str:
    """What the name of a member who helps is encrypted for."""
    return f"assistances.member_name:{assistance_id}"


class DraftReader:
    """Reads drafts and seals answers for their place."""

    def __init__(self, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self.keyring, self.clock = keyring, clock

    def load(self, token: str) -> Draft:
        """The draft of a browser session; raises SessionGoneError."""
        with read() as connection:
            rows = connection.execute(BY_SESSION, {"token_hash": token_hash(token)}).all()
        if not rows:
            raise SessionGoneError(token_hash(token)[:8])
        return self._draft(rows)

    def load_by_id(self, connection: Connection, application_id: str) -> Draft | None:
        """The draft of an application, within the caller's transaction."""
        rows = connection.execute(BY_ID, {"application_id": application_id}).all()
        return self._draft(rows) if rows else None

    def load_by_phone(self, token: str) -> Draft | None:
        """The draft whose photos were handed to the phone that holds `token`, however that stands."""
        with read() as connection:
            rows = connection.execute(BY_PHONE, {"phone_hash": token_hash(token)}).all()
        draft = self._draft(rows) if rows else None
        return replace(draft, via=draft.handoff.id) if draft is not None and draft.handoff is not None else None

    def load_by_assistance(self, assistance_id: str) -> Draft | None:
        """The draft with which somebody of staff helps; None once that has ended."""
        with read() as connection:
            rows = connection.execute(BY_ASSISTANCE, {"assistance_id": assistance_id}).all()
        return self._draft(rows) if rows else None

    def seal(
        self, application_id: str, name: str, content: object, *, given_by: str = "", channel: str = Channel.WEB
    ) -> dict[str, Any]:
        """The row of an answer, encrypted for its place, with who gave it and over which channel."""
        plaintext = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return {
            "application_id": application_id,
            "name": name,
            "value": self.keyring.encrypt(plaintext, f"answers.value:{application_id}:{name}"),
            "updated_at": self.clock(),
            "given_by": given_by,
            "channel": channel,
        }

    def _draft(self, rows: Any) -> Draft:
        seen_at, part, id_, reference, country, language, state, checks, reopened, first_step, *rest = rows[0]
        submitted_at, awaits_consent, integration, upstream, channel, tried, created_at, *rest = rest
        handoff, helping = rest[: len(HANDOFF_COLUMNS)], rest[len(HANDOFF_COLUMNS) : -len(ANSWER_COLUMNS)]
        draft = Draft(
            id=id_,
            reference=reference,
            country=country,
            language=language,
            state=state,
            tag=self.keyring.fingerprint(id_, "application.tag")[:24],
            checks=json.loads(checks),
            reopened=json.loads(reopened),
            first_step=first_step,
            awaits_consent=bool(awaits_consent),
            tried=frozenset(tried.split()),
            created_at=created_at,
            submitted_at=submitted_at,
            seen_at=seen_at,
            handoff=_handoff(*handoff),
            help=self._help(*helping),
            integration=integration,
            channel=channel,
            hand=PART if part else OWN,
            upstream=upstream,
        )
        for *_columns, at, given_by, by_channel, name, value in rows:
            if name is not None:
                draft.givers[name] = Giver(by=given_by, channel=by_channel, at=at)
                self._read_answer(draft, name, value)
        return draft

    def _help(self, id_: str | None, member_id: str, name: bytes, way: str, expires_at: datetime) -> Help | None:
        if id_ is None:
            return None
        named = self.keyring.decrypt(name, name_context(id_)).decode()
        return Help(id=id_, member_id=member_id, name=named, way=way, expires_at=expires_at)

    def _read_answer(self, draft: Draft, name: str, value: bytes) -> None:
        content = json.loads(self.keyring.decrypt(value, f"answers.value:{draft.id}:{name}"))
        if name.startswith(PHOTO_PREFIX):
            draft.photos[name.removeprefix(PHOTO_PREFIX)] = PhotoReference(**content)
        elif name.startswith(TYPED_PREFIX):
            draft.typed[name.removeprefix(TYPED_PREFIX)] = content
        elif name.startswith(SETTLED_PREFIX):
            draft.settled[name.removeprefix(SETTLED_PREFIX)] = content
        elif name.startswith(GIVEN_PREFIX):
            draft.given[name.removeprefix(GIVEN_PREFIX)] = Given(**content)
        else:
            draft.answers[name] = content["answers"]
            draft.kept[name] = from_json(content.get("kept", {}))
            draft.notices[name] = [Notice(message=text, parameters=values) for text, values in content["notices"]]


def _handoff(id_: str | None, *columns: Any) -> Handoff | None:
    if id_ is None:
        return None
    match_code, link_hash, state, expires_at, kept = columns
    kept = tuple(kept.split())
    return Handoff(id=id_, match_code=match_code, link_hash=link_hash, state=state, expires_at=expires_at, kept=kept)
