"""A case as a value: how an application stands for who decides on it, and which decisions that allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.onboarding.deciding.errors import CaseChangedError, OvertakenError, Why
from app.onboarding.ledger import DECIDED
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.onboarding.upstreams import Upstream
from app.store.models import applications, submissions
from app.store.models.decisions import WAITING

NOT_ARRIVED = (submissions.FAILED, submissions.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as it was taken; `asked` maps what was asked again to the reason's code, `who` is a name."""

    kind: str
    state: str
    number: int
    reason: str
    asked: Mapping[str, str]
    note: str
    sentence: str
    member_id: str
    decided_at: datetime
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The newest delivery to one API; `is_served` once the API has had everything."""

    id: str
    api: str
    state: str
    upstream_state: str | None
    is_served: bool


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be decided: None where it may be, else why not. `proposal` is a decision that waits for a second."""

    approve: Why | None
    reject: Why | None
    ask: Why | None
    proposal: Decided | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application to be decided on.

    `number` is its newest submission's, 0 where it was never sent; `record` the id and state of the record that this
    Alta keeps of it, `requested` the checks that its own KYC API wants; `decision` what was decided already; `upstream`
    its APIs, None where they are gone; `assisted` the ids of the members who gave any of its answers. Deliveries are
    the newest of each API.
    """

    id: str
    reference: str
    country: str
    language: str
    integration: str | None
    state: str
    reopened: Mapping[str, Mapping[str, Any]]
    decision: str | None
    number: int
    upstream: Upstream | None
    record: tuple[int, str] | None = None
    requested: frozenset[str] = frozenset()
    deliveries: tuple[Sent, ...] = ()
    history: tuple[Decided, ...] = ()
    assisted: frozenset[str] = field(default_factory=frozenset)

    @property
    def seen(self) -> str:
        """What a page shows of it in a word: another one once anything that matters to a decision has changed."""
        shown = [
            self.state,
            self.number,
            self.decision,
            self.record,
            sorted(self.requested),
            sorted(self.reopened.items()),
            sorted((each.api, each.state, each.upstream_state or "") for each in self.deliveries),
            [each.state for each in self.history],
        ]
        digest = hashlib.sha256(json.dumps(shown, default=dict).encode()).hexdigest()
        return f"{len(self.history)}-{digest[:16]}"

    def require_as_seen(self, seen: str) -> None:
        """Raise OvertakenError where somebody has decided since a page showed `seen`, CaseChangedError for the rest."""
        if seen == self.seen:
            return
        place = seen.partition("-")[0]
        if self.history and place.isdecimal() and int(place) < len(self.history):
            raise OvertakenError(self.history[-1])
        raise CaseChangedError(self.id)

    @property
    def outcome(self) -> str | None:
        """approved or rejected, once it is, by whomever."""
        states = (self.decision, self.record and self.record[1], *(each.upstream_state for each in self.deliveries))
        return next((state for state in states if state in DECIDED), None)

    @property
    def proposal(self) -> Decided | None:
        """The decision that waits for a second member, while what it was taken on is what is there."""
        last = self.history[-1] if self.history else None
        return last if last and last.state == WAITING and last.number == self.number else None

    @property
    def decides_here(self) -> bool:
        """Whether approving and rejecting is this Alta's."""
        return self.upstream is not None and self.upstream.own_records is not None

    def delivery(self, api: str) -> Sent | None:
        """The newest delivery to an API."""
        return next((each for each in self.deliveries if each.api == api), None)

    def options(self, member_id: str, *, four_eyes: bool) -> Options:
        """What a member may decide now."""
        proposal = self.proposal if four_eyes else None
        waits_for_others = proposal is not None and proposal.member_id == member_id
        approve, reject, ask = self._obstacle(), self._obstacle(), self._obstacle()
        if reject is Why.WITH_THE_PERSON and self.record is not None:
            reject = None
        if ask is Why.WITH_THE_PERSON:
            ask = None
        if not self.decides_here:
            approve, reject = approve or Why.UPSTREAM, reject or Why.UPSTREAM
            if self.upstream is not None and self.upstream.own_kyc is None:
                ask = ask or Why.UPSTREAM
        if member_id in self.assisted:
            approve = approve or Why.ASSISTED
        if waits_for_others and proposal is not None:
            approve = approve or (Why.AWAITS_ANOTHER if proposal.kind == "approved" else None)
            reject = reject or (Why.AWAITS_ANOTHER if proposal.kind == "rejected" else None)
        return Options(approve=approve, reject=reject, ask=ask, proposal=proposal)

    def _obstacle(self) -> Why | None:
        """What keeps anybody from deciding: only what both APIs have whole, and nobody has decided, is decided on."""
        states = {each.state for each in self.deliveries}
        record = self.delivery(PERSONAL_INFORMATIONS)
        if self.outcome is not None:
            return Why.DECIDED
        if not self.number or self.state not in (applications.SUBMITTED, applications.REOPENED):
            return Why.NOT_SENT
        if self.upstream is None:
            return Why.NO_UPSTREAM
        if submissions.WAITING in states:
            return Why.ON_ITS_WAY
        if not states.isdisjoint(NOT_ARRIVED) or record is None or not record.is_served or not self.delivery(KYC):
            return Why.NOT_DELIVERED
        if self.decides_here and self.record is None:
            return Why.NOT_DELIVERED
        if self.state == applications.REOPENED or submissions.REOPENED in states or self.requested:
            return Why.WITH_THE_PERSON
        return None
