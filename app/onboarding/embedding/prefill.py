"""Prefill: what an integration gives of a person, checked by the steps' own rules, and put into the application."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.apis.kyc.contract import FIELD_TYPES
from app.apis.sessions.contract import Prefill
from app.domain.stage import Channel
from app.forms.base import StepForm, formdata_from
from app.forms.context import StepContext
from app.onboarding.draft import GIVEN_PREFIX, Draft
from app.onboarding.draft_rows import upsert_answer
from app.onboarding.drafts import Drafts
from app.onboarding.embedding.errors import FaultyCallError
from app.steps import STEPS
from app.steps.base import Step

Texts = dict[str, dict[str, str]]
# By step: the API's names for the forms' fields, where they differ.
FIELDS: dict[str, dict[str, str]] = {
    "exposure": {
        "relation": "exposure_relation",
        "post": "exposure_post",
        "body": "exposure_body",
        "since": "exposure_since",
        "until": "exposure_until",
    },
    "phone": {"number": "phone_number", "country": "phone_country"},
    "income": {"lower_bounds": "total_income_range", "upper_bounds": "total_income_range"},
    "document": {"kind": "document_kind"},
}
# Fields that say how others are read: whoever gives those says these too.
READ_BY = {"document_type": ("document_number",)}
NOT_ASKED = "is not asked in this country"


def texts_of(prefill: Prefill) -> Texts:
    """What was given, by step, as the steps' forms take it."""
    given = prefill.model_dump(exclude_unset=True, exclude_none=True)
    texts = {step: _texts(step, values) for step, values in given.items()}
    if prefill.income is not None and prefill.income.model_fields_set:
        ends = (prefill.income.lower_bounds, prefill.income.upper_bounds)
        texts["income"] = {"total_income_range": "-".join("" if end is None else str(end) for end in ends)}
    return {step: values for step, values in texts.items() if values}


def _texts(step: str, values: Mapping[str, Any]) -> dict[str, str]:
    return dict(each for name, value in values.items() for each in _text(_field(step, name), value))


def _field(step: str, name: str) -> str:
    return FIELDS.get(step, {}).get(name, name)


def _text(field: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield field, "true" if value else "false"
    elif field == "birthday":
        yield from zip((f"{field}-year", f"{field}-month", f"{field}-day"), value.split("-"), strict=True)
    elif field in ("exposure_since", "exposure_until"):
        yield from zip((f"{field}-year", f"{field}-month"), value.split("-"), strict=True)
    elif isinstance(value, str):
        yield field, value


class Prefills:
    """The use cases of prefilling."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts

    def check(self, country: str, given: Texts, skip: Collection[str]) -> None:
        """Raise FaultyCallError unless the wizard would take each value, and has all that a skipped step asks."""
        context = self._context(country)
        faults: list[tuple[tuple[str, ...], str]] = []
        for step in STEPS:
            values = given.get(step.key)
            if values is None:
                if step.key in skip:
                    faults.append((("skip",), f"{step.key} is prefilled with nothing: a skipped step is given whole"))
                continue
            form = step.bind(context, formdata_from(values))
            faults += self._faults(step, form, values, whole=step.key in skip)
            context = replace(context, answers={**context.answers, step.storage_name(context): values})
        if faults:
            raise FaultyCallError(faults)

    def apply(self, connection: Connection, application_id: str, given: Texts, skip: Collection[str]) -> list[str]:
        """Put what was given into an application that begins; the steps that are passed over.

        A step that is vouched for and does not pass as the application now stands is asked after all.
        """
        draft = self.drafts.load_by_id(connection, application_id)
        assert draft is not None, "it has just begun"
        passed_over = []
        for step in STEPS:
            if step.key not in given:
                continue
            context = self.drafts.context(draft)
            name, values = step.storage_name(context), given[step.key]
            form = step.bind(context, formdata_from(values))
            vouched = step.key in skip and step.applies(context) and form.validate()
            if vouched:
                draft = self._answer(connection, draft, step, name, form)
                passed_over.append(step.key)
            content = {"answers": values, "vouched": vouched}
            upsert_answer(connection, self.drafts.seal(draft.id, GIVEN_PREFIX + name, content, **draft.giver))
        return passed_over

    def _answer(self, connection: Connection, draft: Draft, step: Step, name: str, form: StepForm) -> Draft:
        answers = form.answers()
        notices = [[each.message, dict(each.parameters)] for each in form.notices()]
        content = {"answers": answers, "notices": notices}
        upsert_answer(connection, self.drafts.seal(draft.id, name, content, **draft.giver))
        self.drafts.terms.note(connection, draft.id, step.key, answers)
        return replace(draft, answers={**draft.answers, name: answers})

    def _faults(
        self, step: Step, form: StepForm, values: Mapping[str, str], *, whole: bool
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        asked = {name for field in form for name in field.typed()}
        for name in values:
            if name not in asked and step.key not in ("income", "exposure"):
                yield _place(step.key, name), NOT_ASKED
        # Whether a range is offered is known when the application begins: until then any is taken.
        if step.key == "income":
            return
        form.validate()
        for field in form:
            is_given = any(values.get(name) for name in (*field.typed(), *READ_BY.get(field.name, ())))
            if field.errors and (is_given or whole):
                yield _place(step.key, field.name), str(field.errors[0])

    def _context(self, country: str) -> StepContext:
        """A new application's context, without asking any API."""
        now: datetime = self.drafts.clock()
        draft = Draft(
            id=str(uuid.UUID(int=0)),
            reference="",
            country=country,
            language="en",
            state="draft",
            tag="",
            integration=None,
            upstream=None,
            channel=Channel.EMBEDDED,
            awaits_consent=False,
            tried=frozenset(),
            created_at=now,
            checks={"requested": list(FIELD_TYPES), "income_ranges": []},
            reopened={},
            first_step="",
            submitted_at=None,
            seen_at=now,
        )
        return self.drafts.context(draft)


def _place(step: str, field: str) -> tuple[str, ...]:
    """Where the body has a form's field."""
    names = {theirs: name for name, theirs in FIELDS.get(step, {}).items()}
    plain = field if field in names else field.rpartition("-")[0] or field
    return "prefill", step, names.get(plain, plain)
