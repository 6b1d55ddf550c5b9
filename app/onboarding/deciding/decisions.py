"""Approve, reject and ask again: each checked against the case as it stands, and done whole in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, update

from app.apis.errors import ApiError
from app.domain.roles import Permission
from app.domain.stage import Flag
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.deciding.asking import Item, checks_asked, items_of, reopened_by
from app.onboarding.deciding.case import Case, Options
from app.onboarding.deciding.cases import Cases
from app.onboarding.deciding.errors import CaseChangedError, MayNotError, OvertakenError, UnknownReasonError, Why
from app.onboarding.deciding.outcomes import Outcomes
from app.onboarding.deciding.rejections import Rejections
from app.onboarding.deciding.sealing import NOTE, SENTENCE, sealed
from app.onboarding.drafts import Drafts
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models import decisions as rows
from app.store.models.decisions import APPROVED, ASKED_AGAIN, REJECTED

IN_ORDER = "in_order"
ACTIONS = {
    (APPROVED, rows.FINAL): AuditAction.CASE_APPROVED,
    (APPROVED, rows.WAITING): AuditAction.APPROVAL_PROPOSED,
    (REJECTED, rows.FINAL): AuditAction.CASE_REJECTED,
    (REJECTED, rows.WAITING): AuditAction.REJECTION_PROPOSED,
    (ASKED_AGAIN, rows.FINAL): AuditAction.CASE_ASKED_AGAIN,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A decision to be taken: on what its page showed (`seen`), by whom, from which address."""

    kind: str
    who: StaffMember
    seen: str
    address: str
    reason: str
    note: str = ""
    sentence: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)


