"""The phone step: a mobile number that can be reached."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.domain.phones import calling_codes, format_national, normalise_mobile, region_names, region_of
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import SelectField, StepField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l


class RegionField(SelectField):
    """The country of the phone; a number typed with another country's code moves it there."""

    def repost(self) -> dict[str, str]:
        """The country that the number is really of, so that its national form reads back to the same number."""
        return {self.name: self.read_from or self.data}

    read_from = ""


class MobileField(StepField):
    """A mobile number as people write it at home; clean is E.164, what is shown and saved is the national form."""

    def understand(self, form: Any) -> str:
        """A possible, valid mobile number of the chosen country."""
        region = form.phone_country.clean
        if not region:
            return self.data
        number = normalise_mobile(region, self.data)
        form.phone_country.read_from = region_of(number)
        return number

    def repost(self) -> dict[str, str]:
        """The national form, which reads back to the same number."""
        number = self.clean or ""
        return {self.name: format_national(number) if number.startswith("+") else self.data}


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    codes = dict(calling_codes())
    names = region_names(language)
    return tuple((region, f"{name} +{codes[region]}") for region, name in names.items() if region in codes)


class PhoneForm(StepForm):
    """Country code and national number."""

    phone_country = RegionField(
        _l("Country code"),
        missing=_l("Choose the country of your phone"),
        say=_l("Which country is your mobile phone from?"),
        autocomplete="tel-country-code",
    )
    phone_number = MobileField(
        _l("Mobile number"),
        hint=_l("With the area code"),
        missing=_l("Enter your mobile number"),
        say=_l("What is your mobile number, with the area code?"),
        autocomplete="tel-national",
        inputmode="tel",
        maximum=30,
    )

    def prepare(self, context: StepContext) -> None:
        """Offer every country, the person's own chosen beforehand."""
        self.phone_country.choices = list(_countries(context.language))
        self.phone_country.data = self.phone_country.data or context.country.code


def contribute(form: Any) -> dict[str, Any]:
    """The Application's phone, E.164."""
    return {"phone": form.phone_number.clean}


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    country = form.phone_country
    return [
        Row(country.label.text, country.label_of(country.clean), country.name),
        Row(form.phone_number.label.text, format_national(form.phone_number.clean), form.phone_number.name),
    ]


STEP = Step(
    key="phone",
    title=_l("Your mobile phone"),
    name=_l("Mobile phone"),
    lead=_l("We use it only to tell you about your application."),
    form=lambda _context: PhoneForm,
    contribute=contribute,
    summary=summary,
    field_types=("phone_number",),
)
