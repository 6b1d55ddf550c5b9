"""What stands between a request and a draft: who sits there, the idle clock, and the tab's own application."""

from __future__ import annotations

import hmac
from contextlib import suppress
from typing import Any, cast

from flask import current_app, request, session

from app.journey import Journey
from app.onboarding.draft import Draft
from app.onboarding.errors import SessionGoneError
from app.onboarding.hands import PART
from app.present import the_notes, the_request
from app.steps.base import Step
from app.web import languages
from app.web.session import BrowserCookie, CookieSessions
from app.wiring import services

WIZARD = "wizard"


class NoSessionError(Exception):
    """The browser has no session: it starts at the start."""


class IdleError(Exception):
    """The browser was away too long: the birth date is asked before answers are shown."""


class ConsentNeededError(Exception):
    """The person has not agreed yet to what is done with their data: that comes before anything else."""


class OtherApplicationError(Exception):
    """The page that was posted belongs to another application than this browser's present one."""


def in_wizard() -> bool:
    """Whether the request is for a page of the journey, in a frame or not."""
    return (the_request().blueprint or "").endswith(WIZARD)


def cookie() -> BrowserCookie:
    """This browser's cookie."""
    found: BrowserCookie = session._get_current_object()  # type: ignore[attr-defined]
    return found


def admit(token: str) -> None:
    """Give this browser the session of an application."""
    cast(CookieSessions, current_app.session_interface).give(cookie(), token)


class Seat:
    """Who sits before the wizard's pages: an applicant with a cookie. Staff have another seat before the same pages."""

    layout = "layout.html"
    is_agents = False

    @property
    def secret(self) -> str:
        """What nobody else has: a phone's link is derived from it."""
        return cookie().token

    def load(self) -> Draft | None:
        """The draft to fill in, if there is one."""
        if cookie().is_applicant:
            with suppress(SessionGoneError):
                return services().drafts.load(cookie().token)
        return None

    def require_known(self) -> None:
        """Raise NoSessionError where nobody has begun anything here."""
        if not cookie().is_applicant:
            raise NoSessionError

    def require_awake(self, draft: Draft) -> None:
        """Raise IdleError where nobody was here for long."""
        if services().access.is_idle(draft):
            raise IdleError

    def note_presence(self, draft: Draft) -> None:
        """Note that somebody is here, unless the page looks for news by itself, which says so."""
        if "X-Looks-By-Itself" not in request.headers:
            services().access.see(draft, cookie().token)

    def language(self, draft: Draft) -> str:
        """The language that answers are asked and understood in."""
        return languages.current()

    def heading(self, step: Step) -> tuple[Any, Any]:
        """What stands over a step's form, and below that."""
        return step.title, step.lead

    def script(self, draft: Draft, journey: Journey, step: Step) -> Any:
        """What is to be read aloud on a step's page; nothing to somebody who reads it themselves."""
        return None

    def chosen_language(self) -> str | None:
        """The language that was chosen on a page with a form."""
        return languages.known(request.form.get("language"))


_APPLICANT = Seat()


def seat() -> Seat:
    """Who sits before this page."""
    found: Seat | None = the_notes().get("seat")
    return found or _APPLICANT


def find_draft() -> Draft | None:
    """The draft that this request is about, or None; loaded once per request."""
    notes = the_notes()
    if "draft" not in notes:
        # Where loading fails, the page that says so asks again: there is none for it.
        notes.draft = None
        notes.draft = seat().load()
    draft: Draft | None = notes.draft
    return draft


def require_draft(*, shows_answers: bool = True, before_consent: bool = False) -> Draft:
    """The draft that this request is about.

    Raises NoSessionError, SessionGoneError, IdleError, OtherApplicationError and, except for what may be done
    `before_consent`, ConsentNeededError.
    """
    here, posted = seat(), the_request()
    here.require_known()
    draft = find_draft()
    if draft is None:
        raise SessionGoneError("no row")
    if posted.method == "POST":
        claimed = posted.form.get("application", "")
        if not hmac.compare_digest(claimed.encode(), draft.tag.encode()):
            raise OtherApplicationError
    if shows_answers:
        here.require_awake(draft)
        here.note_presence(draft)
    if draft.awaits_consent and not (before_consent or draft.hand.is_agents):
        raise ConsentNeededError
    return draft


def page_words() -> dict[str, Any]:
    """What every page says of the application it belongs to: whether it is open, whose part it shows, who helps."""
    draft = find_draft() if cookie().is_applicant and in_wizard() else None
    is_open = draft is not None and draft.is_open
    here = seat()
    return {
        "country": draft.country if draft is not None else None,
        "in_journey": is_open,
        "is_part": draft is not None and is_open and draft.hand is PART,
        "helped": draft if draft is not None and is_open and services().drafts.is_helped(draft) else None,
        "wizard_layout": here.layout,
        "by_agent": here.is_agents,
    }


def journey_of(draft: Draft) -> Journey:
    """The journey of `draft` as whoever sits here goes it."""
    return services().drafts.journey(draft, language=seat().language(draft))
