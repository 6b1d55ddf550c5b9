"""Signing in through an OpenID provider: the visit there and back, and who its claims make somebody here."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.config.rules import MAIL_ADDRESS
from app.domain.roles import Role
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.members import NAME, TOKEN_BYTES, Members, described, listed, normalised
from app.onboarding.staff.provider import Flow, Provider, ProviderRefusedError
from app.onboarding.staff.sessions import Way
from app.onboarding.staff.sign_in import WITH_SECRETS, Origin, SignedIn, SignIn
from app.onboarding.staff.team import LONGEST_NAME
from app.store.crypto import token_hash
from app.store.db import write
from app.store.models.staff import Member, ProviderVisit

VISIT = timedelta(minutes=10)
STRONGEST_FIRST = (Role.ADMIN, Role.SUPERVISOR, Role.REVIEWER, Role.AGENT)
EVERY = "*"
_BY_IDENTITY = select(*WITH_SECRETS, Member.subject_hash, Member.disabled_at).where(
    or_(Member.subject_hash == bindparam("subject"), Member.email_hash == bindparam("email"))
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser on its way to the provider: where it goes, and the token that its cookie keeps meanwhile."""

    address: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is by the provider's claims."""

    subject: str
    email: str
    is_verified: bool
    name: str
    role: Role
    integrations: frozenset[str] | None


