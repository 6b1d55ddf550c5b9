"""Owns the errors that both APIs, embedded or over HTTP, give to whoever calls them."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.errors import AltaError


class ApiError(AltaError):
    """Base of every answer of an API that is not the one hoped for. Its text never carries a value of a person."""


class RejectedError(ApiError):
    """The API understood and refuses: the person has to change something.

    `faults` maps the contract's field names (in the KYC, the check's `field_type`) to messages.
    """

    def __init__(self, faults: Mapping[str, tuple[str, ...]]) -> None:
        self.faults = dict(faults)
        super().__init__("refused: " + ", ".join(sorted(self.faults)))


class UnavailableError(ApiError):
    """The API cannot answer now; the same call may succeed later, after `retry_after` seconds if it said so."""

    def __init__(self, message: str = "not available now", *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class StillRunningError(UnavailableError):
    """A call with the same idempotency key has not finished yet."""


class NotAllowedError(ApiError):
    """The caller may not do this: an operator's matter, not the person's."""


class NotFoundError(ApiError):
    """There is no such record, or it is not the caller's to know of."""


class ConflictError(ApiError):
    """The call contradicts one that was taken before, such as another body under the same idempotency key."""


class WrongStatusError(ConflictError):
    """The thing is no longer, or not yet, in a state that allows this."""


class KeyTooLongError(ApiError):
    """The idempotency key is longer than is kept."""


class UnexpectedAnswerError(ApiError):
    """The API answers with a status that its contract does not know: an operator's matter."""
