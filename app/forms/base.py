"""The base of every step's form: built from a post or from saved answers, checked by the country's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import ValidationError

from app.domain.errors import InvalidError, Notice
from app.forms.context import StepContext
from app.words import gettext

FormData = MultiDict[str, str]


def refuse(error: InvalidError) -> ValidationError:
    """The form's way to say what a rule of the domain found wrong, in the person's language."""
    return ValidationError(gettext(error.message, **error.parameters))


class BareForm(Form):
    """A plain WTForms form whose fields are those of `app.forms.fields`."""

    if TYPE_CHECKING:
        # Every field of ours is a StepField or more; WTForms' own annotations know only its base.
        def __iter__(self) -> Iterator[Any]: ...

        def __getitem__(self, name: str) -> Any: ...

    def process(self, formdata: Any = None, *_others: Any, **_none: Any) -> None:
        """Let each field read what was posted; nothing else fills ours in."""
        for field in self:
            field.process(formdata)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Each fault as (id of the element to go to, sentence), in the order of the page."""
        for field in self:
            for message in field.errors:
                yield field.focus_id(), str(message)

    def sources(self) -> list[str]:
        """Each fault as the catalogues know its sentence: without any value of the person's."""
        return [field.source for field in self if field.source]


class StepForm(BareForm):
    """A form that knows its step's context."""

    def __init__(self, formdata: FormData | None = None, *, context: StepContext) -> None:
        self.context, self.is_posted = context, bool(formdata)
        super().__init__(formdata)
        for field in self:
            field.prepare(context)
        self.prepare(context)

    def prepare(self, context: StepContext) -> None:
        """Set what depends on the context, such as choices; the default has nothing to set."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then the whole; each fault is one sentence on one field."""
        fine = all([field.validate(self) for field in self])
        return self.check_together() and fine

    def validate_refused(self) -> bool:
        """Check only the fields whose file was refused: the rest was not meant to be judged yet."""
        return all([field.validate(self) for field in self if getattr(field, "refusal", "")])

    def check_together(self) -> bool:
        """Check what concerns several fields; add errors to fields and return whether all is well."""
        return True

    def answers(self) -> dict[str, str]:
        """Re-postable strings: posting them again gives this form."""
        return {name: text for field in self for name, text in field.repost().items()}

    def typed(self) -> dict[str, str]:
        """What stands in the controls, valid or not, in the same shape."""
        return {name: text for field in self for name, text in field.typed().items()}

    def offer(self, answers: Mapping[str, str], hint: object) -> None:
        """Fill in what `answers` speak of, in the shape of a post, and say `hint` beside each such field."""
        if not answers:
            return
        for field in self:
            if not answers.keys().isdisjoint(field.typed()):
                field.process(formdata_from(answers))
                field.hint = hint

    def notices(self) -> tuple[Notice, ...]:
        """Remarks that never block, once the form is valid."""
        return ()


def formdata_from(answers: Mapping[str, str]) -> FormData:
    """Saved answers in the shape of a post."""
    return MultiDict(answers)
