"""Signing in with e-mail address and password, then a code; and choosing a password by a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.errors import LinkOverError, LockedError, WrongCredentialsError
from app.onboarding.staff.members import COLUMNS, Members, StaffMember
from app.onboarding.staff.passwords import Passwords, check_rules
from app.onboarding.staff.second_step import SecondStep
from app.onboarding.staff.sessions import Failures, Sessions, StaffSession, Stage, Way
from app.onboarding.staff.tries import Attempt, Tries
from app.store.crypto import token_hash
from app.store.db import read, write
from app.store.models.staff import Member, MemberLink, MemberSession

WITH_SECRETS = (
    *COLUMNS,
    Member.password_hash,
    Member.totp_secret,
    Member.failed_tries,
    Member.failed_at,
    Member.failed_address,
)
_ALL = select(*WITH_SECRETS).where(Member.disabled_at.is_(None))
_BY_EMAIL = _ALL.where(Member.email_hash == bindparam("email_hash"))
_BY_LINK = _ALL.join(MemberLink, MemberLink.member_id == Member.id).where(
    MemberLink.token_hash == bindparam("token_hash"), MemberLink.expires_at > bindparam("now")
)
_BY_MEMBER = _ALL.where(Member.id == bindparam("member_id"))


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a try comes from: address, the browser's name and language, and what it kept of earlier sign-ins."""

    address: str
    browser: str = ""
    devices: str = ""
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A fresh session's token, how far it is, whose it is, and what the browser is to keep of it, if anything."""

    token: str
    stage: Stage
    member: StaffMember
    devices: str = ""


