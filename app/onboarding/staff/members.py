"""Members of staff: who there is, in which role, for which integrations; made, changed, disabled and reset."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.config import Settings
from app.domain.roles import GRANTED, NEEDS_SECOND_STEP, Permission, Role
from app.onboarding.audit import Audit, AuditAction
from app.store.crypto import Keyring, token_hash
from app.store.db import read, write
from app.store.models.staff import Member, MemberLink, MemberSession

TOKEN_BYTES = 32
NAME, EMAIL = "name", "email"
COLUMNS = (Member.id, Member.name, Member.email, Member.role, Member.integrations, Member.language)
_NAMES = select(Member.id, Member.name).where(Member.id.in_(bindparam("ids", expanding=True)))
SEALED = (NAME, EMAIL, "totp_secret", "totp_pending")
_SEALED = select(Member.id, Member.name, Member.email, Member.totp_secret, Member.totp_pending)


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody of staff; `integrations` None means every one, and applications that belong to none."""

    id: str
    name: str
    email: str
    role: Role
    integrations: frozenset[str] | None
    language: str

    def may(self, permission: Permission) -> bool:
        """Whether the role grants it."""
        return permission in GRANTED[self.role]

    def sees(self, integration: str | None) -> bool:
        """Whether applications of `integration` (None: of none) are theirs to see."""
        return self.integrations is None or integration in self.integrations

    def oversees(self, other: Iterable[str] | None) -> bool:
        """Whether who sees `other` integrations (None: all) sees nothing that this member does not see."""
        return self.integrations is None or (other is not None and self.integrations >= frozenset(other))

    @property
    def needs_second_step(self) -> bool:
        """Whether a password alone does not let them in."""
        return self.role in NEEDS_SECOND_STEP


class MemberReader:
    """Reads members out of their rows, and seals what rows hold."""

    def __init__(self, *, keyring: Keyring) -> None:
        self.keyring = keyring

    def member_of(self, row: Any) -> StaffMember:
        """The member of a row with the columns `COLUMNS`."""
        return StaffMember(
            id=row.id,
            name=self.opened(row.id, NAME, row.name),
            email=self.opened(row.id, EMAIL, row.email),
            role=Role(row.role),
            integrations=None if row.integrations is None else frozenset(json.loads(row.integrations)),
            language=row.language,
        )

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """The name of each of `ids` that is a member's, disabled ones too."""
        with read() as connection:
            rows = connection.execute(_NAMES, {"ids": sorted({each for each in ids if each})}).all()
        return {row.id: self.opened(row.id, NAME, row.name) for row in rows}

    def sealed(self, member_id: str, column: str, text: str) -> bytes:
        """`text` as the column of that member holds it."""
        return self.keyring.encrypt(text.encode(), _context(member_id, column))

    def opened(self, member_id: str, column: str, sealed: bytes) -> str:
        """What the column holds."""
        return self.keyring.decrypt(sealed, _context(member_id, column)).decode()

    def email_hash(self, email: str) -> str:
        """What finds an e-mail address, however it is written."""
        return self.keyring.fingerprint(normalised(email), "staff_members.email")


class Members(MemberReader):
    """The use cases of looking after staff."""

    def __init__(self, *, settings: Settings, keyring: Keyring, audit: Audit, clock: Callable[[], datetime]) -> None:
        super().__init__(keyring=keyring)
        self.settings, self.audit, self.clock = settings, audit, clock

    def add(
        self,
        connection: Connection,
        *,
        name: str,
        email: str,
        role: Role,
        integrations: Iterable[str] | None = None,
        language: str = "en",
        by: StaffMember | None = None,
        address: str = "",
        **columns: Any,
    ) -> StaffMember:
        """Make a member within `connection`'s transaction; `columns` say how they sign in."""
        member = StaffMember(
            id=str(uuid.uuid4()),
            name=name.strip(),
            email=normalised(email),
            role=role,
            integrations=None if integrations is None else frozenset(integrations),
            language=language,
        )
        connection.execute(insert(Member), {**self._row(member), "created_at": self.clock(), **columns})
        self.audit.record(
            connection,
            who=by,
            action=AuditAction.MEMBER_CREATED,
            subject=member.id,
            reason=described(member),
            address=address,
        )
        return member

    def _row(self, member: StaffMember) -> dict[str, Any]:
        return {
            "id": member.id,
            "name": self.sealed(member.id, NAME, member.name),
            "email": self.sealed(member.id, EMAIL, member.email),
            "email_hash": self.email_hash(member.email),
            "role": member.role.value,
            "integrations": listed(member.integrations),
            "language": member.language,
        }

    def make_link(self, connection: Connection, member_id: str) -> str:
        """A link's token by which the member chooses a password; an earlier one ends."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires = self.clock() + timedelta(hours=self.settings.staff_link_hours)
        connection.execute(delete(MemberLink).where(MemberLink.member_id == member_id))
        connection.execute(
            insert(MemberLink), {"member_id": member_id, "token_hash": token_hash(token), "expires_at": expires}
        )
        return token

    def set_language(self, member: StaffMember, language: str) -> None:
        """Remember the language the member reads in."""
        with write() as connection:
            connection.execute(update(Member).where(Member.id == member.id).values(language=language))

    def reseal(self) -> int:
        """Encrypt with the key that writes now what an older one wrote, as staff stay for ever; how many members."""
        with read() as connection:
            rows = connection.execute(_SEALED).mappings().all()
        old = [row for row in rows if not all(self.keyring.is_current(row[name]) for name in SEALED if row[name])]
        for row in old:
            fresh = {
                name: self.sealed(row["id"], name, self.opened(row["id"], name, row[name]))
                for name in SEALED
                if row[name]
            }
            unchanged = [Member.__table__.c[name] == row[name] for name in fresh]
            with write() as connection:
                connection.execute(update(Member).where(Member.id == row["id"], *unchanged).values(**fresh))
        return len(old)

    def end_sessions(self, connection: Connection, member_id: str) -> None:
        """Sign the member out everywhere."""
        connection.execute(delete(MemberSession).where(MemberSession.member_id == member_id))


def normalised(email: str) -> str:
    """An e-mail address as it is compared."""
    return email.strip().casefold()


def listed(integrations: Iterable[str] | None) -> str | None:
    """Integrations as their column holds them."""
    return None if integrations is None else json.dumps(sorted(integrations))


def described(member: StaffMember) -> str:
    """Role and integrations of a member, as the record has them."""
    whose = "*" if member.integrations is None else ",".join(sorted(member.integrations))
    return f"{member.role}: {whose}"


def _context(member_id: str, column: str) -> str:
    return f"staff_members.{column}:{member_id}"
