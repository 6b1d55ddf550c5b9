"""Sessions of staff: begun, found, seen, and ended, one by one or all at once."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.config import Settings
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.members import COLUMNS, TOKEN_BYTES, MemberReader, StaffMember
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.staff import Member, MemberSession

BROWSER_MAXIMUM, ADDRESS_MAXIMUM = 200, 45
# So long a sign-in may take from the password to the code, and so seldom a busy session's row is written.
HALFWAY, SEEN_EVERY = timedelta(minutes=10), timedelta(seconds=30)


class Stage(StrEnum):
    """How far a session is: a code is asked for, a second step is to be set up, or signed in."""

    SECOND = "second"
    ENROL = "enrol"
    FULL = "full"


class Way(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"
    PROVIDER = "oidc"


@dataclass(frozen=True, kw_only=True)
class Failures:
    """What happened before somebody signed in: how many tries failed, when the last one, from where."""

    count: int
    at: datetime | None
    address: str | None


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    """A session with its member."""

    id: str
    member: StaffMember
    stage: Stage
    way: Way
    browser: str
    address: str
    begun_at: datetime
    seen_at: datetime
    failures: Failures


_SESSION = (
    MemberSession.id.label("session_id"),
    MemberSession.stage,
    MemberSession.way,
    MemberSession.browser,
    MemberSession.address,
    MemberSession.created_at,
    MemberSession.seen_at,
    MemberSession.failed_tries,
    MemberSession.failed_at,
    MemberSession.failed_address,
)
_ALL = (
    select(*COLUMNS, *_SESSION)
    .join(MemberSession, MemberSession.member_id == Member.id)
    .where(Member.disabled_at.is_(None))
)
_BY_TOKEN = _ALL.where(MemberSession.token_hash == bindparam("token_hash"))
_OWN = _ALL.where(Member.id == bindparam("member_id"), MemberSession.stage == Stage.FULL).order_by(
    MemberSession.seen_at.desc(), MemberSession.id
)
_BEGIN = insert(MemberSession)
_SEE = (
    update(MemberSession)
    .where(MemberSession.token_hash == bindparam("hash_of_token"))
    .values(seen_at=bindparam("now"), address=bindparam("from_where"))
)


class Sessions:
    """The use cases of being signed in."""

    def __init__(
        self, *, settings: Settings, members: MemberReader, audit: Audit, clock: Callable[[], datetime]
    ) -> None:
        self.settings, self.members, self.audit, self.clock = settings, members, audit, clock

    def begin(
        self,
        connection: Connection,
        member_id: str,
        *,
        stage: Stage = Stage.FULL,
        way: Way = Way.PASSWORD,
        browser: str = "",
        address: str = "",
        failures: Failures | None = None,
    ) -> str:
        """Make a session within `connection`'s transaction; return the token for the browser's cookie."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self.clock()
        connection.execute(
            _BEGIN,
            {
                "token_hash": token_hash(token),
                "id": str(uuid.uuid4()),
                "member_id": member_id,
                "stage": stage.value,
                "way": way.value,
                "browser": browser[:BROWSER_MAXIMUM],
                "address": address[:ADDRESS_MAXIMUM],
                "created_at": now,
                "seen_at": now,
                "failed_tries": failures.count if failures else 0,
                "failed_at": failures.at if failures else None,
                "failed_address": failures.address if failures else None,
            },
        )
        return token

    def find(self, token: str) -> StaffSession | None:
        """The session of a cookie's token, unless it has ended by itself."""
        with read() as connection:
            row = connection.execute(_BY_TOKEN, {"token_hash": token_hash(token)}).first()
        return self._session(row) if row is not None and self._is_live(row) else None

    def see(self, session: StaffSession, token: str, *, address: str) -> None:
        """Note that the session is in use."""
        now = self.clock()
        if now - session.seen_at < SEEN_EVERY and address == session.address:
            return
        with write() as connection:
            connection.execute(
                _SEE, {"hash_of_token": token_hash(token), "now": now, "from_where": address[:ADDRESS_MAXIMUM]}
            )

    def of(self, member: StaffMember) -> list[StaffSession]:
        """The member's sessions, the one seen last first."""
        with read() as connection:
            rows = connection.execute(_OWN, {"member_id": member.id}).all()
        return [self._session(row) for row in rows if self._is_live(row)]

    def end(self, token: str, session: StaffSession, *, address: str) -> None:
        """Sign this browser out."""
        with write() as connection:
            connection.execute(delete(MemberSession).where(MemberSession.token_hash == token_hash(token)))
            if session.stage is Stage.FULL:
                self.audit.record(connection, who=session.member, action=AuditAction.SIGNED_OUT, address=address)

    def end_one(self, member: StaffMember, session_id: str, *, address: str) -> bool:
        """End one of the member's own sessions; False if it is none of theirs."""
        with write() as connection:
            ended = connection.execute(
                delete(MemberSession).where(MemberSession.id == session_id, MemberSession.member_id == member.id)
            ).rowcount
            if ended:
                self.audit.record(
                    connection, who=member, action=AuditAction.SESSION_ENDED, subject=session_id, address=address
                )
        return bool(ended)

    def end_all(self, member: StaffMember, *, address: str) -> None:
        """Sign the member out of every browser."""
        with write() as connection:
            connection.execute(delete(MemberSession).where(MemberSession.member_id == member.id))
            self.audit.record(connection, who=member, action=AuditAction.SESSION_ENDED, subject="all", address=address)

    def forget_failures(self, session: StaffSession) -> None:
        """The member has seen what happened before this sign-in."""
        with write() as connection:
            connection.execute(
                update(MemberSession).where(MemberSession.id == session.id).values(failed_tries=0, failed_at=None)
            )

    def oldest(self) -> datetime:
        """When a session that is over by now was begun at the latest."""
        return self.clock() - timedelta(hours=self.settings.staff_hours)

    def _is_live(self, row: Any) -> bool:
        now = self.clock()
        if row.stage != Stage.FULL:
            return bool(now - row.created_at < HALFWAY)
        idle = now - row.seen_at >= timedelta(minutes=self.settings.staff_idle_minutes)
        return bool(not idle and row.created_at > self.oldest())

    def _session(self, row: Any) -> StaffSession:
        return StaffSession(
            id=row.session_id,
            member=self.members.member_of(row),
            stage=Stage(row.stage),
            way=Way(row.way),
            browser=row.browser,
            address=row.address,
            begun_at=row.created_at,
            seen_at=row.seen_at,
            failures=Failures(count=row.failed_tries, at=row.failed_at, address=row.failed_address),
        )
