"""What concerns oneself: where one is signed in, and one's password, second step and recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.errors import InvalidError
from app.onboarding.staff.errors import LockedError, WrongCredentialsError
from app.staff.blueprint import staff
from app.staff.browsers import name_of
from app.staff.guard import me, send_away, session_of_staff, signed_in, source
from app.staff.keys import in_groups
from app.staff.waiting import when_to_try
from app.web.qr import qr_code
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _


@staff.get("/me")
@signed_in
def account() -> Any:
    """Own sessions and ways in."""
    return _page([])


@staff.post("/me/sessions/<session_id>/end")
@signed_in
def end_session(session_id: str) -> Any:
    """End one of one's own sessions."""
    if not services().staff.sessions.end_one(me(), session_id, address=source()):
        abort(404)
    if session_id == session_of_staff().id:
        send_away()
        return go(url_for("staff.sign_in"))
    return go(url_for("staff.account"))


@staff.post("/me/sessions/end")
@signed_in
def end_sessions() -> Any:
    """End all of them, this one too."""
    services().staff.sessions.end_all(me(), address=source())
    send_away()
    return go(url_for("staff.sign_in"))


@staff.post("/me/seen")
@signed_in
def seen() -> Any:
    """The notice about failed tries was read."""
    services().staff.sessions.forget_failures(session_of_staff())
    return go(url_for("staff.home"))


@staff.route("/me/password", methods=["GET", "POST"])
@signed_in
def password() -> Any:
    """Change the password."""
    if not (services().settings.staff_passwords and services().staff.own_access.has_password(me())):
        return go(url_for("staff.account"))
    if request.method == "GET":
        return render_template("staff/password.html", faults=[])
    present, new, again = (request.form.get(name, "") for name in ("present", "password", "again"))
    try:
        if new != again:
            return _refused("again", _("The two passwords are not the same"), _ask_password)
        services().staff.own_access.change_password(session_of_staff(), present, new, address=source())
    except InvalidError as error:
        return _refused("password", _(error.message, **error.parameters), _ask_password)
    except (WrongCredentialsError, LockedError) as error:
        return _refused("present", _proof_fault(error, _("That is not your present password")), _ask_password)
    return go(url_for("staff.account"))


@staff.route("/me/second-step", methods=["GET", "POST"])
@signed_in
def second_step() -> Any:
    """Set up the second step, or another authenticator for it."""
    if request.method == "GET":
        return _offer([])
    present, code = request.form.get("present", ""), request.form.get("code", "")
    try:
        codes = services().staff.own_access.set_up(session_of_staff(), present, code, address=source())
    except (WrongCredentialsError, LockedError) as error:
        return _refused("code", _proof_fault(error, _("One of the codes is wrong or was used before")), _offer)
    return _show_codes(codes)


@staff.post("/me/second-step/drop")
@signed_in
def drop_second_step() -> Any:
    """Do without it."""
    try:
        services().staff.own_access.drop(session_of_staff(), request.form.get("code", ""), address=source())
    except (WrongCredentialsError, LockedError) as error:
        return _refused("code", _proof_fault(error, _("That code is wrong or was used before")), _page)
    return go(url_for("staff.account"))


@staff.post("/me/recovery-codes")
@signed_in
def recovery_codes() -> Any:
    """Make new recovery codes."""
    try:
        codes = services().staff.own_access.new_recovery_codes(
            session_of_staff(), request.form.get("code", ""), address=source()
        )
    except (WrongCredentialsError, LockedError) as error:
        return _refused("code", _proof_fault(error, _("That code is wrong or was used before")), _page)
    return _show_codes(codes)


def _page(faults: list[tuple[str, str]]) -> str:
    own = services().staff
    has_second_step = own.second_step.is_set_up(me())
    return render_template(
        "staff/account.html",
        sessions=[(each, name_of(each.browser)) for each in own.sessions.of(me())],
        present=session_of_staff().id,
        has_password=services().settings.staff_passwords and own.own_access.has_password(me()),
        has_second_step=has_second_step,
        codes_left=own.second_step.recovery_codes_left(me()) if has_second_step else 0,
        faults=faults,
    )


def _ask_password(faults: list[tuple[str, str]]) -> str:
    return render_template("staff/password.html", faults=faults)


def _offer(faults: list[tuple[str, str]]) -> str:
    steps = services().staff.second_step
    secret = steps.offer(me())
    return render_template(
        "staff/second_step.html",
        faults=faults,
        secret=in_groups(secret),
        qr=qr_code(steps.address_of(me(), secret)),
        has_one=steps.is_set_up(me()),
    )


def _show_codes(codes: list[str]) -> str:
    return render_template("staff/recovery_codes.html", codes=codes, onward=url_for("staff.account"))


def _refused(field: str, fault: str, page: Callable[[list[tuple[str, str]]], str]) -> Any:
    return page([(field, fault)]), 422


def _proof_fault(error: Exception, wrong: str) -> str:
    return when_to_try(error.seconds) if isinstance(error, LockedError) else wrong
