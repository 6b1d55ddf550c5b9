"""Owns the access token of the KYC API: OAuth 2 client credentials, proved by an RS256 assertion, kept till it ends."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt

from app.apis.calls import USER_AGENT, Answer, Caller
from app.apis.errors import NotAllowedError, UnavailableError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The contract allows 15 minutes; it is used at once.
ASSERTION_SECONDS = 300
# Two clocks are never quite the same.
NOT_BEFORE_SECONDS = 10
RENEWED_BEFORE_SECONDS = 60.0
SHORTEST_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who calls: `key_file` is the private RSA key (PEM), `key_id` its name there, the rest goes into the assertion."""

    token_url: str
    client_id: str
    key_file: Path
    key_id: str
    audience: str
    realm: str


class AccessToken:
    """The token, shared by threads: got when first needed, anew a minute before it ends, or once it is refused."""

    def __init__(
        self,
        credentials: Credentials,
        caller: Caller,
        *,
        now: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials, self._caller = credentials, caller
        self._now, self._steady = now, steady
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0
        # How far the API's clock is ahead of ours: an assertion is dated by the clock that judges it.
        self._ahead = 0.0

    def get(self) -> str:
        """A token that is good; raises NotAllowedError or UnavailableError where none is given."""
        with self._lock:
            if self._steady() >= self._good_until:
                self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """Get another next time, if this is still the one: the API has refused it."""
        with self._lock:
            if token == self._token:
                self._good_until = 0.0

    def _renew(self) -> None:
        answer = self._ask()
        if answer.status in (400, 401) and self._learn_clock(answer):
            answer = self._ask()
        if answer.status == 400:
            raise NotAllowedError("no access token: HTTP 400")
        answer.require_done()
        given = answer.json()
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise UnavailableError("answered without an access token")
        lasts = given.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) else RENEWED_BEFORE_SECONDS
        self._token = token
        self._good_until = self._steady() + max(seconds - RENEWED_BEFORE_SECONDS, SHORTEST_SECONDS)

    def _ask(self) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
        return self._caller.call("POST", self._credentials.token_url, headers=headers, data=form)

    def assertion(self) -> str:
        """A fresh assertion of who calls."""
        now, who = int(self._now() + self._ahead), self._credentials
        claims: dict[str, Any] = {
            "exp": now + ASSERTION_SECONDS,
            "nbf": now - NOT_BEFORE_SECONDS,
            "iat": now,
            "aud": who.audience,
            "realm": who.realm,
            "sub": who.client_id,
            "clientId": who.client_id,
            "iss": who.client_id,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": who.key_id})

    def _learn_clock(self, answer: Answer) -> bool:
        """Note how far the API's clock is from ours; whether that may be why it refused."""
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
        except (ValueError, TypeError, OverflowError):
            return False
        before, self._ahead = self._ahead, theirs - self._now()
        return abs(self._ahead - before) > 1

    @cached_property
    def _key(self) -> str:
        return self._credentials.key_file.read_text(encoding="ascii")
