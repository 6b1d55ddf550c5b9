"""What the figures' page calls things, and how it writes numbers, shares, durations and days."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from app.staff.labels import APIS, STAGES, channel_name, country_name
from app.steps import STEPS
from app.web import languages
from app.words import gettext as _
from app.words import lazy_gettext as _l
from app.words import translated

__all__ = ["APIS", "STAGES", "channel_name", "country_name"]

PLACE = re.compile(r"%\(\w+\)[sd]")
STEP_NAMES = {step.key: step.name for step in STEPS} | {"review": _l("Review and declaration")}
STATES = {"failed": _l("Given up"), "waiting": _l("Tried again")}
SLOTS = {
    "front_document": _l("Front of the document"),
    "back_document": _l("Back of the document"),
    "dni_selfie": _l("Selfie with the document"),
}
AGES = (_l("Up to 1 hour"), _l("1 to 4 hours"), _l("4 to 24 hours"), _l("1 to 3 days"), _l("Over 3 days"))
UNITS = (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0))
# From one and a half of a unit on, a duration is told in it.
ENOUGH = 1.5


def step_name(key: str) -> str:
    """A step as the console calls it; one of an earlier release by its key."""
    return str(STEP_NAMES.get(key, key))


def slot_name(slot: str) -> str:
    """What a photo shows."""
    kind, _line, number = slot.partition("_")
    return str(SLOTS[slot]) if slot in SLOTS else _("Selfie %(number)s", number=number) if kind == "selfie" else slot


def message_text(message: str) -> str:
    """A message in the language of the page, its places left open."""
    return PLACE.sub("…", translated(message))


def number(value: int) -> str:
    """12.345"""
    return str(format_decimal(value, locale=languages.current()))


def share(part: float | None) -> str:
    """A share of one in percent; a dash where there is none."""
    return "–" if part is None else str(format_percent(round(part, 3), format="#,##0.#%", locale=languages.current()))


def ratio(part: int, whole: int) -> float | None:
    """The share of a part in the whole; None where there is no whole."""
    return part / whole if whole else None


def duration(seconds: float | None) -> str:
    """A duration in the unit that suits it; a dash where there is none."""
    if seconds is None:
        return "–"
    unit, length = next(((name, size) for name, size in UNITS if seconds >= size * ENOUGH), ("second", 1.0))
    return str(format_unit(round(seconds / length), unit, length="short", locale=languages.current()))


def short_day(day: date) -> str:
    """27 nov"""
    return str(format_skeleton("MMMd", day, locale=languages.current()))
