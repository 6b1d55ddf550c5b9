"""Compresses pages on their way: a first page with all it needs fits the first round trip of a poor connection."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache, partial

import brotli
from flask import Flask, Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from app.present import the_request

SMALLEST_BYTES = 500
# In the order of our liking; browsers take brotli only over HTTPS and from their own computer.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=3),
    "gzip": partial(gzip.compress, compresslevel=4, mtime=0),
}


def compress(response: Response) -> Response:
    """Brotli or gzip for HTML pages, as the browser takes it; precompressed static files and photos pass as they are.

    A secret beside reflected text could be guessed from compressed sizes; the cookie is SameSite, so no other site can
    make a browser ask for such pages.
    """
    if response.mimetype != "text/html" or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    encoding = _chosen(the_request().headers.get("Accept-Encoding", ""))
    body = response.get_data()
    if encoding and len(body) >= SMALLEST_BYTES:
        response.set_data(ENCODINGS[encoding](body))
        response.headers["Content-Encoding"] = encoding
    return response


@lru_cache(maxsize=256)
def _chosen(accepted: str) -> str | None:
    """The encoding that a browser's Accept-Encoding allows; read once a value, as browsers send but a few."""
    wanted = parse_accept_header(accepted, Accept)
    return next((encoding for encoding in ENCODINGS if wanted[encoding] > 0), None)


def init_compression(app: Flask) -> None:
    """Compress every page."""
    app.after_request(compress)
