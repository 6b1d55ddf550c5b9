"""A browser that goes through the journey over one kept connection, and notes how long each post took."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from urllib.parse import urlencode

import brotli

from tests.support.journey import ANSWERS

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
RANGE = re.compile(r'name="[^"]*total_income_range"[^>]* value="([^"]*)"')
TEXT_STEPS = ("personal", "identity", "exposure", "address", "phone", "income")
BROWSER = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "es-AR,es;q=0.9,en;q=0.8",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile",
}
Naming = Callable[[str, str], str]


class Browser:
    """One person's browser, on one connection. `naming` gives a step's field its name in the measured application."""

    def __init__(self, port: int, prefix: str, naming: Naming) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._prefix, self._naming = prefix, naming
        self._cookies: dict[str, str] = {}
        self.post_seconds: list[float] = []

    def start(self) -> None:
        """A new person reads the start page and begins."""
        self._cookies.clear()
        self._step("start", {"country": "AR", "privacy": "1", "biometric": "1"}, "personal")

    def steps(self) -> None:
        """The person answers the six text steps, each page asked for and posted."""
        for step, following in zip(TEXT_STEPS, (*TEXT_STEPS[1:], "document"), strict=True):
            self._step(step, dict(ANSWERS["AR"].get(step, {})), following)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _step(self, step: str, answers: dict[str, str], following: str) -> None:
        status, page, _location = self._ask("GET", f"{self._prefix}/{step}")
        assert status == 200, (step, status, page)
        if step == "income":
            answers["total_income_range"] = RANGE.findall(page)[1]
        named = {self._naming(step, name): value for name, value in answers.items()}
        form = {**dict(HIDDEN.findall(page)), **named}
        began = time.perf_counter()
        status, page, location = self._ask("POST", f"{self._prefix}/{step}", urlencode(form).encode())
        if step != "start":
            self.post_seconds.append(time.perf_counter() - began)
        assert status in (302, 303) and location.endswith(f"/{following}"), (step, status, location, page)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str, str]:
        headers = dict(BROWSER)
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.getheader("Content-Encoding") == "br":
            content = brotli.decompress(content)
        return response.status, content.decode(), response.getheader("Location", "")
