"""What an applicant is told of a decision of staff."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from app.onboarding.deciding.sealing import SENTENCE, opened
from app.store.crypto import Keyring
from app.store.models.decisions import FINAL, REJECTED, Decision

_REJECTION = select(Decision.id, Decision.reason, Decision.sentence).where(
    Decision.application_id == bindparam("application_id"), Decision.kind == REJECTED, Decision.state == FINAL
)


@dataclass(frozen=True, kw_only=True)
class ToldRejection:
    """Why an application was rejected: the reason's code, and what was written for the applicant, if anything."""

    reason: str
    sentence: str


def rejection_of(connection: Connection, keyring: Keyring, application_id: str) -> ToldRejection | None:
    """Why staff rejected an application; None where they did not."""
    row = connection.execute(_REJECTION, {"application_id": application_id}).first()
    if row is None:
        return None
    return ToldRejection(reason=row.reason, sentence=opened(keyring, row.id, SENTENCE, row.sentence))
