"""Owns the conventions on time, ids, text and JSON that both APIs share."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection

Clock = Callable[[], datetime]
NewId = Callable[[], str]
Connect = Callable[[], AbstractContextManager[Connection]]

IDEMPOTENCY_KEY_MAXIMUM = 72


class Cipher(Protocol):
    """What the services need of the keyring."""

    def encrypt(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt for the place named by `context`."""

    def decrypt(self, ciphertext: bytes, context: str) -> bytes:
        """The plaintext of what was written at `context`."""

    def fingerprint(self, value: str, context: str) -> str:
        """A keyed hash, 64 hex digits."""


class PictureStore(Protocol):
    """What the services need of the blobs."""

    def put(self, key: str, plaintext: bytes) -> None:
        """Store under `key`, encrypted, replacing what was there."""

    def get(self, key: str) -> bytes:
        """The plaintext of `key`."""

    def delete(self, key: str) -> None:
        """Delete `key`; one that is not there is fine."""

    def delete_prefix(self, prefix: str) -> None:
        """Delete everything under `prefix`."""


def new_uuid() -> str:
    """A random id, as the rows and the contracts write it."""
    return str(uuid4())


def compact_json(value: Any) -> bytes:
    """JSON without spaces, non-ASCII as it is: the form whose bytes and ETag the examples show."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def milliseconds(moment: datetime) -> str:
    """`2023-04-19T17:15:40.536Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_seconds(moment: datetime) -> str:
    """`2021-05-31T15:04:48Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def real_date(text: str, *, separators: str = "-") -> date | None:
    """The date that `YYYY-MM-DD` (or with another of `separators`, twice the same) names, or None."""
    parts = [text[:4], text[5:7], text[8:]]
    marks = {text[4:5], text[7:8]}
    if len(text) != 10 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(marks) != 1 or marks.pop() not in separators:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def is_printable_text(text: str) -> bool:
    """Whether the text has no control character and no half of a surrogate pair, which cannot be stored."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
