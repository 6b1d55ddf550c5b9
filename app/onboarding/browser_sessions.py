"""Owns the row that lets a browser see an application, under the hash of its cookie's token."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from app.store.crypto import token_hash
from app.store.models.applications import BrowserSession

TOKEN_BYTES = 32
_SESSION = insert(BrowserSession)


def add_session(connection: Connection, token: str, application_id: str, now: datetime, *, part: bool = False) -> None:
    """Let the browser that holds `token` see the application, or be led to the person's `part` of it only."""
    connection.execute(
        _SESSION,
        {
            "token_hash": token_hash(token),
            "application_id": application_id,
            "created_at": now,
            "seen_at": now,
            "failed_confirmations": 0,
            "part": part,
        },
    )
