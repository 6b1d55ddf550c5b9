"""Owns how both clients call over HTTP: bounded in time and size, never redirected, every failure a typed error."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpcore
import httpx

from app.apis.deadline import DeadlineBackend, whole_call
from app.apis.errors import (
    ApiError,
    ConflictError,
    KeyTooLongError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UnexpectedAnswerError,
)

ANSWER_MAXIMUM_BYTES = 2_000_000
RETRY_AFTER_MAXIMUM_SECONDS = 24 * 3600.0
USER_AGENT = "Alta"
DONE = (200, 201, 204)
BUSY = (408, 423, 425, 429)
ERRORS: dict[int, type[ApiError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    431: KeyTooLongError,
}


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a call may take, in seconds: to connect, between two bytes, and as a whole."""

    connect: float = 5.0
    read: float = 20.0
    whole: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: headers as lower-case names, the body as it was on the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The value of the body; raises UnavailableError for anything that is not JSON, such as a proxy's page."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnavailableError("answered with something that is not JSON") from None

    @property
    def retry_after(self) -> float | None:
        """Seconds that the API asks to wait, at most a day; None where it does not say."""
        given = self.headers.get("retry-after", "").strip()
        try:
            if given.isascii() and given.isdigit():
                seconds = float(given)
            else:
                seconds = (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), RETRY_AFTER_MAXIMUM_SECONDS)

    def require_done(self) -> None:
        """Raise the typed error of a status that is no success; of 400 and 422 the caller knows more."""
        if self.status in DONE:
            return
        said = f"HTTP {self.status}"
        if self.status in BUSY or self.status >= 500 or self.status < 400:
            raise UnavailableError(said, retry_after=self.retry_after)
        raise ERRORS.get(self.status, UnexpectedAnswerError)(said)


class Caller:
    """Makes calls; may be shared by threads. `authority` is a file of certificates trusted beside the system's own."""

    def __init__(self, patience: Patience, *, authority: Path | None = None) -> None:
        self.patience, self._authority = patience, authority

    def call(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **body: Any) -> Answer:
        """One call with exactly these headers (and those that frame it); raises UnavailableError where none answers.

        `body` is one of httpx's `content`, `json`, `data`, `files`.
        """
        try:
            request = httpx.Request(method, url, headers=headers, **body)
            request.extensions["timeout"] = self._timeout.as_dict()
            with whole_call(self.patience.whole):
                return self._send(request)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            # The text of such an error may name what was sent: only its kind goes on.
            raise UnavailableError(type(error).__name__) from None

    def _send(self, request: httpx.Request) -> Answer:
        response = self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise UnavailableError("answered in an encoding that was not asked for")
            pieces, length = [], 0
            for piece in response.iter_raw():
                length += len(piece)
                if length > ANSWER_MAXIMUM_BYTES:
                    raise UnavailableError("answered with too much")
                pieces.append(piece)
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=b"".join(pieces))

    @property
    def _timeout(self) -> httpx.Timeout:
        return httpx.Timeout(self.patience.read, connect=self.patience.connect, pool=self.patience.whole)

    @cached_property
    def _client(self) -> httpx.Client:
        # Made on first use, in the process that uses it: connections do not survive a fork.
        context = ssl.create_default_context()
        if self._authority is not None:
            context.load_verify_locations(self._authority)
        client = httpx.Client(verify=context, follow_redirects=False, limits=httpx.Limits(max_connections=None))
        for transport in (client._transport, *client._mounts.values()):
            pool = getattr(transport, "_pool", None)
            if isinstance(pool, httpcore.ConnectionPool):
                pool._network_backend = DeadlineBackend(pool._network_backend)
        return client
