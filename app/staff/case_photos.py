"""Photos on a case's page, and their pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort

from app.domain.roles import Permission
from app.forms.context import PhotoReference
from app.forms.verdicts import good_words
from app.onboarding.cases.file import Case
from app.onboarding.cases.pictures import LOOKS, Measured
from app.onboarding.cases.related import Other
from app.onboarding.likeness import PhotoStanding
from app.staff import labels
from app.staff.blueprint import staff
from app.staff.case_words import slot_name
from app.staff.guard import allow, me, source
from app.web.photos import shown
from app.wiring import services

FRONT = "front_document"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A photo as the page shows it: what was wrong with it in words, "" where nothing was, and whether it is in another
    application that the member may see."""

    slot: str
    label: str
    photo: PhotoReference
    problem: str
    good: list[str]
    measured: Measured | None
    is_elsewhere: bool


def photos_of(case: Case, standing: Iterable[PhotoStanding], others: Iterable[Other]) -> list[Shown]:
    """The photos of a case in the order of their places: document, then faces; `others` are the member's to see."""
    theirs = {other.reference for other in others}
    elsewhere = {each.slot for each in standing if not theirs.isdisjoint(each.also_in)}
    measured = services().cases.pictures.measured(case.id)
    order = {FRONT: 0, "back_document": 1, "dni_selfie": 2}
    return [
        Shown(
            slot=slot,
            label=slot_name(slot),
            photo=photo,
            problem=str(labels.PROBLEMS[photo.problem]) if photo.problem else "",
            good=good_words(photo.good),
            measured=measured.get(photo.id),
            is_elsewhere=slot in elsewhere,
        )
        for slot, photo in sorted(case.draft.photos.items(), key=lambda item: (order.get(item[0], 9), item[0]))
    ]


@staff.get("/photos/<photo_id>/<look>")
@allow(Permission.SEE_CASES)
def case_photo(photo_id: str, look: str) -> Response:
    """A photo's JPEG; the record tells that it was seen."""
    if look not in LOOKS:
        abort(404)
    wanted: Any = look
    return shown(services().cases.pictures.look(me(), photo_id, wanted, address=source()))
