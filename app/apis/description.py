"""Owns the parts that the APIs' descriptions are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

Json = dict[str, Any]


class Part(NamedTuple):
    """One API's part of the OpenAPI document."""

    tag: Json
    paths: Json
    schemas: Json


SECURITY: list[Json] = [{"integrationToken": []}]
REQUEST_ID = {"X-Request-Id": {"description": "Names the request in logs.", "schema": {"type": "string"}}}


def schemas_of(models: Iterable[tuple[type[BaseModel], JsonSchemaMode]]) -> Json:
    """The JSON schemas of pydantic models, by name, for the document's components."""
    _, definitions = models_json_schema(list(models), ref_template="#/components/schemas/{model}")
    return dict(definitions["$defs"])


def reference(name: str) -> Json:
    """A pointer to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_content(schema: Json, example: Any = None) -> Json:
    """The content of a JSON body."""
    return {"application/json": {"schema": schema, **({} if example is None else {"example": example})}}


def answers(success: Json, errors: dict[int, tuple[str, Json]]) -> Json:
    """The responses of an operation: 200 and each error with its description and schema."""
    failed = {
        str(status): {"description": description, "headers": REQUEST_ID, "content": json_content(schema)}
        for status, (description, schema) in sorted(errors.items())
    }
    return {"200": {**success, "headers": REQUEST_ID}, **failed}


def parameter(name: str, place: str, description: str, schema: Json, *, required: bool = True) -> Json:
    """One parameter of an operation."""
    return {"name": name, "in": place, "required": required, "description": description, "schema": schema}
