"""Owns the OpenAPI description of the KYC API."""

from __future__ import annotations

from typing import Any

from app.apis.access import ASSERTION_TYPE
from app.apis.description import SECURITY, Part, answers, json_content, parameter, reference, schemas_of
from app.apis.kyc.answers import ANSWERS_MAXIMUM
from app.apis.kyc.contract import FIELD_TYPES, KycRequest, StoragePlace, income_ranges
from app.apis.kyc.routes import IDEMPOTENCY_HEADER, PREFIX, TOKEN_PATH
from app.apis.kyc.storage import CONTENT_TYPES, NAME, SUFFIXES
from app.apis.values import IDEMPOTENCY_KEY_MAXIMUM

TAG = "KYC"
UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
UUID = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
FAILURE = {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}
FAULTS = {
    "type": "object",
    "properties": {
        "reason": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "error": {"type": "string"},
                    "path": {"type": "array", "items": {"type": ["string", "integer"]}},
                },
                "required": ["error", "path"],
            },
        },
        "type": {"const": "srn:error:validation"},
    },
    "required": ["reason", "type"],
}
ANSWER_BODY = {
    "type": "object",
    "properties": {
        "answers": {
            "type": "array",
            "minItems": 1,
            "maxItems": ANSWERS_MAXIMUM,
            "items": {
                "type": "object",
                "properties": {
                    "check_id": {
                        **UUID,
                        "description": "The id of a check of the request, found by its `field_type`.",
                    },
                    "value": {
                        "type": ["string", "object", "array"],
                        "description": "What the check's field type asks for.",
                    },
                },
                "required": ["check_id", "value"],
            },
        }
    },
    "required": ["answers"],
}
ANSWER_EXAMPLE = {
    "answers": [
        {"check_id": "400bf541-788f-4d5f-86b1-6519f318ca65", "value": "2000-10-10"},
        {"check_id": "6747569e-ea50-4b71-9230-7e0fd8b92d6d", "value": "21971697123"},
        {"check_id": "a24ad007-2d63-4108-8340-16b843873be2", "value": {"upper_bounds": 500000}},
    ]
}


def _request_example() -> dict[str, Any]:
    moment = "2021-05-31T15:04:48Z"
    return {
        "checks": [
            {
                "context": income_ranges("BR").model_dump(mode="json") if field == "total_income_range" else None,
                "created_at": moment,
                "detailed_reason": "Precisamos de algumas informações",
                "field_type": field,
                "id": f"400bf541-788f-4d5f-86b1-6519f318ca6{number}",
                "input_type": "user_input",
                "reason": "account_request",
                "status": "requested",
                "updated_at": moment,
            }
            for number, field in enumerate(FIELD_TYPES)
        ],
        "context": {},
        "created_at": moment,
        "id": "50a22e82-1fe6-407b-b76c-986f46db60e8",
        "input_type": "user_input",
        "is_mandatory": True,
        "reason": "account_request",
        "status": "requested",
        "updated_at": moment,
        "user_id": "ef49c647-1dc9-47e8-a559-108cdf7e65a4",
    }


PLACE_EXAMPLE = {
    "public_url": "https://alta.example/api/v1/storage/objects/c0ea5f60-3d4c-4fc0-815e-bb62681fdd4b.jpg",
    "upload_info": {
        "headers": {"content-type": "image/jpeg"},
        "url": "https://alta.example/api/v1/storage/objects/c0ea5f60-3d4c-4fc0-815e-bb62681fdd4b.jpg?signature=…",
    },
}
_ERROR = reference("KycError")
_VALIDATION = reference("KycFaults")
_ALWAYS = {
    401: ("No token, or one that is not known or revoked.", _ERROR),
    429: ("Too many requests: wait as long as `Retry-After` says.", _ERROR),
    500: ("A fault of ours.", _ERROR),
}
_KEYED = {
    409: ("The idempotency key stands for another call.", _ERROR),
    423: ("The same call is still running.", _ERROR),
    431: ("The idempotency key is longer than 72 characters.", _ERROR),
}
_USER = parameter("user_id", "path", "The user's id, a UUID.", UUID)
_KEY = parameter(
    IDEMPOTENCY_HEADER,
    "header",
    "Any text that stands for this one call: the same again gives the stored answer.",
    {"type": "string", "maxLength": IDEMPOTENCY_KEY_MAXIMUM},
    required=False,
)
_OBJECT = parameter(
    "object",
    "path",
    "As in the public URL.",
    {"type": "string", "pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|png)$"},
)


def _operation(operation_id: str, summary: str, description: str, **rest: Any) -> dict[str, Any]:
    head = {"tags": [TAG], "operationId": operation_id, "summary": summary, "description": description}
    return {**head, "security": SECURITY, **rest}


