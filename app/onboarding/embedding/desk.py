"""What staff do with the integrations that they see: each deed goes into the record in its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.apis.authentication import Integration
from app.apis.sessions.contract import NewSession
from app.onboarding import integrations, tokens
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.embedding.looks import Look, Looks, WantedLook
from app.onboarding.embedding.registry import Note, Registered, Registry
from app.onboarding.embedding.sessions import Sessions
from app.onboarding.embedding.values import Launch
from app.onboarding.staff.members import StaffMember
from app.store.db import write

KINDS = {True: "for tests", False: "real"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An integration with what it registered, its look and its tokens."""

    integration: Integration
    registered: Registered
    look: Look
    tokens: list[tokens.Token]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The use cases of the console's Integrations page; `by` is who does it, `address` where from."""

    registry: Registry
    looks: Looks
    sessions: Sessions
    audit: Audit
    clock: Callable[[], datetime]

    def seen(self, by: StaffMember) -> list[Standing]:
        """Every integration that is theirs to see."""
        return [self._standing(each) for each in integrations.list_all() if by.sees(each.name)]

    def find(self, by: StaffMember, integration_id: int) -> Standing | None:
        """An integration, if it is theirs to see."""
        found = (each for each in integrations.list_all() if each.id == integration_id and by.sees(each.name))
        one = next(found, None)
        return self._standing(one) if one is not None else None

    def create(self, name: str, *, country: str, is_test: bool, by: StaffMember, address: str) -> tuple[Standing, str]:
        """Make an integration; return it with its token, which cannot be shown again.

        Raises IntegrationError, also to whoever would not see it then, and NameTakenError.
        """
        if by.integrations is not None:
            raise integrations.IntegrationError("Only who sees all integrations makes one.")

        def note(connection: Connection, made: Integration) -> None:
            self.registry.begin(connection, made.id, is_test=is_test)
            reason = KINDS[is_test]
            self.audit.record(
                connection,
                who=by,
                action=AuditAction.INTEGRATION_MADE,
                subject=made.name,
                reason=reason,
                address=address,
            )

        made, token = integrations.create(name, country=country, note=note)
        return self._standing(made), token

    def mark_test(self, of: Standing, *, is_test: bool, by: StaffMember, address: str) -> None:
        """Make it an integration for trying things out, or a real one; doing it again changes nothing."""
        if of.registered.is_test is not is_test:
            note = self._note(of, AuditAction.INTEGRATION_KIND_CHANGED, by, address, reason=KINDS[is_test])
            self.registry.mark_test(of.integration.name, is_test=is_test, note=note)

    def change_address(
        self, of: Standing, *, kind: str, deed: str, text: str, by: StaffMember, address: str
    ) -> Registered:
        """Add or remove an origin or a return URL; raises AddressError or RegistryError."""
        change = {
            ("origin", "add"): self.registry.add_origin,
            ("origin", "remove"): self.registry.remove_origin,
            ("return_url", "add"): self.registry.add_return_url,
            ("return_url", "remove"): self.registry.remove_return_url,
        }[kind, deed]
        note = self._note(of, AuditAction.INTEGRATION_ADDRESS_CHANGED, by, address, reason=f"{deed} {kind}: {text}")
        return change(of.integration.name, text, note=note)

    def change_look(
        self,
        of: Standing,
        wanted: WantedLook,
        *,
        logo: bytes | None,
        drop_logo: bool,
        by: StaffMember,
        address: str,
    ) -> None:
        """Give it another look; raises LookError."""
        values = self.looks.checked(wanted, logo, drop_logo=drop_logo)
        with write() as connection:
            self.looks.keep(connection, of.integration.id, values)
            self._note(of, AuditAction.INTEGRATION_LOOK_CHANGED, by, address)(connection)

    def renew_token(self, of: Standing, *, days: int, by: StaffMember, address: str) -> str:
        """A fresh token, which cannot be shown again; the one before it is good for some days more, or ends now."""
        with write() as connection:
            token = tokens.renew(connection, of.integration.id, now=self.clock(), overlap=timedelta(days=days))
            reason = f"the earlier one: {days} days more" if days else "the earlier one ended"
            self._note(of, AuditAction.INTEGRATION_TOKEN_MADE, by, address, reason=reason)(connection)
        return token

    def end_earlier_token(self, of: Standing, *, by: StaffMember, address: str) -> None:
        """End the token before the present one at once; doing it again changes nothing."""
        with write() as connection:
            if tokens.end_earlier(connection, of.integration.id):
                self._note(of, AuditAction.INTEGRATION_TOKEN_ENDED, by, address)(connection)

    def revoke(self, of: Standing, *, by: StaffMember, address: str) -> None:
        """End the integration with its tokens and frames; doing it again changes nothing."""
        if of.integration.revoked_at is None:
            integrations.revoke(of.integration.name, note=self._note(of, AuditAction.INTEGRATION_REVOKED, by, address))

    def try_out(self, of: Standing, *, by: StaffMember, address: str) -> Launch:
        """A session of a test integration, to be opened once."""
        launch, _is_new = self.sessions.create(of.integration, NewSession())
        with write() as connection:
            self._note(of, AuditAction.TEST_SESSION_MADE, by, address, reason=launch.session_id)(connection)
        return launch

    def _standing(self, integration: Integration) -> Standing:
        return Standing(
            integration=integration,
            registered=self.registry.of(integration.id),
            look=self.looks.of(integration.id),
            tokens=tokens.tokens_of(integration.id, self.clock()),
        )

    def _note(self, of: Standing, action: AuditAction, by: StaffMember, address: str, reason: str = "") -> Note:
        def note(connection: Connection) -> None:
            self.audit.record(
                connection, who=by, action=action, subject=of.integration.name, reason=reason, address=address
            )

        return note
