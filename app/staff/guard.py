"""What stands before every page of the console: the host, the session, and the permission that the view names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, jsonify, render_template, request, url_for

from app.domain.roles import Permission
from app.onboarding.staff.members import StaffMember
from app.onboarding.staff.sessions import StaffSession, Stage
from app.present import the_request
from app.staff.hosts import is_staff_path
from app.staff.navigation import page_words
from app.web import languages
from app.web.addresses import STAFF_PREFIX, local
from app.web.guard import cookie
from app.web.session import CookieSessions
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
ANYBODY, SIGNED_IN = "anybody", "signed in"
HOME = "staff.home"
# What the provider sends a browser back to: it brings a cookie of its own that is not Strict.
RETURN = "staff.provider_return"


def allow(permission: Permission) -> Callable[[View], View]:
    """Let only those see the view whose role grants `permission`; stands below the route's own decorator."""
    return _mark(permission)


def anybody(view: View) -> View:
    """Let everybody see the view, signed in or not: the pages on the way in."""
    return _mark(ANYBODY)(view)


def signed_in(view: View) -> View:
    """Let every member of staff see the view: what concerns only themselves."""
    return _mark(SIGNED_IN)(view)


def wanted_of(view: Any) -> Permission | str | None:
    """What the view asks of whoever comes: a permission, `ANYBODY`, `SIGNED_IN`, or None if nobody said."""
    return cast("Permission | str | None", getattr(view, "wanted", None))


def me() -> StaffMember:
    """Who is signed in."""
    return session_of_staff().member


def session_of_staff() -> StaffSession:
    """The session of who is signed in."""
    found = find_session()
    assert found is not None and found.stage is Stage.FULL
    return found


def source() -> str:
    """The address that the request comes from."""
    return request.remote_addr or ""


def find_session() -> StaffSession | None:
    """The browser's session, signed in or halfway, or None; looked up once per request."""
    if "staff_session" not in g:
        # Set first: the page that tells of a database that does not answer does not ask it again.
        g.staff_session = None
        if cookie().is_staff:
            g.staff_session = services().staff.sessions.find(cookie().token)
    return cast("StaffSession | None", g.staff_session)


def admit(token: str) -> None:
    """Give this browser a session of staff."""
    _jars().give(cookie(), token)
    g.pop("staff_session", None)


def send_away() -> None:
    """Take this browser's session away."""
    _jars().take_back(cookie())
    g.staff_session = None


def sign_in_address() -> str:
    """Where to sign in, to come back to this page or, after a post, to the one that it came from."""
    if request.method == "GET":
        wanted = request.full_path.rstrip("?")
    else:
        wanted = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    after = within(wanted)
    # More than the press of a button, to be told that nothing of it was taken.
    lost = "1" if request.method == "POST" and len(request.form) > 1 else None
    return url_for("staff.sign_in", next=after if after != url_for(HOME) else None, lost=lost)


def within(address: str) -> str:
    """`address` if it is one of the console's pages, else its home."""
    home = url_for(HOME)
    return local(address, home) if address.startswith(f"{STAFF_PREFIX}/") else home


def console_address() -> str:
    """Where the console is, as somebody's link or the provider names it, without a path."""
    if services().settings.staff_host:
        return request.host_url.rstrip("/")
    return services().public_url(request.host_url)


def stand_before(app: Flask) -> None:
    """Look at each request before its view."""
    app.before_request(_admit_or_turn_away)
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    here = is_staff_path(g.get("errors_of", request.path))
    return page_words(find_session() if is_staff_path(request.path) else None) if here else {}


def _admit_or_turn_away() -> Any:
    if not is_staff_path(the_request().path):
        return None
    if _comes_from_elsewhere():
        # The cookie is Strict: it did not come along, and none may take its place. The page asks again for itself.
        cookie().held_back = True
        return render_template("staff/passing.html", address=request.full_path.rstrip("?"))
    if request.url_rule is None:
        _prefer_language(find_session())
        return None
    return _check(wanted_of(current_app.view_functions[request.url_rule.endpoint]))


def _check(wanted: Permission | str | None) -> Any:
    """Let the request through, lead it to the sign-in, or refuse it."""
    session = find_session()
    _prefer_language(session)
    if wanted == ANYBODY:
        return None
    if session is None or session.stage is not Stage.FULL:
        if request.headers.get("X-Requested-With"):
            return jsonify(error=_("Your session has ended. Reload the page to go on.")), 401
        return go(sign_in_address())
    if wanted != SIGNED_IN and not (isinstance(wanted, Permission) and session.member.may(wanted)):
        abort(403)
    if "X-Looks-By-Itself" not in request.headers:
        services().staff.sessions.see(session, cookie().token, address=source())
    return None


def _prefer_language(session: StaffSession | None) -> None:
    """Somebody's own language wins over what the browser was set to, as it may be a customer's."""
    if session is not None and session.stage is Stage.FULL:
        languages.use(session.member.language)


def _comes_from_elsewhere() -> bool:
    crossing = request.headers.get("Sec-Fetch-Site") == "cross-site"
    return crossing and request.method == "GET" and cookie().new and request.endpoint != RETURN


def _mark(wanted: Permission | str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.wanted = wanted  # type: ignore[attr-defined]
        return view

    return mark


def _jars() -> CookieSessions:
    return cast(CookieSessions, current_app.session_interface)
