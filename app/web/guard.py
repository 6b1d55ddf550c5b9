"""What stands between a request and a draft: the session, the idle clock, and the tab's own application."""

from __future__ import annotations

import hmac
from contextlib import suppress
from typing import cast

from flask import current_app, g, request, session

from app.onboarding.draft import Draft
from app.onboarding.errors import SessionGoneError
from app.web.session import BrowserCookie, CookieSessions
from app.wiring import services

WIZARD = "wizard"


class NoSessionError(Exception):
    """The browser has no session: it starts at the start."""


class IdleError(Exception):
    """The browser was away too long: the birth date is asked before answers are shown."""


class OtherApplicationError(Exception):
    """The page that was posted belongs to another application than this browser's present one."""


def in_wizard() -> bool:
    """Whether the request is for a page of the journey, in a frame or not."""
    return (request.blueprint or "").endswith(WIZARD)


def cookie() -> BrowserCookie:
    """This browser's cookie."""
    return cast(BrowserCookie, session._get_current_object())  # type: ignore[attr-defined]


def admit(token: str) -> None:
    """Give this browser the session of an application."""
    cast(CookieSessions, current_app.session_interface).give(cookie(), token)


def find_draft() -> Draft | None:
    """The browser's draft, or None; loaded once per request."""
    if "draft" not in g:
        g.draft = None
        if cookie().is_applicant:
            with suppress(SessionGoneError):
                g.draft = services().drafts.load(cookie().token)
    return cast("Draft | None", g.draft)


def require_draft(*, shows_answers: bool = True) -> Draft:
    """The browser's draft; raises NoSessionError, SessionGoneError, IdleError or OtherApplicationError.

    A page that looks for news by itself says so: nobody is there for that.
    """
    if not cookie().is_applicant:
        raise NoSessionError
    draft = find_draft()
    if draft is None:
        raise SessionGoneError("no row")
    if request.method == "POST":
        claimed = request.form.get("application", "")
        if not hmac.compare_digest(claimed.encode(), draft.tag.encode()):
            raise OtherApplicationError
    if shows_answers:
        access = services().access
        if access.is_idle(draft):
            raise IdleError
        if "X-Looks-By-Itself" not in request.headers:
            access.see(draft, cookie().token)
    return draft
