"""The second step of signing in: codes of an authenticator (TOTP) that work once, and recovery codes that do too."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import pyotp
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from app.domain.reference import ALPHABET
from app.onboarding.staff.errors import WrongCredentialsError
from app.onboarding.staff.members import MemberReader, StaffMember
from app.store.db import read, write
from app.store.models.staff import Member, RecoveryCode

ISSUER = "Alta"
SECRET, PENDING = "totp_secret", "totp_pending"
DIGITS, PERIOD_SECONDS, STEPS_EITHER_WAY = 6, 30, 1
RECOVERY_CODES, RECOVERY_LENGTH = 10, 12
_SECRETS = select(Member.totp_secret, Member.totp_pending, Member.totp_step).where(Member.id == bindparam("member_id"))
# A code is taken once: its time step moves the row on, and of two that come at once only one finds it behind.
_TAKE = (
    update(Member)
    .where(Member.id == bindparam("member"), Member.totp_step < bindparam("step"))
    .values(totp_step=bindparam("step"))
)
_SPEND = (
    update(RecoveryCode)
    .where(
        RecoveryCode.member_id == bindparam("member"),
        RecoveryCode.code_hash == bindparam("code"),
        RecoveryCode.used_at.is_(None),
    )
    .values(used_at=bindparam("now"))
)


class SecondStep:
    """Setting up and checking."""

    def __init__(self, *, members: MemberReader, clock: Callable[[], datetime]) -> None:
        self.members, self.clock = members, clock

    def is_set_up(self, member: StaffMember) -> bool:
        """Whether a code is asked for when the member signs in."""
        with read() as connection:
            return bool(connection.execute(_SECRETS, {"member_id": member.id}).one().totp_secret)

    def offer(self, member: StaffMember) -> str:
        """The secret to set up, the same one until a code proves it."""
        with write() as connection:
            row = connection.execute(_SECRETS, {"member_id": member.id}).one()
            if row.totp_pending is not None:
                return self.members.opened(member.id, PENDING, row.totp_pending)
            secret = pyotp.random_base32()
            sealed = self.members.sealed(member.id, PENDING, secret)
            connection.execute(update(Member).where(Member.id == member.id).values(totp_pending=sealed))
            return secret

    def address_of(self, member: StaffMember, secret: str) -> str:
        """What an authenticator reads from the QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name=ISSUER)

    def confirm(self, connection: Connection, member: StaffMember, code: str) -> list[str]:
        """Take the offered secret into use; return fresh recovery codes. Raises WrongCredentialsError."""
        row = connection.execute(_SECRETS, {"member_id": member.id}).one()
        if row.totp_pending is None:
            raise WrongCredentialsError("nothing was offered")
        secret = self.members.opened(member.id, PENDING, row.totp_pending)
        step = self._step_of(secret, code)
        if step is None:
            raise WrongCredentialsError("the code is wrong")
        self.take_into_use(connection, member.id, secret, step=step)
        return self.new_recovery_codes(connection, member)

    def take_into_use(self, connection: Connection, member_id: str, secret: str, *, step: int = 0) -> None:
        """Ask for codes of `secret` from now on, later ones than that of the time step `step`."""
        sealed = self.members.sealed(member_id, SECRET, secret)
        changes = update(Member).where(Member.id == member_id)
        connection.execute(changes.values(totp_secret=sealed, totp_pending=None, totp_step=step))

    def take(self, connection: Connection, member_id: str, code: str) -> bool:
        """Use up a code of the authenticator or, True, a recovery code. Raises WrongCredentialsError."""
        row = connection.execute(_SECRETS, {"member_id": member_id}).one()
        if row.totp_secret is None:
            raise WrongCredentialsError("there is no second step")
        step = self._step_of(self.members.opened(member_id, SECRET, row.totp_secret), code)
        if step is not None and connection.execute(_TAKE, {"member": member_id, "step": step}).rowcount:
            return False
        spent = {"member": member_id, "code": self._code_hash(member_id, code), "now": self.clock()}
        if step is None and connection.execute(_SPEND, spent).rowcount:
            return True
        raise WrongCredentialsError("the code is wrong")

    def new_recovery_codes(self, connection: Connection, member: StaffMember) -> list[str]:
        """Ten fresh codes; earlier ones are worth nothing any more."""
        codes = [_new_code() for _ in range(RECOVERY_CODES)]
        connection.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
        rows = [{"member_id": member.id, "code_hash": self._code_hash(member.id, code)} for code in codes]
        connection.execute(insert(RecoveryCode), rows)
        return codes

    def recovery_codes_left(self, member: StaffMember) -> int:
        """How many recovery codes were not used."""
        counted = select(func.count()).where(RecoveryCode.member_id == member.id, RecoveryCode.used_at.is_(None))
        with read() as connection:
            return connection.execute(counted).scalar_one()

    def _step_of(self, secret: str, code: str) -> int | None:
        """The time step that `code` is of, if it is one of those about now."""
        digits = "".join(code.split())
        if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
            return None
        totp, now = pyotp.TOTP(secret), int(self.clock().timestamp()) // PERIOD_SECONDS
        steps = range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1)
        matching = [step for step in steps if secrets.compare_digest(totp.generate_otp(step), digits)]
        return matching[-1] if matching else None

    def _code_hash(self, member_id: str, code: str) -> str:
        plain = "".join(each for each in code.upper() if each.isalnum())
        return self.members.keyring.fingerprint(f"{member_id}:{plain}", "staff.recovery_code")


def forget(connection: Connection, member_id: str) -> None:
    """Take the second step away: it is set up anew at the next sign-in of who needs one."""
    connection.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    connection.execute(
        update(Member).where(Member.id == member_id).values(totp_secret=None, totp_pending=None, totp_step=0)
    )


def _new_code() -> str:
    """Twelve characters that are not mistaken for one another: 53 bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
    return "-".join(body[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4))
