"""The field of a photo: taken on its own, judged where it is stored, shown with the one thing to mend."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from app.forms.context import WARNINGS, PhotoReference, StepContext
from app.forms.fields import Label, StepField
from app.forms.verdicts import good_words, problem_sentence, problem_words, small_remark


class PhotoField(StepField):
    """A picture that is uploaded on its own; its value is the id of what is stored in the slot of its name.

    `refusal` is the sentence for a file that came with this post and could not be taken, `remark` never blocks; `asked`
    is why the photo that is there is asked again.
    """

    kind = "photo"

    def __init__(self, label: Label = "", *, facing: str = "environment", shape: str = "card", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.facing, self.shape = facing, shape
        self.photo: PhotoReference | None = None
        self.refusal = self.remark = self.asked = ""

    def prepare(self, context: StepContext) -> None:
        """The photo kept in this slot is the value, whatever was posted."""
        self.photo = context.photos.get(self.name)
        self.data = self.photo.id if self.photo else ""
        self.asked = context.why_again(self.name)
        if self.photo and self.photo.problem in WARNINGS:
            self.remark = problem_sentence(self.photo.problem, self.shape)
        elif self.photo and self.photo.small:
            self.remark = small_remark(self.shape)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """A refused file is the fault to mend first; else a photo must be there."""
        if self.refusal:
            self.errors = [self.refusal]
            return False
        return super().validate(form)

    def understand(self, form: Any) -> str:
        """The id of a photo that serves, or that the person decided to use."""
        if self.photo is not None and not self.photo.serves:
            raise ValidationError(problem_words(self.photo.problem, self.shape))
        return self.data

    @property
    def advice(self) -> str:
        """The one thing to mend, or nothing."""
        if self.asked:
            return self.asked
        if self.photo is None or self.photo.serves:
            return ""
        return problem_sentence(self.photo.problem, self.shape)

    @property
    def chips(self) -> list[str]:
        """What was found to be well, in words."""
        return good_words(self.photo.good) if self.photo and not self.asked else []
