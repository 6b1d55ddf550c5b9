"""One member of staff per role for the demo, whose passwords follow from this installation's own keys."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import pyotp
from sqlalchemy import select

from app.domain.roles import NEEDS_SECOND_STEP, Role
from app.onboarding.staff.members import COLUMNS, StaffMember
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models.staff import Member
from app.wiring.staff import StaffServices

NAMES: Mapping[Role, str] = {
    Role.AGENT: "Lucía Ferro",
    Role.REVIEWER: "Bruno Prado",
    Role.SUPERVISOR: "Inés Aguirre",
    Role.ADMIN: "Caio Duarte",
}
PASSWORD_LETTERS, PASSWORD_GROUP, SECRET_BYTES = 16, 4, 20


@dataclass(frozen=True, kw_only=True)
class Pass:
    """How one of them signs in; `secret` is the authenticator's, empty where a password is enough."""

    role: Role
    email: str
    password: str
    secret: str

    def code(self) -> str:
        """What an authenticator shows now."""
        return pyotp.TOTP(self.secret).now() if self.secret else ""


def passes(keyring: Keyring) -> list[Pass]:
    """How the demo's staff sign in: the same each time it is asked, and known to nobody without the keys."""
    return [_pass(keyring, role) for role in Role]


def hire(staff: StaffServices, keyring: Keyring) -> int:
    """Make those who are not there yet; who is, stays as they are. Return how many were made."""
    count = 0
    for each in passes(keyring):
        with read() as connection:
            wanted = select(Member.id).where(Member.email_hash == staff.members.email_hash(each.email))
            if connection.execute(wanted).first() is not None:
                continue
        hashed = staff.passwords.hash(each.password)
        with write() as connection:
            member = staff.members.add(
                connection, name=NAMES[each.role], email=each.email, role=each.role, password_hash=hashed
            )
            if each.secret:
                staff.second_step.take_into_use(connection, member.id, each.secret)
        count += 1
    return count


def crew(staff: StaffServices, keyring: Keyring) -> Mapping[Role, StaffMember]:
    """The demo's staff, by role."""
    hashes = {staff.members.email_hash(each.email): each.role for each in passes(keyring)}
    with read() as connection:
        rows = connection.execute(select(Member.email_hash, *COLUMNS).where(Member.email_hash.in_(hashes))).all()
    return {hashes[row.email_hash]: staff.members.member_of(row) for row in rows}


def _pass(keyring: Keyring, role: Role) -> Pass:
    letters = _letters(keyring, f"{role}:password")[:PASSWORD_LETTERS].lower()
    groups = [letters[start : start + PASSWORD_GROUP] for start in range(0, PASSWORD_LETTERS, PASSWORD_GROUP)]
    return Pass(
        role=role,
        email=f"{role}@demo.example",
        password="-".join(groups),
        secret=_letters(keyring, f"{role}:totp") if role in NEEDS_SECOND_STEP else "",
    )


def _letters(keyring: Keyring, what: str) -> str:
    """32 letters and digits that follow from the index key."""
    digest = bytes.fromhex(keyring.fingerprint(what, "demo.staff"))
    return base64.b32encode(digest[:SECRET_BYTES]).decode()
