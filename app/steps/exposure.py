"""The exposure step: whether the person is politically exposed, with the list of posts shown beforehand."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale
from wtforms.validators import ValidationError

from app.domain.application import Exposure
from app.domain.countries.profile import CountryProfile
from app.domain.dates import check_period
from app.domain.errors import InvalidError
from app.domain.text import clean_line
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import ChoiceField, HiddenField, MonthField, TextField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l

ANSWERS = (("true", _l("Yes")), ("false", _l("No")))
SPELLINGS = {"1": "true", "yes": "true", "0": "false", "no": "false"}
RELATIONS = (
    ("own", _l("I hold or held the post")),
    ("relative", _l("A relative of mine does or did")),
    ("associate", _l("Someone I work closely with does or did")),
)
LINE_MAXIMUM = 150


def legal_kind(country: CountryProfile) -> str:
    """Which list of posts this country shows."""
    return f"pep-{country.code.lower()}"


class AnswerField(ChoiceField):
    """Yes or No; the contract's other spellings of a boolean are understood."""

    def understand(self, form: Any) -> str:
        """ "true" or "false"."""
        self.data = SPELLINGS.get(self.data.lower(), self.data.lower())
        return super().understand(form)


class ShownTextField(HiddenField):
    """The hash of the list that was on the page when it was answered."""

    def prepare(self, context: StepContext) -> None:
        """A page that was not posted carries the list shown now."""
        self.current = context.legal.get(legal_kind(context.country))

    @property
    def value(self) -> str:
        """The list shown now."""
        return self.current.text_hash if self.current else ""

    def understand(self, form: Any) -> str:
        """The posted hash, if it is still the list's in any language; a changed list must be read first."""
        if self.current is not None and self.data not in self.current.current_hashes:
            raise ValidationError(_l("The list of posts has changed: read it again and answer"))
        return self.data

    def focus_id(self) -> str:
        """The question itself."""
        return "politically_exposed-0"


def says_yes(form: Any) -> bool:
    """Whether the details are wanted."""
    return bool(form.politically_exposed.clean == "true")


class ExposureForm(StepForm):
    """An explicit yes or no; on yes, whose post, which, where, and when."""

    text_hash = ShownTextField(missing=_l("The list of posts has changed: read it again and answer"))
    politically_exposed = AnswerField(
        _l("Are you a politically exposed person?"), choices=ANSWERS, missing=_l("Choose Yes or No")
    )
    exposure_relation = ChoiceField(
        _l("Who holds or held the post?"),
        choices=RELATIONS,
        missing=_l("Choose who holds or held the post"),
        only_when=says_yes,
    )
    exposure_post = TextField(
        _l("Post"),
        normalise=partial(clean_line, maximum=LINE_MAXIMUM),
        missing=_l("Enter the post"),
        maximum=LINE_MAXIMUM,
        only_when=says_yes,
        direction="auto",
    )
    exposure_body = TextField(
        _l("Body or organisation"),
        normalise=partial(clean_line, maximum=LINE_MAXIMUM),
        missing=_l("Enter the body or organisation"),
        maximum=LINE_MAXIMUM,
        only_when=says_yes,
        direction="auto",
    )
    exposure_since = MonthField(
        _l("Since"), hint=_l("Month and year, for example 3 2019"), missing=_l("Enter since when"), only_when=says_yes
    )
    exposure_until = MonthField(
        _l("Until"), hint=_l("Leave it empty if the post is still held"), required=False, only_when=says_yes
    )

    def check_together(self) -> bool:
        """A post does not end before it began."""
        since, until = self.exposure_since.clean, self.exposure_until.clean
        if since and until:
            try:
                check_period(since, until)
            except InvalidError as error:
                self.exposure_until.refuse(error)
                return False
        return True


def contribute(form: Any) -> dict[str, Any]:
    """The Application's exposure."""
    return {
        "exposure": Exposure(
            politically_exposed=says_yes(form),
            relation=form.exposure_relation.clean or None,
            post=form.exposure_post.clean or None,
            body=form.exposure_body.clean or None,
            since=form.exposure_since.clean or None,
            until=form.exposure_until.clean or None,
            text_hash=form.text_hash.clean,
        )
    }


def _month(text: str) -> str:
    """A "YYYY-MM" month in the words of the page's language."""
    return format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=get_locale())


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    answer = form.politically_exposed
    rows = [Row(_l("Politically exposed person"), answer.label_of(answer.clean), answer.name)]
    if says_yes(form):
        relation = form.exposure_relation
        rows.append(Row(relation.label.text, relation.label_of(relation.clean), relation.name))
        rows += [Row(field.label.text, field.clean, field.name) for field in (form.exposure_post, form.exposure_body)]
        months = (form.exposure_since, form.exposure_until)
        rows += [Row(field.label.text, _month(field.clean), field.name) for field in months if field.clean]
    return rows


STEP = Step(
    key="exposure",
    title=_l("Political exposure"),
    name=_l("Political exposure"),
    lead=_l("By law, we ask everybody."),
    template="wizard/steps/exposure.html",
    form=lambda _context: ExposureForm,
    contribute=contribute,
    summary=summary,
    by_country=True,
    only_person=True,
)
