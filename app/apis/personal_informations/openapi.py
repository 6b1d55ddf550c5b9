"""Owns the OpenAPI description of the personal informations API."""

from __future__ import annotations

from typing import Any

from app.apis.description import SECURITY, Part, answers, json_content, parameter, reference, schemas_of
from app.apis.personal_informations.contract import SLOTS, JsonBody, PersonalInformation, RecordResponse
from app.apis.personal_informations.routes import PATH, RECORD_ID_MAXIMUM
from app.apis.values import IDEMPOTENCY_KEY_MAXIMUM

TAG = "Personal informations"
_PLACEHOLDER = {
    "original_filename": "test.jpg",
    "tempfile": "#<File:0x00007fb1e5dddcb0>",
    "content_type": "text/plain",
}
REQUEST_EXAMPLE: dict[str, Any] = {
    "birthday": "1990-08-10",
    "first_name": "Juan",
    "last_name": "Fernandez",
    "gender": "Hombre",
    "marital_status": "divorcee",
    "nationality": "Argentino",
    "politically_exposed": False,
    "document_type": "cuil",
    "document_number": "9999999",
    **dict.fromkeys(SLOTS, _PLACEHOLDER),
}
RESPONSE_EXAMPLE: dict[str, Any] = {
    "data": {
        "id": 35,
        "first_name": "Juan",
        "last_name": "Fernandez",
        "nationality": "Argentino",
        "gender": "Hombre",
        "marital_status": "divorcee",
        "politically_exposed": False,
        "birthday": "1990-08-10",
        "client_id": 7777,
        "created_at": "2023-04-19T17:15:40.536Z",
        "updated_at": "2023-04-19T17:15:40.539Z",
        "document_type": "cuil",
        "document_number": "9999999",
        "state": "checking",
    }
}
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
FAULTS = {
    "type": "object",
    "properties": {
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    },
    "required": ["errors"],
}


def _multipart(schemas: dict[str, Any]) -> dict[str, Any]:
    fields = schemas["PersonalInformation"]
    pictures = {slot: {"type": "string", "contentMediaType": "application/octet-stream"} for slot in SLOTS}
    booleans = {"politically_exposed": {"type": "string", "enum": ["true", "false", "1", "0"]}}
    return {
        "type": "object",
        "properties": {**fields["properties"], **booleans, **pictures},
        "required": [*fields["required"], *SLOTS],
    }


_ERROR = reference("PersonalInformationsError")
_FAILURES = {
    401: ("No token, or one that is not known or revoked.", _ERROR),
    429: ("Too many requests: wait as long as `Retry-After` says.", _ERROR),
    500: ("A fault of ours.", _ERROR),
}
_SHOWN = {"description": "The record.", "content": json_content(reference("RecordResponse"), RESPONSE_EXAMPLE)}
_KEY = parameter(
    "Idempotency-Key",
    "header",
    "Any text that stands for this one call.",
    {"type": "string", "maxLength": IDEMPOTENCY_KEY_MAXIMUM},
    required=False,
)
_ID = parameter("id", "path", "The record's id.", {"type": "integer", "minimum": 0, "maximum": RECORD_ID_MAXIMUM})


def _create(multipart: dict[str, Any]) -> dict[str, Any]:
    errors = {
        **_FAILURES,
        400: ("The body is not JSON.", _ERROR),
        409: ("The idempotency key stands for other content.", _ERROR),
        413: ("The body or a picture (20 MB) is too large.", _ERROR),
        415: ("The body is neither JSON nor multipart.", _ERROR),
        422: ("Every fault of the body, by field.", reference("PersonalInformationsFaults")),
        431: ("The idempotency key is longer than 72 characters.", _ERROR),
    }
    bodies = {
        **json_content(reference("JsonBody"), REQUEST_EXAMPLE),
        "multipart/form-data": {"schema": multipart},
    }
    return {
        "tags": [TAG],
        "operationId": "createPersonalInformation",
        "summary": "Record a natural person",
        "description": (
            "Makes one record. Pictures come as multipart file parts and are told by their bytes; a JSON body only "
            "mentions them. With an `Idempotency-Key`, the same call again gives the same record."
        ),
        "security": SECURITY,
        "parameters": [_KEY],
        "requestBody": {"required": True, "content": bodies},
        "responses": answers(_SHOWN, errors),
    }


def _show() -> dict[str, Any]:
    return {
        "tags": [TAG],
        "operationId": "showPersonalInformation",
        "summary": "Show a record",
        "description": "The same keys as when it was made; for its `state`.",
        "security": SECURITY,
        "parameters": [_ID],
        "responses": answers(_SHOWN, {**_FAILURES, 404: ("No such record of this client.", _ERROR)}),
    }


def _part() -> Part:
    schemas = schemas_of(
        [(JsonBody, "validation"), (PersonalInformation, "validation"), (RecordResponse, "serialization")]
    )
    multipart = _multipart(schemas)
    del schemas["PersonalInformation"]
    return Part(
        tag={"name": TAG, "description": "One record a person, with the identity document and a selfie holding it."},
        paths={PATH: {"post": _create(multipart)}, f"{PATH}/{{id}}": {"get": _show()}},
        schemas={**schemas, "PersonalInformationsError": ERROR, "PersonalInformationsFaults": FAULTS},
    )


PART = _part()
