"""The present request, its notes and its application themselves.

Flask's proxies look them up anew for each attribute that is asked of them, which was a tenth of a page's work: what
every page asks, or asks often, asks the things themselves.
"""

from __future__ import annotations

from flask import Flask, Request, current_app, g, request
from flask.ctx import _AppCtxGlobals

Notes = _AppCtxGlobals


def the_request() -> Request:
    """The request that is being answered."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def the_notes() -> Notes:
    """What is noted while it is answered: Flask's `g`. Raises RuntimeError outside of an application."""
    found: Notes = g._get_current_object()
    return found


def the_application() -> Flask:
    """The application that answers it."""
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return found
