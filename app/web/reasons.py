"""Why a step is asked again, in plain words."""

from collections.abc import Mapping
from typing import Any

from app.onboarding.outcome import INCOME_CHANGED, REFUSED
from app.web import languages
from app.wiring import services
from app.words import lazy_gettext as _l

GENERAL = _l("This is asked again: check it and send it once more.")
REASONS = {
    INCOME_CHANGED: _l("The income ranges have changed since you chose: choose again."),
    REFUSED: _l("What you gave was not accepted: correct it and send it once more."),
}


def why_asked(asked: Mapping[str, Any]) -> str:
    """Why a step is asked again: its reason, or those of its photos, each once."""
    reasons = [photo["reason"] for photo in asked.get("photos", {}).values()] or [asked["reason"]]
    return " ".join(dict.fromkeys(why(reason) for reason in reasons))


def why(reason: str) -> str:
    """The sentence for a reason's code; a general one where there is none of its own."""
    return services().reasons.sentence(reason, languages.current()) or str(REASONS.get(reason, GENERAL))
