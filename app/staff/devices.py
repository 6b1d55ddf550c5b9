"""What a browser keeps of having signed in: it is not slowed by what strangers try with the same account elsewhere."""

from __future__ import annotations

from flask import Response, after_this_request, request

from app.web.addresses import STAFF_PREFIX
from app.web.session import is_local
from app.wiring import services

DAYS = 180


def kept() -> str:
    """What the browser brings."""
    return request.cookies.get(_name(), "")


def keep(devices: str) -> None:
    """Give it to the browser with this request's answer; it lets nobody in by itself."""
    if not devices or devices == kept():
        return

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            _name(),
            devices,
            max_age=DAYS * 24 * 3600,
            httponly=True,
            samesite="Strict",
            secure=not is_local(request.host),
            path="/" if _in_production() else STAFF_PREFIX,
        )
        return response


def _in_production() -> bool:
    return services().settings.mode == "production"


def _name() -> str:
    return "__Host-alta_staff_devices" if _in_production() else "alta_staff_devices"
