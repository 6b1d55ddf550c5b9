"""The address step: the boxes that the country's profile lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from app.domain.application import Address
from app.domain.countries import COUNTRIES, AddressField
from app.domain.errors import Notice
from app.forms.base import StepForm
from app.forms.fields import SelectField, TextField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l


class AddressLine(TextField):
    """A box whose rule in the country's profile also says what to enter when it is empty."""

    def is_empty(self) -> bool:
        """Never: the rule reads the empty text too."""
        return False


class AddressList(SelectField):
    """A list whose rule in the country's profile also says what to choose when nothing is."""

    def __init__(self, label: Any, *, normalise: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.normalise = normalise

    def is_empty(self) -> bool:
        """Never: the rule reads the empty text too."""
        return False

    def understand(self, form: Any) -> str:
        """The value of the list."""
        return self.normalise(self.data)


class AddressForm(StepForm):
    """The base of each country's address form."""

    def notices(self) -> tuple[Notice, ...]:
        """What does not fit together, such as a CEP of another state."""
        return self.context.country.address_warnings({field.name: field.clean for field in self})


def _field(box: AddressField, language: str) -> Any:
    shared: dict[str, Any] = {
        "say": _l(box.say) if box.say else "",
        "hint": _l(box.hint) if box.hint else "",
        "normalise": box.normalise,
        "required": box.required,
        "autocomplete": box.autocomplete,
        "language": language,
    }
    if box.choices:
        choices = [(choice.value, _l(choice.label)) for choice in box.choices]
        return AddressList(_l(box.label), choices=choices, **shared)
    return AddressLine(
        _l(box.label),
        inputmode=box.inputmode if box.inputmode != "text" else "",
        maximum=box.maximum,
        direction="auto",
        **shared,
    )


@cache
def address_form(country: str) -> type[StepForm]:
    """The form of a country's address boxes, in the order of its profile."""
    profile = COUNTRIES[country]
    language = f"{profile.language.split('_')[0]}-{country}"
    boxes = {box.name: _field(box, language) for box in profile.address_fields}
    return type(f"{country}AddressForm", (AddressForm,), boxes)


def contribute(form: Any) -> dict[str, Any]:
    """The Application's address; a part that the country does not ask is empty."""
    given = {field.name: field.clean for field in form}
    names = ("street", "street_number", "extra", "neighborhood", "city", "state", "postal_code", "reference_point")
    parts = {name: given.get(name, "") for name in names}
    return {"address": Address(country=form.context.country.code, **parts)}


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    profile = form.context.country
    rows = []
    for field in form:
        text = field.label_of(field.clean) if isinstance(field, SelectField) else field.clean
        if field.name == "postal_code":
            text = profile.postal_code_display(text)
        if text:
            rows.append(Row(field.label.text, text, field.name))
    return rows


STEP = Step(
    key="address",
    title=_l("Where do you live?"),
    name=_l("Home address"),
    lead=_l("Your home address, where you can be reached."),
    form=lambda context: address_form(context.country.code),
    contribute=contribute,
    summary=summary,
    by_country=True,
    field_types=("address",),
)
