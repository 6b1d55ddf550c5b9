"""What the KYC API wants of an application now, found out without making anybody wait for it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from app.apis.errors import ApiError
from app.apis.kyc.contract import FIELD_TYPES, REQUESTED, KycRequest, income_ranges
from app.onboarding.upstreams import Upstreams

# After an API has failed to answer a person's request, the next ones go without it for so long.
SPARED_SECONDS = 30.0


class Wants:
    """Asks the KYC API of an application's integration; what it cannot say, the worker finds out at delivery."""

    def __init__(self, upstreams: Upstreams) -> None:
        self.upstreams = upstreams
        self._spared_until: dict[str, float] = {}

    def known(self, application_id: str, country: str, integration: str | None) -> dict[str, Any] | None:
        """The field types still requested and the income ranges; None where the API does not answer at once."""
        try:
            upstream = self.upstreams.of(integration)
            if time.monotonic() < self._spared_until.get(upstream.kyc_place, 0.0):
                return None
            user_id = kyc_user_id(application_id, country)
            try:
                return checks_of(upstream.kyc_at_once.open_request(user_id, country=country))
            except ApiError:
                self._spared_until[upstream.kyc_place] = time.monotonic() + SPARED_SECONDS
                raise
        except ApiError:
            return None

    def at_first(self, application_id: str, country: str, integration: str | None) -> dict[str, Any]:
        """The same for a new application; where the API does not answer, all that it may want."""
        return self.known(application_id, country, integration) or {
            "requested": sorted(FIELD_TYPES),
            "income_ranges": _offered(income_ranges(country).income_ranges),
        }


def kyc_user_id(application_id: str, country: str) -> str:
    """The user that an application is to the KYC API; one a country, as each country is asked other things."""
    return str(uuid.uuid5(uuid.UUID(application_id), country))


def checks_of(request: KycRequest) -> dict[str, Any]:
    """What the journey needs to know of a KYC request, as kept with the application."""
    choices = [
        choice for check in request.checks if check.context is not None for choice in check.context.income_ranges
    ]
    wanted = sorted(check.field_type for check in request.checks if check.status == REQUESTED)
    return {"requested": wanted, "income_ranges": _offered(choices)}


def joined(known: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The checks of an application as they stand now: what is answered already still shapes the journey."""
    requested = sorted({*known["requested"], *present["requested"]})
    return {"requested": requested, "income_ranges": present["income_ranges"]}


def _offered(choices: Any) -> list[list[Any]]:
    return [[choice.range.lower_bounds, choice.range.upper_bounds, choice.formatted] for choice in choices]
