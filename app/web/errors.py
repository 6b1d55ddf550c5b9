"""Pages for what went wrong: what happened, and how to go on; an error of ours bears the request's id."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel.speaklater import LazyString
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from app.apis.responses import RETRY_SECONDS, api_error_response
from app.onboarding.errors import ClosedError, ConsentAwaitedError, NotTheirsError, SessionGoneError
from app.store.outage import is_outage
from app.web.addresses import addresses, with_query
from app.web.guard import ConsentNeededError, IdleError, NoSessionError, OtherApplicationError, cookie, find_draft
from app.web.limits import limiter
from app.web.logs import describe, log
from app.web.request import TEXTS_ONLY
from app.web.wizard import go
from app.words import gettext as _
from app.words import lazy_gettext as _l

# By status: what happened in three words, what it was, what to do.
WORDS = {
    400: (
        _l("The page could not be sent"),
        _l("It was open for too long, or your browser does not keep this site's cookies."),
        _l("Go back, reload the page and try again. Allow cookies for this site if it happens again."),
    ),
    403: (
        _l("This is not yours to see"),
        _l("The page belongs to somebody else."),
        _l("Go back to your application."),
    ),
    404: (
        _l("There is no such page"),
        _l("The address is wrong, or the page is gone."),
        _l("Check the address, or go on with your application."),
    ),
    405: (_l("That does not work here"), _l("The page cannot be used in this way."), _l("Go back and try again.")),
    413: (
        _l("The file is too big"),
        _l("A photo may have up to 20 MB."),
        _l("Go back and choose a smaller photo; what you gave before is kept."),
    ),
    415: (_l("That does not work here"), _l("The page cannot be used in this way."), _l("Go back and try again.")),
    422: (_l("Something needs correcting"), _l("What was sent cannot be accepted."), _l("Go back and check it.")),
    429: (_l("Too many tries"), _l("We limit how often this can be done."), _l("Wait a moment and try again.")),
    503: (
        _l("We cannot answer just now"),
        _l("Something on our side is not ready."),
        _l("Try again in a few minutes; what you gave is kept."),
    ),
}
TOO_LONG = (
    _l("A text is too long"),
    _l("One of the answers is far longer than it can be."),
    _l("Go back and shorten it; what you gave before is kept."),
)
OURS = (
    _l("Something went wrong on our side"),
    _l("It is not your fault, and what you gave before is kept."),
    _l("Try again in a few minutes. If it goes on, tell us the number below."),
)


def _wants_fragment() -> bool:
    return bool(request.headers.get("X-Requested-With"))


def _words_of(code: int) -> tuple[LazyString, LazyString, LazyString]:
    """What to say of a status. Photos alone reach the limit of a whole post; before that, its texts are too long."""
    length, limit = request.content_length, request.max_content_length
    texts_only = request.mimetype == TEXTS_ONLY
    if code == 413 and (texts_only or (length is not None and limit is not None and length <= limit)):
        return TOO_LONG
    return WORDS.get(code, OURS)


@dataclass(frozen=True, kw_only=True)
class ErrorPages:
    """How pages under a prefix of their own tell of errors: the template, words that differ, a post without token."""

    template: str
    words: Mapping[int, tuple[LazyString, LazyString, LazyString]]
    csrf: Callable[[], Any]


def give_errors(app: Flask, prefix: str, pages: ErrorPages) -> None:
    """Have what goes wrong under `prefix` told there by `pages`."""
    app.extensions.setdefault("alta.errors", {})[f"{prefix}/"] = pages


def _pages() -> ErrorPages | None:
    """Those of the part of the site that this request is for, if it has its own."""
    own: Mapping[str, ErrorPages] = current_app.extensions.get("alta.errors", {})
    path = g.get("errors_of", request.path)
    return next((pages for prefix, pages in own.items() if f"{path}/".startswith(prefix)), None)


def error_page(code: int, *, retry_after: int | None = None) -> Any:
    """The page for a status; for a script's request its sentence as JSON."""
    own = _pages()
    title, what, todo = (str(words) for words in (own.words.get(code) if own else None) or _words_of(code))
    if retry_after is not None:
        minutes = max(1, round(retry_after / 60))
        todo = (
            _("Try again in %(minutes)s min.", minutes=minutes)
            if retry_after > 90
            else _("Try again in %(seconds)s seconds.", seconds=retry_after)
        )
    if _wants_fragment():
        return jsonify(error=f"{title}. {todo}"), code
    page = render_template(
        own.template if own else "errors/error.html",
        code=code,
        title=title,
        what=what,
        do=todo,
        request_id=g.request_id if code >= 500 else None,
        retry_after=retry_after,
    )
    return page, code


