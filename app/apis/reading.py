"""Owns reading a body whole, or not at all: one that is cut short or goes on past its limit is refused."""

from __future__ import annotations

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Request


def limit_body(request: Request, maximum_bytes: int) -> None:
    """Have a body of more than `maximum_bytes` refused with 413 when it is read."""
    # One more than may come: a body sent in chunks announces no length, and would be cut off at the limit in silence.
    request.max_content_length = maximum_bytes + 1


def whole_body(request: Request) -> bytes:
    """The body, after `limit_body`; raises BadRequest where less came than was announced, or RequestEntityTooLarge."""
    raw = request.get_data(cache=False)
    if request.max_content_length is not None and len(raw) >= request.max_content_length:
        raise RequestEntityTooLarge()
    # A connection that breaks ends the stream like the end of a body does.
    if request.content_length is not None and len(raw) != request.content_length:
        raise BadRequest()
    return raw
