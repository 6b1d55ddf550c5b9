"""What a reviewer may ask again of a case: its steps and its photos, and the reasons there are for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.context import PhotoReference, StepContext
from app.onboarding.deciding.case import Case
from app.onboarding.deciding.errors import UnknownReasonError
from app.onboarding.draft import Draft
from app.onboarding.following import ASKED_AGAIN
from app.onboarding.reasons import Reasons
from app.steps import STEPS
from app.steps.base import Row, Step


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that can be asked again: a step, or one photo of a step.

    `name` is the step's key or the photo's slot, `reasons` the codes to choose from, `rows` what was answered.
    """

    name: str
    step: Step
    label: Any
    reasons: tuple[str, ...]
    photo: PhotoReference | None = None
    rows: tuple[Row, ...] = ()


def items_of(case: Case, context: StepContext, reasons: Reasons) -> tuple[Item, ...]:
    """What may be asked again of a case, in the order of the journey."""
    items: list[Item] = []
    for step in STEPS:
        if not (step.applies(context) and _is_ours(case, step)):
            continue
        form, codes = step.saved(context), (*reasons.of_step(step.key), ASKED_AGAIN)
        slots = step.slots(context)
        for slot in slots:
            if slot in context.photos:
                label, photo = form[slot].label.text, context.photos[slot]
                items.append(Item(name=slot, step=step, label=label, reasons=codes, photo=photo))
        if not slots and form.validate():
            rows = tuple(step.summary(form))
            items.append(Item(name=step.key, step=step, label=step.name, reasons=codes, rows=rows))
        elif not slots:
            items.append(Item(name=step.key, step=step, label=step.name, reasons=codes))
    return tuple(items)


def _is_ours(case: Case, step: Step) -> bool:
    """Whether the API that wants the step's answers is one that this Alta serves itself: others ask by themselves."""
    if case.upstream is None:
        return False
    return (case.upstream.own_kyc if step.field_types else case.upstream.own_records) is not None


def reopened_by(case: Case, draft: Draft, items: Mapping[str, Item], asked: Mapping[str, str]) -> dict[str, Any]:
    """The steps that reopen, as the application keeps them, beside those that are asked again already.

    `asked` maps names of items to reasons. Raises UnknownReasonError.
    """
    reopened: dict[str, Any] = json.loads(json.dumps(case.reopened, default=dict))
    begun: set[str] = set()
    for name, reason in asked.items():
        item = items.get(name)
        if item is None or reason not in item.reasons:
            raise UnknownReasonError(name)
        key = item.step.key
        before = reopened.get(key, {})
        still_asked = {} if before.get("answered") else before.get("photos", {})
        if key not in begun:
            reopened[key] = {"reason": reason, "answered": False}
            begun.add(key)
            if item.photo is not None:
                reopened[key]["photos"] = dict(still_asked)
        if item.photo is not None:
            reopened[key]["photos"][name] = {"reason": reason, "photo": item.photo.id}
    return reopened


def checks_asked(items: Mapping[str, Item], asked: Mapping[str, str]) -> dict[str, str]:
    """The KYC checks that are requested once more: each one's reason, by field type."""
    found: dict[str, str] = {}
    for name, reason in asked.items():
        for field_type in items[name].step.field_types:
            found.setdefault(field_type, reason)
    return found