class Decisions:
    """The use cases of deciding.

    Each of them raises NoSuchCaseError, MayNotError, OvertakenError where somebody has decided since `seen`, or
    CaseChangedError where something else has changed; then nothing is.
    """

    def __init__(
        self,
        *,
        cases: Cases,
        outcomes: Outcomes,
        drafts: Drafts,
        rejections: Rejections,
        audit: Audit,
        four_eyes: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self.cases, self.outcomes, self.drafts, self.rejections = cases, outcomes, drafts, rejections
        self.audit, self.four_eyes, self.clock = audit, four_eyes, clock

    def case(self, who: StaffMember, application_id: str) -> Case:
        """A case as it stands; raises NoSuchCaseError."""
        return self.cases.of(who, application_id)

    def options(self, who: StaffMember, case: Case) -> Options:
        """What a member may decide on a case."""
        if not who.may(Permission.DECIDE):
            return Options(
                approve=Why.ROLE, reject=Why.ROLE, ask=Why.ROLE, proposal=case.proposal if self.four_eyes else None
            )
        return case.options(who.id, four_eyes=self.four_eyes)

    def items(self, case: Case, *, language: str) -> tuple[Item, ...]:
        """What may be asked again of a case, in the words of `language`."""
        with read() as connection:
            draft = self.drafts.load_by_id(connection, case.id)
        if draft is None:
            return ()
        return items_of(case, self.drafts.context(draft, language=language), self.drafts.reasons)

    def approve(self, who: StaffMember, application_id: str, *, seen: str, note: str = "", address: str = "") -> str:
        """Approve; the state of the decision then: final, or waiting for a second member."""
        verdict = Verdict(kind=APPROVED, who=who, seen=seen, address=address, reason=IN_ORDER, note=note)
        return self._decide(application_id, verdict)

    def reject(
        self,
        who: StaffMember,
        application_id: str,
        *,
        seen: str,
        reason: str,
        note: str = "",
        sentence: str = "",
        address: str = "",
    ) -> str:
        """Reject for a reason's code; `sentence` is told to the applicant instead of the reason's own.

        Raises UnknownReasonError too.
        """
        if reason not in self.rejections.codes:
            raise UnknownReasonError(reason)
        verdict = Verdict(
            kind=REJECTED, who=who, seen=seen, address=address, reason=reason, note=note, sentence=sentence
        )
        return self._decide(application_id, verdict)

    def ask_again(
        self,
        who: StaffMember,
        application_id: str,
        *,
        seen: str,
        asked: Mapping[str, str],
        note: str = "",
        address: str = "",
    ) -> str:
        """Reopen what `asked` names, each for its reason's code, and have the case come back to `who`.

        Raises UnknownReasonError too.
        """
        if not asked:
            raise UnknownReasonError("nothing")
        verdict = Verdict(
            kind=ASKED_AGAIN,
            who=who,
            seen=seen,
            address=address,
            reason=next(iter(asked.values())),
            note=note,
            asked=dict(asked),
        )
        return self._decide(application_id, verdict)

    def withdraw(self, who: StaffMember, application_id: str, *, seen: str, address: str = "") -> None:
        """Take back one's own decision that waits for a second member."""
        with self._on(who, application_id, seen) as (connection, case):
            proposal = self.options(who, case).proposal
            if proposal is None or proposal.member_id != who.id:
                raise MayNotError(Why.NOTHING_OF_YOURS)
            self._close_proposal(connection, case, rows.WITHDRAWN)
            self.outcomes.stages.set_flags(connection, case.id, {Flag.SECOND: False})
            self.audit.record(
                connection,
                who=who,
                action=AuditAction.DECISION_WITHDRAWN,
                application_id=case.id,
                subject=proposal.kind,
                address=address,
            )

    def _decide(self, application_id: str, verdict: Verdict) -> str:
        with self._on(verdict.who, application_id, verdict.seen) as (connection, case):
            options = self.options(verdict.who, case)
            why = {APPROVED: options.approve, REJECTED: options.reject, ASKED_AGAIN: options.ask}[verdict.kind]
            if why is not None:
                raise MayNotError(why)
            agrees = options.proposal is not None and options.proposal.kind == verdict.kind
            needs_second = self.four_eyes and verdict.kind != ASKED_AGAIN and not agrees
            state = rows.WAITING if needs_second else rows.FINAL
            self._close_proposal(connection, case, rows.CONFIRMED if agrees else rows.REPLACED)
            self._keep(connection, case, verdict, state)
            if state == rows.FINAL:
                self._carry_out(connection, case, verdict)
            self.outcomes.stages.refresh(connection, case.id)
            flags = {Flag.SECOND: state == rows.WAITING}
            if verdict.kind == ASKED_AGAIN:
                flags[Flag.ASKED_AGAIN] = True
            self.outcomes.stages.set_flags(connection, case.id, flags)
            self._record(connection, case, verdict, state)
        return state

    @contextmanager
    def _on(self, who: StaffMember, application_id: str, seen: str) -> Iterator[tuple[Connection, Case]]:
        """One transaction on a case that is still as the member's page showed it."""
        try:
            with write() as connection:
                case = self.cases.locked(connection, who, application_id)
                if not who.may(Permission.DECIDE):
                    raise MayNotError(Why.ROLE)
                case.require_as_seen(seen)
                yield connection, case
        except OvertakenError as error:
            raise OvertakenError(*self.cases.named([error.decided])) from None
        except ApiError:
            # The record was moved on by a command, which asks nobody for this case's lock.
            raise CaseChangedError(application_id) from None

    def _carry_out(self, connection: Connection, case: Case, verdict: Verdict) -> None:
        if verdict.kind != ASKED_AGAIN:
            self.outcomes.settle(connection, case, verdict.kind)
            return
        draft = self.drafts.load_by_id(connection, case.id)
        assert draft is not None, "its row is locked"
        items = {item.name: item for item in items_of(case, self.drafts.context(draft), self.drafts.reasons)}
        reopened = reopened_by(case, draft, items, verdict.asked)
        self.outcomes.ask_again(
            connection, case, reopened=reopened, checks=checks_asked(items, verdict.asked), assigned_to=verdict.who.id
        )

    def _close_proposal(self, connection: Connection, case: Case, state: str) -> None:
        """What waited for a second member waits no more."""
        row = rows.Decision
        waiting = (row.application_id == case.id, row.state == rows.WAITING)
        connection.execute(update(row).where(*waiting).values(state=state))

    def _keep(self, connection: Connection, case: Case, verdict: Verdict, state: str) -> None:
        decision_id = str(uuid.uuid4())
        connection.execute(
            insert(rows.Decision).values(
                id=decision_id,
                application_id=case.id,
                place=len(case.history) + 1,
                number=case.number,
                kind=verdict.kind,
                state=state,
                reason=verdict.reason,
                asked=json.dumps(verdict.asked),
                note=sealed(self.cases.keyring, decision_id, NOTE, verdict.note),
                sentence=sealed(self.cases.keyring, decision_id, SENTENCE, verdict.sentence),
                member_id=verdict.who.id,
                decided_at=self.clock(),
            )
        )

    def _record(self, connection: Connection, case: Case, verdict: Verdict, state: str) -> None:
        """The deed, its reasons as codes: what was written beside may speak of the person."""
        asked = ", ".join(f"{name}: {reason}" for name, reason in verdict.asked.items())
        self.audit.record(
            connection,
            who=verdict.who,
            action=ACTIONS[verdict.kind, state],
            application_id=case.id,
            subject=f"submission {case.number}",
            reason=asked or verdict.reason,
            address=verdict.address,
        )
