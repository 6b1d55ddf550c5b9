"""What came of one call of an API: kept between a workflow's steps and in rows, never with personal data."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from app.apis.errors import ApiError, RejectedError, UnavailableError
from app.steps import STEPS
from app.store.models.submissions import DELIVERED, FAILED, REOPENED, WAITING

INCOME_CHANGED, CHECK_CHANGED, REFUSED = "income_ranges_changed", "check_changed", "refused"
ERROR_MAXIMUM = 120
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 3600.0
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 60.0, 6 * 3600.0
STEP_OF_FIELD = {
    "birthday": "personal",
    "first_name": "personal",
    "last_name": "personal",
    "gender": "personal",
    "marital_status": "personal",
    "nationality": "personal",
    "politically_exposed": "exposure",
    "document_type": "identity",
    "document_number": "identity",
    "front_document": "document",
    "back_document": "document",
    "dni_selfie": "selfies",
} | {field_type: step.key for step in STEPS for field_type in step.field_types}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A delivery's new state and why.

    `reopen` maps the steps to ask again to the reason's code; `checks` is what the KYC request wants now;
    `retry_after` the seconds that the API asks to wait; `error` and `attention` are for operators.
    """

    state: str
    upstream_id: str | None = None
    upstream_state: str | None = None
    error: str | None = None
    attention: str | None = None
    retry_after: float | None = None
    reopen: dict[str, str] = field(default_factory=dict)
    checks: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept between steps."""
        return {name: value for name, value in asdict(self).items() if value not in (None, {})}


def unavailable(error: UnavailableError) -> Outcome:
    """The API could not answer: the same again later."""
    return Outcome(state=WAITING, error=told(error), retry_after=error.retry_after)


def broken(kind: str) -> Outcome:
    """A fault of ours, named by its kind: later it may be mended."""
    return Outcome(state=WAITING, error=kind[:ERROR_MAXIMUM])


def rejected(error: RejectedError) -> Outcome:
    """The person has to change something; where it is nothing that was asked, an operator has."""
    steps = steps_of(error.faults)
    if not steps:
        return Outcome(state=FAILED, error=told(error))
    return Outcome(state=REOPENED, error=told(error), reopen=dict.fromkeys(steps, REFUSED))


def failed(error: ApiError) -> Outcome:
    """An operator's matter."""
    return Outcome(state=FAILED, error=told(error))


def delivered(upstream_id: str, upstream_state: str) -> Outcome:
    """The API has what it wants."""
    return Outcome(state=DELIVERED, upstream_id=upstream_id, upstream_state=upstream_state)


def told(error: ApiError) -> str:
    """An API's error for operators: its kind and its text, which carries no value of a person."""
    return f"{type(error).__name__}: {error}"[:ERROR_MAXIMUM]


def steps_of(fields: Iterable[str]) -> list[str]:
    """The steps in which these fields were asked."""
    return [STEP_OF_FIELD[field] for field in fields if field in STEP_OF_FIELD]


def wait_before(attempt: int, *, retry_after: float | None) -> float:
    """Seconds until a delivery is tried again after its attempt of that number; never sooner than the API asks."""
    return _grown(FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, attempt - 1, retry_after)


def wait_before_look(looks: int, *, retry_after: float | None) -> float:
    """Seconds until the API is asked again how things stand, after so many looks."""
    return _grown(FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS, looks, retry_after)


def _grown(first: float, longest: float, times: int, at_least: float | None) -> float:
    wait = max(min(first * 2.0 ** min(times, 30), longest), at_least or 0.0)
    # Spread a little, so that what waited through the same outage does not come back in one moment.
    return wait * random.uniform(1.0, 1.1)  # noqa: S311
