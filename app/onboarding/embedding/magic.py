"""Magic values: in test integrations, and in no other, a document's number says what becomes of the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.apis.errors import ApiError
from app.domain.application import Identity
from app.domain.roles import Role
from app.onboarding.deciding.asking import checks_asked, items_of, reopened_by
from app.onboarding.deciding.case import Case
from app.onboarding.deciding.cases import Cases
from app.onboarding.deciding.outcomes import Outcomes
from app.onboarding.drafts import Drafts
from app.onboarding.parcel import Parcels
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.embedding import EmbeddedSession, EmbedSettings
from app.store.models.integrations import Integration

APPROVED, REJECTED = "approved", "rejected"
# The digits of the DNI, whether they are given as DNI, CUIL or CUIT; or the whole CPF.
DECIDES = {"99000001": APPROVED, "99000000130": APPROVED, "99000002": REJECTED, "99000000211": REJECTED}
# What is asked again once, and for which reason; what is sent then is approved.
ASKS = {
    "99000003": ("back_document", "document_glare"),
    "99000000300": ("back_document", "document_glare"),
    "99000004": ("selfie_1", "selfie_dark"),
    "99000000483": ("selfie_1", "selfie_dark"),
}
_TEAM: Any = (
    select(Integration.name)
    .join(EmbeddedSession, EmbeddedSession.integration_id == Integration.id)
    .join(EmbedSettings, EmbedSettings.integration_id == Integration.id)
    .where(EmbeddedSession.application_id == bindparam("application_id"), EmbedSettings.is_test.is_(True))
)


@dataclass(frozen=True, kw_only=True)
class Magic:
    """Decides in the place of staff."""

    parcels: Parcels
    cases: Cases
    outcomes: Outcomes
    drafts: Drafts

    def steer(self, delivery_id: str) -> None:
        """Once both APIs have all of an application of a test integration, let its number decide; twice is once."""
        row = self.parcels.row(delivery_id)
        if row is None:
            return
        with read() as connection:
            team = connection.execute(_TEAM, {"application_id": row.application_id}).scalar()
        if team is None:
            return
        number = _key(self.parcels.of(row).application.identity)
        if number in DECIDES or number in ASKS:
            try:
                self._decide(row.application_id, number, _sandbox(team))
            except ApiError:
                # Somebody was faster.
                return

    def _decide(self, application_id: str, number: str, who: StaffMember) -> None:
        with write() as connection:
            case = self.cases.locked(connection, who, application_id)
            if case.options(who.id, four_eyes=False).approve is not None:
                return
            if number in ASKS and case.number == 1:
                self._ask_again(connection, case, *ASKS[number])
            else:
                self.outcomes.settle(connection, case, DECIDES.get(number, APPROVED))
            self.outcomes.stages.refresh(connection, case.id)

    def _ask_again(self, connection: Any, case: Case, slot: str, reason: str) -> None:
        draft = self.drafts.load_by_id(connection, case.id)
        assert draft is not None, "its row is locked"
        items = {item.name: item for item in items_of(case, self.drafts.context(draft), self.drafts.reasons)}
        # A passport has no back.
        asked = {slot if slot in items else "front_document": reason}
        reopened = reopened_by(case, draft, items, asked)
        self.outcomes.ask_again(
            connection, case, reopened=reopened, checks=checks_asked(items, asked), assigned_to=None
        )


def _key(identity: Identity | None) -> str:
    if identity is None:
        return ""
    number = identity.document_number
    return number[2:10] if identity.document_type in ("cuil", "cuit") else number


def _sandbox(team: str) -> StaffMember:
    """Nobody: whoever sees the test integration, and nothing else."""
    return StaffMember(id="", name="", email="", role=Role.REVIEWER, integrations=frozenset((team,)), language="en")
