"""Drafts: begun, loaded with one SELECT, saved with one write transaction."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.config import Settings
from app.domain.application import IncomeRange
from app.domain.countries import COUNTRIES
from app.domain.dates import today_in
from app.domain.reference import new_reference
from app.domain.stage import Channel
from app.forms.context import AskedPhoto, LegalText, StepContext
from app.forms.verdicts import ASKED_AGAIN
from app.journey import Journey
from app.onboarding.browser_sessions import TOKEN_BYTES, add_session
from app.onboarding.cases.terms import Terms
from app.onboarding.draft import TYPED_PREFIX, Draft, DraftReader
from app.onboarding.draft_rows import keep_answer, touch, upsert_answer
from app.onboarding.errors import ClosedError, NotTheirsError
from app.onboarding.funnel.counts import Counts
from app.onboarding.givers import Giver, to_json
from app.onboarding.hands import OWN
from app.onboarding.notices import Notices
from app.onboarding.reasons import Reasons
from app.onboarding.stages import Stages
from app.onboarding.wants import Wants
from app.steps.base import Step
from app.steps.exposure import legal_kind
from app.store.crypto import Keyring
from app.store.db import write
from app.store.models.applications import DRAFT, Answer, Application, Consent

DOCUMENT = "document"
_BEGIN, _CONSENT = insert(Application), insert(Consent)
_BY_REFERENCE = select(Application.id).where(Application.reference == bindparam("reference"))
_CONSENTS = select(Consent.kind, Consent.text_hash).where(Consent.application_id == bindparam("application_id"))
_REOPENED = select(Application.reopened).where(Application.id == bindparam("application_id")).with_for_update()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A consent as it is given: kind of text, its version, its hash, in which language."""

    kind: str
    version: str
    text_hash: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Team:
    """Whose application it is that begins: the integration's name, the token of the browser that it was let in with,
    and what else is to happen in the same transaction, given the application's id."""

    name: str
    token: str
    on_begun: Callable[[Connection, str], None]


