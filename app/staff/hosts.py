"""A host of the console's own: there nothing else is served, and the console nowhere else."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, g, url_for

from app.present import the_request
from app.web.addresses import STAFF_PREFIX
from app.web.guard import cookie
from app.web.wizard import go
from app.wiring import services

HOME = "staff.home"


def is_staff_path(path: str) -> bool:
    """Whether the address is the console's."""
    return f"{path}/".startswith(f"{STAFF_PREFIX}/")


def init_hosts(app: Flask) -> None:
    """Look at the host before anything else is looked at."""
    app.before_request(_turn_away)


def _turn_away() -> Any:
    """Answer 404 where the host and the address do not belong together; machines are answered on every host."""
    host, request = services().settings.staff_host, the_request()
    inside = is_staff_path(request.path)
    if not host or request.blueprint == "health" or (request.host.lower() == host) == inside:
        return None
    cookie().held_back = True
    # The page that says so looks like the host's other pages.
    g.errors_of = "/" if inside else f"{STAFF_PREFIX}/"
    if not inside and request.path == "/" and request.method in ("GET", "HEAD"):
        return go(url_for(HOME))
    return abort(404)
