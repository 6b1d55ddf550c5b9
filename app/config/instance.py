"""The instance folder, which is its owner's only, and the keys that local mode makes in it."""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from app.config.rules import SettingsError


def prepare_instance(instance: Path) -> None:
    """Create the instance folder for its owner only, and close it to others if it was open. Raises SettingsError."""
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        instance.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"ALTA_INSTANCE is wrong: it is no folder of our own ({error.strerror}).") from None


def read_or_create(path: Path) -> str:
    """The key in `path`, made first if there is none; two processes starting at once agree on one key."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
