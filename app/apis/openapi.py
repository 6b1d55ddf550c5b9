"""Owns the description of the APIs for machines (/openapi.json, OpenAPI 3.1) and for people (/docs/api)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

from flask import Blueprint, Response, render_template

from app.apis.kyc import openapi as kyc
from app.apis.personal_informations import openapi as personal_informations
from app.apis.sessions import openapi as sessions
from app.apis.values import compact_json

TITLE = "Alta"
VERSION = "1.0.0"
DESCRIPTION = (
    "The APIs that Alta serves: personal informations and KYC, and sessions for embedding. Every call but an upload to "
    "a signed address carries an integration token in the `Authorization` header; `flask integrations create NAME` "
    "makes one."
)
METHODS = ("get", "post", "put", "delete")


class Operation(NamedTuple):
    """One call, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    request_example: str
    request_types: list[str]
    responses: list[tuple[str, str]]
    response_example: str


class Section(NamedTuple):
    """One API, as the page shows it."""

    name: str
    description: str
    operations: list[Operation]


@cache
def specification() -> dict[str, Any]:
    """The whole OpenAPI 3.1 document."""
    parts = (personal_informations.PART, kyc.PART, sessions.PART)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": DESCRIPTION},
        "tags": [part.tag for part in parts],
        "paths": {path: item for part in parts for path, item in part.paths.items()},
        "components": {
            "schemas": {name: schema for part in parts for name, schema in part.schemas.items()},
            "securitySchemes": {
                "integrationToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`Authorization: Bearer <token>`; the raw token without `Bearer` works too.",
                }
            },
        },
    }


def documentation_blueprint() -> Blueprint:
    """The routes of the document and of its readable page."""
    blueprint = Blueprint("api_documentation", __name__)

    @blueprint.get("/openapi.json")
    def document() -> Response:
        return Response(compact_json(specification()), content_type="application/json; charset=utf-8")

    @blueprint.get("/docs/api")
    def page() -> str:
        return render_template("docs/api.html", description=DESCRIPTION, sections=sections())

    return blueprint


@cache
def sections() -> tuple[Section, ...]:
    """The document in the order and shape of the page."""
    document = specification()
    return tuple(
        Section(
            name=tag["name"],
            description=tag["description"],
            operations=[
                _operation(method, path, item)
                for path, methods in document["paths"].items()
                for method, item in methods.items()
                if method in METHODS and tag["name"] in item["tags"]
            ],
        )
        for tag in document["tags"]
    )


def _operation(method: str, path: str, item: dict[str, Any]) -> Operation:
    request = item.get("requestBody", {}).get("content", {})
    success = next(iter(item["responses"].values())).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=item["summary"],
        description=item.get("description", ""),
        parameters=item.get("parameters", []),
        request_example=_example(request),
        request_types=list(request),
        responses=[(status, response["description"]) for status, response in item["responses"].items()],
        response_example=_example(success),
    )


def _example(content: dict[str, Any]) -> str:
    example = content.get("application/json", {}).get("example")
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
