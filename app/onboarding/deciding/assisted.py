"""Who of staff has had a hand in what an application says."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, union

from app.store.models.applications import Answer
from app.store.models.audit import AuditRow

# The deed of beginning to help: an answer that was given then may have been replaced by the person since.
BEGAN_TO_HELP = "assistance_begun"
_ASSISTED = union(
    select(Answer.given_by).where(Answer.application_id == bindparam("application_id"), Answer.given_by != ""),
    select(AuditRow.who).where(
        AuditRow.application_id == bindparam("application_id"), AuditRow.action == BEGAN_TO_HELP, AuditRow.who != ""
    ),
)


def assisted_by(connection: Connection, application_id: str) -> frozenset[str]:
    """The ids of the members of staff who gave any of its answers or photos, or began to help with it."""
    return frozenset(connection.execute(_ASSISTED, {"application_id": application_id}).scalars())
