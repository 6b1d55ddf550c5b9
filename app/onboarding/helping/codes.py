"""Owns the six digits by which a person lets a staff member open their draft: short-lived, good once, few tries."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.config import Settings
from app.onboarding.draft import OPEN_STATES, Draft
from app.onboarding.drafts import Drafts
from app.onboarding.errors import WrongCodeError
from app.onboarding.hands import RESCUE
from app.onboarding.helping.assistances import Assistances
from app.onboarding.staff.members import StaffMember
from app.store.db import write
from app.store.models.applications import Application
from app.store.models.assistances import AssistanceCode

DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class HelpCode:
    """A code just made, as the person reads it out, and when it ends."""

    digits: str
    expires_at: datetime


class HelpCodes:
    """The use cases of letting somebody help."""

    def __init__(
        self, *, settings: Settings, drafts: Drafts, assistances: Assistances, clock: Callable[[], datetime]
    ) -> None:
        self.settings, self.drafts, self.assistances, self.clock = settings, drafts, assistances, clock

    def make(self, draft: Draft) -> HelpCode:
        """A new code for the draft; an earlier one ends. Raises ClosedError."""
        now, digits = self.clock(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        row = {
            "application_id": draft.id,
            "code_hash": self._hash(draft.id, digits),
            "created_at": now,
            "expires_at": now + timedelta(minutes=self.settings.help_code_minutes),
            "failed_tries": 0,
        }
        with write() as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            changes = {name: value for name, value in row.items() if name != "application_id"}
            connection.execute(
                dialect.insert(AssistanceCode)
                .values(**row)
                .on_conflict_do_update(index_elements=["application_id"], set_=changes)
            )
            self.drafts.touch(connection, draft)
        return HelpCode(digits=digits, expires_at=now + timedelta(minutes=self.settings.help_code_minutes))

    def cancel(self, draft: Draft) -> None:
        """Have the code open nothing any more."""
        with write() as connection:
            connection.execute(delete(AssistanceCode).where(AssistanceCode.application_id == draft.id))

    def open(self, who: StaffMember, *, reference: str, digits: str, address: str) -> str:
        """Begin the help that the person let `who` give; return the assistance's id. The code is good once.

        Raises WrongCodeError, whatever is wrong: no such application, none of theirs, sent already, no code, another
        code, too late, or too many tries. A try counts before its answer is known.
        """
        with write() as connection:
            row = self._code(connection, reference)
            known = row is not None and who.sees(row.integration)
            right = known and hmac.compare_digest(row.code_hash, self._hash(row.application_id, digits))
            if right:
                # Locked first, as everything else that writes to an application and its assistance does.
                connection.execute(
                    update(Application).where(Application.id == row.application_id).values(touched_at=self.clock())
                )
                connection.execute(delete(AssistanceCode).where(AssistanceCode.application_id == row.application_id))
                return self.assistances.add(connection, who, row.application_id, way=RESCUE, address=address)
            if known:
                here = AssistanceCode.application_id == row.application_id
                connection.execute(
                    update(AssistanceCode).where(here).values(failed_tries=AssistanceCode.failed_tries + 1)
                )
        raise WrongCodeError("no such code")

    def _code(self, connection: Connection, reference: str) -> Any:
        return connection.execute(
            select(AssistanceCode.application_id, AssistanceCode.code_hash, Application.integration)
            .join(Application, Application.id == AssistanceCode.application_id)
            .where(Application.reference == reference, Application.state.in_(OPEN_STATES))
            .where(AssistanceCode.expires_at > self.clock())
            .where(AssistanceCode.failed_tries < self.settings.help_code_tries)
            .with_for_update(of=AssistanceCode)
        ).first()

    def _hash(self, application_id: str, digits: str) -> str:
        return self.drafts.keyring.fingerprint(f"{application_id}:{digits}", "assistance_codes.code")
