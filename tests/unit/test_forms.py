"""Owns the tests of the fields that steps are made of: reading, checking, saving, and where an error leads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.domain.countries import COUNTRIES
from app.domain.text import clean_name
from app.forms.base import StepForm, formdata_from
from app.forms.context import PhotoReference, StepContext
from app.forms.fields import BirthDateField, CheckField, ChoiceField, MonthField, SelectField, TextField
from app.forms.photos import PhotoField

CONTEXT = StepContext(
    application_id="id",
    reference="AL-7KM4-XW9C",
    country=COUNTRIES["AR"],
    language="en",
    today=date(2026, 11, 23),
    photos={"front": PhotoReference(id="7", width=900, height=900)},
)


class SampleForm(StepForm):
    """A field of each kind."""

    name = TextField("Name", normalise=clean_name, missing="Enter the name", maximum=150)
    born = BirthDateField("Born", missing="Enter the date")
    since = MonthField("Since", required=False)
    colour = ChoiceField("Colour", choices=[("r", "Red"), ("g", "Green")], missing="Choose a colour")
    size = SelectField("Size", choices=[("s", "Small")], missing="Choose a size")
    agree = CheckField("Agree", missing="Agree")
    front = PhotoField("Front", missing="Add the front")
    extra = TextField("Extra", normalise=clean_name, required=False, only_when=lambda form: form.colour.data == "r")


GOOD = {
    "name": " Ana  María ",
    "born-day": "1",
    "born-month": "2",
    "born-year": "1990",
    "since-month": "",
    "since-year": "",
    "colour": "g",
    "size": "s",
    "agree": "1",
    "extra": "",
}


def make(**changes: str) -> Any:
    """The form as posted."""
    return SampleForm(MultiDict({**GOOD, **changes}), context=CONTEXT)


def test_good_form_has_clean_values() -> None:
    """Normalised text, a real date, the id of the photo that is kept."""
    form = make()
    assert form.validate()
    assert (form.name.clean, form.born.clean, form.colour.clean) == ("Ana María", date(1990, 2, 1), "g")
    assert (form.front.clean, form.since.clean) == ("7", "")


def test_answers_posted_again_give_the_same_answers() -> None:
    """What is saved is re-postable."""
    form = make()
    form.validate()
    again = SampleForm(formdata_from(form.answers()), context=CONTEXT)
    assert again.validate()
    assert again.answers() == form.answers()
    assert form.answers()["name"] == "Ana María"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ("name", "Enter the name")),
        ({"born-day": "", "born-month": "", "born-year": ""}, ("born-day", "Enter the date")),
        ({"born-month": "13"}, ("born-month", "Enter the month as a number from 1 to 12")),
        ({"since-month": "1", "since-year": "2099"}, ("since-month", "This month is in the future: check it")),
        ({"colour": "blue"}, ("colour-0", "Choose a colour")),
        ({"size": ""}, ("size", "Choose a size")),
        ({"agree": ""}, ("agree", "Agree")),
    ],
)
def test_fault_leads_to_the_control_that_is_wrong(changes: dict[str, str], expected: tuple[str, str]) -> None:
    """One sentence, and the id of what to mend."""
    form = make(**changes)
    assert not form.validate()
    assert list(form.faults()) == [expected]


def test_every_fault_is_found_at_once_in_the_order_of_the_page() -> None:
    """Not only the first."""
    form = SampleForm(MultiDict(), context=CONTEXT)
    assert not form.validate()
    assert [target for target, _sentence in form.faults()] == ["name", "born-day", "colour-0", "size", "agree"]


def test_field_that_is_not_asked_now_is_not_judged() -> None:
    """Its text does not matter, and is no answer."""
    assert make(extra="123").validate()
    assert not make(extra="123", colour="r").validate()


def test_posted_photo_id_is_never_believed() -> None:
    """Only what is kept in the slot counts."""
    form = make(front="another-persons-photo")
    assert form.front.data == "7"


def test_refused_file_is_the_fault_to_mend_though_a_photo_is_kept() -> None:
    """And the only one, when just a file was sent."""
    form = make(name="")
    form.front.refusal = "No photo"
    assert not form.validate_refused()
    assert list(form.faults()) == [("front", "No photo")]


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=40)))
def test_any_text_is_taken_or_refused_and_kept_as_typed(changes: dict[str, str]) -> None:
    """Never an exception; what was typed stays in the controls."""
    form = make(**changes)
    form.validate()
    typed = form.typed()
    for name, text in changes.items():
        kept = text.strip() if "-" in name else text
        assert typed[name] == kept
