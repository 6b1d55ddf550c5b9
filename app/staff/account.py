"""What concerns oneself: where one is signed in."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for

from app.staff.blueprint import staff
from app.staff.browsers import name_of
from app.staff.guard import me, send_away, session_of_staff, signed_in, source
from app.web.wizard import go
from app.wiring import services


@staff.get("/me")
@signed_in
def account() -> Any:
    """Own sessions."""
    own = services().staff
    return render_template(
        "staff/account.html",
        sessions=[(each, name_of(each.browser)) for each in own.sessions.of(me())],
        present=session_of_staff().id,
        has_second_step=own.second_step.is_set_up(me()),
        codes_left=own.second_step.recovery_codes_left(me()),
    )


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
