"""The rows of a draft: the columns it is made of, the statements that read them, and the writing of one answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.models.applications import DRAFT, REOPENED, UPSTREAM, Answer, Application, BrowserSession
from app.store.models.assistances import Assistance
from app.store.models.handoffs import Handoff

OPEN = (DRAFT, REOPENED)
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
# What it changes are the columns that its parameters name.
_OPEN = or_(*(Application.state == state for state in OPEN))
_TOUCH = update(Application).where(Application.id == bindparam("open_id"), _OPEN)
_WRITTEN = ("value", "updated_at", "given_by", "channel")


def _replacing(statement: Any) -> Any:
    return statement.on_conflict_do_update(
        index_elements=["application_id", "name"], set_={name: statement.excluded[name] for name in _WRITTEN}
    )


@cache
def _upsert(dialect_name: str) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    return _replacing(dialect.insert(Answer))


def _keep() -> Any:
    """Touch and answer in one statement, as PostgreSQL has it: one question instead of two.

    No parameter has a column's name, lest SQLAlchemy give it to whichever of the two tables has that column.
    """
    changes: dict[str, Any] = {"touched_at": bindparam("now_touched_at"), "reopened": bindparam("now_reopened")}
    touched = _TOUCH.values(changes).returning(Application.id).cte("touched")
    names = ("name", *_WRITTEN)
    row = select(touched.c.id, *(bindparam(f"now_{name}", type_=getattr(Answer, name).type) for name in names))
    statement = postgresql.insert(Answer).from_select(["application_id", *names], row)
    return _replacing(statement).execution_options(preserve_rowcount=True)


_KEEP = _keep()


def touch(connection: Connection, application_id: str, **changes: Any) -> bool:
    """Change an application's row if it is open; return whether it is."""
    return bool(connection.execute(_TOUCH, {"open_id": application_id, **changes}).rowcount)


def keep_answer(connection: Connection, row: Mapping[str, Any], *, touched_at: datetime, reopened: str) -> bool:
    """Touch an application and write one answer of it if it is open; return whether it is."""
    if connection.dialect.name == "postgresql":
        present = {f"now_{name}": row[name] for name in ("name", *_WRITTEN)}
        present |= {"now_touched_at": touched_at, "now_reopened": reopened}
        return bool(connection.execute(_KEEP, {"open_id": row["application_id"], **present}).rowcount)
    if not touch(connection, row["application_id"], touched_at=touched_at, reopened=reopened):
        return False
    upsert_answer(connection, row)
    return True


def upsert_answer(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write one answer, replacing the one of its name."""
    connection.execute(_upsert(connection.dialect.name), row)
