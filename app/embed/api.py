"""The sessions API over HTTP: what an integration's server calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, request
from flask_babel import refresh
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from app.apis.authentication import authenticate, current_caller, require_caller
from app.apis.errors import ConflictError, StillRunningError
from app.apis.reading import limit_body, whole_body
from app.apis.responses import (
    ERROR_CODES,
    JSON_MAXIMUM_BYTES,
    SESSIONS,
    api_error_response,
    finish,
    json_body,
    json_response,
    problem_response,
)
from app.apis.sessions.contract import KEY_MAXIMUM, PATH, EventShown, EventsShown, Launched, NewSession
from app.embed.addresses import LAUNCH_PATH
from app.onboarding.embedding.errors import FaultyCallError, OtherCallError, UnknownSessionError, WrongStateError
from app.onboarding.embedding.values import Launch
from app.web.limits import limit_sessions, limiter
from app.web.security import csrf
from app.wiring import services

Path = tuple[str, ...]
sessions = Blueprint("sessions_api", __name__)


@sessions.before_request
def _enter() -> None:
    # What is wrong with a body is said in one language, whoever's server asks.
    g.language = "en"
    g.pop("catalogue", None)
    refresh()
    require_caller(request, authenticate)
    limit_body(request, JSON_MAXIMUM_BYTES)


@sessions.post(PATH)
def create() -> Response:
    """Make a session, or find the one that this very call made."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_MAXIMUM:
        return problem_response(431)
    launch, is_new = services().embedding.sessions.create(current_caller(), _asked(), key=key or None)
    response = _launched(launch, 201 if is_new else 200)
    response.headers["Location"] = f"{PATH}/{launch.session_id}"
    return response


@sessions.get(f"{PATH}/<session_id>")
def show(session_id: str) -> Response:
    """How a session stands."""
    shown = services().embedding.showing.of(current_caller(), session_id)
    return json_response(shown.model_dump(mode="json"))


@sessions.get(f"{PATH}/<session_id>/events")
def events(session_id: str) -> Response:
    """What happened to it."""
    found = services().embedding.sessions.events(current_caller(), session_id)
    shown = [
        EventShown(number=each.number, type=each.kind, state=each.state, data=each.detail, created_at=each.created_at)
        for each in found
    ]
    return json_response(EventsShown(events=shown).model_dump(mode="json"))


@sessions.post(f"{PATH}/<session_id>/launch")
def launch(session_id: str) -> Response:
    """A fresh token and link."""
    return _launched(services().embedding.sessions.launch(current_caller(), session_id), 201)


@sessions.post(f"{PATH}/<session_id>/cancel")
def cancel(session_id: str) -> Response:
    """End it before it was sent."""
    services().embedding.sessions.cancel(current_caller(), session_id)
    return show(session_id)


@sessions.delete(f"{PATH}/<session_id>")
def erase(session_id: str) -> Response:
    """Erase it with all that was gathered."""
    services().embedding.forgetting.erase(current_caller(), session_id)
    return Response(status=204)


@sessions.after_request
def _leave(response: Response) -> Response:
    """The limit that was counted, in the fields that are on their way to be a standard and in those before them."""
    limit = limiter.current_limit
    if limit is not None:
        window = limit.limit.get_expiry()
        seconds = min(window, max(0, ceil(limit.reset_at - _now())))
        amount, left = limit.limit.amount, max(0, limit.remaining)
        response.headers["RateLimit-Policy"] = f'"sessions";q={amount};w={window}'
        response.headers["RateLimit"] = f'"sessions";r={left};t={seconds}'
        response.headers["RateLimit-Limit"] = str(amount)
        response.headers["RateLimit-Remaining"] = str(left)
        response.headers["RateLimit-Reset"] = str(seconds)
        if response.status_code == 429:
            response.headers["Retry-After"] = str(max(1, seconds))
    return finish(SESSIONS, response)


def _now() -> float:
    return services().embedding.clock().timestamp()


def _launched(made: Launch, status: int) -> Response:
    link = f"{services().public_url(request.host_url)}{LAUNCH_PATH}?{urlencode({'token': made.token})}"
    launched = Launched(id=made.session_id, url=link, launch_token=made.token, expires_at=made.expires_at)
    return json_response(launched.model_dump(mode="json"), status)


def _asked() -> NewSession:
    """What the body asks for; one that is empty asks for a session with nothing known."""
    raw = whole_body(request)
    if not raw:
        return NewSession()
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    try:
        return NewSession.model_validate(json_body(raw))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise FaultyCallError([(tuple(map(str, each["loc"])), _sentence(each)) for each in found]) from None


def _sentence(fault: Any) -> str:
    """What is wrong, in the words of JSON and not in those of what reads it."""
    return "must be an object" if fault["type"] in ("model_type", "dict_type") else str(fault["msg"])


def _faulty(faults: Sequence[tuple[Path, str]]) -> Response:
    errors = [{"pointer": "".join(map(_pointed, path)), "detail": sentence} for path, sentence in faults]
    return problem_response(422, "invalid", "Each fault is named with its place.", errors=errors)


def _pointed(part: str) -> str:
    return "/" + part.replace("~", "~0").replace("/", "~1")


def _failed(error: Exception) -> Response:
    if isinstance(error, FaultyCallError):
        return _faulty(error.faults)
    known: dict[type[Exception], Any] = {
        UnknownSessionError: partial(problem_response, 404),
        WrongStateError: partial(problem_response, 409, "wrong_state", str(error)),
        OtherCallError: partial(problem_response, 409, "", str(error)),
        StillRunningError: partial(problem_response, 409, "still_running"),
        ConflictError: partial(problem_response, 409, "", "The idempotency key stands for another body."),
    }
    for kind, answer in known.items():
        if isinstance(error, kind):
            response: Response = answer()
            if isinstance(error, StillRunningError):
                response.headers["Retry-After"] = "1"
            return response
    return api_error_response(request, error) or problem_response(500)


for _kind in (Exception, *ERROR_CODES):
    sessions.register_error_handler(_kind, _failed)


def register_api(app: Flask) -> None:
    """Serve it; an integration's token is no cookie, so that no other site can make a browser send it."""
    csrf.exempt(sessions)
    limit_sessions(sessions)
    app.register_blueprint(sessions)
