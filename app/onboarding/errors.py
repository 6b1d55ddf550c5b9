"""What can stand in the way of a use case, apart from a wrong answer."""

from __future__ import annotations

from enum import StrEnum

from app.domain.errors import AltaError


class SessionGoneError(AltaError):
    """The browser's session was valid once and is no longer kept."""


class ClosedError(AltaError):
    """The application takes no more answers: it was submitted, or is being purged."""


class ChangedError(AltaError):
    """An answer changed in another tab between reading all of them and sending: they are to be looked at again."""


class LinkGoneError(AltaError):
    """A personal link is unknown, used up or expired; which of them is not told."""


class WrongBirthDateError(AltaError):
    """The birth date given is not the application's; `tries_left` counts what remains."""

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        super().__init__("wrong birth date")


class Over(StrEnum):
    """Why a phone cannot take photos: it has no handoff, its link is unknown or replaced, used by another phone, …"""

    NONE = "none"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    SENT = "sent"


class HandoffOverError(AltaError):
    """A handoff is not, or no longer, this phone's to use; `why` says for which reason."""

    def __init__(self, why: Over) -> None:
        self.why = why
        super().__init__(why.value)


class ConsentAwaitedError(AltaError):
    """The person has not agreed yet to what is done with their data, as an agent began the application for them."""


class AssistanceOverError(AltaError):
    """A staff member's help with an application has ended: the application is no longer theirs to fill in."""


class NotTheirsError(AltaError):
    """Somebody gives for another person what nobody can give for them: a declaration, or photos from afar."""


class NoBirthDateError(AltaError):
    """A link for the person would ask for a birth date that nobody has given yet."""


class WrongCodeError(AltaError):
    """Reference and code do not open an application; which of them is wrong is not told."""
