"""A member of staff in a browser, at a server that runs elsewhere: signed in, and at work with the keyboard alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from app import config, create_app
from app.onboarding.staff.members import StaffMember
from tests.support.server import Server
from tests.support.staff import COOKIE, make_member, new_session


def app_of(server: Server) -> Flask:
    """The server's application on the same instance, to make members with."""
    return create_app(config.load({k: v for k, v in server.environment.items() if k.startswith("ALTA_")}))


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """An application of this process at an address, without a worker."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Console:
    """One tab of the console."""

    def __init__(self, page: Page, address: str, app: Flask, member: StaffMember) -> None:
        self.page, self.address, self.member = page, address, member
        cookie: Any = {"name": COOKIE, "value": new_session(app, member), "domain": "127.0.0.1", "path": "/staff"}
        page.context.add_cookies([cookie])

    def open(self, path: str) -> None:
        """Open an address of the console."""
        self.page.goto(f"{self.address}/staff{path}")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator, most: int = 80) -> None:
        """Tab until the focus is there."""
        for _ in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def heading(self, words: str) -> None:
        """The page says this first, and its scripts have run."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(words))
        self.page.wait_for_load_state()


__all__ = ["Console", "app_of", "make_member"]
