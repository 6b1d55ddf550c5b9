"""What an upstream tells unasked: signed, fresh and taken once, it only makes the worker look sooner."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.config.upstreams import SECRET_PREFIX
from app.domain.errors import AltaError
from app.onboarding.ledger import Ledger
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.onboarding.upstreams import Upstreams
from app.store.crypto import token_hash
from app.store.db import write
from app.store.models.seen import SeenOnce

TOLERANCE_SECONDS = 300
HOOKS = "hook"
ID_MAXIMUM, BODY_MAXIMUM_BYTES = 200, 64 * 1024
# By the event's type: whose record it is about, and where its id stands in the event's data.
EVENTS = {
    "kyc.request.updated": (KYC, "user_id"),
    "personal_informations.updated": (PERSONAL_INFORMATIONS, "id"),
}


class NoHookError(AltaError):
    """No upstream of that name tells us anything."""


class ForgedHookError(AltaError):
    """The message is not signed with the upstream's secret, or is too old, or is none."""


class Hooks:
    """Takes messages as the Standard Webhooks specification signs them."""

    def __init__(self, *, upstreams: Upstreams, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self.upstreams, self.ledger, self.clock = upstreams, ledger, clock

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Look at once at what a message is about; whether there was anything new to look at.

        Raises NoHookError or ForgedHookError. The message is not believed further than that: how things stand is asked
        of the upstream itself.
        """
        if name and not self.upstreams.knows(name):
            raise NoHookError("no such upstream")
        secret = self.upstreams.of(name).hook_secret
        if not secret:
            raise NoHookError("no secret is set for it")
        message_id = headers.get("webhook-id", "")
        self._verify(secret, message_id, headers, body)
        api, upstream_id = _subject(body)
        if api is None or not self._first_time(name, message_id):
            return False
        return self.ledger.hasten(api, upstream_id, name or None)

    def _verify(self, secret: str, message_id: str, headers: Mapping[str, str], body: bytes) -> None:
        sent_at = headers.get("webhook-timestamp", "")
        if not (0 < len(message_id) <= ID_MAXIMUM and sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12):
            raise ForgedHookError("no id or time")
        if abs(self.clock().timestamp() - int(sent_at)) > TOLERANCE_SECONDS:
            raise ForgedHookError("too old, or from the future")
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
        signed = b".".join((message_id.encode(), sent_at.encode(), body))
        right = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        given = headers.get("webhook-signature", "").split()
        if not any([hmac.compare_digest(each.encode(), right.encode()) for each in given]):
            raise ForgedHookError("another signature")

    def _first_time(self, name: str, message_id: str) -> bool:
        values = {"kind": HOOKS, "value_hash": token_hash(f"{name}:{message_id}"), "seen_at": self.clock()}
        try:
            with write() as connection:
                connection.execute(insert(SeenOnce).values(**values))
        except IntegrityError:
            return False
        return True


def _subject(body: bytes) -> tuple[str | None, str]:
    """Which API's record a message is about; none for a kind of message that means nothing here."""
    try:
        event: Any = json.loads(body)
        api, field = EVENTS[event["type"]]
        return api, str(event["data"][field])
    except KeyError:
        return None, ""
    except (ValueError, TypeError, RecursionError):
        raise ForgedHookError("no message") from None
