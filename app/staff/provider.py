"""The way in through an OpenID provider, and back from there."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from app.onboarding.staff.provider import ProviderAwayError, ProviderRefusedError
from app.staff.blueprint import staff
from app.staff.guard import RETURN, admit, anybody, console_address, within
from app.staff.sign_in import origin
from app.web.limits import limit_provider
from app.web.logs import log
from app.web.session import is_local
from app.web.wizard import go
from app.wiring import services

COOKIE_SECONDS = 600


@staff.get("/sign-in/provider")
@anybody
@limit_provider
def to_provider() -> Any:
    """Send the browser to the provider, with a cookie by which it is known when it comes back."""
    own = services().staff.provider
    if not own.is_offered:
        abort(404)
    try:
        visit = own.begin(console_address() + url_for(RETURN), within(request.args.get("next", "")))
    except ProviderAwayError:
        return _away()
    answer = go(visit.address)
    # Lax: the provider's page leads back here, and no Strict cookie would come along.
    answer.set_cookie(
        _cookie_name(),
        visit.token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=not is_local(request.host),
        path="/" if _in_production() else url_for(RETURN),
    )
    return answer


@staff.get("/sign-in/provider/return")
@anybody
@limit_provider
def provider_return() -> Any:
    """Take the browser back; a page of ours leads on, so that the Strict cookie comes along."""
    own = services().staff.provider
    if not own.is_offered:
        abort(404)
    try:
        signed, onward = own.finish(
            request.cookies.get(_cookie_name(), ""),
            state=request.args.get("state", ""),
            code=request.args.get("code", ""),
            issuer=request.args.get("iss", ""),
            origin=origin(),
        )
    except ProviderRefusedError as error:
        log.warning("provider_refused", why=error.why)
        return render_template("staff/provider_refused.html", why=error.why), 403
    except ProviderAwayError:
        return _away()
    admit(signed.token)
    return render_template("staff/passing.html", address=within(onward))


def _away() -> Any:
    return render_template("staff/provider_away.html"), 503, {"Retry-After": "30"}


def _in_production() -> bool:
    return services().settings.mode == "production"


def _cookie_name() -> str:
    return "__Host-alta_staff_visit" if _in_production() else "alta_staff_visit"
