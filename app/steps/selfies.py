"""The selfies step: as many of the face as the setting says, and one holding the document."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.domain.likeness import same_picture, same_portrait
from app.forms.base import StepForm
from app.forms.context import PhotoReference, StepContext
from app.forms.photos import PhotoField
from app.steps.base import Row, Step
from app.words import gettext
from app.words import lazy_gettext as _l

POSES = (_l("Look straight ahead"), _l("Turn your head to the left"), _l("Turn your head to the right"))
ONCE_MORE = _l("Look straight ahead, once more")


def slots(context: StepContext) -> tuple[str, ...]:
    """The photos wanted, in the order they are taken."""
    return (*(f"selfie_{number}" for number in range(1, context.selfies + 1)), "dni_selfie")


class SelfiesForm(StepForm):
    """The base of the form for a number of face selfies."""

    def prepare(self, context: StepContext) -> None:
        """A selfie that is another one again, or the document's portrait, is remarked on without blocking."""
        document = context.photos.get("front_document")
        seen: list[PhotoReference] = []
        for field in self:
            if field.photo is None:
                continue
            if document and same_portrait(field.photo, document):
                field.remark = gettext("This looks like the portrait on your document: take a photo of yourself.")
            elif any(same_picture(field.photo, each) for each in seen):
                field.remark = gettext("This is the same picture as another selfie: take a new one.")
            seen.append(field.photo)


@cache
def selfies_form(count: int) -> type[StepForm]:
    """The form that asks for `count` face selfies beside the one with the document."""
    poses = (POSES[number] if number < len(POSES) else ONCE_MORE for number in range(count))
    faces = {
        f"selfie_{number}": PhotoField(
            pose, missing=_l("Add this selfie: %(pose)s", pose=pose), facing="user", shape="face"
        )
        for number, pose in enumerate(poses, 1)
    }
    with_document = PhotoField(
        _l("Holding your document"),
        hint=_l("Your face and the document's front, both easy to see"),
        missing=_l("Add the selfie with your document"),
        facing="user",
        shape="face",
    )
    return type(f"SelfiesForm{count}", (SelfiesForm,), {**faces, "dni_selfie": with_document})


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
