"""Fixtures of the browser tests: one running Alta, a Chromium, and visitors who see whether anything goes wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, expect

from app import config, create_app
from tests.browser.moving import NOTE
from tests.browser.pages import PATIENCE, Wizard
from tests.browser.people import HTML_LANGUAGES, PEOPLE, Words
from tests.support import browser, server

HANGS_SECONDS = 300
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
SCREENS: dict[str, dict[str, Any]] = {"phone": PHONE, "desktop": DESKTOP}
HERE = Path(__file__).parent
# Chromium reports a page of these statuses as a resource that failed; tests look at such pages on purpose.
EXPECTED = re.compile(r"the server responded with a status of (404|409|410|422|429) ")

Visit = Callable[..., Wizard]
# Browsers, servers and workers of other tests share two processors: what comes late still comes.
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests and put them last: quick ones fail first, and none runs inside Playwright's loop.

    Files of many tests come before those of few, so that of two workers neither is left alone with a long one.
    """
    mine = [item for item in items if HERE in item.path.parents]
    sizes = Counter(item.path for item in mine)
    mine.sort(key=lambda item: (-sizes[item.path], str(item.path)))
    for item in mine:
        item.add_marker("browser")
        # A hang is still noticed; a machine that is busy with other things is none.
        item.add_marker(pytest.mark.timeout(HANGS_SECONDS))
    items[:] = [item for item in items if item not in mine] + mine


class Watch:
    """What no page may do: complain in the console, break a policy, ask another host, or get an error of the server."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.faults: list[str] = []
        self.expected = [EXPECTED]
        self._address = address
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self._request)
        context.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """Take a complaint of the console as part of the test."""
        self.expected.append(re.compile(pattern))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(each.search(message.text) for each in self.expected):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._address}/", "blob:", "data:")):
            self.faults.append(f"asks elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def alta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A running Alta, whose log must not tell of any error when it has stopped."""
    with server.running(tmp_path_factory.mktemp("browser"), limit_sign_in=server.GENEROUS) as running:
        yield running
    log = running.log.read_text()
    assert '"level": "error"' not in log and "Traceback" not in log, log


@pytest.fixture(scope="session")
def base_url(alta: server.Server) -> str:
    """Where pages are opened."""
    return alta.address


@pytest.fixture(scope="session")
def lens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's camera sees: a JPEG written here; while there is no file, there is no camera."""
    return tmp_path_factory.mktemp("camera") / "seen.mjpeg"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], lens: Path) -> dict[str, Any]:
    """The Chromium of this machine, with a camera that sees a file."""
    options = browser.launch_options()
    flags = [*options["args"], "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={lens}"]
    return {**browser_type_launch_args, **options, "args": flags}


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext], base_url: str) -> Iterator[Visit]:
    """Give somebody a browser of their own: `visit("AR", "phone", language="es", scripts=False, camera=True)`."""
    watches: list[Watch] = []

    def make(
        country: str = "AR",
        screen: str = "desktop",
        *,
        language: str = "en",
        scripts: bool = True,
        camera: bool = False,
        address: str = base_url,
    ) -> Wizard:
        context = new_context(
            **SCREENS[screen],
            java_script_enabled=scripts,
            locale=HTML_LANGUAGES[language],
            reduced_motion="reduce",
            permissions=["camera"] if camera else [],
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(NOTE)
        watches.append(Watch(context, address))
        wizard = Wizard(context.new_page(), PEOPLE[country], Words(language), scripts=scripts)
        wizard.address = address
        wizard.expect_complaint = watches[-1].expect
        return wizard

    yield make
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture(scope="session")
def staff_app(alta: server.Server) -> Flask:
    """An application on the running Alta's database, to make members of staff and their sessions with."""
    app = create_app(config.load({name: value for name, value in alta.environment.items() if name.startswith("ALTA_")}))
    app.testing = True
    return app


@pytest.fixture(scope="session")
def tokens(alta: server.Server) -> dict[str, str]:
    """A token per country's integration."""
    return {country: alta.new_token(f"tests-{country}", country) for country in PEOPLE}
