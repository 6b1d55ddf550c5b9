"""The way in: e-mail address and password, the second step, choosing a password by a link, and the way out."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.errors import InvalidError
from app.onboarding.staff.errors import LinkOverError, LockedError, WrongCredentialsError
from app.onboarding.staff.sessions import StaffSession, Stage
from app.onboarding.staff.sign_in import Origin, SignedIn
from app.staff import devices
from app.staff.blueprint import staff
from app.staff.guard import admit, anybody, find_session, send_away, source, within
from app.staff.keys import in_groups
from app.staff.waiting import when_to_try
from app.web import languages
from app.web.guard import cookie
from app.web.limits import limit_resume, limit_sign_in
from app.web.qr import qr_code
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

PAGES = {Stage.SECOND: "staff.code", Stage.ENROL: "staff.enrol", Stage.FULL: "staff.home"}


@staff.route("/sign-in", methods=["GET", "POST"])
@anybody
@limit_sign_in
def sign_in() -> Any:
    """Ask for e-mail address and password."""
    session = find_session()
    if request.method == "GET":
        return go(_onward()) if session is not None and session.stage is Stage.FULL else _ask()
    if not services().settings.staff_passwords:
        abort(405)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if not email.strip() or not password:
        return _ask(email=email, fault=_("Give your e-mail address and your password"), status=422)
    try:
        return _come_in(services().staff.sign_in.by_password(email, password, origin()))
    except WrongCredentialsError:
        return _ask(email=email, fault=_("E-mail address or password is wrong"), status=422)
    except LockedError as error:
        return _locked(error, _ask(email=email, fault=when_to_try(error.seconds), status=429))


@staff.route("/sign-in/code", methods=["GET", "POST"])
@anybody
@limit_sign_in
def code() -> Any:
    """Ask for the code of the authenticator, or a recovery code."""
    session = find_session()
    if session is None or session.stage is not Stage.SECOND:
        return go(_step_of(session))
    if request.method == "GET":
        return _ask_code()
    try:
        given = request.form.get("code", "")
        return _come_in(services().staff.sign_in.by_code(session, cookie().token, given, origin()))
    except WrongCredentialsError:
        return _ask_code(fault=_("That code is wrong or was used before: wait for the next one"), status=422)
    except LockedError as error:
        return _locked(error, _ask_code(fault=when_to_try(error.seconds), status=429))


@staff.route("/sign-in/set-up", methods=["GET", "POST"])
@anybody
@limit_sign_in
def enrol() -> Any:
    """Set up the second step at the first sign-in."""
    session = find_session()
    if session is None or session.stage is not Stage.ENROL:
        return go(_step_of(session))
    if request.method == "GET":
        return _offer(session)
    try:
        given = request.form.get("code", "")
        signed, codes = services().staff.sign_in.enrol(session, cookie().token, given, origin())
    except WrongCredentialsError:
        return _offer(session, fault=_("That code is wrong: look at the authenticator again"), status=422)
    admit(signed.token)
    devices.keep(signed.devices)
    return render_template("staff/recovery_codes.html", codes=codes, onward=_onward())


@staff.route("/join/<token>", methods=["GET", "POST"])
@anybody
@limit_resume
def join(token: str) -> Any:
    """Choose a password by a link."""
    use_cases = services().staff.sign_in
    if not services().settings.staff_passwords:
        abort(404)
    try:
        invited = use_cases.invited(token)
        if request.method == "GET":
            return _choose(token, invited)
        password = request.form.get("password", "")
        if password != request.form.get("again", ""):
            return _choose(token, invited, fault=_("The two passwords are not the same"), at="again")
        return _come_in(use_cases.choose_password(token, password, origin()))
    except LinkOverError:
        return render_template("staff/link_over.html"), 410
    except InvalidError as error:
        return _choose(token, invited, fault=_(error.message, **error.parameters))


@staff.post("/sign-out")
@anybody
def sign_out() -> Any:
    """End this browser's session."""
    session = find_session()
    if session is not None:
        services().staff.sessions.end(cookie().token, session, address=source())
    send_away()
    return go(url_for("staff.sign_in"))


def origin() -> Origin:
    """Where the request comes from."""
    return Origin(
        address=source(),
        browser=request.headers.get("User-Agent", ""),
        devices=devices.kept(),
        language=languages.current(),
    )


def _come_in(signed: SignedIn) -> Any:
    admit(signed.token)
    devices.keep(signed.devices)
    return go(_onward() if signed.stage is Stage.FULL else url_for(PAGES[signed.stage], next=_kept()))


def _onward() -> str:
    return within(request.args.get("next", ""))


def _kept() -> str | None:
    """Where to go in the end, if that was said and is one of our pages."""
    wanted = request.args.get("next", "")
    return wanted if wanted and within(wanted) == wanted else None


def _step_of(session: StaffSession | None) -> str:
    """The page of the step that the browser has reached."""
    return url_for(PAGES[session.stage] if session is not None else "staff.sign_in", next=_kept())


def _locked(error: LockedError, answer: Any) -> Any:
    page, status = answer
    return page, status, {"Retry-After": str(error.seconds)}


def _ask(*, email: str = "", fault: str = "", status: int = 200) -> Any:
    page = render_template(
        "staff/sign_in.html",
        email=email,
        faults=[("email", fault)] if fault else [],
        takes_passwords=services().settings.staff_passwords,
        provider=services().settings.oidc_name if services().staff.provider.is_offered else "",
        to_provider=url_for("staff.to_provider", next=_kept()),
    )
    return page, status


def _ask_code(*, fault: str = "", status: int = 200) -> Any:
    return render_template("staff/code.html", faults=[("code", fault)] if fault else []), status


def _offer(session: StaffSession, *, fault: str = "", status: int = 200) -> Any:
    second_step = services().staff.second_step
    secret = second_step.offer(session.member)
    page = render_template(
        "staff/enrol.html",
        faults=[("code", fault)] if fault else [],
        secret=in_groups(secret),
        qr=qr_code(second_step.address_of(session.member, secret)),
    )
    return page, status


def _choose(token: str, invited: Any, *, fault: str = "", at: str = "password") -> Any:
    page = render_template("staff/join.html", token=token, invited=invited, faults=[(at, fault)] if fault else [])
    return page, 422 if fault else 200
