"""Launches: tokens that open a session once, within ten minutes; kept as their hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from app.onboarding.embedding.values import Launch
from app.store.crypto import token_hash
from app.store.models.embedding import LAUNCH, TAB, EmbedLaunch

LAUNCH_PREFIX, TAB_PREFIX = "alta_launch_", "alta_tab_"
LASTS = timedelta(minutes=10)
# A token that a repeated call gives again is good for so long at least: else a fresh one is made.
WORTH_REPEATING = timedelta(minutes=5)
TOKEN_BYTES = 32


class Launches:
    """Makes launches. A launch's token is derived from its row's id by a key that no row holds: a call that is repeated
    because its answer got lost is given the very same token, although only its hash is kept."""

    def __init__(self, *, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._key = hashlib.sha256(f"alta.launch:{secret_key}".encode()).digest()
        self.clock = clock

    def make(self, connection: Connection, session_id: str) -> Launch:
        """A fresh launch of a session, for its integration."""
        launch_id = str(uuid.uuid4())
        return self._keep(connection, session_id, launch_id, self._token(launch_id), LAUNCH)

    def make_tab(self, connection: Connection, session_id: str) -> Launch:
        """A one-time link from a frame into a tab."""
        return self._keep(
            connection, session_id, str(uuid.uuid4()), TAB_PREFIX + secrets.token_urlsafe(TOKEN_BYTES), TAB
        )

    def repeated(self, connection: Connection, session_id: str) -> Launch:
        """The newest launch again, if nobody used it and it still lasts; else a fresh one."""
        row = EmbedLaunch
        found = connection.execute(
            select(row.id, row.expires_at)
            .where(
                row.session_id == session_id,
                row.kind == LAUNCH,
                row.used_at.is_(None),
                row.expires_at >= self.clock() + WORTH_REPEATING,
            )
            .order_by(row.expires_at.desc())
            .limit(1)
        ).first()
        if found is None:
            return self.make(connection, session_id)
        return Launch(session_id=session_id, token=self._token(found.id), expires_at=found.expires_at)

    def _keep(self, connection: Connection, session_id: str, launch_id: str, token: str, kind: str) -> Launch:
        now = self.clock()
        launch = Launch(session_id=session_id, token=token, expires_at=now + LASTS)
        connection.execute(
            insert(EmbedLaunch).values(
                id=launch_id,
                session_id=session_id,
                token_hash=token_hash(token),
                kind=kind,
                created_at=now,
                expires_at=launch.expires_at,
            )
        )
        return launch

    def _token(self, launch_id: str) -> str:
        derived = hmac.digest(self._key, launch_id.encode(), "sha256")
        return LAUNCH_PREFIX + base64.urlsafe_b64encode(derived).decode().rstrip("=")
