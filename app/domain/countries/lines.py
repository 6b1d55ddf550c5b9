"""Owns the readers of address boxes that every country shares."""

import re

from app.domain.countries.profile import Choice, Normalise
from app.domain.errors import InvalidError
from app.domain.text import clean_line, fold
from app.domain.words import N_

WITHOUT_NUMBER = "S/N"
_WITHOUT_NUMBER_FORMS = frozenset({"sn", "sno", "semnumero", "sinnumero", "semn", "sinn", "semno", "sinno"})


def line(maximum: int, *, required: bool = True, missing: str = "") -> Normalise:
    """Return a reader of one line of at most `maximum` characters; `missing` is said when it is empty."""

    def read(text: str) -> str:
        cleaned = clean_line(text, maximum=maximum, required=False)
        if required and not cleaned:
            raise InvalidError(missing or N_("Fill in this box"))
        return cleaned

    return read


def street_number(maximum: int) -> Normalise:
    """Return a reader of a house number; every way to say that there is none becomes "S/N"."""

    def read(text: str) -> str:
        cleaned = clean_line(text, maximum=maximum, required=False)
        if not cleaned:
            raise InvalidError(N_("Enter the number, or S/N if there is none"))
        if re.sub(r"[^a-z]", "", fold(cleaned)) in _WITHOUT_NUMBER_FORMS and not re.search(r"\d", cleaned):
            return WITHOUT_NUMBER
        return cleaned

    return read


def choice(choices: tuple[Choice, ...], *, missing: str) -> Normalise:
    """Return a reader of a list: takes a value or its label in any case and accents; gives the value."""
    values = {fold(form): option.value for option in choices for form in (option.label, option.value)}

    def read(text: str) -> str:
        value = values.get(fold(clean_line(text, maximum=150, required=False)))
        if value is None:
            raise InvalidError(missing)
        return value

    return read
