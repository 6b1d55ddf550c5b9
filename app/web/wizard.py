"""The journey's pages: one view for every step, and the review that ends in Submit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from app.forms.photos import PhotoField
from app.journey import REVIEW, Journey
from app.onboarding.draft import Draft
from app.onboarding.hands import PART
from app.pictures.errors import PictureError
from app.present import the_request
from app.steps.base import Step
from app.web import languages, said
from app.web.addresses import FRAME_PREFIX, PREFIX, addresses, with_query
from app.web.guard import IdleError, find_draft, journey_of, require_draft, seat
from app.web.limits import count_upload
from app.web.reasons import why_asked
from app.web.session import SESSION_ID
from app.wiring import services
from app.words import gettext as _
from app.words import sentence

MULTIPART = "multipart/form-data"
PHOTO_BUTTONS = ("upload", "remove", "keep")
wizard = Blueprint("wizard", __name__, url_prefix=PREFIX)


def go(address: str) -> Response:
    """Lead the browser on with GET."""
    return redirect(address, 303)


def home_of(draft: Draft) -> str:
    """The address where an application goes on."""
    if not draft.is_open:
        return addresses().status()
    if draft.awaits_consent and not draft.hand.is_agents:
        return addresses().agree()
    return addresses().step(services().drafts.journey(draft).furthest)


@wizard.get("")
@wizard.get("/")
def home() -> Response:
    """The start address: leads to the first open step, its query string kept; or to a session that is named there."""
    session_id = request.args.get("session", "")
    if SESSION_ID.fullmatch(session_id) and addresses().prefix == PREFIX:
        return go(f"{FRAME_PREFIX}/{session_id}/")
    draft = find_draft()
    return go(with_query(addresses().start() if draft is None else home_of(draft)))


@wizard.route("/<key>", methods=["GET", "POST"])
def step(key: str) -> Any:
    """Any step: show it, or take what was posted."""
    asked = the_request()
    posted = asked.method == "POST"
    if posted and asked.mimetype == MULTIPART:
        count_upload()
    draft = require_draft(shows_answers=not posted)
    if not draft.is_open:
        return go(addresses().status())
    journey = journey_of(draft)
    found = journey.step(key)
    if found is None or not journey.may_enter(key):
        if not any(key == each.key for each in services().steps):
            abort(404)
        return go(addresses().step(journey.furthest))
    if posted:
        return _take(draft, journey, found)
    offered = said.offer(draft, journey, found)
    if offered.is_coming:
        return _reading_page(journey, found)
    form = found.shown(journey.context, _typed(draft, journey, found))
    given = said.given_for(draft, journey, found)
    if given:
        form.offer(given, said.given_by(draft))
    form.offer(offered.answers, said.FROM_DOCUMENT)
    if "check" in asked.args:
        form.validate()
    return _page(draft, journey, found, form, offered=offered, given=bool(given))


def _reading_page(journey: Journey, step: Step) -> Any:
    """Wait for what the document says before asking for it."""
    return render_template(
        "wizard/reading.html",
        progress=journey.progress(step.key),
        go_on=addresses().step(step.key),
        typing=addresses().step(step.key, **{said.TYPING: "1"}),
    )


def _typed(draft: Draft, journey: Journey, step: Step) -> dict[str, str] | None:
    return draft.typed.get(step.storage_name(journey.context))


def _take(draft: Draft, journey: Journey, step: Step) -> Any:
    """Take a post: photos first, whatever else; then another language, a pause, or the answers."""
    posted, refusals = the_request().form, _take_photos(draft, journey, step)
    chosen = seat().chosen_language()
    if chosen:
        languages.choose(chosen)
        services().drafts.set_language(draft, chosen)
        journey = services().drafts.journey(draft, language=chosen)
    form = step.bind(journey.context, posted)
    _note_refusals(form, refusals)
    if chosen:
        return _page(draft, journey, step, form)
    if not posted.keys().isdisjoint(PHOTO_BUTTONS):
        services().drafts.keep_typed(draft, step, journey.context, form)
        if not refusals:
            return go(addresses().step(step.key, **_from()))
        form.validate_refused()
        return _page(draft, journey, step, form, 422)
    if not form.validate():
        if "save" in posted and not refusals:
            services().drafts.keep_typed(draft, step, journey.context, form)
            return go(addresses().save())
        services().counts.refused(draft, step.key, form.sources())
        return _page(draft, journey, step, form, 422)
    if services().access.would_change_what_is_asked(draft, step.storage_name(journey.context), form):
        services().drafts.keep_typed(draft, step, journey.context, form)
        raise IdleError
    draft = services().drafts.save(draft, step, journey.context, form)
    if "save" in posted:
        return go(addresses().save())
    return go(_onward(draft, step))


def _onward(draft: Draft, step: Step) -> str:
    """The next page; from review back to it, unless a required step is open."""
    journey = services().drafts.journey(draft)
    if request.form.get("from") == REVIEW or draft.reopened:
        onward = journey.furthest
        return addresses().review() if onward == REVIEW else addresses().step(onward, **_from())
    return addresses().step(journey.following(step.key))


def _from() -> dict[str, str]:
    return {"from": REVIEW} if request.values.get("from") == REVIEW else {}


def _take_photos(draft: Draft, journey: Journey, step: Step) -> dict[str, str]:
    """Store the files that came with the post and change what its button asks to; return refusals by slot."""
    posted = the_request()
    if not posted.files and posted.form.keys().isdisjoint(PHOTO_BUTTONS):
        return {}
    return take_photos(draft, [field for field in step.bind(journey.context, None) if isinstance(field, PhotoField)])


def take_photos(draft: Draft, fields: Iterable[Any]) -> dict[str, str]:
    """Store and remove what the post says of the slots of `fields`; return refusals by slot."""
    photos, refusals = services().photos, {}
    for field in fields:
        change_photo(draft, field.name)
        upload = request.files.get(field.name)
        if upload is None or not upload.filename:
            continue
        try:
            draft.photos[field.name] = photos.store(draft, field.name, upload.stream)
        except PictureError as error:
            refusals[field.name] = _(error.message, **error.parameters)
    return refusals


def change_photo(draft: Draft, slot: str) -> bool:
    """Remove the photo in `slot`, or use it as it is, where this post's button asks to; return whether it does.

    A phone's page may be older than the photo that took the place of its own: that one is left alone.
    """
    photos, photo = services().photos, draft.photos.get(slot)
    if photo is not None and not draft.may_see(photo):
        return slot in (request.form.get("remove"), request.form.get("keep"))
    if request.form.get("remove") == slot:
        photos.remove(draft, slot)
        draft.photos.pop(slot, None)
        return True
    if request.form.get("keep") == slot:
        kept = photos.keep(draft, slot)
        if kept is not None:
            draft.photos[slot] = kept
        return True
    return False


def _note_refusals(form: Any, refusals: dict[str, str]) -> None:
    for slot, refusal in refusals.items():
        form[slot].refusal = refusal


def _page(
    draft: Draft,
    journey: Journey,
    step: Step,
    form: Any,
    status: int = 200,
    *,
    offered: said.Offer | None = None,
    given: bool = False,
) -> Any:
    from_review = bool(_from())
    previous = journey.previous(step.key)
    page = render_template(
        step.template,
        step=step,
        heading=seat().heading(step),
        form=form,
        faults=list(form.faults()),
        draft=draft,
        progress=journey.progress(step.key),
        back=_back(draft, journey, previous, from_review),
        from_review=from_review,
        returning=from_review and journey.is_all_but(step),
        reason=why_asked(draft.reopened[step.key]) if step.key in draft.reopened else None,
        offered=offered,
        script=seat().script(draft, journey, step),
        team=draft.integration if given else None,
        pep_notice=services().legal_shown(journey.context),
        **_notices_of(draft, journey, previous),
    )
    return page, status


def _back(draft: Draft, journey: Journey, previous: str | None, from_review: bool) -> str | None:
    if from_review and journey.furthest == REVIEW:
        return addresses().review()
    if previous:
        return addresses().step(previous)
    # Where only the consents come before, or somebody else's pages, there is nothing to change by going back.
    return None if draft.hand is PART or not addresses().asks_country else addresses().start()


def _notices_of(draft: Draft, journey: Journey, key: str | None) -> dict[str, Any]:
    """What to say about the step just left: it never blocks, but can be changed."""
    step = journey.step(key) if key else None
    notices = draft.notices.get(step.storage_name(journey.context), []) if step else []
    return {
        "notices": [sentence(notice) for notice in notices],
        "notices_step": addresses().step(step.key) if step and notices else None,
    }
