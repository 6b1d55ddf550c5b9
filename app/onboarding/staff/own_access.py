"""What members change about their own way in: password, authenticator and recovery codes, each proved first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, delete, select, update

from app.domain.roles import NEEDS_SECOND_STEP
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff import second_step
from app.onboarding.staff.errors import WrongCredentialsError
from app.onboarding.staff.members import StaffMember
from app.onboarding.staff.passwords import Passwords, check_rules
from app.onboarding.staff.second_step import SecondStep
from app.onboarding.staff.sessions import StaffSession
from app.onboarding.staff.tries import Tries
from app.store.db import read, write
from app.store.models.staff import Member, MemberSession

_PASSWORD = select(Member.password_hash).where(Member.id == bindparam("member_id"))


class OwnAccess:
    """The use cases; a wrong proof counts as a failed sign-in of this session."""

    def __init__(self, *, passwords: Passwords, second_step: SecondStep, tries: Tries, audit: Audit) -> None:
        self.passwords, self.second_step, self.tries, self.audit = passwords, second_step, tries, audit

    def has_password(self, member: StaffMember) -> bool:
        """Whether there is one to change."""
        with read() as connection:
            return connection.execute(_PASSWORD, {"member_id": member.id}).scalar() is not None

    def change_password(self, session: StaffSession, present: str, new: str, *, address: str) -> None:
        """Change it and end every other session. Raises InvalidError, WrongCredentialsError or LockedError."""
        member = session.member
        check_rules(new, email=member.email, name=member.name)
        with self._proving(session, address):
            with read() as connection:
                hashed = connection.execute(_PASSWORD, {"member_id": member.id}).scalar()
            if not self.passwords.verify(hashed, present):
                raise WrongCredentialsError("the present password")
            fresh = self.passwords.hash(new)
        with write() as connection:
            connection.execute(update(Member).where(Member.id == member.id).values(password_hash=fresh))
            others = MemberSession.member_id == member.id, MemberSession.id != session.id
            connection.execute(delete(MemberSession).where(*others))
            self._note(connection, member, AuditAction.PASSWORD_CHOSEN, address)

    def set_up(self, session: StaffSession, present: str, code: str, *, address: str) -> list[str]:
        """Take the offered authenticator into use, in place of the present one if there is; fresh recovery codes.

        Raises WrongCredentialsError or LockedError.
        """
        member = session.member
        had_one = self.second_step.is_set_up(member)
        with self._proving(session, address), write() as connection:
            if had_one:
                self.second_step.take(connection, member.id, present)
            codes = self.second_step.confirm(connection, member, code)
            self._note(connection, member, AuditAction.SECOND_STEP_SET_UP, address)
        return codes

    def new_recovery_codes(self, session: StaffSession, code: str, *, address: str) -> list[str]:
        """Ten fresh ones for a code. Raises WrongCredentialsError or LockedError."""
        with self._proving(session, address), write() as connection:
            self.second_step.take(connection, session.member.id, code)
            codes = self.second_step.new_recovery_codes(connection, session.member)
            self._note(connection, session.member, AuditAction.RECOVERY_CODES_MADE, address)
        return codes

    def drop(self, session: StaffSession, code: str, *, address: str) -> None:
        """Do without a second step, where the role allows that. Raises WrongCredentialsError or LockedError."""
        if session.member.role in NEEDS_SECOND_STEP:
            raise WrongCredentialsError("the role needs it")
        with self._proving(session, address), write() as connection:
            self.second_step.take(connection, session.member.id, code)
            second_step.forget(connection, session.member.id)
            self._note(connection, session.member, AuditAction.SECOND_STEP_DROPPED, address)

    @contextmanager
    def _proving(self, session: StaffSession, address: str) -> Iterator[None]:
        """Count the try of a proof; forget it if nothing is raised."""
        attempt = self.tries.attempt(f"session:{session.id}", address)
        with write() as connection:
            self.tries.reserve(connection, attempt)
        yield
        with write() as connection:
            self.tries.succeeded(connection, attempt)

    def _note(self, connection: Connection, member: StaffMember, action: AuditAction, address: str) -> None:
        self.audit.record(connection, who=member, action=action, address=address)
