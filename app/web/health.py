"""What machines ask: whether this process lives, whether the installation can work, and its figures."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from app.metrics import CONTENT_TYPE, written
from app.onboarding.figures import Figures
from app.onboarding.readiness import PARTS
from app.wiring import services

health = Blueprint("health", __name__)


@health.get("/healthz")
def live() -> Any:
    """This process answers; nothing else is asked."""
    return jsonify(status="alive")


@health.get("/readyz")
def ready() -> Any:
    """200 if database, photo store and a worker work, else 503 naming what does not; `?parts=` asks for some only."""
    asked = request.args.get("parts", "").split(",")
    parts = [part for part in PARTS if part in asked] or list(PARTS)
    found = services().readiness.of(parts, _within_app)
    well = all(found.values())
    words = {part: "ok" if fine else "failing" for part, fine in found.items()}
    response = jsonify(status="ready" if well else "not ready", **words)
    if not well:
        response.status_code = 503
    return response


@health.get("/metrics")
def figures() -> Response:
    """The figures of this machine's processes, for whoever has the token.

    Without one set there is no such page, but for the computer itself in local mode.
    """
    settings = services().settings
    wanted, given = settings.metrics_token, request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted and not (settings.mode == "local" and _is_this_computer(request.remote_addr)):
        abort(404)
    if wanted and not hmac.compare_digest(given.encode(), wanted.encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(written(Figures(services().slots)), content_type=CONTENT_TYPE)


def _is_this_computer(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _within_app(check: Callable[[], None]) -> Callable[[], None]:
    """`check` as it can be run in a thread of its own."""
    app: Any = current_app
    present = app._get_current_object()

    def run() -> None:
        with present.app_context():
            check()

    return run
