"""The review page: everything given, the declaration of truth, and Submit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request

from app.forms.base import StepForm
from app.forms.fields import CheckField
from app.forms.photos import PhotoField
from app.journey import REVIEW, IncompleteError, Journey
from app.onboarding.draft import Draft
from app.onboarding.errors import ChangedError, ClosedError
from app.onboarding.hands import OWN
from app.steps.base import Step
from app.web import languages
from app.web.addresses import addresses
from app.web.guard import journey_of, require_draft, seat
from app.web.said import Remark, confirmed, remarks
from app.web.wizard import go, wizard
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l
from app.words import sentence


class DeclarationForm(StepForm):
    """The declaration of truth."""

    declaration = CheckField(
        _l("I declare that what I gave is true, and I accept that it is verified."),
        missing=_l("Tick the declaration to send your application"),
    )


@wizard.route("/review", methods=["GET", "POST"])
def review() -> Any:
    """Show all answers; take Submit."""
    draft = require_draft()
    if not draft.is_open:
        return go(addresses().status())
    chosen = seat().chosen_language()
    if chosen:
        languages.choose(chosen)
        services().drafts.set_language(draft, chosen)
    journey = journey_of(draft)
    form = DeclarationForm(request.form if request.method == "POST" else None, context=journey.context)
    if "settle" in request.form and not chosen:
        return _settle(draft)
    if request.method == "POST" and not chosen and "save" not in request.form:
        return _submit(draft, journey, form)
    if "save" in request.form:
        return go(addresses().save())
    return _page(draft, journey, form)


def _settle(draft: Draft) -> Any:
    """Keep which is right, what was typed or what the document says; a refused value leads to its step.

    Of what an agent typed, too: which is right is the person's to say.
    """
    draft = replace(draft, hand=OWN)
    journey = journey_of(draft)
    field, choice, seen = [*request.form["settle"].split("/"), "", ""][:3]
    try:
        refusing = services().comparisons.settle(draft, journey, field=field, choice=choice, seen=seen)
    except ClosedError:
        return go(addresses().status())
    if refusing is not None:
        return go(addresses().step(refusing.key, **{"from": REVIEW, "check": "1"}))
    return go(addresses().review())


def _submit(draft: Draft, journey: Journey, form: DeclarationForm) -> Any:
    try:
        journey.checked()
        if not form.validate():
            services().counts.refused(draft, REVIEW, form.sources())
            return _page(draft, journey, form, 422)
        services().submission.submit(draft, languages.current())
    except IncompleteError as error:
        if error.step in journey.left:
            return _waiting(draft)
        return go(addresses().step(error.step.key, **{"from": REVIEW, "check": "1"}))
    except ChangedError:
        return go(addresses().review())
    except ClosedError:
        pass
    return go(addresses().status())


def _page(draft: Draft, journey: Journey, form: DeclarationForm, status: int = 200) -> Any:
    try:
        checked = journey.checked()
    except IncompleteError as error:
        if error.step in journey.left:
            return _waiting(draft)
        query = {"check": "1"} if error.step.answered(journey.context) else {}
        return go(addresses().step(error.step.key, **{"from": REVIEW, **query}))
    page = render_template(
        "wizard/review.html",
        form=form,
        faults=list(form.faults()),
        draft=draft,
        groups=_groups(draft, journey, checked),
        progress=journey.progress(REVIEW),
        back=addresses().step(previous) if (previous := journey.previous(REVIEW)) else None,
    )
    return page, status


def _waiting(draft: Draft) -> Any:
    """All of the person's part is there; the rest an agent is still filling in, or the person does."""
    return render_template("wizard/waiting.html", draft=draft)


def _groups(draft: Draft, journey: Journey, checked: list[Any]) -> list[tuple[Any, ...]]:
    """The country, then each step; of an application that is asked again only what is asked."""
    said = remarks(draft)
    shown = {step.key for step in (*journey.steps, *journey.left)}
    groups = [_group(draft, journey, step, form, said) for step, form in checked if step.key in shown]
    if draft.reopened or not addresses().asks_country:
        return groups
    country = [(_("Where you live"), _(journey.context.country.name), None, False)]
    return [(_("Country"), "" if journey.left else addresses().start(), country, [], []), *groups]


def _is_sent(field: PhotoField, form: StepForm) -> bool:
    """Whether the photo goes along: a back that was taken before a passport was chosen stays behind."""
    return field.only_when is None or field.only_when(form)


def _group(draft: Draft, journey: Journey, step: Step, form: StepForm, said: Mapping[str, Remark]) -> tuple[Any, ...]:
    photos = [
        (field.label.text, field.photo.id)
        for field in form
        if isinstance(field, PhotoField) and field.photo and _is_sent(field, form)
    ]
    notices = [sentence(notice) for notice in draft.notices.get(step.storage_name(journey.context), [])]
    given = confirmed(draft, journey, step, form) if draft.given else frozenset()
    rows = [(row.label, row.value, said.get(row.field), row.field in given) for row in step.summary(form)]
    change = addresses().step(step.key, **{"from": REVIEW}) if journey.step(step.key) else ""
    return step.name, change, rows, photos, notices
