"""Rate limits, counted per address, browser session or integration token as the settings say."""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.apis.authentication import authenticate, token_of
from app.store.crypto import token_hash
from app.web.guard import cookie
from app.wiring import services

PAGES = ("wizard", "root", "phone")


class PutLimiter(Limiter):
    """Spares the pages a look beforehand: their limits are put on functions, which look for themselves when called."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not (in_middleware and request.blueprint in PAGES):
            super()._check_request_limit(callable_name=callable_name, in_middleware=in_middleware)


limiter = PutLimiter(key_func=get_remote_address, headers_enabled=False)


def _browser() -> str:
    return f"{get_remote_address()}:{token_hash(cookie().token)[:16]}" if cookie().is_given else get_remote_address()


def _integration() -> str:
    """The integration, however its token is written; who has none is counted by address, so that guesses add up."""
    caller = authenticate(token_of(request))
    return f"integration:{caller.id}" if caller is not None else get_remote_address()


limit_start = limiter.limit(lambda: services().settings.limit_start, methods=["POST"])
limit_resume = limiter.limit(lambda: services().settings.limit_resume)


@limiter.limit(lambda: services().settings.limit_upload, key_func=_browser)
def count_upload() -> None:
    """Count a post that may bring photos; raises RateLimitExceeded."""


limit_hook = limiter.limit(lambda: services().settings.limit_api)
limit_api = limiter.limit(lambda: services().settings.limit_api, key_func=_integration)
