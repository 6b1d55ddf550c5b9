"""Photos as encrypted objects in a folder, S3 or Google Cloud Storage, behind one interface."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.store.crypto import Keyring
from app.store.stores import StoreAccess, open_store

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PROBE = "probe"


class StoreError(Exception):
    """The photo store cannot be used just now; the message is the kind of the fault, never a key."""


class Blobs:
    """Encrypted objects by key; a key is also the associated data, so that swapped objects do not decrypt."""

    def __init__(self, url: str, folder: Path, keyring: Keyring, access: StoreAccess | None = None) -> None:
        """Use `url` (`s3://…`, `gs://…`) or, where it is empty, the local `folder`."""
        self.url, self.folder, self._keyring = url, folder, keyring
        self._access = access or StoreAccess()

    @cached_property
    def _store(self) -> ObjectStore:
        # Made on first use, in the process that uses it: a store made before a fork hangs the child.
        return open_store(self.url, self.folder, self._access)

    def put(self, key: str, plaintext: bytes) -> None:
        """Encrypt and store `plaintext`, replacing what was there."""
        sealed = self._keyring.encrypt(plaintext, f"blob:{key}")
        with _faults():
            self._store.put(key, sealed)

    def get(self, key: str) -> bytes:
        """The plaintext of `key`; raises FileNotFoundError, or DecryptionError if it was tampered with."""
        with _faults():
            sealed = bytes(self._store.get(key).bytes())
        return self._keyring.decrypt(sealed, f"blob:{key}")

    def delete(self, key: str) -> None:
        """Delete `key`; one that is not there is fine."""
        with _faults(), suppress(FileNotFoundError):
            self._store.delete(key)

    def keys(self, prefix: str) -> list[str]:
        """Every key under `prefix` (a whole path segment)."""
        with _faults():
            return [entry["path"] for page in self._store.list(prefix) for entry in page]

    def delete_prefix(self, prefix: str) -> None:
        """Delete every object under `prefix`."""
        for key in self.keys(prefix):
            self.delete(key)

    def probe(self) -> None:
        """Ask the store for something small; raises StoreError."""
        with _faults(), suppress(FileNotFoundError):
            self._store.head(PROBE)


@contextmanager
def _faults() -> Iterator[None]:
    """Turn the store's own errors, whose texts hold addresses and keys, into one of ours; a missing object stays."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError(errno.errorcode.get(error.errno or 0, type(error).__name__)) from None
    except Exception as error:
        if type(error).__module__.startswith("obstore"):
            raise StoreError(type(error).__name__) from None
        raise
