"""The phone's side: a link to confirm, the missing photos of one application, and nothing else of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from app.onboarding.draft import Draft
from app.onboarding.errors import ClosedError, HandoffOverError, Over
from app.onboarding.handoff import Task
from app.web import languages, pages
from app.web.addresses import PHONE, PHONE_PREFIX, addresses
from app.web.guard import admit, cookie
from app.web.handoff import tag_of
from app.web.limits import count_upload, limit_resume
from app.web.photos import answer_with_card, hide_foreign, picture
from app.web.wizard import go, take_photos
from app.wiring import services
from app.words import lazy_gettext as _l

phone = Blueprint(PHONE, __name__, url_prefix=PHONE_PREFIX)
# What happened, and what to do.
WORDS = {
    Over.NONE: (
        _l("No photos to take here yet"),
        _l("This page takes photos for an application that is open on another screen."),
        _l("There, go to the photos, choose to use the phone, and scan the code with this phone."),
    ),
    Over.UNKNOWN: (
        _l("This link does not work"),
        _l("It was mistyped, or a newer one has taken its place."),
        _l("Scan the code that the other screen shows now, or have a new one made there. What was taken is kept."),
    ),
    Over.USED: (
        _l("Another phone is already connected"),
        _l("A link works on one phone only."),
        _l("Go on with the other phone. To use this one, disconnect that one at the other screen for a new code."),
    ),
    Over.EXPIRED: (
        _l("The time for this phone is over"),
        _l("For your safety, a phone may take photos for a short time only. What it took is kept."),
        _l("Go on at the other screen. If photos are missing, make a new code there and scan it."),
    ),
    Over.CANCELLED: (
        _l("The phone was disconnected at the other screen"),
        _l("What it took is kept."),
        _l("Go on at the other screen. To use the phone again, make a new code there and scan it."),
    ),
    Over.FINISHED: (
        _l("Thank you: this phone is done"),
        _l("What it took is kept."),
        _l("Go on at the other screen. You can close this page."),
    ),
    Over.SENT: (
        _l("The application was sent"),
        _l("Its photos stay as they are, and this phone has nothing more to do."),
        _l("You can close this page."),
    ),
}


@phone.errorhandler(HandoffOverError)
def over(error: HandoffOverError) -> Any:
    """Say why there is nothing to do here, and what to do instead."""
    title, what, todo = WORDS[error.why]
    status = 409 if error.why is Over.USED else 410
    if request.headers.get("X-Requested-With"):
        return jsonify(error=f"{title}. {todo}"), status
    return render_template("phone/over.html", title=title, what=what, todo=todo), status


@phone.get("")
@phone.get("/")
def home() -> Any:
    """The photos that are asked for."""
    return _page(_draft())


@phone.post("")
def send() -> Any:
    """Take the photos that came with the form, for phones without scripts."""
    count_upload()
    draft = _draft()
    try:
        refusals = take_photos(draft, _fields(draft))
    except ClosedError:
        raise HandoffOverError(Over.SENT) from None
    return _page(draft, refusals) if refusals else go(addresses().home())


@phone.route("/<link>", methods=["GET", "POST"])
@limit_resume
def confirm(link: str) -> Any:
    """Show the match code; let the phone in once it was confirmed."""
    handoffs = services().handoffs
    if cookie().is_photographer and handoffs.opened(link, cookie().token):
        return go(addresses().home())
    offer = handoffs.offer(link)
    languages.prefer(offer.language)
    if request.method == "GET":
        return render_template("phone/confirm.html", match_code=offer.match_code)
    admit(handoffs.confirm(link))
    languages.choose(languages.current())
    return go(addresses().home())


@phone.get("/news")
def news() -> Any:
    """The cards as they are now, for the page's script; 204 where the page has seen them."""
    draft = _draft()
    if tag_of(draft) == request.args.get("seen"):
        return "", 204
    return render_template("phone/news.html", fields=_fields(draft), **_standing(draft))


@phone.post("/photos/<slot>")
def upload(slot: str) -> Any:
    """Take one photo; answer with its card, as the wizard does."""
    count_upload()
    draft = _draft()
    task = next((each for each in _tasks(draft) if each.slot == slot), None)
    if task is None:
        abort(404)
    return answer_with_card(draft, task.step, slot)


@phone.get("/photos/<photo_id>/thumbnail")
def photo(photo_id: str) -> Response:
    """The thumbnail of a photo that was taken over this handoff."""
    draft = _draft()
    if not any(each.id == photo_id and draft.may_see(each) for each in draft.photos.values()):
        abort(404)
    return picture(draft, photo_id, "thumbnail")


@phone.post("/end")
def end() -> Any:
    """Be done: this phone may do nothing more."""
    services().handoffs.finish(_draft())
    return go(addresses().home())


phone.add_url_rule("/legal/<kind>", view_func=pages.legal)
phone.add_url_rule("/language", view_func=pages.language, methods=["POST"])


def _draft() -> Draft:
    """What this phone may work on; raises HandoffOverError."""
    if not cookie().is_photographer:
        raise HandoffOverError(Over.NONE)
    return services().handoffs.load(cookie().token)


def _tasks(draft: Draft) -> list[Task]:
    return services().handoffs.tasks(draft, language=languages.current())


def _fields(draft: Draft) -> list[Any]:
    """The fields of the photos asked for, as this phone may see them."""
    context = services().drafts.context(draft, language=languages.current())
    fields = []
    for task in _tasks(draft):
        field: Any = task.step.bind(context, None)[task.slot]
        hide_foreign(field, draft)
        fields.append(field)
    return fields


def _standing(draft: Draft) -> dict[str, Any]:
    tasks = _tasks(draft)
    return {"left": len([task for task in tasks if not task.is_done]), "total": len(tasks), "tag": tag_of(draft)}


def _page(draft: Draft, refusals: dict[str, str] | None = None) -> Any:
    fields, refused = _fields(draft), refusals or {}
    for field in fields:
        field.refusal = refused.get(field.name, "")
    page = render_template(
        "phone/photos.html",
        draft=draft,
        fields=fields,
        faults=list(refused.items()),
        **_standing(draft),
    )
    return page, 422 if refused else 200
