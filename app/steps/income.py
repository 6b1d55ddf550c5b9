"""The income step: one of the ranges that the KYC check's own context gives."""

from __future__ import annotations

from typing import Any

from app.domain.application import IncomeRange
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import ChoiceField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l


def value_of(income_range: IncomeRange) -> str:
    """A range as a form's value: its bounds in centavos, empty where open."""
    lower, upper = income_range.lower_bounds, income_range.upper_bounds
    return f"{'' if lower is None else lower}-{'' if upper is None else upper}"


class IncomeForm(StepForm):
    """The ranges as radio buttons, none chosen beforehand."""

    total_income_range = ChoiceField(
        _l("Income range"),
        missing=_l("Choose your income range"),
        say=_l("I am going to read you some income ranges. Which of them fits you?"),
    )

    def prepare(self, context: StepContext) -> None:
        """Offer the check's own ranges, worded as they came."""
        self.total_income_range.language = context.country.language.split("_")[0]
        self.total_income_range.choices = [(value_of(each), each.formatted) for each in context.income_ranges]


def contribute(form: Any) -> dict[str, Any]:
    """The Application's income range."""
    chosen = form.total_income_range.clean
    return {"income": next(each for each in form.context.income_ranges if value_of(each) == chosen)}


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    field = form.total_income_range
    return [Row(field.label.text, field.label_of(field.clean), field.name)]


STEP = Step(
    key="income",
    title=_l("Your income"),
    name=_l("Income"),
    lead=_l("Choose the range that fits you."),
    form=lambda _context: IncomeForm,
    contribute=contribute,
    summary=summary,
    applies=lambda context: "total_income_range" in context.requested,
    by_country=True,
    field_types=("total_income_range",),
)
