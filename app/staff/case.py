"""The page of one case: everything about an application, and what staff do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.errors import InvalidError
from app.domain.roles import Permission
from app.domain.stage import Flag
from app.onboarding.cases.file import Case, TakenError
from app.onboarding.cases.notes import MESSAGE, NOTE
from app.onboarding.cases.related import Other
from app.onboarding.cases.timeline import timeline
from app.onboarding.ledger import DeliveryError
from app.staff.blueprint import staff
from app.staff.case_answers import groups_of, source_words
from app.staff.case_photos import pair_of, photos_of
from app.staff.case_words import checks_of, event_words, name_of
from app.staff.decision_words import page_words, standing_of
from app.staff.guard import allow, me, source
from app.staff.list_query import AT, case_address, filters, list_address, neighbours, place
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _


def find_case(application_id: str) -> Case:
    """The case at hand; one that is not there, or not the member's to see, is not found."""
    case = services().cases.files.find(me(), application_id)
    if case is None:
        abort(404)
    return case


def back_to(application_id: str) -> str:
    """The case's page, at the place in the list that this request names."""
    return case_address(application_id, filters(), place(AT))


def flags_of(found: Case, others: Iterable[Other] | None = None) -> list[Flag]:
    """What singles the case out; that it was seen before as far as the others are the member's to see."""
    if others is None:
        others = services().cases.related.of(me(), found, services().likeness.photos_of(found.id))
    seen = [Flag.DUPLICATE] if others else []
    # What waited for a second reviewer waits for nobody where one is enough by now.
    told_here = {Flag.DUPLICATE} if services().decisions.four_eyes else {Flag.DUPLICATE, Flag.SECOND}
    return seen + [flag for flag in found.flags if flag not in told_here]


@staff.get("/cases/<application_id>")
@allow(Permission.SEE_CASES)
def case(application_id: str) -> Any:
    """Show it; the record tells that it was seen."""
    found = services().cases.files.open(me(), application_id, address=source())
    if found is None:
        abort(404)
    return case_page(found)


def case_page(found: Case, status: int = 200, **more: Any) -> Any:
    """The whole page; `more` is what a refused post adds to it."""
    own = services().cases
    groups = groups_of(found)
    deliveries = own.files.deliveries(found.id)
    standing = services().likeness.photos_of(found.id)
    events = timeline(found, deliveries)
    notes, messages = own.notes.of(found.id, NOTE), own.notes.of(found.id, MESSAGE)
    people = {found.assigned_to, *(event.who for event in events), *(each.author for each in (*notes, *messages))}
    people |= {row.by for group in groups for row in group.rows}
    names, beside = dict(services().staff.members.names(people)), neighbours(found)
    others = own.related.of(me(), found, standing)
    photos = photos_of(found, standing, others)
    page = render_template(
        "staff/case.html",
        case=found,
        draft=found.draft,
        person=name_of(found.draft),
        groups=groups,
        source_words=lambda row: source_words(row, names),
        photos=photos,
        pair=pair_of(photos),
        checks=checks_of(found, deliveries),
        deliveries=_newest(deliveries),
        others=others,
        flags=flags_of(found, others),
        events=[(event, event_words(event, names)) for event in events],
        notes=notes,
        messages=messages,
        names=names,
        deciding=standing_of(found.id),
        **page_words(),
        earlier=beside.earlier,
        later=beside.later,
        list_address=list_address(filters()),
        search_address=url_for("staff.search"),
        may=lambda permission: me().may(Permission(permission)),
        **{"fault": "", "fault_at": "", "typed": "", **more},
    )
    return page, status


@staff.post("/cases/<application_id>/notes")
@allow(Permission.WRITE_NOTES)
def write_note(application_id: str) -> Any:
    """Add a note for staff."""
    return _write(application_id, NOTE)


@staff.post("/cases/<application_id>/messages")
@allow(Permission.SEND_MESSAGES)
def write_message(application_id: str) -> Any:
    """Add a message that the applicant sees."""
    return _write(application_id, MESSAGE)


def _write(application_id: str, kind: str) -> Any:
    found, text = find_case(application_id), request.form.get("text", "")
    if kind == MESSAGE and found.draft.submitted_at is None:
        # There is no page yet on which they would see it.
        words = _("They see messages once they have sent their application.")
        return case_page(found, 409, fault=words, fault_at="assign")
    try:
        services().cases.notes.write(me(), found.id, kind, text, address=source())
    except InvalidError as error:
        words = _(error.message, **error.parameters)
        return case_page(found, 422, fault=words, fault_at=kind, typed=text)
    return go(f"{back_to(found.id)}#{kind}s")


@staff.post("/cases/<application_id>/assign")
@allow(Permission.ASSIGN)
def assign(application_id: str) -> Any:
    """Take the application, or give it back; from the list or from its own page."""
    to = me().id if request.form.get("to") == "me" else None
    seen = request.form.get("seen", "").replace("\0", "") or None
    try:
        if not services().cases.files.assign(me(), application_id, to=to, seen=seen, address=source()):
            abort(404)
    except TakenError as error:
        name = services().staff.members.names([error.by]).get(error.by) or _("nobody")
        words = _("It is %(name)s's now: somebody was faster. Look again before you change that.", name=name)
        return case_page(find_case(application_id), 409, fault=words, fault_at="assign")
    return go(list_address(filters()) if request.form.get("back") == "list" else back_to(application_id))


@staff.post("/deliveries/<delivery_id>/retry")
@allow(Permission.RETRY_DELIVERIES)
def retry_delivery(delivery_id: str) -> Any:
    """Try a delivery again from now on."""
    files = services().cases.files
    application_id = files.application_of_delivery(delivery_id)
    if application_id is None:
        abort(404)
    found = find_case(application_id)
    try:
        files.retry(me(), found.id, delivery_id, address=source())
    except DeliveryError:
        words = _("It has changed meanwhile: there is nothing to try again.")
        return case_page(find_case(application_id), 409, fault=words, fault_at="deliveries")
    return go(f"{back_to(found.id)}#deliveries")


def _newest(deliveries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The deliveries that count: of each API that of the newest submission."""
    return list({row["api"]: row for row in deliveries}.values())
