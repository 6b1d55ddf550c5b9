"""Owns how a caller of the APIs is known: by the integration token in the Authorization header."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import g
from sqlalchemy import Column, Row, Table, bindparam, or_, select, update
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Request

from app.store.crypto import token_hash
from app.store.db import read, utc_now, write
from app.store.models.integrations import Integration as IntegrationRow

integrations = cast(Table, IntegrationRow.__table__)
TOKEN_PREFIX = "alta_"
TOKEN_MAXIMUM = 200
USE_NOTED_EVERY = timedelta(minutes=5)
_BY_TOKEN = select(integrations).where(
    or_(integrations.c.token_hash == bindparam("hash"), integrations.c.earlier_hash == bindparam("hash")),
    integrations.c.revoked_at.is_(None),
)


@dataclass(frozen=True, kw_only=True)
class Integration:
    """A team's system that may call the APIs; times are UTC.

    `client_id` is the number that the personal informations API shows, `country` (BR or AR) whose KYC request its
    users get.
    """

    id: int
    name: str
    client_id: int
    country: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


Authenticate = Callable[[str], Integration | None]


def authenticate(token: str) -> Integration | None:
    """The integration whose unrevoked token this is; its use is noted at most every five minutes.

    A token that another took the place of is good until its time is over.
    """
    if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_MAXIMUM or not token.isascii():
        return None
    key = token_hash(token)
    with read() as connection:
        row = connection.execute(_BY_TOKEN, {"hash": key}).first()
    if row is None:
        return None
    if row.token_hash == key:
        _note_use(row, integrations.c.last_used_at)
    elif row.earlier_until is None or row.earlier_until <= utc_now():
        return None
    else:
        _note_use(row, integrations.c.earlier_used_at)
    return integration_of(row)


def integration_of(row: Row[Any]) -> Integration:
    """The value of a whole row."""
    return Integration(
        id=row.id,
        name=row.name,
        client_id=row.client_id,
        country=row.country,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def token_of(request: Request) -> str:
    """The raw token, or the one after `Bearer`; empty where there is none."""
    value = request.headers.get("Authorization", "").strip()
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value


def require_caller(request: Request, authenticate: Authenticate) -> None:
    """Remember who calls, or refuse the request with 401."""
    token = token_of(request)
    caller = authenticate(token) if token else None
    if caller is None:
        raise Unauthorized()
    g.api_caller = caller


def current_caller() -> Integration:
    """Who calls, after `require_caller`."""
    return cast(Integration, g.api_caller)


def _note_use(row: Row[Any], last: Column[Any]) -> None:
    now, noted = utc_now(), row._mapping[last.name]
    before = now - USE_NOTED_EVERY
    if noted is not None and noted > before:
        return
    with write() as connection:
        connection.execute(
            update(integrations)
            .where(integrations.c.id == row.id, or_(last.is_(None), last <= before))
            .values({last: now})
        )
