"""The header set that every answer carries, and the checks that every post passes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

from app.present import the_application, the_notes, the_request


class FormsProtection(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Spares what changes nothing the questions about exemptions."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check what a form brings along."""
        if the_request().method in the_application().config["WTF_CSRF_METHODS"]:
            super().protect(apply_exemptions=apply_exemptions)


csrf = FormsProtection()

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # With `no-referrer` browsers send `Origin: null` and the strict CSRF check would refuse every form.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
TRANSPORT = "max-age=31536000; includeSubDomains"


def framed_by(origins: Sequence[str]) -> None:
    """Let pages of these origins, and no others, show this request's answer in a frame."""
    g.framed_by = tuple(origins)


def _framed(origins: Sequence[str]) -> list[tuple[str, str]]:
    """The header set of an answer that may be framed; X-Frame-Options knows no list and would refuse everybody."""
    policy = CONTENT_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
    named = {"Content-Security-Policy": policy}
    return [(name, named.get(name, value)) for name, value in HEADERS if name != "X-Frame-Options"]


def protect(response: Response) -> Response:
    """Add the header set; what a view or an API set itself stays."""
    headers, notes = response.headers, the_notes()
    origins: Sequence[str] = notes.get("framed_by") or ()
    present = {name.lower() for name, _value in headers}
    wanted = _framed(origins) if origins else HEADERS
    headers.extend([(name, value) for name, value in wanted if name.lower() not in present])
    if request.is_secure:
        headers["Strict-Transport-Security"] = TRANSPORT
    if "x-request-id" not in present:
        headers.add("X-Request-Id", notes.request_id)
    return response


def init_security(app: Flask) -> None:
    """Put CSRF checks before every post and the headers on every answer."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=True)
    csrf.init_app(app)
    app.after_request(protect)
