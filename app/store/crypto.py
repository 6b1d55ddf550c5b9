"""Encryption of columns and blobs (AES-256-GCM with the row's identity as associated data) and keyed hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES


class DecryptionError(Exception):
    """The ciphertext was made with another key, for another row, or has been changed."""


class Keyring:
    """Several AES-256 keys of which the first writes and all read, and one key for hashes.

    A ciphertext is: version (1 byte), key id (4: the first bytes of the key's SHA-256), nonce (12), AES-GCM output.
    """

    def __init__(self, encryption_keys: Sequence[str], index_key: str) -> None:
        """Take base64url keys of 32 bytes each, as the settings hold them."""
        raw = [_decode(key) for key in encryption_keys]
        self._ciphers = {hashlib.sha256(key).digest()[:KEY_ID_BYTES]: AESGCM(key) for key in raw}
        self._writing_id = hashlib.sha256(raw[0]).digest()[:KEY_ID_BYTES]
        self._index_key = _decode(index_key)

    def encrypt(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt for the place named by `context`, such as `answers.value:<row id>`."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._writing_id].encrypt(nonce, plaintext, context.encode())
        return VERSION + self._writing_id + nonce + sealed

    def decrypt(self, ciphertext: bytes, context: str) -> bytes:
        """Return the plaintext; raise DecryptionError if anything differs from what was written there."""
        cipher = self._ciphers.get(ciphertext[1 : 1 + KEY_ID_BYTES])
        if cipher is None or ciphertext[:1] != VERSION:
            raise DecryptionError("no key for this ciphertext")
        nonce = ciphertext[1 + KEY_ID_BYTES : HEADER_BYTES]
        try:
            return cipher.decrypt(nonce, ciphertext[HEADER_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise DecryptionError("the ciphertext does not belong here or was changed") from None

    def is_current(self, ciphertext: bytes) -> bool:
        """Whether the key that writes now wrote this ciphertext."""
        return ciphertext[1 : 1 + KEY_ID_BYTES] == self._writing_id

    def fingerprint(self, value: str, context: str) -> str:
        """A keyed hash (64 hex digits) that finds equal values without revealing them."""
        return hmac.new(self._index_key, f"{context}\x00{value}".encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """SHA-256 (hex) of a random token of at least 128 bits: enough, as there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def _decode(key: str) -> bytes:
    return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
