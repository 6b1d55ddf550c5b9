"""The fields steps are made of; each knows how to check itself, to be saved, and how the page should show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from markupsafe import Markup, escape
from wtforms import Field
from wtforms.validators import ValidationError

from app.domain.dates import DateError, birth_date, month_year
from app.domain.errors import InvalidError
from app.forms.base import refuse
from app.forms.context import StepContext
from app.words import source_of

Label = Any  # a string or a lazy one of Flask-Babel


# Long lists are written out once: escaping hundreds of entries costs more than the rest of their page.
@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in choices)


@lru_cache(maxsize=64)
def _suggestions(words: tuple[str, ...]) -> Markup:
    return Markup("").join(Markup("<option>{}").format(word) for word in words)


class StepField(Field):
    """Base field. `kind` picks the template macro; the rest becomes attributes of the control.

    `value` is the text as typed; `clean` what it means, set by a successful check; `language` that of what is typed;
    `say` the words in which an agent asks for it on the phone; `source` the one error as the catalogues know it,
    without the values in its places.
    """

    kind: ClassVar[str] = "text"

    def __init__(
        self,
        label: Label = "",
        *,
        hint: Label = "",
        missing: Label = "",
        say: Label = "",
        required: bool = True,
        only_when: Callable[[Any], bool] | None = None,
        autocomplete: str = "",
        inputmode: str = "",
        maximum: int = 0,
        direction: str = "",
        language: str = "",
        width: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.hint, self.missing, self.required, self.only_when = hint, missing, required, only_when
        self.say = say
        self.autocomplete, self.inputmode, self.maximum = autocomplete, inputmode, maximum
        self.direction, self.language, self.width = direction, language, width
        self.data: str = ""
        self.clean: Any = None
        self.source = ""

    def prepare(self, context: StepContext) -> None:
        """Take from the context what this field needs."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the text as posted; nothing posted reads as empty."""
        self.process_errors: Sequence[str] = []
        self.errors = ()
        self.data = (formdata.get(self.name) or "") if formdata else ""

    @property
    def value(self) -> str:
        """The text to show in the control."""
        return self.data

    def repost(self) -> dict[str, str]:
        """What to save so that posting it again gives this value."""
        return {self.name: self.clean if isinstance(self.clean, str) else self.data}

    def typed(self) -> dict[str, str]:
        """What stands in the control, in the shape of a post."""
        return {self.name: self.data}

    def focus_id(self) -> str:
        """Id of the control that an error leads to."""
        return self.name

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check the text; at most one error."""
        self.errors, self.clean, self.source = [], None, ""
        if self.only_when is not None and not self.only_when(form):
            self.clean = ""
            return True
        try:
            if self.is_empty():
                if self.required:
                    raise ValidationError(self.missing)
                self.clean = ""
            else:
                self.clean = self.understand(form)
        except InvalidError as error:
            self.refuse(error)
        except ValidationError as error:
            self.errors, self.source = [str(error)], source_of(error.args[0])
        return not self.errors

    def refuse(self, error: InvalidError) -> None:
        """Let the field show what a rule found wrong."""
        self.note(error)
        self.errors, self.source = [str(refuse(error))], error.message

    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.data.strip()

    def understand(self, form: Any) -> Any:
        """The meaning of the text; raise InvalidError or ValidationError."""
        return self.data

    def note(self, error: InvalidError) -> None:
        """Keep what an error says beyond its sentence."""


class TextField(StepField):
    """One line of text, normalised by a rule of the domain."""

    def __init__(self, label: Label = "", *, normalise: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.normalise = normalise

    def understand(self, form: Any) -> str:
        """The normalised text."""
        return self.normalise(self.data)


class SuggestField(TextField):
    """A line of text with a searchable list of suggestions, set by the form."""

    kind = "suggest"
    suggestions: Sequence[str] = ()

    def options(self) -> Markup:
        """The suggestions as HTML."""
        return _suggestions(tuple(self.suggestions))


class ChoiceField(StepField):
    """One of a few (radio buttons) or of many (a list); `choices` are (value, label) pairs."""

    kind = "radio"

    def __init__(self, label: Label = "", *, choices: Sequence[tuple[str, Label]] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def understand(self, form: Any) -> str:
        """The chosen value; anything not offered counts as no choice."""
        if self.data not in {value for value, _label in self.choices}:
            raise ValidationError(self.missing)
        return self.data

    def label_of(self, value: str) -> Label:
        """The label of `value`, or nothing."""
        return next((label for key, label in self.choices if key == value), "")

    def focus_id(self) -> str:
        """The first button of the group."""
        return f"{self.name}-0"


class SelectField(ChoiceField):
    """One of many, as a list."""

    kind = "select"

    def options(self) -> Markup:
        """The choices as HTML, the present one selected."""
        listed = _options(tuple((value, str(label)) for value, label in self.choices))
        chosen = f'<option value="{escape(self.value)}"'
        return Markup(listed.replace(chosen, f"{chosen} selected", 1))  # noqa: S704 - every part is escaped

    def focus_id(self) -> str:
        """The list itself."""
        return self.name


class CheckField(StepField):
    """A box to tick; its clean value is "1"."""

    kind = "check"

    def understand(self, form: Any) -> str:
        """Ticked."""
        return "1"


class HiddenField(StepField):
    """A value the page carries unseen."""

    kind = "hidden"


class PartsField(StepField):
    """Several small boxes that make one value, posted as `<name>-<part>`."""

    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = dict.fromkeys(self.parts, "")
        self.wrong: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the text of each box."""
        self.process_errors, self.errors, self.data = [], (), ""
        for part in self.parts:
            self.texts[part] = (formdata.get(f"{self.name}-{part}") or "").strip() if formdata else ""

    def is_empty(self) -> bool:
        """Whether every box is empty."""
        return not any(self.texts.values())

    def repost(self) -> dict[str, str]:
        """Each box's text; nothing of a question that was not asked."""
        return dict.fromkeys(self.typed(), "") if self.clean == "" else self.typed()

    def typed(self) -> dict[str, str]:
        """Each box's text."""
        return {f"{self.name}-{part}": text for part, text in self.texts.items()}

    def focus_id(self) -> str:
        """The first box that is wrong."""
        return f"{self.name}-{self.wrong[0] if self.wrong else self.parts[0]}"

    def note(self, error: InvalidError) -> None:
        """Remember which boxes are wrong."""
        if isinstance(error, DateError):
            self.wrong = tuple(part for part in self.parts if part in error.parts)


class BirthDateField(PartsField):
    """A birth date in three boxes; clean is a date."""

    kind = "parts"
    parts = ("day", "month", "year")

    def understand(self, form: Any) -> Any:
        """A real date within the ages that may apply."""
        context: StepContext = form.context
        return birth_date(
            self.texts["day"],
            self.texts["month"],
            self.texts["year"],
            today=context.today,
            minimum_age=context.minimum_age,
            maximum_age=context.maximum_age,
        )


class MonthField(PartsField):
    """A month of a year in two boxes; clean is "YYYY-MM"."""

    kind = "parts"
    parts = ("month", "year")

    def understand(self, form: Any) -> str:
        """A month that is not in the future."""
        return month_year(self.texts["month"], self.texts["year"], today=form.context.today)
