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

    `name` is the step's key or the photo's slot, `reasons` the codes to choose from.
    """

    name: str
    step: Step
    reasons: tuple[str, ...]
    context: StepContext
    photo: PhotoReference | None = None

    def rows(self) -> list[Row]:
        """What was answered, in the words of the page; nothing of a photo."""
        if self.photo is not None:
            return []
        form = self.step.saved(self.context)
        return self.step.summary(form) if form.validate() else []


def items_of(case: Case, context: StepContext, reasons: Reasons) -> tuple[Item, ...]:
    """What may be asked again of a case, in the order of the journey."""
    items: list[Item] = []
    for step in STEPS:
        if not (step.applies(context) and _is_ours(case, step)):
            continue
        codes, slots = (*reasons.of_step(step.key), ASKED_AGAIN), step.slots(context)
        for name in (slot for slot in slots if slot in context.photos):
            items.append(Item(name=name, step=step, reasons=codes, context=context, photo=context.photos[name]))
        if not slots:
            items.append(Item(name=step.key, step=step, reasons=codes, context=context))
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
