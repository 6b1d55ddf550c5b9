"""What the compared applications ask: Alta's own fields, choices, texts and rules, without Alta's forms."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from app.domain.countries import COUNTRIES
from app.domain.dates import birth_date
from app.domain.demonyms import demonyms, normalise_nationality
from app.domain.phones import calling_codes, normalise_mobile, region_names
from app.domain.text import clean_line, clean_name
from app.onboarding.notices import Notices

ARGENTINA = COUNTRIES["AR"]
LANGUAGE = "es"
RANGES = json.loads((Path(__file__).parents[2] / "app/apis/kyc/income_ranges.json").read_text(encoding="utf-8"))["AR"]
Choices = tuple[tuple[str, str], ...]
Posted = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One field. `kind` is text, radio, select, check or suggest; `check` raises InvalidError."""

    name: str
    label: str
    kind: str = "text"
    choices: Choices = ()
    required: bool = True
    maximum: int = 150
    check: Callable[[str], object] | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One step: its questions, the rule over several of them, and the texts that it shows."""

    questions: tuple[Question, ...]
    together: Callable[[Posted], object] = field(default=lambda _posted: None)
    texts: tuple[str, ...] = ()


def _birth_date(posted: Posted) -> object:
    return birth_date(posted["birthday_day"], posted["birthday_month"], posted["birthday_year"], today=date.today())


def _document(posted: Posted) -> object:
    rules = {kind.key: kind.normalise for kind in ARGENTINA.document_types}
    return rules[posted["document_type"]](posted["document_number"])


def _plain(*values: str) -> Choices:
    return tuple((value, value.title()) for value in values)


def _address() -> tuple[Question, ...]:
    return tuple(
        Question(
            name=box.name,
            label=box.label,
            kind="select" if box.choices else "text",
            choices=tuple((choice.value, choice.label) for choice in box.choices),
            required=box.required,
            maximum=box.maximum,
            check=box.normalise,
        )
        for box in ARGENTINA.address_fields
    )


def _regions() -> Choices:
    codes = dict(calling_codes())
    return tuple((code, f"{name} +{codes[code]}") for code, name in region_names(LANGUAGE).items() if code in codes)


def _ranges() -> Choices:
    bounds = [(each["range"]["lower_bounds"], each["range"]["upper_bounds"], each["formatted"]) for each in RANGES]
    return tuple((f"{lower or ''}-{upper or ''}", words) for lower, upper, words in bounds)


_notices = Notices(None, controller="Alta", contact="privacy@alta.example")
_line = partial(clean_line, maximum=150)
_yes_no = (("true", "Yes"), ("false", "No"))
_nationalities = tuple((word, word) for word in demonyms(LANGUAGE, "AR"))

PAGES: dict[str, Page] = {
    "start": Page(
        questions=(
            Question(name="country", label="Country", kind="radio", choices=(("AR", "Argentina"), ("BR", "Brazil"))),
            Question(name="privacy", label="I agree to the privacy notice", kind="check"),
            Question(name="biometric", label="I agree to the use of my photos", kind="check"),
        ),
        texts=tuple(_notices.get(kind, LANGUAGE).html for kind in ("privacy", "biometric")),
    ),
    "personal": Page(
        questions=(
            Question(name="first_name", label="Given names", check=clean_name),
            Question(name="last_name", label="Surnames", check=clean_name),
            Question(name="birthday_day", label="Day", maximum=2),
            Question(name="birthday_month", label="Month", maximum=2),
            Question(name="birthday_year", label="Year", maximum=4),
            Question(name="gender", label="Gender", kind="radio", choices=_plain("Hombre", "Mujer", "X")),
            Question(
                name="marital_status",
                label="Marital status",
                kind="radio",
                choices=_plain("single", "married", "divorcee", "widower"),
            ),
            Question(
                name="nationality",
                label="Nationality",
                kind="suggest",
                choices=_nationalities,
                check=partial(normalise_nationality, language=LANGUAGE),
            ),
        ),
        together=_birth_date,
    ),
    "identity": Page(
        questions=(
            Question(
                name="document_type",
                label="Document",
                kind="radio",
                choices=tuple((kind.key, kind.label) for kind in ARGENTINA.document_types),
            ),
            Question(name="document_number", label="Number", maximum=40),
        ),
        together=_document,
    ),
    "exposure": Page(
        questions=(
            Question(name="politically_exposed", label="Exposed?", kind="radio", choices=_yes_no),
            Question(
                name="relation",
                label="Whose post?",
                kind="radio",
                choices=_plain("own", "relative", "associate"),
                required=False,
            ),
            Question(name="post", label="Post", required=False, check=_line),
            Question(name="body", label="Body or organisation", required=False, check=_line),
            Question(name="since_month", label="Since: month", required=False, maximum=2),
            Question(name="since_year", label="Since: year", required=False, maximum=4),
            Question(name="until_month", label="Until: month", required=False, maximum=2),
            Question(name="until_year", label="Until: year", required=False, maximum=4),
        ),
        texts=(_notices.get("pep-ar", LANGUAGE).html,),
    ),
    "address": Page(questions=_address()),
    "phone": Page(
        questions=(
            Question(name="phone_country", label="Country code", kind="select", choices=_regions()),
            Question(name="phone_number", label="Mobile number", maximum=30),
        ),
        together=lambda posted: normalise_mobile(posted["phone_country"], posted["phone_number"]),
    ),
    "income": Page(
        questions=(Question(name="total_income_range", label="Income range", kind="radio", choices=_ranges()),)
    ),
}
STEPS = tuple(PAGES)


def settle() -> None:
    """What Alta's own entry does once all is loaded, so that no compared application is without it."""
    gc.collect()
    gc.freeze()
