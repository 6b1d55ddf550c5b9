"""Passwords of staff: what one must be, and hashing with argon2id."""

from __future__ import annotations

import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import InvalidError
from app.domain.words import N_

SHORTEST, LONGEST, FEWEST_CHARACTERS = 12, 200, 5
ROUNDS, MEMORY_KIBIBYTES, LANES = 3, 32 * 1024, 1
# A flood of sign-ins may not take more memory and processors than this many at once do.
AT_ONCE = 2


def check_rules(password: str, *, email: str, name: str = "") -> None:
    """Raise InvalidError unless `password` may be chosen by who has this e-mail address and name."""
    if len(password) < SHORTEST:
        raise InvalidError(N_("The password needs at least %(number)s characters"), number=SHORTEST)
    if len(password) > LONGEST:
        raise InvalidError(N_("The password may have at most %(number)s characters"), number=LONGEST)
    plain = _plain(password).casefold()
    known = {email.casefold(), email.casefold().partition("@")[0], name.casefold(), name.casefold().replace(" ", "")}
    if plain.strip() in known:
        raise InvalidError(N_("The password may not be your e-mail address or name"))
    if len(set(plain)) < FEWEST_CHARACTERS:
        raise InvalidError(N_("The password needs more different characters"))


def _plain(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and verifies; whoever has no password costs the same time as who has one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIBIBYTES, parallelism=LANES)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """The argon2id hash with its parameters."""
        with self._room:
            return self._hasher.hash(_plain(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether `password` is the one of `hashed`; without a hash the same work is done in vain."""
        real = hashed is not None
        with self._room:
            try:
                return self._hasher.verify(hashed or self._nobodys, _plain(password)[: LONGEST * 4]) and real
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than those of now."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")
