"""Owns what makes the KYC's address good: nine keys, and each country's own rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.apis.kyc.contract import BLANK, COUNTRY_NAMES, INVALID
from app.apis.values import is_printable_text
from app.domain.countries.br import STATES

COUNTRIES = {
    **dict.fromkeys(("brasil", "brazil", "br", "bra"), "BR"),
    **dict.fromkeys(("argentina", "ar", "arg"), "AR"),
}
UFS = frozenset(state.value for state in STATES)
POSTAL_CODES = {"BR": re.compile(r"[0-9]{8}"), "AR": re.compile(r"[0-9]{4}|[A-Z][0-9]{4}[A-Z]{3}")}
MAXIMA = {
    "street": 150,
    "city": 150,
    "country": 20,
    "extra": 150,
    "postal_code": 8,
    "street_number": 20,
    "neighborhood": 150,
    "state": 100,
    "reference_point": 250,
}
MAY_BE_EMPTY = {"BR": ("extra", "reference_point"), "AR": ("extra", "reference_point", "neighborhood")}


def check_address(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The nine keys, trimmed and with the country's name normalised, and the fault of each key that has one."""
    texts = {name: value.get(name) for name in MAXIMA}
    address = {name: text.strip() if isinstance(text, str) else text for name, text in texts.items()}
    country = COUNTRIES.get(str(address["country"]).casefold())
    faults = {name: fault for name, text in address.items() if (fault := _fault(name, text, country))}
    if country is not None:
        address["country"] = COUNTRY_NAMES[country]
    return address, faults


def _fault(name: str, text: Any, country: str | None) -> str | None:
    if text is None or (text == "" and name not in MAY_BE_EMPTY[country or "AR"]):
        return BLANK
    if not isinstance(text, str) or not is_printable_text(text):
        return INVALID
    if len(text) > MAXIMA[name]:
        return f"should be at most {MAXIMA[name]} characters"
    good = {
        "country": country is not None,
        "postal_code": country is None or POSTAL_CODES[country].fullmatch(text) is not None,
        "state": country != "BR" or text in UFS,
    }
    return None if good.get(name, True) else INVALID
