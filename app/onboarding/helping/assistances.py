"""Assistances: begun by an agent for a person or with a person's code, in force for a while, ended by either."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, bindparam, insert, select, update

from app.config import Settings
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.draft import OPEN_STATES, Draft, Help, name_context
from app.onboarding.drafts import Drafts
from app.onboarding.errors import AssistanceOverError, NotTheirsError
from app.onboarding.hands import BRANCH, PHONE, RESCUE, AgentsHand
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.applications import Application
from app.store.models.assistances import BY_AGENT, BY_ANOTHER, BY_PERSON, BY_SENDING, Assistance

_PRESENT = (Assistance.id == bindparam("assistance_id"), Assistance.ended_at.is_(None))
_BEGIN = insert(Assistance)
# Locked until the transaction ends: an end that comes at the same moment waits for what is being written, or is seen.
_VOUCH = select(Assistance.expires_at).where(*_PRESENT).with_for_update()
_OF_MEMBER = (
    select(Assistance.id, Assistance.way, Assistance.begun_at, Assistance.expires_at)
    .add_columns(Application.reference, Application.country, Application.integration)
    .join(Application, Application.id == Assistance.application_id)
    .where(Assistance.member_id == bindparam("member_id"), Assistance.ended_at.is_(None))
    .where(Application.state.in_(OPEN_STATES))
    .order_by(Assistance.begun_at.desc(), Assistance.id)
)
_ENDED = select(Assistance.ended_by, Assistance.application_id, Application.integration).join(
    Application, Application.id == Assistance.application_id
)


@dataclass(frozen=True, kw_only=True)
class Present:
    """One of a member's assistances that last still, as their list shows it."""

    id: str
    way: str
    reference: str
    country: str
    begun_at: datetime
    expires_at: datetime