def _request_operations() -> dict[str, Any]:
    shown = {
        "description": "The request.",
        "content": json_content(reference("KycRequest"), _request_example()),
    }
    strange = {
        403: ("The request is another integration's.", _ERROR),
        404: ("The user id is no UUID, or nothing was requested of it.", _ERROR),
    }
    show = _operation(
        "showKycRequest",
        "What is wanted of a user",
        "The checks, each `requested` until answered. The first call for a user opens the request.",
        parameters=[_USER],
        responses=answers(shown, {**_ALWAYS, **strange}),
    )
    answer = _operation(
        "answerKycRequest",
        "Answer checks",
        "All answers of the body are taken, or none. A photo is named by its public URL in the storage.",
        parameters=[_USER, _KEY],
        requestBody={"required": True, "content": json_content(ANSWER_BODY, ANSWER_EXAMPLE)},
        responses=answers(
            shown,
            {
                **_ALWAYS,
                **strange,
                **_KEYED,
                400: ("Every fault of the body, by path.", _VALIDATION),
                413: ("The body is too large.", _ERROR),
                415: ("The body is not JSON.", _ERROR),
                422: ("A check is answered already.", _ERROR),
            },
        ),
    )
    return {
        f"{PREFIX}/users/{{user_id}}/kyc/request": {"get": show},
        f"{PREFIX}/users/{{user_id}}/kyc/answer": {"post": answer},
    }


_NAME = parameter(
    "name",
    "path",
    "A file name that ends in .jpg, .jpeg or .png; not kept.",
    {"type": "string", "pattern": f"^{NAME.pattern}$"},
)
_SIGNATURE = parameter("signature", "query", "As in the upload address.", {"type": "string"}, required=False)
_PICTURE = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_GONE = {403: ("The signature, or the owner, is another.", _ERROR), 404: ("No such picture.", _ERROR)}


def _make_place() -> dict[str, Any]:
    place = {"description": "The picture's place.", "content": json_content(reference("StoragePlace"), PLACE_EXAMPLE)}
    return _operation(
        "makeStoragePlace",
        "Get a place for a picture",
        "Gives the public URL to name in an answer, and the signed address to PUT the bytes to.",
        parameters=[_NAME, _KEY],
        responses=answers(place, {**_ALWAYS, **_KEYED, 400: ("The name is not that of a picture.", _VALIDATION)}),
    )


def _upload() -> dict[str, Any]:
    errors = {
        **{status: _ALWAYS[status] for status in (429, 500)},
        **_GONE,
        400: ("The address has expired, or the bytes are no picture.", _VALIDATION),
        409: ("Other bytes are stored there.", _ERROR),
        413: ("The picture is larger than 20 MB.", _ERROR),
        415: ("The content type is not the promised one.", _ERROR),
    }
    upload = _operation(
        "uploadPicture",
        "Upload a picture",
        "To the address that was given, with the headers that were given; no token. Once: other bytes are refused.",
        parameters=[_OBJECT, _SIGNATURE],
        requestBody={"required": True, "content": dict.fromkeys(SUFFIXES, _PICTURE)},
        responses=answers({"description": "The bytes are stored."}, errors),
    )
    return {name: value for name, value in upload.items() if name != "security"}


def _fetch() -> dict[str, Any]:
    pictures = dict.fromkeys(CONTENT_TYPES.values(), _PICTURE)
    return _operation(
        "fetchPicture",
        "Fetch a picture",
        "The public URL: it answers to its owner only.",
        parameters=[_OBJECT],
        responses=answers({"description": "The bytes.", "content": pictures}, {**_ALWAYS, **_GONE}),
    )


def _storage_operations() -> dict[str, Any]:
    return {
        f"{PREFIX}/storage/{{name}}": {"post": _make_place()},
        f"{PREFIX}/storage/objects/{{object}}": {"put": _upload(), "get": _fetch()},
    }


def _token_operation() -> dict[str, Any]:
    claims = "exp, nbf, aud (this address), sub, iat, iss, jti; at most 15 minutes, once"
    fields = {
        "grant_type": {"const": "client_credentials"},
        "client_id": {"type": "string", "description": "The integration's client id."},
        "client_assertion_type": {"const": ASSERTION_TYPE},
        "client_assertion": {"type": "string", "description": f"A JWT signed with RS256 and its `kid`: {claims}."},
    }
    body = {"type": "object", "properties": fields, "required": list(fields)}
    token = {
        "type": "object",
        "properties": {
            "access_token": {"type": "string"},
            "expires_in": {"type": "integer"},
            "token_type": {"const": "Bearer"},
        },
        "required": ["access_token", "expires_in", "token_type"],
    }
    refused = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
    grant = _operation(
        "grantAccessToken",
        "Get an access token",
        "OAuth 2 client credentials, for an integration whose public key was registered with `flask integrations key`. "
        "The token is good for 15 minutes wherever an integration token is in this API.",
        requestBody={"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}},
        responses=answers(
            {"description": "The token.", "content": json_content(token)},
            {401: ("The assertion does not hold.", refused), **{status: _ALWAYS[status] for status in (429, 500)}},
        ),
    )
    return {f"{PREFIX}{TOKEN_PATH}": {"post": {name: part for name, part in grant.items() if name != "security"}}}


PART = Part(
    tag={"name": TAG, "description": "The checks wanted of a user, the pictures' storage, and the answers."},
    paths={**_request_operations(), **_storage_operations(), **_token_operation()},
    schemas={
        **schemas_of([(KycRequest, "serialization"), (StoragePlace, "serialization")]),
        "KycError": FAILURE,
        "KycFaults": FAULTS,
    },
)
