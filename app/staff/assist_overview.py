"""What an agent sees of an application they help with: each step, who gave it, and what is left to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.photos import PhotoField
from app.journey import Journey
from app.onboarding.draft import PHOTO_PREFIX, Draft
from app.onboarding.givers import Giver
from app.onboarding.hands import BRANCH
from app.onboarding.staff.members import StaffMember
from app.staff.assist_script import Script, farewell, read_back_only
from app.staff.guard import me
from app.steps.base import Row, Step
from app.web import languages
from app.web.addresses import addresses
from app.web.guard import journey_of
from app.wiring import services
from app.words import gettext as _


@dataclass(frozen=True, kw_only=True)
class Part:
    """One step on the overview: `who` gave it, in words; `address` leads to it, where it is the agent's to give."""

    name: str
    is_given: bool
    is_theirs: bool
    who: str
    address: str
    rows: list[Row]
    photos: list[tuple[str, str]]


def overview(draft: Draft) -> dict[str, Any]:
    """The words of the overview's page."""
    journey = journey_of(draft)
    parts = [_part(draft, journey, step) for step in _in_order(journey)]
    mine = [part for part in parts if not part.is_theirs]
    furthest = journey.furthest
    is_afar = draft.help is not None and draft.help.way != BRANCH
    return {
        "parts": parts,
        "next_address": addresses().step(furthest) if journey.step(furthest) else "",
        "is_mine_done": all(part.is_given for part in mine),
        "is_theirs_done": all(part.is_given for part in parts if part.is_theirs) and not draft.awaits_consent,
        "may_link": services().helping.links.may_be_made(draft),
        "can_text": services().helping.texts.can_send,
        "script": _last_read_back(draft, journey) if is_afar else None,
        "farewell": farewell(draft) if is_afar else "",
        "farewell_tag": languages.html_language(draft.language, draft.country),
    }


def _last_read_back(draft: Draft, journey: Journey) -> Script:
    """What the agent gave last, which no further page reads back."""
    mine = [(last.at, step) for step in journey.steps if (last := _given_by_me(draft, step, journey))]
    return read_back_only(draft, journey, max(mine, key=lambda each: each[0])[1] if mine else None)


def _given_by_me(draft: Draft, step: Step, journey: Journey) -> Giver | None:
    last = draft.giver_of(step.storage_name(journey.context))
    return last if last is not None and last.by == me().id else None


def giver(given_by: str, member: StaffMember, names: Mapping[str, str]) -> str:
    """Who gave an answer, in words."""
    if not given_by:
        return _("by the person")
    if given_by == member.id:
        return _("by you")
    return _("by %(name)s", name=names.get(given_by, "?"))


def _in_order(journey: Journey) -> list[Step]:
    places = {step.key: place for place, step in enumerate(services().steps)}
    return sorted((*journey.steps, *journey.left), key=lambda step: places[step.key])


def _part(draft: Draft, journey: Journey, step: Step) -> Part:
    context = journey.context
    is_theirs = step in journey.left
    is_given = journey.answered(step)
    form = step.saved(context)
    is_valid = step.storage_name(context) in draft.answers and form.validate()
    return Part(
        name=step.name,
        is_given=is_given,
        is_theirs=is_theirs,
        who=_who(draft, step, context),
        address=addresses().step(step.key) if journey.may_enter(step.key) and not is_theirs else "",
        rows=step.summary(form) if is_valid else [],
        photos=[(field.label.text, field.photo.id) for field in form if isinstance(field, PhotoField) and field.photo],
    )


def _who(draft: Draft, step: Step, context: Any) -> str:
    """Everybody who gave anything of a step."""
    rows = [step.storage_name(context), *(PHOTO_PREFIX + slot for slot in step.slots(context))]
    ids = draft.givers_of(*rows)
    others = {each for each in ids if each and each != me().id}
    names = services().staff.members.names(others) if others else {}
    return ", ".join(giver(each, me(), names) for each in ids)
