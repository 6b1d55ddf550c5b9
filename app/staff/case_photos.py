"""Photos on a case's page, and their pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template

from app.domain.roles import Permission
from app.forms.context import PhotoReference
from app.forms.verdicts import good_words
from app.onboarding.cases.file import Case
from app.onboarding.cases.pictures import LOOKS, Measured
from app.onboarding.cases.related import Other
from app.onboarding.likeness import PhotoStanding
from app.staff import labels
from app.staff.blueprint import staff
from app.staff.case_words import name_of, slot_name
from app.staff.guard import allow, me, source
from app.staff.list_query import AT, case_address, filters, place
from app.web.photos import shown
from app.wiring import services

FRONT = "front_document"
SIDES = (FRONT, "back_document")


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

    @property
    def has_face(self) -> bool:
        """Whether a portrait can be cut out of it."""
        return self.measured is not None and self.measured.has_face

    @property
    def close(self) -> str:
        """The look that shows its face as large as can be."""
        return "portrait" if self.has_face else "stored"


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


@staff.get("/cases/<application_id>/photos")
@allow(Permission.SEE_CASES)
def case_photos(application_id: str) -> Any:
    """All photos of a case large, to be turned and enlarged with or without scripts; the face beside the portrait."""
    found = services().cases.files.open(me(), application_id, address=source())
    if found is None:
        abort(404)
    photos = photos_of(found, (), ())
    page = {"draft": found.draft, "person": name_of(found.draft), "photos": photos, "pair": pair_of(photos)}
    return render_template("staff/case/large.html", back=case_address(found.id, filters(), place(AT)), **page)


def pair_of(photos: Iterable[Shown]) -> tuple[Shown, Shown] | None:
    """The document whose portrait can be shown, and the selfie to be held beside it."""
    document = next((each for each in photos if each.slot == FRONT and each.has_face), None)
    selfie = next((each for each in photos if each.slot not in SIDES), None)
    return (document, selfie) if document and selfie else None


@staff.get("/photos/<photo_id>/<look>")
@allow(Permission.SEE_CASES)
def case_photo(photo_id: str, look: str) -> Response:
    """A photo's JPEG; the record tells that it was seen."""
    if look not in LOOKS:
        abort(404)
    wanted: Any = look
    return shown(services().cases.pictures.look(me(), photo_id, wanted, address=source()))
