"""Structured log lines with a request id and without personal data: routes, kinds of errors, never their texts."""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
import uuid
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, Request, Response

from app.metrics import metrics
from app.present import the_notes, the_request
from app.steps import STEPS

# Of a proxy's ids only those that cannot be a person's number or name: 32 hex digits, also written as a UUID.
REQUEST_ID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}(\1[0-9a-f]{4}){2}\1[0-9a-f]{12}")
METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
STEP_VIEW, STEP_KEYS = "wizard.step", {step.key for step in STEPS}
log = structlog.get_logger("alta")


def configure(level: str) -> None:
    """Write JSON lines to standard error; other libraries' lines keep their level and logger, not their arguments."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _LibraryLine(logging.Formatter):
    """A library's log record as JSON: where it comes from and its unfilled message, never what filled it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "message": str(record.msg),
        }
        if record.args is None or not record.args:
            line.pop("message")
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
        return str(structlog.processors.JSONRenderer()(None, "", line))


def describe(error: BaseException) -> dict[str, Any]:
    """An error for the log: its kind and the places it went through; its text may hold a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__qualname__,
        "where": [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}" for frame in frames[-8:]],
    }


def init_logs(app: Flask) -> None:
    """Give each request an id and write one line when it is answered."""

    @app.before_request
    def _begin() -> None:
        notes, given = the_notes(), the_request().headers.get("X-Request-Id", "")
        notes.request_id = given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        notes.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        notes, answered = the_notes(), the_request()
        seconds = time.perf_counter() - notes.began
        route = answered.url_rule.rule if answered.url_rule else None
        log.info(
            "request",
            request_id=notes.request_id,
            method=known_method(answered),
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
        _count(answered, route or "none", response.status_code, seconds)
        return response


def known_method(request: Request) -> str:
    """The request's method, or `other`: anybody may invent one."""
    return request.method if request.method in METHODS else "other"


def _count(request: Request, route: str, status: int, seconds: float) -> None:
    key = (request.view_args or {}).get("key") if (request.endpoint or "").endswith(STEP_VIEW) else None
    requests, *clocks = _series(known_method(request), route, status, key if key in STEP_KEYS else None)
    requests.inc()
    for clock in clocks:
        clock.observe(seconds)


@lru_cache(maxsize=4096)
def _series(method: str, route: str, status: int, step: str | None) -> tuple[Any, ...]:
    """The counter of such requests and the clocks of their times; looking them up costs more than counting."""
    steps = (metrics.step_seconds.labels(step, method),) if step else ()
    return metrics.requests.labels(method, route, status), metrics.request_seconds.labels(route), *steps
