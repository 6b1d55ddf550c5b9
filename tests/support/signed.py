"""Owns signing a message as an upstream does (Standard Webhooks)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def signed(body: bytes, *, key: bytes = KEY, sent_at: float | None = None, message_id: str = "") -> dict[str, str]:
    """The headers of a message."""
    message_id = message_id or f"msg_{uuid.uuid4()}"
    moment = str(int(time.time() if sent_at is None else sent_at))
    digest = hmac.digest(key, b".".join((message_id.encode(), moment.encode(), body)), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
