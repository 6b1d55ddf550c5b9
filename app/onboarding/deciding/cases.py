"""Reads cases out of their rows, for a page or locked for a decision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from app.apis.errors import NotAllowedError
from app.onboarding.deciding.assisted import assisted_by
from app.onboarding.deciding.case import Case, Decided, Sent
from app.onboarding.deciding.errors import NoSuchCaseError
from app.onboarding.deciding.sealing import NOTE, SENTENCE, opened
from app.onboarding.staff.members import MemberReader, StaffMember
from app.onboarding.submission import PERSONAL_INFORMATIONS
from app.onboarding.upstreams import Upstream, Upstreams
from app.onboarding.wants import kyc_user_id
from app.store.crypto import Keyring
from app.store.db import read
from app.store.models.applications import UPSTREAM, Application
from app.store.models.decisions import Decision
from app.store.models.submissions import Delivery, Submission

_OF = Submission.application_id == bindparam("application_id")
_DELIVERIES = (
    select(Delivery.__table__, Submission.number)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(_OF)
    .order_by(Submission.number, Delivery.id)
)
# Deliveries before the application, as the ledger does: two transactions never wait for each other in a ring.
_LOCK_DELIVERIES = _DELIVERIES.with_for_update(of=Delivery)
_APPLICATION = select(Application.__table__, UPSTREAM).where(Application.id == bindparam("application_id"))
_LOCK_APPLICATION = _APPLICATION.with_for_update()
_NUMBER = select(Submission.number).where(_OF).order_by(Submission.number.desc()).limit(1)
_HISTORY = (
    select(Decision.__table__).where(Decision.application_id == bindparam("application_id")).order_by(Decision.place)
)


class Cases:
    """Reads cases as one member of staff may see them."""

    def __init__(self, *, keyring: Keyring, upstreams: Upstreams, members: MemberReader) -> None:
        self.keyring, self.upstreams, self.members = keyring, upstreams, members

    def of(self, who: StaffMember, application_id: str) -> Case:
        """The case as it stands; raises NoSuchCaseError."""
        with read() as connection:
            case = self._case(connection, who, application_id, _APPLICATION)
        return replace(case, history=self.named(case.history))

    def locked(self, connection: Connection, who: StaffMember, application_id: str) -> Case:
        """The same within a write transaction, where nobody else changes it until that ends; names are left out."""
        connection.execute(_LOCK_DELIVERIES, {"application_id": application_id}).all()
        return self._case(connection, who, application_id, _LOCK_APPLICATION)

    def named(self, history: Iterable[Decided]) -> tuple[Decided, ...]:
        """Decisions with the names of those who took them."""
        history = tuple(history)
        names = self.members.names(each.member_id for each in history) if history else {}
        return tuple(replace(each, who=names.get(each.member_id, "")) for each in history)

    def _case(self, connection: Connection, who: StaffMember, application_id: str, statement: Any) -> Case:
        key = {"application_id": application_id}
        row = connection.execute(statement, key).first()
        if row is None or not who.sees(row.integration):
            raise NoSuchCaseError(application_id)
        deliveries = connection.execute(_DELIVERIES, key).all()
        upstream = self._upstream(row.upstream)
        return Case(
            id=row.id,
            reference=row.reference,
            country=row.country,
            language=row.language,
            integration=row.integration,
            state=row.state,
            reopened=json.loads(row.reopened),
            decision=row.decision,
            number=connection.execute(_NUMBER, key).scalar() or 0,
            upstream=upstream,
            record=_record(connection, upstream, deliveries),
            requested=_requested(connection, upstream, row),
            deliveries=tuple(_newest(deliveries)),
            history=tuple(self._decided(row) for row in connection.execute(_HISTORY, key)),
            assisted=assisted_by(connection, application_id),
        )

    def _upstream(self, name: str | None) -> Upstream | None:
        try:
            return self.upstreams.of(name)
        except NotAllowedError:
            return None

    def _decided(self, row: Row[Any]) -> Decided:
        return Decided(
            kind=row.kind,
            state=row.state,
            number=row.number,
            reason=row.reason,
            asked=json.loads(row.asked),
            note=opened(self.keyring, row.id, NOTE, row.note),
            sentence=opened(self.keyring, row.id, SENTENCE, row.sentence),
            member_id=row.member_id,
            decided_at=row.decided_at,
        )


def _newest(deliveries: Sequence[Row[Any]]) -> Iterable[Sent]:
    """The newest delivery of each API; what an earlier one delivered is delivered."""
    served = {row.api for row in deliveries if row.delivered_at is not None}
    return (
        Sent(
            id=row.id,
            api=row.api,
            state=row.state,
            upstream_state=row.upstream_state,
            is_served=row.api in served,
        )
        for row in {row.api: row for row in deliveries}.values()
    )


def _requested(connection: Connection, upstream: Upstream | None, row: Row[Any]) -> frozenset[str]:
    """What this Alta's own KYC API wants of a person who has sent everything once."""
    if upstream is None or upstream.own_kyc is None or row.submitted_at is None:
        return frozenset()
    return upstream.own_kyc.requested_of(connection, kyc_user_id(row.id, row.country))


def _record(
    connection: Connection, upstream: Upstream | None, deliveries: Sequence[Row[Any]]
) -> tuple[int, str] | None:
    """The record that this Alta made of the application: found by the key of the delivery that made it."""
    if upstream is None or upstream.own_records is None:
        return None
    keys = [row.idempotency_key for row in deliveries if row.api == PERSONAL_INFORMATIONS and row.upstream_id]
    return upstream.own_records.made_with(connection, keys[0]) if keys else None
