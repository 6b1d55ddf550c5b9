"""Owns the tokens of an integration: the present one, and for a while the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from app.onboarding.integrations import new_token
from app.store.crypto import token_hash
from app.store.db import read
from app.store.models.integrations import Integration


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token that is good; `until` None means that it has no end yet."""

    made_at: datetime
    used_at: datetime | None
    until: datetime | None = None


def tokens_of(integration_id: int, now: datetime) -> list[Token]:
    """The tokens that are good, the present one first; none of an integration that was revoked."""
    with read() as connection:
        row = connection.execute(
            select(Integration.__table__).where(Integration.id == integration_id, Integration.revoked_at.is_(None))
        ).first()
    if row is None:
        return []
    found = [Token(made_at=row.token_made_at or row.created_at, used_at=row.last_used_at)]
    if row.earlier_until is not None and row.earlier_until > now:
        found.append(Token(made_at=row.earlier_made_at, used_at=row.earlier_used_at, until=row.earlier_until))
    return found


def renew(connection: Connection, integration_id: int, *, now: datetime, overlap: timedelta) -> str:
    """Make a token in place of the present one, which stays good for `overlap`; one before that ends at once."""
    here = (Integration.id == integration_id, Integration.revoked_at.is_(None))
    row = connection.execute(select(Integration.__table__).where(*here).with_for_update()).one()
    token = new_token()
    connection.execute(
        update(Integration)
        .where(*here)
        .values(
            token_hash=token_hash(token),
            token_made_at=now,
            last_used_at=None,
            earlier_hash=row.token_hash if overlap else None,
            earlier_made_at=row.token_made_at or row.created_at,
            earlier_used_at=row.last_used_at,
            earlier_until=now + overlap if overlap else None,
        )
    )
    return token


def end_earlier(connection: Connection, integration_id: int) -> bool:
    """End the token before the present one at once; whether there was one."""
    here = (Integration.id == integration_id, Integration.earlier_hash.is_not(None))
    ended = update(Integration).where(*here).values(earlier_hash=None, earlier_until=None)
    return bool(connection.execute(ended).rowcount)
