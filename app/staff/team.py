"""The Team page: members of staff with their roles, for admins."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.roles import GRANTED, Permission, Role
from app.onboarding import integrations
from app.onboarding.staff.members import StaffMember
from app.onboarding.staff.team import Standing, TeamError, Wanted, known_integrations
from app.staff.blueprint import staff
from app.staff.guard import allow, console_address, me, source
from app.web import languages
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

ALL = "*"


@staff.get("/team")
@allow(Permission.MANAGE_STAFF)
def team() -> Any:
    """Everybody whom the admin oversees."""
    return render_template(
        "staff/team.html",
        standings=services().staff.team.overseen(me()),
        takes_passwords=services().settings.staff_passwords,
    )


@staff.route("/team/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_STAFF)
def add_member() -> Any:
    """Make a member, and show the link by which they choose a password."""
    _require_passwords()
    if request.method == "GET":
        return _form(None, Wanted(name="", email="", role="", integrations=me().integrations))
    wanted = _wanted(request.form.get("email", ""))
    try:
        member, token = services().staff.team.create(wanted, by=me(), address=source())
    except TeamError as error:
        return _form(None, wanted, error)
    return _show_link(member, token)


@staff.route("/team/<member_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_STAFF)
def member(member_id: str) -> Any:
    """Show a member; change name, role and integrations."""
    found = _find(member_id)
    if request.method == "GET":
        return _form(found, _as_is(found.member))
    wanted = _wanted(found.member.email)
    try:
        services().staff.team.change(found.member, wanted, by=me(), address=source())
    except TeamError as error:
        return _form(found, wanted, error)
    return go(url_for("staff.team"))


@staff.post("/team/<member_id>/disable")
@allow(Permission.MANAGE_STAFF)
def disable_member(member_id: str) -> Any:
    """Shut a member out."""
    found = _find(member_id)
    try:
        services().staff.team.disable(found.member, by=me(), address=source())
    except TeamError as error:
        return _form(found, _as_is(found.member), error)
    return go(url_for("staff.team"))


@staff.post("/team/<member_id>/enable")
@allow(Permission.MANAGE_STAFF)
def enable_member(member_id: str) -> Any:
    """Let a member in again."""
    services().staff.team.enable(_find(member_id).member, by=me(), address=source())
    return go(url_for("staff.member", member_id=member_id))


@staff.post("/team/<member_id>/second-step")
@allow(Permission.MANAGE_STAFF)
def reset_second_step(member_id: str) -> Any:
    """Have a member set up the second step anew."""
    services().staff.team.reset_second_step(_find(member_id).member, by=me(), address=source())
    return go(url_for("staff.member", member_id=member_id))


@staff.post("/team/<member_id>/password")
@allow(Permission.MANAGE_STAFF)
def reset_password(member_id: str) -> Any:
    """Forget a member's password, and show the link by which they choose a new one."""
    _require_passwords()
    found = _find(member_id)
    token = services().staff.team.reset_password(found.member, by=me(), address=source())
    return _show_link(found.member, token)


def _require_passwords() -> None:
    """Where everybody comes in through the provider, there is nothing to choose a password for."""
    if not services().settings.staff_passwords:
        abort(404)


def _find(member_id: str) -> Standing:
    """A member whom the admin oversees; anybody else is as good as nobody."""
    found = services().staff.team.find(me(), member_id)
    return found if found is not None else abort(404)


def _wanted(email: str) -> Wanted:
    """What was posted."""
    chosen = request.form.getlist("integrations")
    return Wanted(
        name=request.form.get("name", ""),
        email=email,
        role=request.form.get("role", ""),
        integrations=None if ALL in chosen else frozenset(chosen),
        language=languages.current(),
    )


def _as_is(found: StaffMember) -> Wanted:
    return Wanted(name=found.name, email=found.email, role=found.role, integrations=found.integrations)


def _form(standing: Standing | None, wanted: Wanted, error: TeamError | None = None) -> Any:
    given = error.faults if error is not None else ()
    faults = [(field, _(fault.message, **fault.parameters)) for field, fault in given]
    names = [
        *services().upstreams.names(),
        *(each.name for each in integrations.list_all()),
        *(wanted.integrations or ()),
    ]
    page = render_template(
        "staff/member.html",
        standing=standing,
        wanted=wanted,
        faults=faults,
        fault_of=dict(faults),
        roles=[(role.value, sorted(GRANTED[role])) for role in Role],
        integrations=known_integrations([*names, *(wanted.integrations or ())], me()),
        everything=ALL,
        takes_passwords=services().settings.staff_passwords,
    )
    return page, 422 if error is not None else 200


def _show_link(invited: StaffMember, token: str) -> Any:
    return render_template(
        "staff/member_link.html",
        invited=invited,
        link=console_address() + url_for("staff.join", token=token),
        hours=services().settings.staff_link_hours,
    )
