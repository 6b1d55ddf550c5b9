"""Owns the integrations: making one with its token, listing them, and revoking one."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.apis.authentication import TOKEN_PREFIX, Integration, authenticate, integration_of, integrations
from app.domain.errors import AltaError
from app.store.crypto import token_hash
from app.store.db import read, utc_now, write

__all__ = [
    "Integration",
    "IntegrationError",
    "NameTakenError",
    "authenticate",
    "create",
    "is_name",
    "list_all",
    "new_token",
    "register_key",
    "revoke",
]

TOKEN_BYTES = 32
FIRST_CLIENT_ID = 7777
CLIENT_ID_TRIES = 5
NAME_MAXIMUM = 100
KEY_BITS = 2048


class IntegrationError(AltaError):
    """The integration cannot be made or found; the message is a sentence for the operator."""


class NameTakenError(IntegrationError):
    """Another integration has the name, be it a revoked one."""


def create(
    name: str,
    *,
    country: str = "BR",
    client_id: int | None = None,
    note: Callable[[Connection, Integration], None] | None = None,
) -> tuple[Integration, str]:
    """Make an integration and its token, which cannot be shown again.

    `country` (BR or AR) is whose KYC request its users get; `client_id` is the next free number if left out; `note` is
    told within the transaction. Raises IntegrationError if the name is odd, NameTakenError if it is taken.
    """
    name = name.strip()
    if not is_name(name):
        raise IntegrationError(
            f"An integration's name has 1 to {NAME_MAXIMUM} printable characters, and is not a star."
        )
    if country not in ("AR", "BR"):
        raise IntegrationError("An integration's country is AR or BR.")
    token = new_token()
    for _ in range(CLIENT_ID_TRIES):
        try:
            return _insert(name, country, token, client_id, note), token
        except IntegrityError:
            # Either the name is taken, or another integration made at this moment took the number.
            if any(name == other.name for other in list_all()):
                raise NameTakenError(f"There already is an integration named {name}.") from None
    raise IntegrationError("Several integrations were made at this moment: try again.")


def is_name(name: str) -> bool:
    """Whether an integration may be called so; a star means every integration where somebody's are named."""
    return 1 <= len(name) <= NAME_MAXIMUM and name.isprintable() and name != "*"


def new_token() -> str:
    """A fresh token of an integration."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def revoke(name: str, *, note: Callable[[Connection], None] | None = None) -> Integration:
    """End an integration's tokens at once; doing it again changes nothing. `note` is told within the transaction."""
    with write() as connection:
        if note is not None:
            note(connection)
        connection.execute(
            update(integrations)
            .where(integrations.c.name == name, integrations.c.revoked_at.is_(None))
            .values(revoked_at=utc_now())
        )
        row = connection.execute(select(integrations).where(integrations.c.name == name)).first()
    if row is None:
        raise IntegrationError(f"There is no integration named {name}.")
    return integration_of(row)


def register_key(name: str, public_key: str, key_id: str) -> Integration:
    """Let an integration get access tokens by assertions signed with this key (PEM, RSA of 2048 bits or more)."""
    if not 1 <= len(key_id) <= NAME_MAXIMUM or not key_id.isprintable():
        raise IntegrationError(f"A key's id has 1 to {NAME_MAXIMUM} printable characters.")
    try:
        key = load_pem_public_key(public_key.encode())
    except ValueError:
        raise IntegrationError("That is no public key in PEM.") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
        raise IntegrationError(f"The key must be RSA of {KEY_BITS} bits or more.")
    with write() as connection:
        connection.execute(
            update(integrations).where(integrations.c.name == name).values(public_key=public_key, key_id=key_id)
        )
        row = connection.execute(select(integrations).where(integrations.c.name == name)).first()
    if row is None:
        raise IntegrationError(f"There is no integration named {name}.")
    return integration_of(row)


def list_all() -> list[Integration]:
    """Every integration, revoked ones too, oldest first."""
    with read() as connection:
        rows = connection.execute(select(integrations).order_by(integrations.c.id))
        return [integration_of(row) for row in rows]


def _insert(
    name: str,
    country: str,
    token: str,
    client_id: int | None,
    note: Callable[[Connection, Integration], None] | None,
) -> Integration:
    counted = select(func.coalesce(func.max(integrations.c.client_id) + 1, FIRST_CLIENT_ID))
    number = counted.where(integrations.c.client_id >= FIRST_CLIENT_ID).scalar_subquery()
    with write() as connection:
        connection.execute(
            insert(integrations).values(
                name=name,
                country=country,
                client_id=number if client_id is None else client_id,
                token_hash=token_hash(token),
                created_at=utc_now(),
            )
        )
        made = integration_of(connection.execute(select(integrations).where(integrations.c.name == name)).one())
        if note is not None:
            note(connection, made)
        return made
