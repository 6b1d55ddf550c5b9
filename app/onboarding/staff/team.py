"""The team: members made, changed, disabled and reset by an admin who oversees them, or by the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from app.config.rules import MAIL_ADDRESS
from app.domain.errors import AltaError, InvalidError
from app.domain.roles import Role
from app.domain.words import N_
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.cases.handing_back import hand_back
from app.onboarding.staff import second_step
from app.onboarding.staff.members import COLUMNS, NAME, Members, StaffMember, described, listed, normalised
from app.onboarding.staff.passwords import Passwords, check_rules
from app.onboarding.stages import Stages
from app.store.db import read, write
from app.store.models.staff import Member

LONGEST_NAME, LONGEST_EMAIL = 100, 254
_STANDING = (
    Member.disabled_at,
    Member.signed_in_at,
    Member.totp_secret.is_not(None).label("has_second_step"),
    Member.password_hash.is_not(None).label("has_password"),
    Member.subject_hash.is_not(None).label("has_provider"),
)
_ALL = select(*COLUMNS, *_STANDING).order_by(Member.created_at, Member.id)
_ONE = select(*COLUMNS, *_STANDING).where(Member.id == bindparam("member_id"))
_BY_EMAIL = select(Member.id).where(Member.email_hash == bindparam("email_hash"))
_OTHER_ADMINS = select(func.count()).where(
    Member.role == Role.ADMIN,
    Member.integrations.is_(None),
    Member.disabled_at.is_(None),
    Member.id != bindparam("member_id"),
)


class TeamError(AltaError):
    """Something about a member cannot be so: each fault with the part of the form that it concerns."""

    def __init__(self, *faults: tuple[str, InvalidError]) -> None:
        self.faults = faults
        super().__init__("; ".join(field for field, _fault in faults))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A member, and how they sign in."""

    member: StaffMember
    disabled_at: datetime | None
    signed_in_at: datetime | None
    has_second_step: bool
    has_password: bool
    has_provider: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a member is to be."""

    name: str
    email: str
    role: str
    integrations: frozenset[str] | None
    language: str = "en"


class Team:
    """The use cases of looking after the team; `by` None is the operator at the command line."""

    def __init__(
        self, *, members: Members, passwords: Passwords, stages: Stages, audit: Audit, clock: Callable[[], datetime]
    ) -> None:
        self.members, self.passwords, self.stages = members, passwords, stages
        self.audit, self.clock = audit, clock

    def overseen(self, by: StaffMember | None) -> list[Standing]:
        """Every member that `by` oversees, the oldest first."""
        with read() as connection:
            rows = connection.execute(_ALL).all()
        return [each for each in map(self._standing, rows) if _oversees(by, each.member)]

    def find(self, by: StaffMember | None, member_id: str) -> Standing | None:
        """A member, if `by` oversees them."""
        with read() as connection:
            row = connection.execute(_ONE, {"member_id": member_id}).first()
        found = self._standing(row) if row is not None else None
        return found if found is not None and _oversees(by, found.member) else None

    def find_by_email(self, email: str) -> Standing | None:
        """The member with an e-mail address."""
        with read() as connection:
            found = connection.execute(_BY_EMAIL, {"email_hash": self.members.email_hash(email)}).scalar()
        return self.find(None, found) if found is not None else None

    def create(
        self, wanted: Wanted, *, by: StaffMember | None, password: str = "", address: str = ""
    ) -> tuple[StaffMember, str]:
        """Make a member; return them and, where no password is given, a link's token to choose one.

        Raises TeamError.
        """
        role = _checked(wanted, by)
        hashed = None
        if password:
            _check_password(password, wanted.email, wanted.name)
            hashed = self.passwords.hash(password)
        try:
            with write() as connection:
                member = self.members.add(
                    connection,
                    name=wanted.name,
                    email=wanted.email,
                    role=role,
                    integrations=wanted.integrations,
                    language=wanted.language,
                    by=by,
                    address=address,
                    password_hash=hashed,
                )
                return member, "" if password else self.members.make_link(connection, member.id)
        except IntegrityError:
            raise TeamError(_fault("email", N_("There already is a member with this e-mail address"))) from None

    def change(self, member: StaffMember, wanted: Wanted, *, by: StaffMember | None, address: str = "") -> None:
        """Change name, role and integrations. Raises TeamError."""
        role = _checked(wanted, by)
        changed = replace(member, name=wanted.name.strip(), role=role, integrations=wanted.integrations)
        if changed == member:
            return
        other = (changed.role, changed.integrations) != (member.role, member.integrations)
        if other and by is not None and by.id == member.id:
            raise TeamError(_fault("role", N_("You cannot change what you may do yourself: ask another admin")))
        with write() as connection:
            if other:
                self._keep_an_admin(connection, member, still=role is Role.ADMIN and changed.integrations is None)
                # Another role may want a second step: it is asked for when they come in again.
                self.members.end_sessions(connection, member.id)
            self._update(
                connection,
                member,
                name=self.members.sealed(member.id, NAME, changed.name),
                role=role.value,
                integrations=listed(changed.integrations),
            )
            self._hand_back(connection, changed, by, address, may_stay=True)
            self._note(connection, AuditAction.MEMBER_CHANGED, member, by, address, described(changed))

    def disable(self, member: StaffMember, *, by: StaffMember | None, address: str = "") -> None:
        """Shut somebody out at once; their cases are nobody's from then on. Raises TeamError."""
        if by is not None and by.id == member.id:
            raise TeamError(_fault("disable", N_("You cannot disable yourself: ask another admin")))
        with write() as connection:
            self._keep_an_admin(connection, member, still=False)
            self._update(connection, member, disabled_at=self.clock())
            self.members.end_sessions(connection, member.id)
            self._hand_back(connection, member, by, address)
            self._note(connection, AuditAction.MEMBER_DISABLED, member, by, address)

    def enable(self, member: StaffMember, *, by: StaffMember | None, address: str = "") -> None:
        """Let somebody in again as they were."""
        with write() as connection:
            self._update(connection, member, disabled_at=None)
            self._note(connection, AuditAction.MEMBER_ENABLED, member, by, address)

    def reset_second_step(self, member: StaffMember, *, by: StaffMember | None, address: str = "") -> None:
        """Forget authenticator and recovery codes: they are set up anew at the next sign-in."""
        with write() as connection:
            second_step.forget(connection, member.id)
            self.members.end_sessions(connection, member.id)
            self._note(connection, AuditAction.MEMBER_RESET, member, by, address, "second_step")

    def reset_password(self, member: StaffMember, *, by: StaffMember | None, address: str = "") -> str:
        """Forget the password; return a link's token to choose a new one."""
        with write() as connection:
            self._update(connection, member, password_hash=None)
            self.members.end_sessions(connection, member.id)
            self._note(connection, AuditAction.MEMBER_RESET, member, by, address, "password")
            return self.members.make_link(connection, member.id)

    def _keep_an_admin(self, connection: Connection, member: StaffMember, *, still: bool) -> None:
        """There is always somebody who may look after everybody."""
        was = member.role is Role.ADMIN and member.integrations is None
        if was and not still and not connection.execute(_OTHER_ADMINS, {"member_id": member.id}).scalar():
            raise TeamError(_fault("role", N_("This is the last admin for all integrations: make another one first")))

    def _hand_back(
        self, connection: Connection, member: StaffMember, by: StaffMember | None, address: str, **how: bool
    ) -> None:
        hand_back(connection, member, stages=self.stages, audit=self.audit, by=by, address=address, **how)

    def _update(self, connection: Connection, member: StaffMember, **values: Any) -> None:
        connection.execute(update(Member).where(Member.id == member.id).values(**values))

    def _note(
        self,
        connection: Connection,
        action: AuditAction,
        member: StaffMember,
        by: StaffMember | None,
        address: str,
        reason: str = "",
    ) -> None:
        self.audit.record(connection, who=by, action=action, subject=member.id, reason=reason, address=address)

    def _standing(self, row: Any) -> Standing:
        return Standing(
            member=self.members.member_of(row),
            disabled_at=row.disabled_at,
            signed_in_at=row.signed_in_at,
            has_second_step=row.has_second_step,
            has_password=row.has_password,
            has_provider=row.has_provider,
        )


