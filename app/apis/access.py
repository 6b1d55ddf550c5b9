"""Owns the access tokens that an integration gets for an assertion signed with its key (OAuth 2 client credentials)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import jwt
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Row, Table, insert, select
from sqlalchemy.exc import IntegrityError

from app.apis.authentication import Integration, authenticate, integration_of, integrations
from app.apis.errors import ApiError
from app.apis.values import Clock, Connect
from app.store.crypto import token_hash
from app.store.models.seen import SeenOnce

seen = cast(Table, SeenOnce.__table__)
ACCESS_PREFIX = "alta_access."
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME_SECONDS = 900
LONGEST_ASSERTION = timedelta(minutes=15)
LEEWAY_SECONDS = 30
REQUIRED = ["exp", "nbf", "aud", "sub", "jti", "iat", "iss"]
ASSERTIONS = "assertion"


class InvalidClientError(ApiError):
    """The assertion is not one that this integration's key signed for us, now and for the first time."""


class AccessTokens:
    """Gives access tokens, and knows callers by them; what it gave is valid until it ends or the integration is."""

    def __init__(self, *, secret_key: str, read: Connect, write: Connect, clock: Clock) -> None:
        self._signer = URLSafeTimedSerializer(
            secret_key, salt="api.access", signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"}
        )
        self._read, self._write, self._clock = read, write, clock

    def authenticate(self, token: str) -> Integration | None:
        """The integration that an access token or an integration token names."""
        if not token.startswith(ACCESS_PREFIX):
            return authenticate(token)
        try:
            integration_id = self._signer.loads(token.removeprefix(ACCESS_PREFIX), max_age=LIFETIME_SECONDS)
        except BadData:
            return None
        row = self._row(integrations.c.id == integration_id)
        return integration_of(row) if row is not None else None

    def grant(self, form: Mapping[str, str], *, audiences: list[str]) -> dict[str, Any]:
        """The answer to a token request; raises InvalidClientError for anything but a good assertion."""
        client_id = form.get("client_id", "")
        row = self._row(integrations.c.client_id == int(client_id)) if _is_number(client_id) else None
        right = form.get("grant_type") == "client_credentials" and form.get("client_assertion_type") == ASSERTION_TYPE
        if row is None or row.public_key is None or not right:
            raise InvalidClientError("no such client, or no key of it is known")
        self._use(self._claims(row, form.get("client_assertion", ""), audiences))
        return {
            "access_token": ACCESS_PREFIX + str(self._signer.dumps(row.id)),
            "expires_in": LIFETIME_SECONDS,
            "token_type": "Bearer",
        }

    def _claims(self, row: Row[Any], assertion: str, audiences: list[str]) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(assertion).get("kid") != row.key_id:
                raise InvalidClientError("another key")
            claims: dict[str, Any] = jwt.decode(
                assertion,
                row.public_key,
                algorithms=["RS256"],
                audience=audiences,
                issuer=str(row.client_id),
                subject=str(row.client_id),
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError:
            raise InvalidClientError("the assertion does not hold") from None
        if claims["exp"] - claims["iat"] > LONGEST_ASSERTION.total_seconds():
            raise InvalidClientError("the assertion is good for too long")
        return claims

    def _use(self, claims: Mapping[str, Any]) -> None:
        """An assertion is good once: what was overheard is worth nothing."""
        now: datetime = self._clock()
        try:
            with self._write() as connection:
                values = {"kind": ASSERTIONS, "value_hash": token_hash(str(claims["jti"])), "seen_at": now}
                connection.execute(insert(seen).values(**values))
        except IntegrityError:
            raise InvalidClientError("the assertion was used before") from None

    def _row(self, condition: Any) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(
                select(integrations).where(condition, integrations.c.revoked_at.is_(None))
            ).first()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
