"""Text messages to people's phones: posted, signed, to whatever the operator has that sends them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime

from standardwebhooks import Webhook

from app.apis.calls import Caller, Patience
from app.apis.errors import UnavailableError
from app.config import Settings
from app.domain.errors import AltaError


class NotSentError(AltaError):
    """The text message did not go out; `status` is what the hook answered (HTTP), None where it did not."""

    def __init__(self, why: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(why)


class TextMessages:
    """Sends text messages over the hook of the settings."""

    def __init__(self, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._url, self._secret, self.clock = settings.sms_url, settings.sms_secret, clock
        seconds = settings.sms_seconds
        self._caller = Caller(Patience(connect=seconds, read=seconds, whole=seconds))

    @property
    def can_send(self) -> bool:
        """Whether there is such a hook."""
        return bool(self._url)

    def send(self, number: str, text: str) -> str:
        """Have `text` sent to a number (E.164), once; return the message's id. Raises NotSentError."""
        message_id, now = f"msg_{uuid.uuid4().hex}", self.clock()
        body = json.dumps({"id": message_id, "to": number, "text": text}, ensure_ascii=False)
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self._secret).sign(message_id, now, body),
        }
        try:
            answer = self._caller.call("POST", self._url, headers=headers, content=body.encode())
        except UnavailableError as error:
            raise NotSentError(str(error)) from None
        if not 200 <= answer.status < 300:
            raise NotSentError(f"HTTP {answer.status}", status=answer.status)
        return message_id
