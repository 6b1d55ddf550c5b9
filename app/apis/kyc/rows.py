"""The rows of the KYC requests: the statements that read and write them, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from app.apis.errors import NotFoundError
from app.apis.kyc.contract import ANSWERED, REQUESTED, Check, IncomeContext, KycRequest
from app.store.models.kyc import KycCheckRecord, KycRequestRecord

requests = cast(Table, KycRequestRecord.__table__)
checks = cast(Table, KycCheckRecord.__table__)
REASON = "account_request"

BY_ID = select(requests).where(requests.c.id == bindparam("request_id"))
BY_USER = select(requests).where(requests.c.user_id == bindparam("user_id"))
LOCK = select(requests.c.id).where(requests.c.id == bindparam("request_id")).with_for_update()
CHECKS = select(checks).where(checks.c.request_id == bindparam("request_id")).order_by(checks.c.position)
OPEN_CHECKS = select(func.count()).where(checks.c.request_id == bindparam("request_id"), checks.c.status == REQUESTED)
TAKE = (
    update(checks)
    .where(checks.c.id == bindparam("check_id"), checks.c.status == REQUESTED)
    .values(status=ANSWERED, value=bindparam("sealed"), updated_at=bindparam("now"))
)
MOVE = (
    update(requests)
    .where(requests.c.id == bindparam("request_id"))
    .values(status=bindparam("new_status"), updated_at=bindparam("now"))
)
INSERT, INSERT_CHECKS = insert(requests), insert(checks)


def checks_of(connection: Connection, request_id: str) -> Sequence[Row[Any]]:
    """The rows of a request's checks, in their order."""
    return connection.execute(CHECKS, {"request_id": request_id}).all()


def view(row: Row[Any], check_rows: Sequence[Row[Any]], user_id: str) -> KycRequest:
    """A request as the API shows it; the user's id is echoed as it was given."""
    return KycRequest(
        checks=tuple(
            Check(
                context=income_context(check.context),
                created_at=check.created_at,
                detailed_reason=check.detailed_reason,
                field_type=check.field_type,
                id=check.id,
                reason=check.reason,
                status=check.status,
                updated_at=check.updated_at,
            )
            for check in check_rows
        ),
        created_at=row.created_at,
        id=row.id,
        reason=REASON,
        status=row.status,
        updated_at=row.updated_at,
        user_id=user_id,
    )


def income_context(text: str | None) -> IncomeContext | None:
    """The income ranges that a check's row holds, if it is about income."""
    return None if text is None else IncomeContext.model_validate_json(text)


def of_user(user_id: str) -> dict[str, str]:
    """What finds a user's request; raises NotFoundError for what is no user's id."""
    if not _is_uuid(user_id):
        raise NotFoundError("no such user")
    return {"user_id": user_id.lower()}


def context_of(check_id: str) -> str:
    """What an answer's ciphertext is bound to."""
    return f"kyc_checks.value:{check_id}"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