def _gone(_error: Exception) -> Any:
    if _wants_fragment():
        return jsonify(error=_("Your session has ended. Reload the page to go on.")), 410
    return render_template("wizard/gone.html", kind="session"), 410


def _no_session(_error: Exception) -> Any:
    return go(with_query(addresses().start()) if request.method == "GET" else addresses().start())


def _idle(_error: Exception) -> Any:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return go(addresses().confirm(next=wanted))


def _other(_error: Exception) -> Any:
    if _wants_fragment():
        return jsonify(error=_("This page belongs to another application. Reload it to go on.")), 409
    return render_template("wizard/other_application.html", go_on=addresses().home()), 409


def _closed(_error: Exception) -> Any:
    """Another tab sent the application while this page was on its way: what became of it is to be seen there."""
    return go(addresses().status())


def _consent_needed(_error: Exception) -> Any:
    if _wants_fragment():
        return jsonify(error=_("Your agreement is needed first. Reload the page to go on.")), 409
    return go(addresses().agree())


def _not_theirs(_error: Exception) -> Any:
    return error_page(403)


def _csrf(error: CSRFError) -> Any:
    """A post without its token: most often its session ended, or the tab belongs to an earlier application."""
    if (api := api_error_response(request, error)) is not None:
        return api
    if (own := _pages()) is not None:
        return own.csrf()
    refuse: Callable[[], Any] | None = g.get("refuse_post")
    if refuse is not None:
        return refuse()
    inside = request.blueprint == "wizard" and request.endpoint not in ("wizard.start", "wizard.language")
    if cookie().is_applicant:
        draft = find_draft()
        if draft is None:
            return _gone(error)
        if request.form.get("application", draft.tag) != draft.tag:
            return _other(error)
    elif inside and request.endpoint != "wizard.resume":
        return _no_session(error)
    return error_page(400)


def _http(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    if (api := api_error_response(request, error)) is not None:
        return api
    return error_page(error.code or 500)


def _limited(error: RateLimitExceeded) -> Any:
    current = limiter.current_limit
    seconds = max(1, int(current.reset_at - time.time())) if current else 60
    if (api := api_error_response(request, error)) is not None:
        api.headers["Retry-After"] = str(seconds)
        return api
    page, code = error_page(429, retry_after=seconds)
    return page, code, {"Retry-After": str(seconds)}


def _ours(error: Exception) -> Any:
    away = is_outage(error)
    log.error("not_ready" if away else "unexpected", request_id=g.get("request_id"), **describe(error))
    if (api := api_error_response(request, ServiceUnavailable() if away else InternalServerError())) is not None:
        return api
    if not away:
        return error_page(500)
    page, code = error_page(503)
    return page, code, {"Retry-After": str(RETRY_SECONDS)}


ANSWERS: tuple[tuple[type[Exception], Callable[[Any], Any]], ...] = (
    (HTTPException, _http),
    (RateLimitExceeded, _limited),
    (Exception, _ours),
    (CSRFError, _csrf),
    (SessionGoneError, _gone),
    (ClosedError, _closed),
    (NoSessionError, _no_session),
    (IdleError, _idle),
    (OtherApplicationError, _other),
    (ConsentNeededError, _consent_needed),
    (ConsentAwaitedError, _consent_needed),
    (NotTheirsError, _not_theirs),
)


def init_errors(app: Flask) -> None:
    """Answer every kind of error in its form: an API's JSON, a fragment's JSON, or a page."""
    for kind, answer in ANSWERS:
        app.register_error_handler(kind, answer)
