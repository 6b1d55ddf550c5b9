"""The record's page: what staff did, by whom, of which kind, about which application, on which day; and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from werkzeug.routing import BuildError

from app.domain.errors import InvalidError
from app.domain.reference import normalise_reference
from app.domain.roles import Permission
from app.onboarding.deeds import DEEDS, AuditAction
from app.onboarding.staff.record import Deed, Filters
from app.staff.blueprint import staff
from app.staff.guard import allow, me, source
from app.staff.sheets import KINDS, download
from app.staff.times import zone
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l
from app.words import translated

ASKED = ("who", "what", "reference", "day")
# Reasons that are words of ours; all others are codes, or a colleague's own words, and are shown as they are.
WHY = {
    "password": _l("by password"),
    "oidc": _l("through the provider"),
    "second_step": _l("the second step"),
    "everything": _l("everything"),
}
COLUMNS = (
    "number",
    "at",
    "who",
    "name",
    "action",
    "reference",
    "integration",
    "subject",
    "about",
    "reason",
    "address",
    "hash",
)


@staff.get("/audit")
@allow(Permission.SEE_AUDIT)
def audit() -> Any:
    """One page of the record."""
    asked = _asked(request.args)
    filters, faults = _filters(asked)
    deeds, onward = services().staff.record.page(me(), filters, below=_number("below")) if not faults else ([], None)
    given = {name: value for name, value in asked.items() if value}
    page = render_template(
        "staff/audit.html",
        deeds=[(each, said(each), WHY.get(each.reason, each.reason), _case(each.application_id)) for each in deeds],
        asked=asked,
        given=given,
        faults=faults,
        fault_of=dict(faults),
        onward=url_for("staff.audit", **_query({**given, "below": str(onward)})) if onward else "",
        latest=url_for("staff.audit", **_query(given)) if "below" in request.args else "",
        kinds=[(action.value, translated(DEEDS[action])) for action in AuditAction],
        people=[(each.member.id, each.member.name) for each in services().staff.team.overseen(me())],
    )
    return page, 422 if faults else 200


@staff.post("/audit/export")
@allow(Permission.SEE_AUDIT)
def export_audit() -> Any:
    """The rows that the page's filters leave, as a file; noted in the record."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(422)
    asked = _asked(request.form)
    filters, faults = _filters(asked)
    if faults:
        return go(url_for("staff.audit", **_query(asked)))
    deeds = services().staff.record.export(me(), filters, kind=kind, address=source())
    today = datetime.now(zone()).date().isoformat()
    return download(kind, f"alta-record-{today}", COLUMNS, _rows(deeds))


def said(deed: Deed) -> str:
    """What a deed is called."""
    return translated(DEEDS[AuditAction(deed.action)]) if deed.action in list(AuditAction) else deed.action


def _rows(deeds: Iterator[Deed]) -> Iterator[Mapping[str, Any]]:
    for deed in deeds:
        yield {**asdict(deed), "at": deed.at.isoformat()}


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "").replace("\0", "").strip() for name in ASKED}


def _filters(asked: Mapping[str, str]) -> tuple[Filters, list[tuple[str, str]]]:
    """What was asked for, and what cannot be understood of it, by field."""
    faults, reference, since, until = [], "", None, None
    if asked["reference"]:
        try:
            reference = normalise_reference(asked["reference"])
        except InvalidError as error:
            faults.append(("reference", _(error.message, **error.parameters)))
    if asked["day"]:
        try:
            day = date.fromisoformat(asked["day"])
            since, until = _begin(day), _begin(day + timedelta(days=1))
        except (ValueError, OverflowError):
            faults.append(("day", _("Give the day as in 2026-11-27")))
    known = asked["what"] if asked["what"] in list(AuditAction) else ""
    return Filters(who=asked["who"], action=known, reference=reference, since=since, before=until), faults


def _begin(day: date) -> datetime:
    """When a day begins where the console is."""
    return datetime.combine(day, time(), zone()).astimezone(UTC)


def _query(asked: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value}


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None


def _case(application_id: str) -> str:
    """The address of an application's page, where there is one."""
    if not application_id or "staff.case" not in current_app.view_functions:
        return ""
    try:
        return url_for("staff.case", application_id=application_id)
    except BuildError:
        return ""
