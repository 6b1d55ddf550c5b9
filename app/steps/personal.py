"""The personal step: who the person is."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import format_date

from app.domain.application import Person
from app.domain.demonyms import demonym, demonyms, normalise_nationality
from app.domain.document_reading import DocumentReading, capitalised
from app.domain.text import clean_name
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import BirthDateField, ChoiceField, SuggestField, TextField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l

NAME_MAXIMUM = 150
GENDERS = (("Hombre", _l("Man")), ("Mujer", _l("Woman")), ("X", _l("X (non-binary)")))
MARITAL_STATUSES = (
    ("single", _l("Single")),
    ("married", _l("Married")),
    ("divorcee", _l("Divorced")),
    ("widower", _l("Widowed")),
)


class PersonalForm(StepForm):
    """Names, birth date, gender, marital status, nationality."""

    first_name = TextField(
        _l("Given names"),
        normalise=clean_name,
        missing=_l("Enter your given names"),
        say=_l("Could you tell me your given names, just as your document has them?"),
        autocomplete="given-name",
        maximum=NAME_MAXIMUM,
        direction="auto",
    )
    last_name = TextField(
        _l("Surnames"),
        normalise=clean_name,
        missing=_l("Enter your surnames"),
        say=_l("And your surnames, just as your document has them?"),
        autocomplete="family-name",
        maximum=NAME_MAXIMUM,
        direction="auto",
    )
    birthday = BirthDateField(
        _l("Birth date"),
        hint=_l("For example, 10 8 1990"),
        missing=_l("Enter your birth date"),
        say=_l("What is your birth date: day, month and year, please?"),
        autocomplete="bday",
    )
    gender = ChoiceField(
        _l("Gender"),
        hint=_l("As your document says"),
        choices=GENDERS,
        missing=_l("Choose your gender"),
        say=_l("Which gender does your document state?"),
    )
    marital_status = ChoiceField(
        _l("Marital status"),
        choices=MARITAL_STATUSES,
        missing=_l("Choose your marital status"),
        say=_l("What is your marital status, please?"),
    )
    nationality = SuggestField(
        _l("Nationality"),
        hint=_l("Start typing and choose from the list"),
        normalise=normalise_nationality,
        missing=_l("Choose your nationality"),
        say=_l("What is your nationality, please?"),
        maximum=60,
    )

    def prepare(self, context: StepContext) -> None:
        """Offer the demonyms in the person's language, the country's own first, and read them in it."""
        self.nationality.normalise = partial(normalise_nationality, language=context.language)
        if not self.nationality.data and not context.answers.get("personal") and not self.is_posted:
            self.nationality.data = demonym(context.language, context.country.nationality)
        self.nationality.suggestions = demonyms(context.language, context.country.nationality)


def contribute(form: Any) -> dict[str, Any]:
    """The Application's person."""
    return {
        "person": Person(
            first_name=form.first_name.clean,
            last_name=form.last_name.clean,
            birth_date=form.birthday.clean,
            gender=form.gender.clean,
            marital_status=form.marital_status.clean,
            nationality=form.nationality.clean,
        )
    }


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    shown = {
        "first_name": form.first_name.clean,
        "last_name": form.last_name.clean,
        "birthday": format_date(form.birthday.clean, "long", rebase=False),
        "gender": form.gender.label_of(form.gender.clean),
        "marital_status": form.marital_status.label_of(form.marital_status.clean),
        "nationality": form.nationality.clean,
    }
    return [Row(form[name].label.text, value, name) for name, value in shown.items()]


def from_document(_context: StepContext, reading: DocumentReading) -> dict[str, str]:
    """What the document says, as the form takes it."""
    born = reading.birth_date
    said = {
        "first_name": capitalised(reading.first_name),
        "last_name": capitalised(reading.last_name),
        "birthday-day": str(born.day) if born else "",
        "birthday-month": str(born.month) if born else "",
        "birthday-year": str(born.year) if born else "",
        "gender": reading.gender or "",
    }
    return {name: text for name, text in said.items() if text}


STEP = Step(
    key="personal",
    title=_l("Who are you?"),
    name=_l("Personal data"),
    lead=_l("Just as your document says."),
    form=lambda _context: PersonalForm,
    contribute=contribute,
    summary=summary,
    from_document=from_document,
    field_types=("birthdate",),
)
