"""The selfies step: one holding the document, and as many of the face as the setting says."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import PhotoField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l

POSES = (_l("Look straight ahead"), _l("Turn your head to the left"), _l("Turn your head to the right"))


def slots(context: StepContext) -> tuple[str, ...]:
    """The photos wanted, in the order they are taken."""
    return ("dni_selfie", *(f"selfie_{number}" for number in range(1, context.selfies + 1)))


class SelfiesForm(StepForm):
    """The base of the form for a number of face selfies."""

    dni_selfie = PhotoField(
        _l("Holding your document"),
        hint=_l("Your face and the document's front, both easy to see"),
        missing=_l("Add the selfie with your document"),
        facing="user",
        shape="face",
    )


@cache
def selfies_form(count: int) -> type[StepForm]:
    """The form that asks for `count` face selfies beside the one with the document."""
    faces = {
        f"selfie_{number}": PhotoField(
            POSES[number - 1] if number <= len(POSES) else _l("Look straight ahead, once more"),
            missing=_l("Add this selfie"),
            facing="user",
            shape="face",
        )
        for number in range(1, count + 1)
    }
    return type(f"SelfiesForm{count}", (SelfiesForm,), faces)


def contribute(form: Any) -> dict[str, Any]:
    """The Application's selfies."""
    faces = tuple(form[slot].photo.id for slot in slots(form.context) if slot != "dni_selfie")
    return {"dni_selfie": form.dni_selfie.photo.id, "selfies": faces}


def summary(_form: Any) -> list[Row]:
    """Nothing in words: the photos are shown as pictures."""
    return []


STEP = Step(
    key="selfies",
    title=_l("Now, your face"),
    name=_l("Selfies"),
    lead=_l("Without glasses or a cap. We tell you where to look."),
    template="wizard/steps/selfies.html",
    form=lambda context: selfies_form(context.selfies),
    contribute=contribute,
    summary=summary,
    slots=slots,
    field_types=("document_selfies",),
)
