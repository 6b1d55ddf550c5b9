"""Photos as encrypted objects in a folder, S3 or Google Cloud Storage, behind one interface."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.store.crypto import Keyring

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class Blobs:
    """Encrypted objects by key; a key is also the associated data, so that swapped objects do not decrypt."""

    def __init__(self, url: str, folder: Path, keyring: Keyring) -> None:
        """Use `url` (`s3://…`, `gs://…`) or, where it is empty, the local `folder`."""
        self._url, self._folder, self._keyring = url, folder, keyring

    @cached_property
    def _store(self) -> ObjectStore:
        # Made on first use, in the process that uses it: a store made before a fork hangs the child.
        from obstore.store import LocalStore, from_url

        if self._url:
            return from_url(self._url)
        return LocalStore(self._folder, automatic_cleanup=True, mkdir=True)

    def put(self, key: str, plaintext: bytes) -> None:
        """Encrypt and store `plaintext`, replacing what was there."""
        self._store.put(key, self._keyring.encrypt(plaintext, f"blob:{key}"))

    def get(self, key: str) -> bytes:
        """The plaintext of `key`; raises FileNotFoundError, or DecryptionError if it was tampered with."""
        return self._keyring.decrypt(bytes(self._store.get(key).bytes()), f"blob:{key}")

    def delete(self, key: str) -> None:
        """Delete `key`; one that is not there is fine."""
        with suppress(FileNotFoundError):
            self._store.delete(key)

    def keys(self, prefix: str) -> list[str]:
        """Every key under `prefix` (a whole path segment)."""
        return [entry["path"] for page in self._store.list(prefix) for entry in page]

    def delete_prefix(self, prefix: str) -> None:
        """Delete every object under `prefix`."""
        for key in self.keys(prefix):
            self.delete(key)
