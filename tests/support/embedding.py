"""Owns calling the sessions API as an integration's server does."""

from __future__ import annotations

import html
import io
import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.onboarding import integrations
from tests.support.journey import Applicant, Page

HOST = "https://bank.example"
BACK = f"{HOST}/welcome"
PERSONAL = {
    "first_name": "Juana",
    "last_name": "Fernández",
    "birthday": "1990-08-10",
    "gender": "Mujer",
    "marital_status": "single",
    "nationality": "Argentina",
}
PREFILL: dict[str, dict[str, Any]] = {
    "personal": PERSONAL,
    "identity": {"document_type": "cuil", "document_number": "20-12345678-6"},
    "phone": {"number": "+5491123456789"},
}


class Team:
    """An integration with its token, and what it registered."""

    def __init__(
        self, app: Flask, name: str = "bank", *, country: str = "AR", origins: tuple[str, ...] = (HOST,)
    ) -> None:
        self.app, self.name = app, name
        with app.app_context():
            self.integration, self.token = integrations.create(name, country=country)
            registry = app.extensions["alta"].embedding.registry
            for origin in origins:
                registry.add_origin(name, origin)
            registry.add_return_url(name, BACK)

    def call(self, method: str, path: str = "", **more: Any) -> TestResponse:
        """Call `/v1/sessions` + path with the team's token."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.app.test_client().open(f"/v1/sessions{path}", method=method, headers=headers, **more)

    def create(self, *, key: str | None = None, **body: Any) -> TestResponse:
        """Ask for a session."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", json=body, headers=headers)

    def session(self, **body: Any) -> dict[str, Any]:
        """A fresh session: its id, link, token and end."""
        answer = self.create(**body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def show(self, session_id: str) -> dict[str, Any]:
        """How a session stands."""
        answer = self.call("GET", f"/{session_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def history(self, session_id: str) -> list[str]:
        """What happened to it, oldest first."""
        answer = self.call("GET", f"/{session_id}/events")
        assert answer.status_code == 200, answer.text
        events = answer.get_json()["events"]
        assert [each["number"] for each in events] == list(range(1, len(events) + 1))
        return [each["type"].removeprefix("session.") for each in events]


NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


class Framed(Applicant):
    """A person in a frame, with a browser that keeps our cookies or none; posts as a browser does."""

    def __init__(self, app: Flask, made: dict[str, Any], *, cookies: bool = True) -> None:
        super().__init__(app)
        self.browser = app.test_client(use_cookies=cookies)
        self.session_id = made["id"]
        self.headers: dict[str, str] = dict(OWN)
        self.enter(made["launch_token"])

    @property
    def prefix(self) -> str:
        """Where the journey is, in this frame."""
        return "/".join(self.page.path.split("/")[:3])

    def enter(self, token: str) -> Page:
        """Open the frame by a launch token, as the browser follows it."""
        answer = self.browser.get(f"/embed/launch?token={token}", headers=NAVIGATION)
        while answer.location:
            answer = self.browser.get(answer.location, headers=NAVIGATION)
        return self._read(answer)

    def get(self, path: str, *, follow: bool = True) -> Page:
        """Open a page of the frame; `path` is within it."""
        address = path if path.startswith("/frame/") else f"{self.prefix}{path.removeprefix('/apply')}"
        answer = self.browser.get(address, headers=self.headers)
        while follow and answer.location and answer.location.startswith("/"):
            answer = self.browser.get(answer.location, headers=self.headers)
        return self._read(answer)

    def send(self, changes: dict[str, Any], *, path: str | None = None, follow: bool = True) -> Page:
        """Fill in the open page's form and press the button; bytes become files. None leaves a field out."""
        data = {name: value for name, value in {**self.page.fields, **changes}.items() if value is not None}
        for name, value in data.items():
            if isinstance(value, bytes):
                data[name] = (io.BytesIO(value), "photo.jpg")
        address = f"{self.prefix}{path.removeprefix('/apply')}" if path else self.page.path
        answer = self.browser.post(address, data=data, content_type="multipart/form-data", headers=self.headers)
        while follow and answer.location:
            answer = self.browser.get(answer.location, headers=self.headers)
        return self._read(answer)

    def begin(self, **more: Any) -> Page:
        """Agree and start."""
        return self.send({"privacy": "1", "biometric": "1", **more})

    @property
    def told(self) -> dict[str, Any]:
        """What the open page tells the page around."""
        content = self.page.html.partition('name="alta-frame" content="')[2].partition('"')[0]
        return dict(json.loads(html.unescape(content)))