def known_integrations(names: Iterable[str], by: StaffMember) -> list[str]:
    """Of `names`, those that `by` may give to others."""
    return sorted(name for name in set(names) if by.sees(name))


def _oversees(by: StaffMember | None, other: StaffMember) -> bool:
    return by is None or by.oversees(other.integrations)


def _checked(wanted: Wanted, by: StaffMember | None) -> Role:
    """The role that is wanted, once nothing is wrong with the rest. Raises TeamError with every fault."""
    faults, name, email = [], wanted.name.strip(), normalised(wanted.email)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        faults.append(_fault("name", N_("Give the name, in up to %(number)s characters"), number=LONGEST_NAME))
    if len(email) > LONGEST_EMAIL or not MAIL_ADDRESS.fullmatch(email) or not email.isprintable():
        faults.append(_fault("email", N_("Give an e-mail address, such as ana@alta.example")))
    if wanted.role not in list(Role):
        faults.append(_fault("role", N_("Choose the role")))
    if by is not None and not by.oversees(wanted.integrations):
        faults.append(_fault("integrations", N_("Choose from your own integrations")))
    elif wanted.integrations is not None and not wanted.integrations:
        faults.append(_fault("integrations", N_("Choose at least one integration, or all of them")))
    if faults:
        raise TeamError(*faults)
    return Role(wanted.role)


def _check_password(password: str, email: str, name: str) -> None:
    try:
        check_rules(password, email=email, name=name)
    except InvalidError as error:
        raise TeamError(("password", error)) from None


def _fault(field: str, message: str, **parameters: object) -> tuple[str, InvalidError]:
    return field, InvalidError(message, **parameters)
