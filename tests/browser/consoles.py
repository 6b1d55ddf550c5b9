"""The console in a browser: members who are signed in, and applications made beside the running server."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask

from app import config, create_app
from app.domain.roles import Role
from tests.browser.pages import Wizard
from tests.support.server import Server
from tests.support.staff import COOKIE, make_member, new_session


def beside(alta: Server) -> Flask:
    """An application on the running server's own database and files."""
    app = create_app(config.load({name: value for name, value in alta.environment.items() if name.startswith("ALTA_")}))
    app.testing = True
    return app


def enter(visit: Callable[..., Wizard], app: Flask, role: Role | str, screen: str = "desktop", **of: Any) -> Wizard:
    """A browser that is signed in as a fresh member of a role, on the console's first page."""
    visitor = visit(screen=screen, language=of.get("language", "en"))
    member = make_member(app, role, **{"name": f"Ana {secrets.token_hex(3)}", **of})
    cookie = {"name": COOKIE, "value": new_session(app, member), "url": f"{visitor.address}/staff"}
    visitor.page.context.add_cookies([cookie])
    visitor.page.goto(f"{visitor.address}/staff/")
    return visitor
