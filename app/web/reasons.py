"""Why a step is asked again, in plain words."""

from collections.abc import Mapping
from typing import Any

from app.forms.base import StepForm
from app.onboarding.outcome import INCOME_CHANGED, REFUSED
from app.web import languages
from app.wiring import services
from app.words import lazy_gettext as _l

GENERAL = _l("This is asked again: check it and send it once more.")
MARKED = _l("We ask again for the photos that are marked below.")
REASONS = {
    INCOME_CHANGED: _l("The income ranges have changed since you chose: choose again."),
    REFUSED: _l("What you gave was not accepted: correct it and send it once more."),
}


def whys_asked(asked: Mapping[str, Any], form: StepForm) -> list[str]:
    """Why a step is asked again: its reason, or the names of its photos that are asked, each with its own."""
    photos: dict[str, list[str]] = {}
    for slot, photo in asked.get("photos", {}).items():
        if slot in form:
            photos.setdefault(photo["reason"], []).append(str(form[slot].label.text))
    return [f"{', '.join(names)}: {why(reason)}" for reason, names in photos.items()] or [why(asked["reason"])]


def why_asked(asked: Mapping[str, Any]) -> str:
    """The same on the step's own page, where each photo says for itself why it is asked."""
    return str(MARKED) if asked.get("photos") else why(asked["reason"])


def why(reason: str) -> str:
    """The sentence for a reason's code; a general one where there is none of its own."""
    return services().reasons.sentence(reason, languages.current()) or str(REASONS.get(reason, GENERAL))
