"""Owns the exceptions and notices that carry a sentence for the person, with its values apart from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class AltaError(Exception):
    """Base of every error this application raises on purpose."""


class InvalidError(AltaError):
    """A value the person gave cannot be taken.

    `message` is an English msgid with `%(name)s` placeholders that says what to do; `parameters` fills them
    after translation.
    """

    def __init__(self, message: str, **parameters: object) -> None:
        self.message = message
        self.parameters = parameters
        # The values are the person's own: a traceback or a log line must show the sentence only.
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A remark shown beside an answer that never blocks it: an English msgid and what fills its places."""

    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)
