"""Complete journeys: from the start page to "received", and on into both APIs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.browser.checks import no_sideways_scroll
from tests.browser.conftest import Visit
from tests.support.http_browser import TIMEOUT_SECONDS
from tests.support.journey import STEPS
from tests.support.server import Server

JOURNEYS = [
    ("AR", "phone", "es", True),
    ("AR", "phone", "en", False),
    ("AR", "desktop", "pt_BR", True),
    ("AR", "desktop", "es", False),
    ("BR", "phone", "pt_BR", True),
    ("BR", "phone", "es", False),
    ("BR", "desktop", "en", True),
    ("BR", "desktop", "pt_BR", False),
]

KYC = ("birthdate", "phone_number", "address", "document_photo", "document_selfies", "total_income_range")


@pytest.mark.parametrize(("country", "screen", "language", "scripts"), JOURNEYS)
def test_a_journey_ends_in_received_and_both_apis_hold_the_person(
    visit: Visit, alta: Server, tokens: dict[str, str], country: str, screen: str, language: str, scripts: bool
) -> None:
    """Every step, on the page after the one before, without a sideways scroll anywhere."""
    wizard = visit(country, screen, language=language, scripts=scripts)
    wizard.start()
    for step in STEPS:
        wizard.sees(step)
        no_sideways_scroll(wizard.page)
        if step == "personal":
            nationality = wizard.nationality()
        wizard.answer(step)
    wizard.sees("review")
    no_sideways_scroll(wizard.page)
    reference = wizard.send()
    no_sideways_scroll(wizard.page)

    ids = alta.delivered(reference)
    record = read(alta, f"/internal/v1/clients/personal_informations/{ids['personal_informations']}", tokens[country])
    assert record["data"].items() >= {**wizard.person.record, "nationality": nationality}.items()
    request = read(alta, f"/api/v1/users/{ids['kyc']}/kyc/request", tokens[country])
    assert {check["field_type"]: check["status"] for check in request["checks"]} == dict.fromkeys(KYC, "answered")


def read(alta: Server, path: str, token: str) -> Any:
    """What an API answers to the holder of the token."""
    answer = httpx.get(alta.address + path, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()
