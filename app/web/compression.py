"""Compresses pages on their way: a first page with all it needs fits the first round trip of a poor connection."""

from __future__ import annotations

from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

SMALLEST_BYTES = 500
BROTLI_QUALITY = 3


def compress(response: Response) -> Response:
    """Brotli for HTML pages, where the browser takes it; precompressed static files and photos pass as they are.

    A secret beside reflected text could be guessed from compressed sizes; the cookie is SameSite, so no other site can
    make a browser ask for such pages.
    """
    if response.mimetype != "text/html" or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if not _takes_brotli(request.headers.get("Accept-Encoding", "")):
        return response
    body = response.get_data()
    if len(body) >= SMALLEST_BYTES:
        response.set_data(brotli.compress(body, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    return response


@lru_cache(maxsize=256)
def _takes_brotli(accepted: str) -> bool:
    """Whether a browser's Accept-Encoding allows it; read once a value, as browsers send but a few."""
    return parse_accept_header(accepted, Accept)["br"] > 0


def init_compression(app: Flask) -> None:
    """Compress every page."""
    app.after_request(compress)
