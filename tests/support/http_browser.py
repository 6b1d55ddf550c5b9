"""A browser over real HTTP with the manners of Flask's test client, so that an Applicant can use a running server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Asked:
    """What was asked for in the end."""

    path: str


class Answer:
    """A response as the test client gives it."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.request = Asked(response.request.url.raw_path.decode())
        self.location = response.headers.get("Location")
        self.mimetype = response.headers.get("Content-Type", "").partition(";")[0]
        self._text = response.text

    def get_data(self, *, as_text: bool) -> str:
        """The body."""
        assert as_text
        return self._text


class HttpBrowser:
    """One browser with its own cookies and one connection."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS, transport=transport)

    def set_cookie(self, name: str, value: str) -> None:
        """Have a cookie."""
        self._client.cookies.set(name, value)

    @property
    def cookies(self) -> dict[str, str]:
        """Those it has now."""
        return {each.name: str(each.value) for each in self._client.cookies.jar}

    def get(self, path: str, *, follow_redirects: bool = False) -> Answer:
        """Open an address."""
        return Answer(self._client.get(path, follow_redirects=follow_redirects))

    def post(self, path: str, *, data: dict[str, Any], content_type: str, follow_redirects: bool = False) -> Answer:
        """Send a form; (file, name) pairs are files."""
        assert content_type == "multipart/form-data"
        plain = {name: value for name, value in data.items() if not isinstance(value, tuple)}
        files = {name: (value[1], value[0], "image/jpeg") for name, value in data.items() if isinstance(value, tuple)}
        # A form without files is still to be sent as multipart, as the page's own form is.
        return Answer(
            self._client.post(
                path,
                data=plain if files else None,
                files=files or {name: (None, value) for name, value in plain.items()},
                follow_redirects=follow_redirects,
            )
        )


@dataclass(frozen=True)
class Site:
    """A running server, in the place of an application; `way` makes what each browser reaches it through."""

    address: str
    way: Callable[[], httpx.BaseTransport] | None = None

    def test_client(self) -> HttpBrowser:
        """A new browser."""
        return HttpBrowser(self.address, self.way() if self.way else None)
