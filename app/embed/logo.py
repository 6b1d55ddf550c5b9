"""The logo of an integration, from our own origin, under a name that changes with it."""

from __future__ import annotations

from flask import Response, abort

from app.embed.launch import embed
from app.pictures.logo import LOGO_TYPE
from app.wiring import services

# Shown in a sandboxed frame without an origin too, to which we are another site.
HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "cross-origin"}


@embed.get("/logo/<name>")
def logo(name: str) -> Response:
    """A logo; whoever sees the integration's pages sees it."""
    found = services().embedding.looks.logo(name)
    if found is None:
        abort(404)
    return Response(found, content_type=LOGO_TYPE, headers=HEADERS)
