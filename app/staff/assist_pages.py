"""The wizard under the console: the same views as the applicant's, before which an agent sits for a person."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request

from app.domain.roles import Permission
from app.onboarding.audit import AuditAction
from app.onboarding.draft import Draft
from app.staff.assist_seat import is_left, sit
from app.staff.blueprint import staff
from app.staff.guard import allow, me, source
from app.web import handoff, photos, wizard
from app.web.guard import journey_of
from app.wiring import services


@staff.route("/assist/<assistance>/<key>", methods=["GET", "POST"])
@allow(Permission.ASSIST)
def assist_step(assistance: str, key: str) -> Any:
    """A step, answered for the person; one that only they may answer says so, and takes nothing."""
    draft = sit(assistance)
    journey = journey_of(draft)
    if is_left(journey, key):
        if request.method == "POST":
            abort(403)
        step = next(each for each in journey.left if each.key == key)
        return render_template("staff/assist/theirs.html", draft=draft, step=step)
    return wizard.step(key)


@staff.post("/assist/<assistance>/photos/<slot>")
@allow(Permission.ASSIST)
def assist_upload(assistance: str, slot: str) -> Any:
    """One photo that the agent takes of the person or their document."""
    _require_photos(sit(assistance))
    return photos.upload(slot)


@staff.get("/assist/<assistance>/photos/<picture>/<variant>")
@allow(Permission.ASSIST)
def assist_photo(assistance: str, picture: str, variant: str) -> Any:
    """A photo of the person who is helped; that it was seen is in the record."""
    draft = sit(assistance)
    answer = photos.photo(picture, variant)
    services().helping.assistances.record_view(
        me(), draft, action=AuditAction.PHOTO_VIEWED, subject=picture, address=source()
    )
    return answer


@staff.post("/assist/<assistance>/handoff/<photo_step>")
@allow(Permission.ASSIST)
def assist_handoff(assistance: str, photo_step: str) -> Any:
    """Hand the photos to the person's phone, or take them back."""
    _require_photos(sit(assistance))
    return handoff.hand_over(photo_step)


@staff.get("/assist/<assistance>/handoff/<photo_step>")
@allow(Permission.ASSIST)
def assist_news(assistance: str, photo_step: str) -> Any:
    """What has become of that."""
    sit(assistance)
    return handoff.news(photo_step)


def _require_photos(draft: Draft) -> None:
    """Refuse photos from afar, and before the person agreed."""
    if not draft.hand.takes_photos:
        abort(403)