class Assistances:
    """The use cases of helping."""

    def __init__(self, *, settings: Settings, drafts: Drafts, audit: Audit, clock: Callable[[], datetime]) -> None:
        self.settings, self.drafts, self.audit, self.clock = settings, drafts, audit, clock

    def begin(
        self,
        who: StaffMember,
        *,
        country: str,
        language: str,
        way: str,
        integration: str | None,
        address: str,
        application_id: str = "",
    ) -> str:
        """Begin an application for a person, in their language, and the help with it; return the assistance's id."""
        if not who.sees(integration):
            raise NotTheirsError("integration")
        application_id, wants = application_id or str(uuid.uuid4()), self.drafts.wants
        # An integration without APIs of its own has its people's data go to the default ones.
        upstream = integration if integration and wants.upstreams.knows(integration) else None
        begun = {
            "country": country,
            "language": language,
            "integration": integration,
            "default_upstreams": integration is not None and upstream is None,
            "checks": json.dumps(wants.at_first(application_id, country, upstream)),
            "channel": way,
            "awaits_consent": True,
        }
        with write() as connection:
            self.drafts.insert(connection, application_id, begun)
            self.drafts.stages.refresh(connection, application_id)
            return self.add(connection, who, application_id, way=way, address=address)

    def add(self, connection: Connection, who: StaffMember, application_id: str, *, way: str, address: str) -> str:
        """Begin help with an application, in the caller's transaction; what help it had ends."""
        now, assistance_id = self.clock(), str(uuid.uuid4())
        minutes = self.settings.rescue_minutes if way == RESCUE else self.settings.assistance_minutes
        connection.execute(
            update(Assistance)
            .where(Assistance.application_id == application_id, Assistance.ended_at.is_(None))
            .values(ended_at=now, ended_by=BY_ANOTHER)
        )
        connection.execute(
            _BEGIN,
            {
                "id": assistance_id,
                "application_id": application_id,
                "member_id": who.id,
                "member_name": self.drafts.keyring.encrypt(who.name.encode(), name_context(assistance_id)),
                "way": way,
                "begun_at": now,
                "expires_at": now + timedelta(minutes=minutes),
            },
        )
        reason = "let in by the person's code" if way == RESCUE else "asked by the person"
        self._record(connection, who, AuditAction.ASSISTANCE_BEGUN, application_id, way, address, reason)
        return assistance_id

    def load(self, who: StaffMember, assistance_id: str, *, address: str) -> Draft | None:
        """The draft that `who` helps with, as an agent may fill it in; None where there is no such help of theirs.

        Raises AssistanceOverError where there was.
        """
        draft = self.drafts.load_by_assistance(assistance_id)
        if draft is None or draft.help is None:
            self._require_unknown(who, assistance_id)
            return None
        if draft.help.member_id != who.id or not who.sees(draft.integration):
            return None
        if not draft.help.is_alive(self.clock()):
            raise AssistanceOverError("time")
        if not draft.is_open:
            raise AssistanceOverError(BY_SENDING)
        return replace(draft, hand=self._hand(who, draft, draft.help, address))

    def ended(self, who: StaffMember, assistance_id: str) -> Draft | None:
        """The draft of an assistance that was theirs, for what they have of it themselves: they see no more of it."""
        statement = _ENDED.where(Assistance.id == assistance_id, Assistance.member_id == who.id)
        with read() as connection:
            row = connection.execute(statement).first()
            if row is None or not who.sees(row.integration):
                return None
            return self.drafts.load_by_id(connection, row.application_id)

    def end(self, draft: Draft, who: StaffMember, *, address: str) -> None:
        """Hand back, by the agent."""
        self._end(draft, BY_AGENT, who=who, address=address)

    def end_by_person(self, draft: Draft) -> None:
        """Do without the agent from now on."""
        self._end(draft, BY_PERSON)

    def end_by_sending(self, connection: Connection, draft: Draft) -> None:
        """The application was sent, in the caller's transaction: there is nothing more to help with."""
        self._close(connection, draft, BY_SENDING)

    def of_member(self, who: StaffMember) -> list[Present]:
        """The applications that the member helps with, the latest first."""
        with read() as connection:
            rows = connection.execute(_OF_MEMBER, {"member_id": who.id}).all()
        now = self.clock()
        return [
            Present(
                id=row.id,
                way=row.way,
                reference=row.reference,
                country=row.country,
                begun_at=row.begun_at,
                expires_at=row.expires_at,
            )
            for row in rows
            if row.expires_at > now and who.sees(row.integration)
        ]

    def record_view(
        self, who: StaffMember, draft: Draft, *, action: AuditAction, subject: str = "", address: str
    ) -> None:
        """Put into the record what the agent saw."""
        with write() as connection:
            self._record(connection, who, action, draft.id, subject, address)

    def _hand(self, who: StaffMember, draft: Draft, help_: Help, address: str) -> AgentsHand:
        noted = partial(self._answered, who=who, application_id=draft.id, address=address)
        return AgentsHand(
            given_by=who.id,
            channel=BRANCH if help_.way == BRANCH else PHONE,
            takes_photos=help_.way == BRANCH and not draft.awaits_consent,
            checked=partial(self._vouch, help_.id),
            noted=noted,
        )

    def _vouch(self, assistance_id: str, connection: Connection) -> None:
        expires_at = connection.execute(_VOUCH, {"assistance_id": assistance_id}).scalar()
        if expires_at is None or expires_at <= self.clock():
            raise AssistanceOverError("ended")

    def _answered(
        self, connection: Connection, what: str, *, who: StaffMember, application_id: str, address: str
    ) -> None:
        self._record(connection, who, AuditAction.ANSWERED_FOR, application_id, what, address)

    def _end(self, draft: Draft, by: str, *, who: StaffMember | None = None, address: str = "") -> None:
        with write() as connection:
            self._close(connection, draft, by, who=who, address=address)

    def _close(
        self,
        connection: Connection,
        draft: Draft,
        by: str,
        *,
        who: StaffMember | None = None,
        address: str = "",
    ) -> None:
        mine = (Assistance.member_id == who.id,) if who is not None else ()
        ended = connection.execute(
            update(Assistance)
            .where(Assistance.application_id == draft.id, Assistance.ended_at.is_(None), *mine)
            .values(ended_at=self.clock(), ended_by=by)
        )
        if ended.rowcount:
            self._record(connection, who, AuditAction.ASSISTANCE_ENDED, draft.id, by, address)

    def _require_unknown(self, who: StaffMember, assistance_id: str) -> None:
        """Whoever had it is told how it ended; anybody else finds nothing."""
        statement = _ENDED.where(Assistance.id == assistance_id, Assistance.member_id == who.id)
        with read() as connection:
            row = connection.execute(statement).first()
        if row is not None and who.sees(row.integration):
            raise AssistanceOverError(row.ended_by or "ended")

    def _record(
        self,
        connection: Connection,
        who: StaffMember | None,
        action: AuditAction,
        application_id: str,
        what: str,
        address: str,
        reason: str = "",
    ) -> None:
        self.audit.record(
            connection,
            who=who,
            action=action,
            application_id=application_id,
            subject=what,
            reason=reason,
            address=address,
        )
