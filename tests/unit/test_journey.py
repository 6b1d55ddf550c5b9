"""Owns the tests of the journey as a value: order, progress and reopening, with steps that stand in for real ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.countries import COUNTRIES
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import HiddenField
from app.journey import REVIEW, IncompleteError, Journey, Progress
from app.steps.base import Step

KEYS = ("one", "two", "three", "four")


class TextForm(StepForm):
    """One box that takes anything but "bad"."""

    text = HiddenField(missing="missing")

    def check_together(self) -> bool:
        """Whether the text is fine."""
        return bool(self.text.data != "bad")


def make_step(key: str, **changes: Any) -> Step:
    """A step that asks for one text."""
    settings: dict[str, Any] = {
        "key": key,
        "name": key,
        "title": key,
        "form": lambda _context: TextForm,
        "contribute": lambda form: {"phone": form.text.clean} if key == "one" else {},
        "summary": lambda _form: [],
        **changes,
    }
    return Step(**settings)


def make_context(*answered: str, **changes: Any) -> StepContext:
    """An application in which the named steps are answered."""
    settings: dict[str, Any] = {
        "application_id": "id",
        "reference": "AL-7KM4-XW9C",
        "country": COUNTRIES["AR"],
        "language": "en",
        "today": date(2026, 11, 23),
        "answers": {name: {"text": name} for name in answered},
        **changes,
    }
    return StepContext(**settings)


STEPS = tuple(make_step(key) for key in KEYS)


def test_first_unanswered_step_is_the_furthest() -> None:
    """A hole before answered steps counts; with none, it is review."""
    assert Journey(make_context(), steps=STEPS).furthest == "one"
    assert Journey(make_context("one", "three"), steps=STEPS).furthest == "two"
    assert Journey(make_context(*KEYS), steps=STEPS).furthest == REVIEW


@given(st.sets(st.sampled_from(KEYS)))
def test_a_step_may_be_entered_once_all_before_it_are_answered(answered: set[str]) -> None:
    """And review once all are."""
    journey = Journey(make_context(*answered), steps=STEPS)
    for place, key in enumerate(KEYS):
        assert journey.may_enter(key) == (set(KEYS[:place]) <= answered)
    assert journey.may_enter(REVIEW) == (answered == set(KEYS))
    assert not journey.may_enter("nonsense")


def test_steps_follow_one_another_and_end_in_review() -> None:
    """Forward, backward, and as shown in the progress bar."""
    journey = Journey(make_context(), steps=STEPS)
    assert [journey.following(key) for key in KEYS] == ["two", "three", "four", REVIEW]
    assert [journey.previous(key) for key in (*KEYS, REVIEW)] == [None, *KEYS]
    shown = [journey.progress(key) for key in (*KEYS, REVIEW)]
    assert [(each.number, each.total) for each in shown] == [(number, 5) for number in range(1, 6)]


def test_step_that_does_not_apply_is_left_out_and_keeps_its_answers() -> None:
    """It neither stops the journey nor reaches the Application; applying again, it is answered."""
    steps = (*STEPS[:2], make_step("three", applies=lambda context: "three" in context.requested), STEPS[3])
    without = Journey(make_context(*KEYS), steps=steps)
    assert without.step("three") is None
    assert without.following("two") == "four"
    assert not Journey(make_context("one", "two"), steps=steps).may_enter("three")
    again = Journey(make_context(*KEYS, requested=frozenset({"three"})), steps=steps)
    assert again.furthest == REVIEW
    assert [step.key for step, _form in again.checked()] == list(KEYS)


def test_step_wants_its_photos_too() -> None:
    """Answered, but a photo was removed: it is open again."""
    steps = (*STEPS[:3], make_step("four", slots=lambda _context: ("photo",)))
    assert Journey(make_context(*KEYS), steps=steps).furthest == "four"


def test_answers_of_a_step_by_country_are_the_countrys_own() -> None:
    """Those of another country do not count, and are not lost."""
    steps = (make_step("one", by_country=True),)
    assert Journey(make_context("one:BR"), steps=steps).furthest == "one"
    assert Journey(make_context("one:BR", country=COUNTRIES["BR"]), steps=steps).furthest == REVIEW


def test_reopened_journey_has_only_what_is_asked_again() -> None:
    """Until it is answered since; everything else is closed, and still checked."""
    asked = Journey(make_context(*KEYS), reopened={"two": False}, steps=STEPS)
    assert [step.key for step in asked.steps] == ["two"]
    assert (asked.furthest, asked.may_enter("one"), asked.may_enter(REVIEW)) == ("two", False, False)
    answered = Journey(make_context(*KEYS), reopened={"two": True}, steps=STEPS)
    assert (answered.furthest, answered.may_enter("two"), answered.may_enter("one")) == (REVIEW, True, False)
    assert [step.key for step, _form in answered.checked()] == list(KEYS)


def test_assembling_checks_every_step_again() -> None:
    """The first that is open, or no longer passes, is named."""
    assert Journey(make_context(*KEYS), steps=STEPS).assemble().phone == "one"
    with pytest.raises(IncompleteError) as unanswered:
        Journey(make_context("one", "three", "four"), steps=STEPS).assemble()
    assert unanswered.value.step.key == "two"
    broken = {name: {"text": "bad" if name == "three" else name} for name in KEYS}
    with pytest.raises(IncompleteError) as invalid:
        Journey(make_context(answers=broken), steps=STEPS).assemble()
    assert invalid.value.step.key == "three"


def test_real_steps_are_in_the_order_of_the_journey() -> None:
    """Each with its own key, and each KYC field type answered once."""
    from app.apis.kyc.contract import FIELD_TYPES
    from app.steps import STEPS as REAL

    expected = "personal identity exposure address phone income document selfies"
    assert " ".join(step.key for step in REAL) == expected
    assert sorted(field for step in REAL for field in step.field_types) == sorted(FIELD_TYPES)


def test_steps_that_are_somebody_elses_are_passed_over_and_still_wanted() -> None:
    """Neither entered nor waited for on the way; the Application is not whole without them."""
    mine = Journey(make_context("one"), steps=STEPS, leaves=lambda step, _context: step.key == "two")
    assert [step.key for step in mine.left] == ["two"]
    assert mine.furthest == "three"
    assert (mine.step("two"), mine.may_enter("two")) == (None, False)
    assert (mine.previous("three"), mine.following("one")) == ("one", "three")
    assert mine.progress("three") == Progress(2, len(KEYS))
    done = Journey(make_context("one", "three", "four"), steps=STEPS, leaves=lambda step, _context: step.key == "two")
    assert done.furthest == REVIEW
    with pytest.raises(IncompleteError) as raised:
        done.assemble()
    assert raised.value.step in done.left