class SignIn:
    """The use cases of coming in."""

    def __init__(
        self,
        *,
        members: Members,
        sessions: Sessions,
        passwords: Passwords,
        second_step: SecondStep,
        tries: Tries,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        self.members, self.sessions, self.passwords, self.second_step = members, sessions, passwords, second_step
        self.tries, self.audit, self.clock = tries, audit, clock

    def by_password(self, email: str, password: str, origin: Origin) -> SignedIn:
        """Take the first step. Raises WrongCredentialsError or LockedError, whoever the address belongs to."""
        attempt = self._attempt(email, origin)
        try:
            with write() as connection:
                self.tries.reserve(connection, attempt)
        except LockedError:
            # The answer takes as long as that to a wrong password: how long it takes tells nothing.
            self.passwords.verify(None, password)
            raise
        with read() as connection:
            row = connection.execute(_BY_EMAIL, {"email_hash": self.members.email_hash(email)}).first()
        if not self.passwords.verify(row.password_hash if row else None, password) or row is None:
            self._failed(row, origin)
            raise WrongCredentialsError("e-mail address or password")
        fresh = self.passwords.hash(password) if self.passwords.is_outdated(row.password_hash) else None
        with write() as connection:
            if fresh is not None:
                connection.execute(update(Member).where(Member.id == row.id).values(password_hash=fresh))
            return self._admit(connection, row, origin, attempt)

    def by_code(self, session: StaffSession, token: str, code: str, origin: Origin) -> SignedIn:
        """Take the second step. Raises WrongCredentialsError or LockedError."""
        attempt = self._attempt(session.member.email, origin)
        with write() as connection:
            self.tries.reserve(connection, attempt)
        with read() as connection:
            row = connection.execute(_BY_MEMBER, {"member_id": session.member.id}).first()
        try:
            with write() as connection:
                recovered = self.second_step.take(connection, session.member.id, code)
                if recovered:
                    self._note(connection, session.member, AuditAction.RECOVERY_CODE_USED, origin)
                _end(connection, token)
                return self._complete(connection, row, origin, attempt)
        except WrongCredentialsError:
            self._failed(row, origin)
            raise

    def enrol(self, session: StaffSession, token: str, code: str, origin: Origin) -> tuple[SignedIn, list[str]]:
        """Prove the offered second step and come in; the recovery codes are to be shown once.

        Raises WrongCredentialsError.
        """
        with write() as connection:
            codes = self.second_step.confirm(connection, session.member, code)
            self._note(connection, session.member, AuditAction.SECOND_STEP_SET_UP, origin)
            row = connection.execute(_BY_MEMBER, {"member_id": session.member.id}).one()
            _end(connection, token)
            attempt = self._attempt(session.member.email, origin)
            return self._complete(connection, row, origin, attempt), codes

    def invited(self, link: str) -> StaffMember:
        """Whose link it is. Raises LinkOverError."""
        with read() as connection:
            row = connection.execute(_BY_LINK, {"token_hash": token_hash(link), "now": self.clock()}).first()
        if row is None:
            raise LinkOverError("no such link")
        return self.members.member_of(row)

    def choose_password(self, link: str, password: str, origin: Origin) -> SignedIn:
        """Use up a link. Raises LinkOverError, or InvalidError if the password may not be chosen."""
        member = self.invited(link)
        check_rules(password, email=member.email, name=member.name)
        hashed = self.passwords.hash(password)
        attempt = self._attempt(member.email, origin)
        with write() as connection:
            if not connection.execute(delete(MemberLink).where(MemberLink.token_hash == token_hash(link))).rowcount:
                raise LinkOverError("used meanwhile")
            connection.execute(update(Member).where(Member.id == member.id).values(password_hash=hashed))
            self.members.end_sessions(connection, member.id)
            self._note(connection, member, AuditAction.PASSWORD_CHOSEN, origin)
            row = connection.execute(_BY_MEMBER, {"member_id": member.id}).one()
            return self._admit(connection, row, origin, attempt)

    def _admit(self, connection: Connection, row: Any, origin: Origin, attempt: Attempt) -> SignedIn:
        """A session as far as a password leads."""
        member = self.members.member_of(row)
        if row.totp_secret is None and not member.needs_second_step:
            return self._complete(connection, row, origin, attempt)
        self.tries.refund(connection, attempt)
        stage = Stage.ENROL if row.totp_secret is None else Stage.SECOND
        token = self.sessions.begin(
            connection, member.id, stage=stage, way=Way.PASSWORD, browser=origin.browser, address=origin.address
        )
        return SignedIn(token=token, stage=stage, member=member)

    def _complete(self, connection: Connection, row: Any, origin: Origin, attempt: Attempt) -> SignedIn:
        self.tries.succeeded(connection, attempt)
        signed = self.complete(connection, row, origin, way=Way.PASSWORD)
        account = self.members.email_hash(signed.member.email)
        return replace(signed, devices=self.tries.remember(account, origin.devices))

    def complete(self, connection: Connection, row: Any, origin: Origin, *, way: Way) -> SignedIn:
        """A whole session for the member of `row`, which carries what failed before."""
        member = self.members.member_of(row)
        failures = Failures(count=row.failed_tries, at=row.failed_at, address=row.failed_address)
        token = self.sessions.begin(
            connection, member.id, way=way, browser=origin.browser, address=origin.address, failures=failures
        )
        changes = {"failed_tries": 0, "failed_at": None, "failed_address": None, "signed_in_at": self.clock()}
        connection.execute(update(Member).where(Member.id == member.id).values(**changes))
        self._note(connection, member, AuditAction.SIGNED_IN, origin, reason=way.value)
        return SignedIn(token=token, stage=Stage.FULL, member=member)

    def _failed(self, row: Any, origin: Origin) -> None:
        """Tell the owner at the next sign-in, and the record; nobody's address leaves the same work behind."""
        member = self.members.member_of(row) if row is not None else None
        noted = {
            "failed_tries": Member.failed_tries + 1,
            "failed_at": self.clock(),
            "failed_address": origin.address[:45],
        }
        with write() as connection:
            connection.execute(update(Member).where(Member.id == (member.id if member else "")).values(**noted))
            subject = member.id if member else "unknown"
            self.audit.record(
                connection,
                who=None,
                action=AuditAction.SIGN_IN_FAILED,
                subject=subject,
                address=origin.address,
            )

    def _attempt(self, email: str, origin: Origin) -> Attempt:
        return self.tries.attempt(self.members.email_hash(email), origin.address, devices=origin.devices)

    def _note(
        self, connection: Connection, member: StaffMember, action: AuditAction, origin: Origin, *, reason: str = ""
    ) -> None:
        self.audit.record(connection, who=member, action=action, reason=reason, address=origin.address)


def _end(connection: Connection, token: str) -> None:
    connection.execute(delete(MemberSession).where(MemberSession.token_hash == token_hash(token)))
