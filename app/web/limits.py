"""Rate limits, counted per address, browser session or integration token as the settings say."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.apis.authentication import authenticate, token_of
from app.store.crypto import token_hash
from app.web.guard import cookie
from app.wiring import services

PAGES = ("wizard", "root", "phone", "health", "staff", "framed", "framed.wizard", "embed")
# Counting must never hold a page up: a counter that does not answer at once counts as gone.
PATIENCE_SECONDS = 1.0


class PutLimiter(Limiter):
    """Spares the pages a look beforehand: their limits are put on functions, which look for themselves when called."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not (in_middleware and request.blueprint in PAGES):
            super()._check_request_limit(callable_name=callable_name, in_middleware=in_middleware)


limiter = PutLimiter(key_func=get_remote_address, headers_enabled=False)


def limit_storage(url: str) -> dict[str, Any]:
    """The configuration for counting at `url` (Redis), or in each process where it is empty.

    While Redis cannot be reached each process counts on its own: nobody is turned away for it, and nobody is let loose.
    """
    storage: dict[str, Any] = {"RATELIMIT_STORAGE_URI": url or "memory://", "RATELIMIT_STRATEGY": "fixed-window"}
    if url:
        timeouts = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        storage |= {"RATELIMIT_STORAGE_OPTIONS": timeouts, "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True}
    return storage


def _browser() -> str:
    return f"{get_remote_address()}:{token_hash(cookie().token)[:16]}" if cookie().is_given else get_remote_address()


def _integration() -> str:
    """The integration, however its token is written; who has none is counted by address, so that guesses add up."""
    caller = authenticate(token_of(request))
    return f"integration:{caller.id}" if caller is not None else get_remote_address()


limit_start = limiter.limit(lambda: services().settings.limit_start, methods=["POST"])
limit_opening = limiter.limit(lambda: services().settings.limit_start)
limit_help = limiter.limit(lambda: services().settings.limit_help, methods=["POST"])
limit_resume = limiter.limit(lambda: services().settings.limit_resume)


@limiter.limit(lambda: services().settings.limit_upload, key_func=_browser)
def count_upload() -> None:
    """Count a post that may bring photos; raises RateLimitExceeded."""


limit_sign_in = limiter.limit(lambda: services().settings.limit_sign_in, methods=["POST"])
limit_provider = limiter.limit(lambda: services().settings.limit_sign_in)
limit_hook = limiter.limit(lambda: services().settings.limit_api)
limit_api = limiter.limit(lambda: services().settings.limit_api, key_func=_integration)
# One count for all of its calls, as its answers tell of one: what is left does not depend on what is called next.
limit_sessions = limiter.shared_limit(lambda: services().settings.limit_api, scope="sessions", key_func=_integration)
