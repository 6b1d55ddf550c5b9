"""The secrets that an integration's webhooks are signed with: one that is present, and for a day those before it."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from standardwebhooks import Webhook

from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models.webhooks import WebhookSecret

SECRET_PREFIX, SECRET_BYTES = "whsec_", 32
OVERLAP = timedelta(hours=24)
# More than this many at once are no rotation: the oldest ends.
MOST = 3
_OF = (
    select(WebhookSecret.id, WebhookSecret.secret, WebhookSecret.created_at, WebhookSecret.ends_at)
    .where(
        WebhookSecret.integration_id == bindparam("integration_id"),
        or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > bindparam("now")),
    )
    .order_by(WebhookSecret.created_at.desc(), WebhookSecret.id)
)


class Secrets:
    """Makes, rotates and signs with them."""

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self.keyring, self.clock = keyring, clock

    def make(self, connection: Connection, integration_id: int) -> str:
        """A fresh secret, to be shown once; what there was signs along for a day."""
        now, here = self.clock(), WebhookSecret.integration_id == integration_id
        connection.execute(
            update(WebhookSecret).where(here, WebhookSecret.ends_at.is_(None)).values(ends_at=now + OVERLAP)
        )
        for row in self._living(connection, integration_id)[MOST - 1 :]:
            connection.execute(delete(WebhookSecret).where(WebhookSecret.id == row.id))
        connection.execute(delete(WebhookSecret).where(here, WebhookSecret.ends_at <= now))
        raw, secret_id = os.urandom(SECRET_BYTES), str(uuid.uuid4())
        row = {"id": secret_id, "integration_id": integration_id, "created_at": now}
        connection.execute(insert(WebhookSecret), {**row, "secret": self.keyring.encrypt(raw, _place(secret_id))})
        return SECRET_PREFIX + base64.b64encode(raw).decode()

    def living(self, integration_id: int) -> list[Any]:
        """Those that sign now, the present one first: when each was made and ends."""
        with read() as connection:
            return self._living(connection, integration_id)

    def sign(self, integration_id: int, message_id: str, body: str) -> dict[str, str]:
        """The headers of an attempt made now, with a signature by each secret that lives."""
        now = self.clock()
        signatures = [
            Webhook(self.keyring.decrypt(row.secret, _place(row.id))).sign(message_id, now, body)
            for row in self.living(integration_id)
        ]
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def reseal(self) -> int:
        """Encrypt with the key that writes now what an older one wrote; how many."""
        with read() as connection:
            rows = connection.execute(select(WebhookSecret.id, WebhookSecret.secret)).all()
        old = [row for row in rows if not self.keyring.is_current(row.secret)]
        for row in old:
            fresh = self.keyring.encrypt(self.keyring.decrypt(row.secret, _place(row.id)), _place(row.id))
            with write() as connection:
                connection.execute(update(WebhookSecret).where(WebhookSecret.id == row.id).values(secret=fresh))
        return len(old)

    def _living(self, connection: Connection, integration_id: int) -> list[Any]:
        return list(connection.execute(_OF, {"integration_id": integration_id, "now": self.clock()}).all())


def _place(secret_id: str) -> str:
    """What a secret's ciphertext belongs to."""
    return f"webhook_secrets.secret:{secret_id}"
