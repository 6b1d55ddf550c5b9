"""Cases whose member of staff is shut out, or sees them no more: nobody's again, so that somebody takes them on."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from app.domain.stage import Stage
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.members import StaffMember
from app.onboarding.stages import Stages
from app.store.models.applications import Application
from app.store.models.listing import Listing

_OVER = (Stage.APPROVED, Stage.REJECTED, Stage.EXPIRED)
# In the order of their ids, so that two who do this at once never wait for each other in a ring.
_THEIRS = (
    select(Listing.application_id, Application.integration)
    .join(Application, Application.id == Listing.application_id)
    .where(Listing.assigned_to == bindparam("member_id"), Listing.stage.not_in(_OVER))
    .order_by(Listing.application_id)
)
_HAND_BACK = update(Application).where(
    Application.id == bindparam("theirs"), Application.assigned_to == bindparam("member_id")
)


def hand_back(
    connection: Connection,
    member: StaffMember,
    *,
    stages: Stages,
    audit: Audit,
    by: StaffMember | None,
    address: str,
    may_stay: bool = False,
) -> None:
    """Make the member's cases that are still to be decided nobody's, in the caller's transaction.

    Those that they may see are left to them where they `may_stay`. `by` is whose doing it is.
    """
    theirs = [
        row.application_id
        for row in connection.execute(_THEIRS, {"member_id": member.id})
        if not (may_stay and member.sees(row.integration))
    ]
    for application_id in theirs:
        values = {"theirs": application_id, "member_id": member.id}
        connection.execute(_HAND_BACK.values(assigned_to=None), values)
        stages.refresh(connection, application_id)
    for application_id in theirs:
        audit.record(
            connection,
            who=by,
            action=AuditAction.CASE_ASSIGNED,
            application_id=application_id,
            reason="its member sees it no more" if may_stay else "its member was disabled",
            address=address,
        )
