"""The computer's side of taking photos with a phone: the block on the photo steps, its buttons, and its news."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from markupsafe import Markup

from app.forms.photos import PhotoField
from app.journey import REVIEW, Journey
from app.onboarding.draft import Draft
from app.onboarding.handoff import Task
from app.steps.base import Step
from app.store.models.handoffs import CONNECTED, SENT
from app.web import languages
from app.web.addresses import PHONE_PREFIX, Addresses, addresses
from app.web.guard import journey_of, require_draft, seat
from app.web.limits import limit_resume
from app.web.qr import qr_code
from app.web.wizard import go, wizard
from app.wiring import services

CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class Block:
    """What a photo step says about the phone.

    `state` is offer, waiting or connected; `address` the link, where this browser may show it; `left` how many photos
    the phone is still asked for; `is_ready` tells that the phone gave all that the step wants and the page may go on;
    `tag` changes with anything that the page would show.
    """

    state: str
    ended: str
    match_code: str
    address: str | None
    minutes: int
    left: int
    is_ready: bool
    tag: str

    @property
    def qr(self) -> Markup | None:
        """The link as a QR code."""
        return qr_code(self.address) if self.address else None


@wizard.app_template_global()
def handoff_block(draft: Draft, step: Step) -> Block | None:
    """What the step's page says about the phone; nothing where no photo is missing."""
    handoffs = services().handoffs
    handoff = draft.handoff
    is_alive = handoff is not None and handoff.is_alive(handoffs.clock())
    tasks = handoffs.tasks(draft, language=seat().language(draft))
    if not is_alive and all(task.is_done for task in tasks):
        return None
    state = "offer"
    if is_alive and handoff is not None:
        state = "connected" if handoff.state == CONNECTED else "waiting"
    link = handoffs.link(draft, seat().secret) if state == "waiting" else None
    return Block(
        state=state,
        ended=_ended(draft) if state == "offer" else "",
        match_code=handoff.match_code if handoff is not None else "",
        address=_address(link) if link else None,
        minutes=services().settings.handoff_minutes,
        left=len([task for task in tasks if not task.is_done]),
        is_ready=state == "connected" and _is_ready(draft, step, tasks),
        tag=tag_of(draft, state, step.key),
    )


def tag_of(draft: Draft, *others: object) -> str:
    """A hash that changes whenever a page about the draft's photos would."""
    seen = (draft.handoff, sorted(draft.photos.items()), draft.reopened, languages.current(), *others)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


@wizard.post("/handoff/<key>")
@limit_resume
def hand_over(key: str) -> Any:
    """Begin a handoff, or cancel it, and go back to the step with what was typed there."""
    draft = require_draft(shows_answers=False)
    if not draft.is_open:
        return go(addresses().status())
    journey, step = _photo_step(draft, key)
    form = step.bind(journey.context, request.form)
    services().drafts.keep_typed(draft, step, journey.context, form)
    draft.typed[step.storage_name(journey.context)] = form.typed()
    if request.form.get("handoff") == CANCEL:
        services().handoffs.cancel(draft)
    else:
        services().handoffs.begin(draft, seat().secret)
    query = {"from": REVIEW} if request.form.get("from") == REVIEW else {}
    return go(f"{addresses().step(key, **query)}#handoff")


@wizard.get("/handoff/<key>")
def news(key: str) -> Any:
    """The block and the step's cards as they are now; 204 where the page has seen them.

    It does not count as seeing the person: a page that asks by itself would never be idle.
    """
    draft = require_draft(shows_answers=False)
    seat().require_awake(draft)
    if not draft.is_open:
        return go(addresses().status())
    journey, step = _photo_step(draft, key)
    block = handoff_block(draft, step)
    if block is not None and block.tag == request.args.get("seen"):
        return "", 204
    return render_template("wizard/handoff.html", block=block, step=step, form=step.saved(journey.context))


def _photo_step(draft: Draft, key: str) -> tuple[Journey, Step]:
    journey = journey_of(draft)
    step = journey.step(key)
    if step is None or not step.slots(journey.context) or not journey.may_enter(key):
        abort(404)
    return journey, step


def _address(link: str) -> str:
    return services().public_url(request.host_url) + Addresses(PHONE_PREFIX).link(link)


def _ended(draft: Draft) -> str:
    """What became of the handoff before, where it is worth saying: waiting and connected are then over by time."""
    return draft.handoff.state if draft.handoff is not None and draft.handoff.state != SENT else ""


def _is_ready(draft: Draft, step: Step, tasks: list[Task]) -> bool:
    """Whether a step that was not answered yet wants nothing more, thanks to the phone."""
    mine = [task for task in tasks if task.step.key == step.key]
    journey = journey_of(draft)
    if journey.answered(step) or not all(task.is_done for task in mine) or not any(task.is_own for task in mine):
        return False
    form = step.bind(journey.context, None)
    return all(field.validate(form) for field in form if isinstance(field, PhotoField))
