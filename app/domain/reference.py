"""Owns the reference a person reads, writes down and spells out: AL-XXXX-XXXX."""

import secrets

from app.domain.errors import InvalidError
from app.domain.identifiers import compact
from app.domain.words import N_

# No pairs that look alike in print or by hand (0O 1IL 2Z 5S 8B UV), and no vowels: no words by chance.
ALPHABET = "34679CDFGHJKMNPQRTVWXY"
_PREFIX = "AL"
_LENGTH = 8


def new_reference() -> str:
    """Return a new random reference, 22**8 (about 5 * 10**10) possible; uniqueness is the store's to keep."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return _written(body)


def normalise_reference(text: str) -> str:
    """Return a typed reference as AL-XXXX-XXXX, whatever its case and separators; raises InvalidError."""
    body = compact(text).removeprefix(_PREFIX)
    if len(body) != _LENGTH or not set(body) <= set(ALPHABET):
        raise InvalidError(N_("Check the reference: it looks like AL-7KM4-XW9C"))
    return _written(body)


def _written(body: str) -> str:
    return f"{_PREFIX}-{body[:4]}-{body[4:]}"
