"""Owns the look of every answer under the APIs' paths: JSON bodies, error shapes and headers."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from math import isfinite
from typing import Any
from uuid import uuid4

import structlog
from flask import Response, g
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Request

from app.apis.values import compact_json
from app.store.outage import is_outage

PERSONAL_INFORMATIONS, KYC, SESSIONS = "personal_informations", "kyc", "sessions"
JSON_MAXIMUM_BYTES = 1_000_000
PICTURE_MAXIMUM_BYTES = 20 * 1024 * 1024
ERROR_CODES = (
    400,
    401,
    403,
    404,
    405,
    406,
    408,
    409,
    411,
    413,
    414,
    415,
    416,
    417,
    422,
    423,
    429,
    431,
    500,
    503,
)
WORDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "unprocessable",
    423: "locked",
    429: "too_many_requests",
    431: "header_too_large",
    500: "internal_error",
    503: "unavailable",
}
TITLES = {
    "bad_request": "The body is not JSON, or was cut short",
    "unauthorized": "No integration has this token",
    "not_found": "Nothing of yours is at this address",
    "method_not_allowed": "That does not work at this address",
    "conflict": "This contradicts an earlier call",
    "still_running": "The same call is under way",
    "wrong_state": "The session is in another state",
    "payload_too_large": "The body is too large",
    "unsupported_media_type": "The body must be JSON",
    "invalid": "The body cannot be taken",
    "header_too_large": "The idempotency key is too long",
    "too_many_requests": "Too many calls",
    "internal_error": "Something went wrong on our side",
    "unavailable": "We cannot answer just now",
}
KYC_TYPES = {400: "validation", 401: "unauthenticated", 403: "unauthorized", 422: "wrong_status"}
RETRY_SECONDS = 5
KEPT_HEADERS = ("Allow", "Retry-After")
MIRRORED_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "X-Download-Options": "noopen",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cache-Control": "max-age=0, private, must-revalidate",
    "Vary": "Origin",
}
KYC_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
log = structlog.get_logger()


def api_of(path: str) -> str | None:
    """Which API a path belongs to: `/internal…`, `/api…` and `/v1…` are theirs whole."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return {"internal": PERSONAL_INFORMATIONS, "api": KYC, "v1": SESSIONS}.get(first)


def json_response(body: Any, status: int = 200) -> Response:
    """`body` as compact JSON."""
    return Response(compact_json(body), status, content_type="application/json; charset=utf-8")


def problem_response(status: int, kind: str = "", detail: str = "", **more: Any) -> Response:
    """A problem as RFC 9457 has it; `kind` names it, where the status alone does not."""
    word = kind or WORDS.get(status, "error")
    body = {"type": f"urn:alta:problem:{word.replace('_', '-')}", "title": TITLES.get(word, word), "status": status}
    response = json_response({**body, **({"detail": detail} if detail else {}), **more}, status)
    response.content_type = "application/problem+json"
    return response


def error_body(api: str, status: int) -> dict[str, Any]:
    """The error shape of `api` for a status without further detail."""
    word = WORDS.get(status, "error")
    if api == PERSONAL_INFORMATIONS:
        return {"error": word}
    kind = KYC_TYPES.get(status, word)
    reason = {"reason": [{"error": "is invalid", "path": []}]} if status == 400 else {}
    return {**reason, "type": f"srn:error:{kind}"}


def api_error_response(request: Request, error: BaseException) -> Response | None:
    """`error` as the JSON answer of the API that `request` is for; None where its path is no API's.

    For the application's own handlers, which see what no blueprint can: 404 and 405 of paths that do not exist.
    """
    api = api_of(request.path)
    away = 503 if is_outage(error) else 500
    status = error.code or 500 if isinstance(error, HTTPException) else away
    if api is None or status < 400:
        return None
    if not isinstance(error, HTTPException):
        log.error("api_failed", api=api, error=type(error).__name__, where=_where(error))
    response = problem_response(status) if api == SESSIONS else json_response(error_body(api, status), status)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in KEPT_HEADERS:
                response.headers[name] = value
    if status == 503:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    if status == 429 and (limit := getattr(error, "limit", None)) is not None:
        response.headers["Retry-After"] = str(limit.limit.get_expiry())
    return finish(api, response)


def finish(api: str, response: Response) -> Response:
    """Give an answer the headers that are part of its API's contract; doing it twice changes nothing."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "X-Request-Id" not in response.headers:
        response.headers["X-Request-Id"] = g.get("request_id") or str(uuid4())
    if api in (KYC, SESSIONS):
        response.headers.update(KYC_HEADERS)
        return response
    response.headers.update(MIRRORED_HEADERS)
    now = time.perf_counter()
    response.headers["X-Runtime"] = f"{now - g.get('api_started', now):.6f}"
    response.headers["ETag"] = etag(response.get_data())
    return response


def etag(body: bytes) -> str:
    """The weak validator that the example shows: half of the body's SHA-256."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def start_clock() -> None:
    """Note when work on a request began, for X-Runtime."""
    g.api_started = time.perf_counter()


def json_body(raw: bytes) -> Any:
    """The value of a JSON body in UTF-8; raises BadRequest for anything that is not JSON by the book.

    A number too large to be kept would come back as Infinity, which no JSON has: it is refused too.
    """
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BadRequest() from None


def canonical(value: Mapping[str, Any] | list[Any]) -> str:
    """One text for equal JSON values, whatever the order of keys; safe for halves of surrogate pairs."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("too large a number")
    return number


def _where(error: BaseException) -> str:
    # The place only: an exception's text may carry what a person typed.
    step = error.__traceback__
    while step and step.tb_next:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_name}:{step.tb_lineno}" if step else ""
