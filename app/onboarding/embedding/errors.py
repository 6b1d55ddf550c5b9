"""What can stand in the way of an integration's session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from app.domain.errors import AltaError


class UnknownSessionError(AltaError):
    """There is no such session, or it is another integration's: which of them is not told."""


class OtherCallError(AltaError):
    """The external id, or the idempotency key, stands for another call."""


class WrongStateError(AltaError):
    """The session is in a state that does not allow this; the message is a sentence that names it."""


class FaultyCallError(AltaError):
    """What was asked for cannot be taken: each fault's place, as a path into the body, and its sentence."""

    def __init__(self, faults: Sequence[tuple[tuple[str, ...], str]]) -> None:
        self.faults = list(faults)
        super().__init__("refused: " + ", ".join(sorted({"/".join(path) for path, _sentence in self.faults})))


class LaunchFault(StrEnum):
    """Why a launch does not open a session."""

    UNKNOWN = "launch_unknown"
    USED = "launch_used"
    EXPIRED = "launch_expired"
    CANCELLED = "session_cancelled"
    OVER = "session_expired"


class LaunchError(AltaError):
    """A launch opens nothing (any more); `origins` may be told so in frames, under the team's `product`."""

    def __init__(
        self, fault: LaunchFault, *, origins: Sequence[str] = (), language: str = "", product: str | None = None
    ) -> None:
        self.fault, self.origins, self.language, self.product = fault, tuple(origins), language, product
        super().__init__(fault.value)


FAULT_OF_STATE: Mapping[str, LaunchFault] = {
    "cancelled": LaunchFault.CANCELLED,
    "expired": LaunchFault.OVER,
    "erased": LaunchFault.OVER,
}
