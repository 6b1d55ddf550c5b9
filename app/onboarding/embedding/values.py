"""The values of embedding: a session's details as they are kept, launches, and what a frame may know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.domain.theme import Theme
from app.store.crypto import Keyring
from app.store.models.embedding import EmbeddedSession


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an integration gave for a session; `given` are re-postable strings by step."""

    external_id: str | None = None
    return_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A token that opens a session once."""

    session_id: str
    token: str
    expires_at: datetime


def seal_details(keyring: Keyring, session_id: str, details: Details) -> bytes:
    """A session's details as they are kept."""
    return keyring.encrypt(json.dumps(asdict(details)).encode(), f"embedded_sessions.details:{session_id}")


def open_details(keyring: Keyring, session_id: str, sealed: bytes) -> Details:
    """A session's details as they were given."""
    content = json.loads(keyring.decrypt(sealed, f"embedded_sessions.details:{session_id}"))
    return Details(**{**content, "skip": tuple(content["skip"])})


def forget_given(keyring: Keyring, connection: Connection, session_id: str, **changes: Any) -> None:
    """Drop what was given of the person from a session's details, and change its columns as `changes` say."""
    row = EmbeddedSession
    sealed = connection.execute(select(row.details).where(row.id == session_id)).scalar_one()
    if sealed is not None:
        emptied = replace(open_details(keyring, session_id, sealed), given={})
        changes["details"] = seal_details(keyring, session_id, emptied)
    if changes:
        connection.execute(update(row).where(row.id == session_id).values(**changes))


def theme_of(text: str) -> Theme:
    """A theme as it is kept in a row."""
    return Theme(**json.loads(text))


def theme_json(theme: Mapping[str, Any]) -> str:
    """What of a theme was chosen, as it is kept in a row."""
    return json.dumps({name: value for name, value in theme.items() if value is not None}, sort_keys=True)


def joined_theme(*texts: str) -> Theme:
    """Themes laid over one another, the last on top."""
    chosen: dict[str, Any] = {}
    for text in texts:
        chosen |= json.loads(text)
    return Theme(**chosen)
