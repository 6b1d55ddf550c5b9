"""The areas of the console, in the order of its menu; one is shown once it is there and to whom it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel.speaklater import LazyString

from app.domain.roles import Permission
from app.onboarding.staff.members import StaffMember
from app.onboarding.staff.sessions import StaffSession, Stage
from app.words import lazy_gettext as _l


@dataclass(frozen=True, kw_only=True)
class Area:
    """One entry of the menu: the view it leads to, what it is called, and who may go there."""

    endpoint: str
    label: LazyString
    icon: str
    permission: Permission


AREAS = (
    Area(endpoint="staff.cases", label=_l("Applications"), icon="list", permission=Permission.SEE_CASES),
    Area(endpoint="staff.assist", label=_l("Assist somebody"), icon="hand", permission=Permission.ASSIST),
    Area(endpoint="staff.figures", label=_l("How it goes"), icon="chart", permission=Permission.SEE_FIGURES),
    Area(
        endpoint="staff.integrations",
        label=_l("Integrations"),
        icon="plug",
        permission=Permission.MANAGE_INTEGRATIONS,
    ),
    Area(endpoint="staff.team", label=_l("Team"), icon="people", permission=Permission.MANAGE_STAFF),
    Area(endpoint="staff.audit", label=_l("Record"), icon="book", permission=Permission.SEE_AUDIT),
)
ROLES = {
    "agent": _l("Agent"),
    "reviewer": _l("Reviewer"),
    "supervisor": _l("Supervisor"),
    "admin": _l("Admin"),
}


def areas_of(member: StaffMember) -> list[Area]:
    """The areas that are there and open to the member."""
    return [area for area in AREAS if area.endpoint in current_app.view_functions and member.may(area.permission)]


def page_words(session: StaffSession | None) -> dict[str, Any]:
    """What every page of the console may show."""
    member = session.member if session is not None and session.stage is Stage.FULL else None
    entries = [(url_for(area.endpoint), area) for area in areas_of(member)] if member else []
    return {
        "member": member,
        "staff_session": session if member else None,
        "role_names": ROLES,
        "areas": [(address, area, _standing(address)) for address, area in entries],
    }


def _standing(address: str) -> str:
    """`aria-current` of an entry: this very page, or one below it."""
    if request.path == address:
        return "page"
    return "true" if request.path.startswith(f"{address.rstrip('/')}/") else ""
