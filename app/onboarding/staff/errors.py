"""What can stand in the way of staff."""

from __future__ import annotations

from app.domain.errors import AltaError


class WrongCredentialsError(AltaError):
    """E-mail address, password or code is wrong; which of them is not told."""


class LockedError(AltaError):
    """Too many tries failed; the next one is looked at in `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("locked")


class LinkOverError(AltaError):
    """A link to choose a password is unknown, used or expired; which of them is not told."""
