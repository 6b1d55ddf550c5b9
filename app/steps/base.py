"""What a step is: a question group with its form, when it applies, and what it contributes to the Application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.domain.document_reading import DocumentReading
from app.forms.base import StepForm, formdata_from
from app.forms.context import StepContext

Label = Any  # a lazy string of Flask-Babel


class Row(NamedTuple):
    """A row of review: what is said of what; `field` names the form's field where it is the answer of one."""

    label: Label
    value: Label
    field: str = ""


def _always(_context: StepContext) -> bool:
    return True


def _no_slots(_context: StepContext) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the journey.

    `title` heads the page, `name` its group on review. `form` makes the form class for a context; `contribute` turns a
    valid form into fields of the Application; `summary` into rows for review; `from_document`, where a document speaks
    of it, what that says into what the form takes; `slots` names the photos that must be there. Answers of a step
    `by_country` are kept apart per country, so that changing the country loses none. What `only_person` asks is a
    declaration that nobody may make for somebody else. `field_types` are the KYC answers it gives.
    """

    key: str
    title: Label
    name: Label
    form: Callable[[StepContext], type[StepForm]]
    contribute: Callable[[Any], Mapping[str, Any]]
    summary: Callable[[Any], list[Row]]
    from_document: Callable[[StepContext, DocumentReading], Mapping[str, str]] | None = None
    lead: Label = ""
    template: str = "wizard/step.html"
    applies: Callable[[StepContext], bool] = _always
    slots: Callable[[StepContext], tuple[str, ...]] = _no_slots
    by_country: bool = False
    only_person: bool = False
    field_types: tuple[str, ...] = ()

    def storage_name(self, context: StepContext) -> str:
        """Where this step's answers are kept."""
        return f"{self.key}:{context.country.code}" if self.by_country else self.key

    def answered(self, context: StepContext) -> bool:
        """Whether it was answered, with every photo it needs still there and fit to serve."""
        return self.storage_name(context) in context.answers and all(
            slot in context.photos and context.photos[slot].serves and not context.why_again(slot)
            for slot in self.slots(context)
        )

    def bind(self, context: StepContext, formdata: Any) -> StepForm:
        """This step's form, filled from `formdata`."""
        return self.form(context)(formdata, context=context)

    def saved(self, context: StepContext) -> StepForm:
        """This step's form, filled from what was saved."""
        return self.bind(context, formdata_from(context.answers.get(self.storage_name(context), {})))

    def shown(self, context: StepContext, typed: Mapping[str, str] | None) -> StepForm:
        """The form as the page shows it: with what was typed and not yet taken, if anything, else as saved."""
        return self.bind(context, formdata_from(typed)) if typed is not None else self.saved(context)
