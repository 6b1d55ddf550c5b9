"""Photos on their own: sent one by one as they are chosen, and shown only to their owner."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, make_response, render_template, request

from app.forms.photos import PhotoField
from app.onboarding.draft import Draft
from app.onboarding.errors import ClosedError
from app.onboarding.photos import VARIANTS, Variant
from app.pictures.errors import PictureError
from app.steps.base import Step
from app.web.guard import journey_of, require_draft, seat
from app.web.limits import count_upload
from app.web.wizard import change_photo, wizard
from app.wiring import services
from app.words import gettext as _

PHOTO_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@wizard.post("/photos/<slot>")
def upload(slot: str) -> Any:
    """Store one photo, remove it or use it as it is; answer with its card as HTML (422 with a refusal in it)."""
    count_upload()
    draft = require_draft(shows_answers=False)
    journey = journey_of(draft)
    step = next((each for each in journey.steps if slot in each.slots(journey.context)), None)
    if step is None or not journey.may_enter(step.key):
        abort(404)
    return answer_with_card(draft, step, slot)


def answer_with_card(draft: Draft, step: Step, slot: str) -> Any:
    """Do with the photo in `slot` what the post asks to; its card, or why not."""
    refusal, status = "", 200
    try:
        if not change_photo(draft, slot):
            draft.photos[slot] = services().photos.store(draft, slot, _posted())
    except PictureError as error:
        refusal, status = _(error.message, **error.parameters), 422
    except ClosedError:
        return jsonify(error=_("This application was sent already: its photos stay as they are.")), 409
    field: Any = step.bind(services().drafts.context(draft, language=seat().language(draft)), None)[slot]
    if isinstance(field, PhotoField) and refusal:
        field.refusal = refusal
    hide_foreign(field, draft)
    return render_template("wizard/photo_card.html", field=field, step_key=step.key), status


def hide_foreign(field: Any, draft: Draft) -> None:
    """Let a phone see no photo but those that it took itself: of others, only that there is one."""
    if field.photo is not None and not draft.may_see(field.photo):
        field.photo, field.remark = None, ""
        field.hint = _("It was added on the other screen; a new one takes its place.")


def _posted() -> Any:
    posted = request.files.get("file")
    if posted is None:
        abort(400)
    return posted.stream


@wizard.get("/photos/<photo_id>/<variant>")
def photo(photo_id: str, variant: str) -> Response:
    """A photo's JPEG for its owner; anybody else finds nothing there."""
    draft = require_draft()
    if variant not in VARIANTS or not photo_id.isprintable():
        abort(404)
    return picture(draft, photo_id, "stored" if variant == "stored" else "thumbnail")


def picture(draft: Draft, photo_id: str, variant: Variant) -> Response:
    """One of the draft's photos; whoever calls has found that it may be seen."""
    content = services().photos.bytes_of(draft.id, photo_id, variant)
    return shown(content)


def shown(content: bytes | None) -> Response:
    """A photo that may be seen, as a browser shows it and runs nothing of it; 404 where there is none."""
    if content is None:
        abort(404)
    response = make_response(content)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Security-Policy"] = PHOTO_POLICY
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
