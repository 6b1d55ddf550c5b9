"""The rows of a draft: the columns it is made of, the statements that read them, and the writing of one answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, select
from sqlalchemy.dialects import postgresql, sqlite

from app.store.models.applications import UPSTREAM, Answer, Application, BrowserSession
from app.store.models.assistances import Assistance
from app.store.models.handoffs import Handoff

# Statements are made once: SQLAlchemy then need not work out at each call that it has compiled them before.
DRAFT_COLUMNS = (
    Application.id,
    Application.reference,
    Application.country,
    Application.language,
    Application.state,
    Application.checks,
    Application.reopened,
    Application.first_step,
    Application.submitted_at,
    Application.awaits_consent,
    Application.integration,
    UPSTREAM,
    Application.channel,
    Application.tried,
    Application.created_at,
)
HELP_COLUMNS = (
    Assistance.id,
    Assistance.member_id,
    Assistance.member_name,
    Assistance.way,
    Assistance.expires_at,
)
HANDOFF_COLUMNS = (
    Handoff.id,
    Handoff.match_code,
    Handoff.link_hash,
    Handoff.state,
    Handoff.expires_at,
    Handoff.kept,
)
ANSWER_COLUMNS = (Answer.updated_at, Answer.given_by, Answer.channel, Answer.name, Answer.value)
_PRESENT_HELP = and_(Assistance.application_id == Application.id, Assistance.ended_at.is_(None))
_COLUMNS = (*DRAFT_COLUMNS, *HANDOFF_COLUMNS, *HELP_COLUMNS, *ANSWER_COLUMNS)
BY_SESSION = (
    select(BrowserSession.seen_at, BrowserSession.part, *_COLUMNS)
    .join(Application, Application.id == BrowserSession.application_id)
    .outerjoin(Handoff, Handoff.application_id == Application.id)
    .outerjoin(Assistance, _PRESENT_HELP)
    .outerjoin(Answer, Answer.application_id == Application.id)
    .where(BrowserSession.token_hash == bindparam("token_hash"))
)
_ANY = (
    select(Application.touched_at, false(), *_COLUMNS)
    .outerjoin(Handoff, Handoff.application_id == Application.id)
    .outerjoin(Assistance, _PRESENT_HELP)
    .outerjoin(Answer, Answer.application_id == Application.id)
)
BY_ID = _ANY.where(Application.id == bindparam("application_id"))
BY_PHONE = _ANY.where(Handoff.phone_hash == bindparam("phone_hash"))
BY_ASSISTANCE = _ANY.where(Assistance.id == bindparam("assistance_id"))


@cache
def _upsert(dialect_name: str) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(Answer)
    return statement.on_conflict_do_update(
        index_elements=["application_id", "name"],
        set_={name: statement.excluded[name] for name in ("value", "updated_at", "given_by", "channel")},
    )


def upsert_answer(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write one answer, replacing the one of its name."""
    connection.execute(_upsert(connection.dialect.name), row)
