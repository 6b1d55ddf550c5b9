"""What a case's page says of checks, events and whose application it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.onboarding.audit import DEEDS, AuditAction
from app.onboarding.cases import timeline
from app.onboarding.cases.file import Case
from app.onboarding.draft import Draft
from app.onboarding.outcome import STEP_OF_FIELD
from app.onboarding.submission import KYC
from app.staff import labels
from app.web.reasons import why
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l

CONSENTS = {
    "privacy": _l("Agreed to the privacy notice"),
    "biometric": _l("Agreed to the use of photos of the face"),
}
SLOTS = {
    "front_document": _l("Document, front"),
    "back_document": _l("Document, back"),
    "dni_selfie": _l("Selfie with the document"),
}
ASKED, ANSWERED, OPEN = "asked", "answered", "open"


@dataclass(frozen=True, kw_only=True)
class Check:
    """A KYC check: asked again (with why), answered, or open."""

    name: Any
    field_type: str
    state: str
    why: str = ""


def name_of(draft: Draft) -> str:
    """Surname first, as lists sort people; "" before anything is known."""
    return full_name(draft.answers.get("personal", {}))


def full_name(personal: Mapping[str, str]) -> str:
    """The same from the answers themselves."""
    return ", ".join(part for name in ("last_name", "first_name") if (part := personal.get(name, "")))


def checks_of(case: Case, deliveries: Iterable[Mapping[str, Any]]) -> list[Check]:
    """What the KYC request wants, and how each stands as far as is known here."""
    newest = {row["api"]: row for row in deliveries}.get(KYC)
    answered = newest is not None and newest["delivered_at"] is not None
    reopened, checks = case.draft.reopened, []
    for field_type in case.draft.checks["requested"]:
        asked = reopened.get(STEP_OF_FIELD[field_type])
        state = ASKED if asked is not None else ANSWERED if answered else OPEN
        checks.append(
            Check(
                name=labels.CHECKS.get(field_type, field_type),
                field_type=field_type,
                state=state,
                why=why(asked["reason"]) if asked else "",
            )
        )
    return checks


def slot_name(slot: str) -> str:
    """A photo's place in words."""
    if slot in SLOTS:
        return str(SLOTS[slot])
    return _("Selfie %(number)s", number=slot.rpartition("_")[2])


def event_words(event: timeline.Event, names: Mapping[str, str]) -> str:
    """What happened, in a few words; who of staff did it stands before them."""
    who = names.get(event.who, "")
    words = _event(event)
    if event.times > 1:
        words = f"{words} (×{event.times})"
    return f"{who}: {words}" if who else words


def _event(event: timeline.Event) -> str:
    steps = {step.key: step.name for step in services().steps}
    api = labels.APIS.get(event.subject, event.subject)
    told = {
        timeline.BEGUN: lambda: _("Begun"),
        timeline.CONSENTED: lambda: str(CONSENTS.get(event.subject, _("Agreed to a text"))),
        timeline.ANSWERED: lambda: _("Answered: %(step)s", step=steps.get(event.subject, event.subject)),
        timeline.PHOTO: lambda: _("Photo: %(slot)s", slot=slot_name(event.subject)),
        timeline.SENT: lambda: _("Sent") if event.subject == "1" else _("Sent again"),
        timeline.DELIVERED: lambda: _("Delivered to %(api)s", api=api),
        timeline.FAILED: lambda: _("Not delivered to %(api)s", api=api),
        timeline.DEED: lambda: _(DEEDS[AuditAction(event.subject)]),
    }
    return str(told[event.kind]())
