"""The mark of a browser in which a person's link was made: it is the agent's, and opens no such link itself."""

from __future__ import annotations

from flask import Response, after_this_request, request

from app.web.addresses import PREFIX
from app.web.session import is_local

_NAME = "alta_makes_links"


def mark(*, hours: int) -> None:
    """Mark the browser with this request's answer, for as long as a link lives."""

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            _NAME,
            "1",
            max_age=hours * 3600,
            httponly=True,
            # Lax, as a link is followed from a message or a page of mail.
            samesite="Lax",
            secure=not is_local(request.host),
            path=f"{PREFIX}/yours",
        )
        return response


def is_marked() -> bool:
    """Whether the browser is one."""
    return _NAME in request.cookies
