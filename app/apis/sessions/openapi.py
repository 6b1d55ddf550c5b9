"""Owns the OpenAPI description of the sessions API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.apis.description import REQUEST_ID, SECURITY, Json, Part, json_content, parameter, reference, schemas_of
from app.apis.sessions.contract import (
    KEY_MAXIMUM,
    PATH,
    EventsShown,
    Launched,
    NewSession,
    Problem,
    SessionShown,
)

TAG = "Sessions"
ID_EXAMPLE = "5f0f4c9e-7f0a-4c55-9a52-0d5a8d1a6c11"
REQUEST_EXAMPLE: Json = {
    "country": "AR",
    "locale": "es",
    "external_id": "customer-4711",
    "prefill": {
        "personal": {"first_name": "Juana", "last_name": "Fernández", "birthday": "1990-08-10"},
        "phone": {"number": "+5491123456789"},
    },
    "skip": ["phone"],
    "theme": {"accent": "#0b6b57", "scheme": "auto"},
    "metadata": {"branch": "Rosario"},
}
LAUNCHED_EXAMPLE: Json = {
    "id": ID_EXAMPLE,
    "url": "https://alta.example/embed/launch?token=alta_launch_…",
    "launch_token": "alta_launch_…",
    "expires_at": "2026-03-01T12:10:00Z",
}
SHOWN_EXAMPLE: Json = {
    "id": ID_EXAMPLE,
    "state": "delivered",
    "external_id": "customer-4711",
    "test": False,
    "country": "AR",
    "locale": "es",
    "reference": "AL-7KM4-XW9C",
    "created_at": "2026-03-01T12:00:00Z",
    "updated_at": "2026-03-01T12:07:31Z",
    "submitted_at": "2026-03-01T12:07:29Z",
    "skip": ["phone"],
    "vouched": ["phone"],
    "return_url": "https://www.example.com/welcome",
    "theme": {"scheme": "auto", "accent": "#0b6b57", "radius": None, "font": None},
    "metadata": {"branch": "Rosario"},
    "checks": [{"name": "birthdate", "step": "personal", "status": "answered", "reason": None}],
    "document": {"birthday": "match"},
    "deliveries": [
        {
            "api": "personal_informations",
            "state": "delivered",
            "attempts": 1,
            "upstream_id": "35",
            "upstream_state": "checking",
        }
    ],
    "decision": None,
}
EVENTS_EXAMPLE: Json = {
    "events": [
        {
            "number": 1,
            "type": "session.created",
            "state": "created",
            "data": {},
            "created_at": "2026-03-01T12:00:00Z",
        }
    ]
}
LIMITS: Json = {
    "RateLimit-Policy": {"description": "How many calls in how many seconds.", "schema": {"type": "string"}},
    "RateLimit": {"description": "How many are left, and for how long.", "schema": {"type": "string"}},
}
_FAILURES = {
    401: "No token, or one that is not known or revoked.",
    429: "Too many calls: wait as long as `Retry-After` says.",
    500: "A fault of ours.",
    503: "Not ready just now: try again after `Retry-After`.",
}
_MISSING = {404: "No such session of this integration."}
_KEY = parameter(
    "Idempotency-Key",
    "header",
    "Any text that stands for this one call: made again with the same body it gives the same session.",
    {"type": "string", "maxLength": KEY_MAXIMUM},
    required=False,
)
_ID = parameter("session_id", "path", "The session's id.", {"type": "string", "minLength": 1})


_LAUNCHED = json_content(reference("Launched"), LAUNCHED_EXAMPLE)
_SHOWN = json_content(reference("SessionShown"), SHOWN_EXAMPLE)


def _answers(success: Mapping[int, tuple[str, Json | None]], errors: dict[int, str]) -> Json:
    problem = {"application/problem+json": {"schema": reference("Problem")}}
    given = {
        str(status): {
            "description": description,
            "headers": {**REQUEST_ID, **LIMITS},
            **({"content": content} if content is not None else {}),
        }
        for status, (description, content) in success.items()
    }
    failed = {
        str(status): {"description": description, "headers": REQUEST_ID, "content": problem}
        for status, description in sorted({**_FAILURES, **errors}.items())
    }
    return {**given, **failed}


def _operation(name: str, summary: str, description: str, responses: Json, *parameters: Json, **more: Any) -> Json:
    return {
        "tags": [TAG],
        "operationId": name,
        "summary": summary,
        "description": description,
        "security": SECURITY,
        "parameters": list(parameters),
        "responses": responses,
        **more,
    }


def _create() -> Json:
    refused = {
        400: "The body is not JSON.",
        409: "The external id or the idempotency key stands for another body, or its session has ended.",
        413: "The body is too large.",
        415: "The body is not JSON.",
        422: "Every fault of the body, with its place.",
        431: "The idempotency key is longer than 255 characters.",
    }
    made = {201: ("Made.", _LAUNCHED), 200: ("It was made before, by the same call.", _LAUNCHED)}
    return _operation(
        "createSession",
        "Make a session",
        "One person's onboarding. The same `external_id` or `Idempotency-Key` with the same body gives the same "
        "session, with the same launch token while that is good.",
        _answers(made, refused),
        _KEY,
        requestBody={"required": False, "content": json_content(reference("NewSession"), REQUEST_EXAMPLE)},
    )


def _of_one(
    name: str, summary: str, description: str, success: Mapping[int, tuple[str, Json | None]], conflict: str = ""
) -> Json:
    """What can be done with one session; `conflict` says when it cannot."""
    errors = _MISSING | ({409: conflict} if conflict else {})
    return _operation(name, summary, description, _answers(success, errors), _ID)


def _paths() -> Json:
    show = _of_one(
        "showSession",
        "Show a session",
        "Its state, checks, deliveries and decision; never a photo, nothing that the person typed.",
        {200: ("The session.", _SHOWN)},
    )
    erase = _of_one(
        "eraseSession",
        "Erase a session",
        "All that was gathered goes: answers, photos, what this installation's own APIs hold. Doing it again is fine.",
        {204: ("Erased.", None)},
    )
    happened = json_content(reference("EventsShown"), EVENTS_EXAMPLE)
    history = _of_one(
        "showSessionEvents",
        "Show what happened",
        "The session's history, oldest first.",
        {200: ("The events.", happened)},
    )
    again = "A fresh token and link, such as for a person who comes back or whose frame has expired."
    launch = _of_one(
        "launchSession", "Launch a session anew", again, {201: ("Made.", _LAUNCHED)}, "The session has ended."
    )
    before = "Before it was sent; what was gathered is purged. Afterwards, erase it instead."
    cancel = _of_one(
        "cancelSession", "Cancel a session", before, {200: ("Cancelled.", _SHOWN)}, "It was sent, or has ended."
    )
    one = f"{PATH}/{{session_id}}"
    return {
        PATH: {"post": _create()},
        one: {"get": show, "delete": erase},
        f"{one}/events": {"get": history},
        f"{one}/launch": {"post": launch},
        f"{one}/cancel": {"post": cancel},
    }


PART = Part(
    tag={"name": TAG, "description": "Onboarding within your own site; docs/embedding.md shows how."},
    paths=_paths(),
    schemas=schemas_of(
        [
            (NewSession, "validation"),
            (Launched, "serialization"),
            (SessionShown, "serialization"),
            (EventsShown, "serialization"),
            (Problem, "serialization"),
        ]
    ),
)