class Drafts(DraftReader):
    """The use cases of filling in."""

    def __init__(
        self,
        *,
        settings: Settings,
        keyring: Keyring,
        notices: Notices,
        reasons: Reasons,
        wants: Wants,
        stages: Stages,
        terms: Terms,
        counts: Counts,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(keyring, clock)
        self.settings, self.notices, self.reasons = settings, notices, reasons
        self.wants, self.stages, self.terms = wants, stages, terms
        self.counts = counts

    def begin(
        self,
        country: str,
        language: str,
        agreements: Iterable[Agreement],
        *,
        document_first: bool = False,
        integration: str = "",
        application_id: str = "",
        team: Team | None = None,
    ) -> str:
        """Start an application with its consents; return the session token for the browser's cookie.

        `integration` names whose upstreams it goes to; one that has none of its own is ignored. `team` owns it, and has
        it go to the default ones where it has none. `application_id` is for who must find it again under an id of their
        own.
        """
        application_id = application_id or str(uuid.uuid4())
        named = team.name if team is not None else integration
        upstream = named if self.wants.upstreams.knows(named) else None
        token = team.token if team is not None else secrets.token_urlsafe(TOKEN_BYTES)
        begun = {
            "country": country,
            "language": language,
            "integration": team.name if team is not None else upstream,
            "default_upstreams": team is not None and upstream is None,
            "channel": Channel.EMBEDDED if team is not None else Channel.WEB,
            "checks": json.dumps(self.wants.at_first(application_id, country, upstream)),
            "first_step": DOCUMENT if document_first else "",
        }
        with write() as connection:
            self.insert(connection, application_id, begun)
            self._record(connection, application_id, agreements)
            add_session(connection, token, application_id, self.clock())
            if team is not None:
                team.on_begun(connection, application_id)
            self.stages.refresh(connection, application_id)
        return token

    def insert(self, connection: Connection, application_id: str, columns: Mapping[str, Any]) -> None:
        """Write the row of a new application."""
        now = self.clock()
        row = {
            "id": application_id,
            "reference": self._free_reference(connection),
            "state": DRAFT,
            "reopened": "{}",
            "first_step": "",
            "channel": Channel.WEB,
            "awaits_consent": False,
            "default_upstreams": False,
            "created_at": now,
            "touched_at": now,
        }
        connection.execute(_BEGIN, {**row, **columns})

    def context(self, draft: Draft, *, language: str | None = None) -> StepContext:
        """What the steps of `draft` depend on, as of now."""
        profile = COUNTRIES[draft.country]
        shown = language or draft.language
        kind = legal_kind(profile)
        notice = self.notices.get(kind, shown)
        text = LegalText(
            version=notice.version, text_hash=notice.text_hash, current_hashes=self.notices.current_hashes(kind)
        )
        return StepContext(
            application_id=draft.id,
            reference=draft.reference,
            country=profile,
            language=shown,
            today=today_in(self.settings.time_zone(draft.country), self.clock()),
            minimum_age=self.settings.minimum_age,
            maximum_age=self.settings.maximum_age,
            selfies=self.settings.selfies,
            requested=frozenset(draft.checks["requested"]),
            income_ranges=_income_ranges(tuple(map(tuple, draft.checks["income_ranges"]))),
            answers=draft.answers,
            photos=draft.photos,
            legal={kind: text},
            # Where no document says who its holder is, nothing is gained by another order.
            first_step=draft.first_step if profile.read_barcode else "",
            asked_photos={
                slot: AskedPhoto(id=asked["photo"], why=self._why(asked["reason"], shown))
                for slot, asked in draft.asked_photos().items()
            },
        )

    def _why(self, reason: str, language: str) -> Any:
        return self.reasons.sentence(reason, language) or ASKED_AGAIN

    def journey(self, draft: Draft, *, language: str | None = None) -> Journey:
        """The journey of `draft` as it stands."""
        answered = {key: bool(asked.get("answered")) for key, asked in draft.reopened.items()}
        leaves = None if draft.hand is OWN else draft.hand.leaves
        vouched = [name for name, given in draft.given.items() if given.vouched]
        context = self.context(draft, language=language)
        return Journey(context, reopened=answered, leaves=leaves, vouched=vouched)

    def is_helped(self, draft: Draft) -> bool:
        """Whether somebody of staff fills in as well, just now."""
        return draft.help is not None and draft.help.is_alive(self.clock())

    def save(self, draft: Draft, step: Step, context: StepContext, form: Any) -> Draft:
        """Keep a valid form's answers; return the draft as it is now. Raises ClosedError and NotTheirsError."""
        if draft.hand.leaves(step, context):
            raise NotTheirsError(step.key)
        name, answers, notices = step.storage_name(context), form.answers(), list(form.notices())
        kept, now = draft.still_given(name, answers), self.clock()
        said = [[each.message, dict(each.parameters)] for each in notices]
        row = self.seal(draft.id, name, {"answers": answers, "notices": said, "kept": to_json(kept)}, **draft.giver)
        noted = draft.answers.get(name) != answers and self.terms.are_of(step.key)
        alone = not (noted or draft.reopened or name in draft.typed or draft.hand.is_agents)
        with write(alone=alone) as connection:
            reopened = self._answered(connection, draft, step.key) if draft.reopened else {}
            if not keep_answer(connection, row, touched_at=now, reopened=json.dumps(reopened)):
                raise ClosedError(draft.id)
            draft.hand.vouch(connection)
            if noted:
                self.terms.note(connection, draft.id, step.key, answers)
            if name in draft.typed:
                self._forget_typed(connection, draft.id, name)
            draft.hand.sign(connection, step.key)
        self.counts.answered(draft, step.key)
        draft.givers[name] = Giver(by=row["given_by"], channel=row["channel"], at=row["updated_at"])
        draft.answers[name], draft.notices[name], draft.kept[name] = answers, notices, kept
        return replace(draft, reopened=reopened) if draft.reopened else draft

    def keep_typed(self, draft: Draft, step: Step, context: StepContext, form: Any) -> None:
        """Keep what was typed so far, valid or not, to be shown again; it counts as no answer. Raises ClosedError."""
        row = self.seal(draft.id, TYPED_PREFIX + step.storage_name(context), form.typed(), **draft.giver)
        with write() as connection:
            self.touch(connection, draft)
            upsert_answer(connection, row)

    def change(self, draft: Draft, country: str, language: str, agreements: Iterable[Agreement]) -> None:
        """Change country or language of an open application and record its consents again. Raises ClosedError."""
        changed = country != draft.country
        checks = self.wants.at_first(draft.id, country, draft.upstream) if changed else draft.checks
        with write() as connection:
            present = {"country": country, "language": language, "checks": json.dumps(checks)}
            self.touch(connection, draft, awaits_consent=False, **present)
            self._record(connection, draft.id, agreements)
            if changed:
                self.stages.refresh(connection, draft.id)
                self.terms.note_all(connection, draft.id)

    def agree(self, draft: Draft, agreements: Iterable[Agreement]) -> None:
        """Take the person's consents to an application that somebody else began. Raises ClosedError."""
        with write() as connection:
            self.touch(connection, draft, awaits_consent=False)
            self._record(connection, draft.id, agreements)

    def set_language(self, draft: Draft, language: str) -> None:
        """Remember the language the person reads in."""
        with write() as connection:
            connection.execute(update(Application).where(Application.id == draft.id).values(language=language))

    def touch(self, connection: Connection, draft: Draft, **changes: Any) -> None:
        """Note that an open application was worked on, with `changes`; raises ClosedError and AssistanceOverError."""
        if not touch(connection, draft.id, touched_at=self.clock(), **changes):
            raise ClosedError(draft.id)
        draft.hand.vouch(connection)

    def _answered(self, connection: Connection, draft: Draft, key: str) -> dict[str, Any]:
        """What is asked again, with this step answered, unless it was asked once more since the draft was loaded."""
        present: dict[str, Any] = json.loads(connection.execute(_REOPENED, {"application_id": draft.id}).scalar_one())
        if key in present and present[key] == draft.reopened.get(key):
            present[key] = {**present[key], "answered": True}
        return present

    def _forget_typed(self, connection: Connection, application_id: str, name: str) -> None:
        connection.execute(
            delete(Answer).where(Answer.application_id == application_id, Answer.name == TYPED_PREFIX + name)
        )

    def _free_reference(self, connection: Connection) -> str:
        while True:
            reference = new_reference()
            if connection.execute(_BY_REFERENCE, {"reference": reference}).first() is None:
                return reference

    def _record(self, connection: Connection, application_id: str, agreements: Iterable[Agreement]) -> None:
        rows = connection.execute(_CONSENTS, {"application_id": application_id})
        known = {(row.kind, row.text_hash) for row in rows}
        given = {"application_id": application_id, "given_at": self.clock()}
        fresh = [given | asdict(each) for each in agreements if (each.kind, each.text_hash) not in known]
        if fresh:
            connection.execute(_CONSENT, fresh)


@lru_cache(maxsize=64)
def _income_ranges(offered: tuple[tuple[Any, ...], ...]) -> tuple[IncomeRange, ...]:
    """The ranges as the steps know them; a KYC API offers everybody the same few."""
    return tuple(
        IncomeRange(lower_bounds=lower, upper_bounds=upper, formatted=formatted) for lower, upper, formatted in offered
    )
