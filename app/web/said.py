"""What the document says, as pages show it: offered where it is asked, and beside what was typed on review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_babel import format_date

from app.domain.comparison import BIRTHDAY, DOCUMENT_NUMBER, GENDER, Verdict
from app.domain.countries import COUNTRIES
from app.forms.base import StepForm, formdata_from
from app.journey import Journey
from app.onboarding.comparisons import DOCUMENT, TYPED, Finding
from app.onboarding.draft import Draft
from app.steps.base import Step
from app.steps.personal import GENDERS
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l
from app.words import translated

FROM_DOCUMENT = _l("From your document")
# In the query of a step's page: the person would rather type than wait.
TYPING = "typing"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a step's page takes from the document: re-postable strings, or why there are none."""

    answers: Mapping[str, str] = field(default_factory=dict)
    is_coming: bool = False
    is_mute: bool = False


def offer(draft: Draft, journey: Journey, step: Step) -> Offer:
    """What the document says to a step that is asked after it and has nothing saved or typed yet."""
    context = journey.context
    begun = step.answered(context) or step.storage_name(context) in draft.typed
    if not context.first_step or step.from_document is None or begun:
        return Offer()
    said = services().readings.of(draft.id)
    if said.reading is not None:
        return Offer(answers=step.from_document(context, said.reading))
    # Told once, on the page that follows the photos.
    if journey.previous(step.key) != context.first_step:
        return Offer()
    is_coming = said.is_coming and TYPING not in request.args
    return Offer(is_coming=is_coming, is_mute=said.is_mute)


def given_for(draft: Draft, journey: Journey, step: Step) -> Mapping[str, str]:
    """What the team gave of a step that has nothing saved or typed yet: filled in, for the person to confirm."""
    name = step.storage_name(journey.context)
    if name not in draft.given or step.answered(journey.context) or name in draft.typed:
        return {}
    return draft.given[name].answers


def given_by(draft: Draft) -> str:
    """Who gave it, in the words beside a field."""
    return _("Given by %(team)s", team=draft.integration or "")


def confirmed(draft: Draft, journey: Journey, step: Step, form: StepForm) -> frozenset[str]:
    """The fields whose answer is still what the team gave."""
    given = draft.given.get(step.storage_name(journey.context))
    if given is None:
        return frozenset()
    theirs = step.bind(journey.context, formdata_from(given.answers))
    theirs.validate()
    names = given.answers.keys()
    return frozenset(
        field.name for field in theirs if names & field.typed().keys() and field.clean == form[field.name].clean
    )


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What review says beside an answer; `typed` and `document` as they are shown, the choices as they are posted."""

    state: str
    typed: str
    document: str
    choose_typed: str
    choose_document: str


def remarks(draft: Draft) -> dict[str, Remark]:
    """The remark on each answer that can be compared, by the field's name."""
    findings = services().comparisons.of(draft)
    return {each.compared.field: _remark(draft, each) for each in findings if each.compared.verdict != Verdict.UNKNOWN}


def _remark(draft: Draft, finding: Finding) -> Remark:
    compared = finding.compared
    state = "kept" if finding.is_kept else "open" if finding.is_open else "match"
    return Remark(
        state=state,
        typed=shown(draft, compared.field, compared.typed),
        document=shown(draft, compared.field, compared.document),
        choose_typed=f"{compared.field}/{TYPED}/{finding.seen}",
        choose_document=f"{compared.field}/{DOCUMENT}/{finding.seen}",
    )


def shown(draft: Draft, name: str, value: str) -> str:
    """A compared value in the words of the page."""
    if name == BIRTHDAY:
        return str(format_date(date.fromisoformat(value), "long", rebase=False))
    if name == GENDER:
        return str(dict(GENDERS)[value])
    if name == DOCUMENT_NUMBER:
        key, _space, number = value.partition(" ")
        kind = COUNTRIES[draft.country].document_type(key)
        return f"{translated(kind.label)} {kind.display(number)}"
    return value