class ProviderSignIn:
    """The use cases of a sign-in that somebody else vouches for."""

    def __init__(
        self,
        *,
        settings: Settings,
        provider: Provider,
        members: Members,
        sign_in: SignIn,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings, self.provider, self.members, self.sign_in = settings, provider, members, sign_in
        self.audit, self.clock = audit, clock

    @property
    def is_offered(self) -> bool:
        """Whether there is a provider."""
        return bool(self.settings.oidc_issuer)

    def begin(self, redirect_uri: str, onward: str) -> Visit:
        """Send a browser off; in the end it goes on to `onward`. Raises ProviderAwayError."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        state, nonce, verifier = (secrets.token_urlsafe(TOKEN_BYTES) for _ in range(3))
        flow = Flow(state=state, nonce=nonce, verifier=verifier, redirect_uri=redirect_uri)
        address, hashed = self.provider.sign_in_address(flow), token_hash(token)
        kept = json.dumps([nonce, verifier, redirect_uri, onward]).encode()
        row = {
            "token_hash": hashed,
            "state_hash": token_hash(state),
            "sealed": self.members.keyring.encrypt(kept, _context(hashed)),
            "expires_at": self.clock() + VISIT,
        }
        with write() as connection:
            connection.execute(delete(ProviderVisit).where(ProviderVisit.expires_at <= self.clock()))
            connection.execute(insert(ProviderVisit), row)
        return Visit(address=address, token=token)

    def finish(self, token: str, *, state: str, code: str, origin: Origin, issuer: str = "") -> tuple[SignedIn, str]:
        """Take a browser back; return its session and where it goes on. Raises ProviderRefusedError or …AwayError."""
        try:
            flow, onward = self._back(token, state)
            identity = self._identity(self.provider.claims_of(code, flow, issuer=issuer))
            with write() as connection:
                row = self._member(connection, identity, origin)
                return self.sign_in.complete(connection, row, origin, way=Way.PROVIDER), onward
        except ProviderRefusedError as error:
            self._note_refusal(error, origin)
            raise
        except IntegrityError:
            # Two first sign-ins of one person at this moment, or an address that is somebody else's here.
            self._note_refusal(taken := ProviderRefusedError("taken"), origin)
            raise taken from None

    def _back(self, token: str, state: str) -> tuple[Flow, str]:
        """What was kept for the browser that comes back; good once."""
        hashed = token_hash(token)
        gone = delete(ProviderVisit).where(ProviderVisit.token_hash == hashed)
        with write() as connection:
            row = connection.execute(
                gone.returning(ProviderVisit.state_hash, ProviderVisit.sealed, ProviderVisit.expires_at)
            ).first()
        if row is None or row.expires_at <= self.clock() or not compare_digest(row.state_hash, token_hash(state)):
            raise ProviderRefusedError("state")
        kept = json.loads(self.members.keyring.decrypt(row.sealed, _context(hashed)))
        nonce, verifier, redirect_uri, onward = kept
        return Flow(state=state, nonce=nonce, verifier=verifier, redirect_uri=redirect_uri), onward

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        email = normalised(str(claims.get("email") or ""))
        if not MAIL_ADDRESS.fullmatch(email):
            raise ProviderRefusedError("no_email")
        groups = _values(claims, self.settings.oidc_roles_claim)
        table = dict(entry.rpartition("=")[::2] for entry in self.settings.oidc_roles)
        granted = {table[group] for group in groups if group in table}
        role = next((role for role in STRONGEST_FIRST if role in granted), None)
        if role is None:
            raise ProviderRefusedError("no_role")
        name = " ".join(str(claims.get("name") or claims.get("preferred_username") or email).split())
        return Identity(
            subject=self.members.keyring.fingerprint(f"{claims['iss']}\n{claims['sub']}", "staff_members.subject"),
            email=email,
            is_verified=claims.get("email_verified") is True,
            name=name[:LONGEST_NAME],
            role=role,
            integrations=self._integrations(claims),
        )

    def _integrations(self, claims: Mapping[str, Any]) -> frozenset[str] | None:
        """Whose applications somebody sees: all, where no claim is set to say so."""
        claim = self.settings.oidc_integrations_claim
        if not claim:
            return None
        named = _values(claims, claim)
        if not named:
            raise ProviderRefusedError("no_integration")
        return None if EVERY in named else frozenset(named)

    def _member(self, connection: Connection, identity: Identity, origin: Origin) -> Any:
        """The row of whoever it is, made at the first sign-in and brought up to date at each."""
        wanted = {"subject": identity.subject, "email": self.members.email_hash(identity.email)}
        rows = connection.execute(_BY_IDENTITY, wanted).all()
        row = next((each for each in rows if each.subject_hash == identity.subject), None)
        if row is None and rows:
            # Somebody with this address is here already: theirs it is only if the provider has checked it.
            if not identity.is_verified or rows[0].subject_hash is not None:
                raise ProviderRefusedError("taken")
            row = rows[0]
        if row is None:
            return self._newcomer(connection, identity, origin, wanted)
        if row.disabled_at is not None:
            raise ProviderRefusedError("disabled")
        self._bring_up_to_date(connection, row, identity, origin)
        return next(each for each in connection.execute(_BY_IDENTITY, wanted) if each.id == row.id)

    def _newcomer(self, connection: Connection, identity: Identity, origin: Origin, wanted: dict[str, str]) -> Any:
        self.members.add(
            connection,
            name=identity.name,
            email=identity.email,
            role=identity.role,
            integrations=identity.integrations,
            language=origin.language,
            address=origin.address,
            subject_hash=identity.subject,
        )
        return connection.execute(_BY_IDENTITY, wanted).one()

    def _bring_up_to_date(self, connection: Connection, row: Any, identity: Identity, origin: Origin) -> None:
        member = self.members.member_of(row)
        values = {
            "name": self.members.sealed(row.id, NAME, identity.name),
            "role": identity.role.value,
            "integrations": listed(identity.integrations),
            "subject_hash": identity.subject,
        }
        connection.execute(update(Member).where(Member.id == row.id).values(**values))
        if (member.role, member.integrations) != (identity.role, identity.integrations):
            # Sessions of before were begun with other rights.
            self.members.end_sessions(connection, row.id)
            changed = replace(member, role=identity.role, integrations=identity.integrations)
            self.audit.record(
                connection,
                who=None,
                action=AuditAction.MEMBER_CHANGED,
                subject=row.id,
                reason=described(changed),
                address=origin.address,
            )

    def _note_refusal(self, error: ProviderRefusedError, origin: Origin) -> None:
        with write() as connection:
            self.audit.record(
                connection,
                who=None,
                action=AuditAction.SIGN_IN_FAILED,
                subject="provider",
                reason=error.why,
                address=origin.address,
            )


def _values(claims: Mapping[str, Any], path: str) -> list[str]:
    """The texts of a claim, which may lie within others: `realm_access.roles`."""
    found: Any = claims
    for part in [path] if path in claims else path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _context(hashed: str) -> str:
    return f"staff_provider_visits.sealed:{hashed}"
