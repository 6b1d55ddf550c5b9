"""Owns calling the sessions API as an integration's server does."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.onboarding import integrations

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
