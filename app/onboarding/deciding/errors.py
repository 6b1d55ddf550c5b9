"""What can stand in the way of a decision."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.errors import AltaError

if TYPE_CHECKING:
    from app.onboarding.deciding.case import Decided


class Why(StrEnum):
    """Why a decision is not to be had now."""

    ROLE = "role"
    NOT_SENT = "not_sent"
    UPSTREAM = "upstream"
    NO_UPSTREAM = "no_upstream"
    ON_ITS_WAY = "on_its_way"
    NOT_DELIVERED = "not_delivered"
    WITH_THE_PERSON = "with_the_person"
    DECIDED = "decided"
    ASSISTED = "assisted"
    AWAITS_ANOTHER = "awaits_another"
    NOTHING_OF_YOURS = "nothing_of_yours"


class NoSuchCaseError(AltaError):
    """There is no such application, or it is not the member's to know of."""


class MayNotError(AltaError):
    """The decision is not to be had; `why` says for which reason."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


class OvertakenError(AltaError):
    """Somebody has decided since the page was made: `decided` is what. Nothing was changed."""

    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        super().__init__(decided.kind)


class CaseChangedError(AltaError):
    """The case is no longer as the page showed it, though nobody has decided. Nothing was changed."""


class UnknownReasonError(AltaError):
    """A reason, or what is to be asked again, is none that was offered."""
