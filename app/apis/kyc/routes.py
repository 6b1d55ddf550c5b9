"""Owns the KYC API over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from app.apis.access import AccessTokens, InvalidClientError
from app.apis.authentication import current_caller, require_caller
from app.apis.errors import (
    ApiError,
    ConflictError,
    KeyTooLongError,
    NotAllowedError,
    NotFoundError,
    StillRunningError,
    UnavailableError,
    WrongStatusError,
)
from app.apis.kyc.contract import KycRejectedError
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage, WrongContentTypeError
from app.apis.reading import limit_body, whole_body
from app.apis.responses import (
    ERROR_CODES,
    JSON_MAXIMUM_BYTES,
    KYC,
    PICTURE_MAXIMUM_BYTES,
    api_error_response,
    error_body,
    finish,
    json_body,
    json_response,
)

PREFIX = "/api/v1"
TOKEN_PATH = "/oauth/token"
IDEMPOTENCY_HEADER = "x-stone-idempotency-key"
# The first kind that fits decides, so a special kind stands before its general one.
STATUSES: tuple[tuple[type[ApiError], int], ...] = (
    (NotAllowedError, 403),
    (NotFoundError, 404),
    (WrongStatusError, 422),
    (ConflictError, 409),
    (WrongContentTypeError, 415),
    (StillRunningError, 423),
    (KeyTooLongError, 431),
    (UnavailableError, 503),
)
PICTURE_HEADERS = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def kyc_blueprint(service: KycService, storage: PhotoStorage, tokens: AccessTokens) -> Blueprint:
    """The routes over `service` and `storage` for the callers that `tokens` knows."""
    blueprint = Blueprint("kyc_api", __name__, url_prefix=PREFIX)

    @blueprint.before_request
    def _enter() -> None:
        # An upload address is signed and a token request carries an assertion: each is its own permission.
        upload, asking = request.method == "PUT", request.path == f"{PREFIX}{TOKEN_PATH}"
        if not (upload or asking):
            require_caller(request, tokens.authenticate)
        limit_body(request, PICTURE_MAXIMUM_BYTES if upload else JSON_MAXIMUM_BYTES)

    @blueprint.post(TOKEN_PATH)
    def grant_token() -> Response:
        audiences = [request.base_url, request.url_root.rstrip("/")]
        try:
            return json_response(tokens.grant(request.form, audiences=audiences))
        except InvalidClientError:
            return json_response({"error": "invalid_client"}, 401)

    _serve_requests(blueprint, service)
    _serve_storage(blueprint, storage)

    @blueprint.after_request
    def _leave(response: Response) -> Response:
        return finish(KYC, response)

    for error in (Exception, *ERROR_CODES):
        blueprint.register_error_handler(error, _failed)
    return blueprint


def _serve_requests(blueprint: Blueprint, service: KycService) -> None:
    @blueprint.get("/users/<user_id>/kyc/request")
    def show_request(user_id: str) -> Response:
        caller = current_caller()
        shown = service.open_request(user_id, country=caller.country, owner_id=caller.id)
        return json_response(shown.model_dump(mode="json"))

    @blueprint.post("/users/<user_id>/kyc/answer")
    def take_answers(user_id: str) -> Response:
        if request.mimetype != "application/json":
            raise UnsupportedMediaType()
        shown = service.take_answers(
            user_id,
            json_body(whole_body(request)),
            idempotency_key=_idempotency_key(),
            owner_id=current_caller().id,
        )
        return json_response(shown.model_dump(mode="json"))


def _serve_storage(blueprint: Blueprint, storage: PhotoStorage) -> None:
    @blueprint.post("/storage/<name>")
    def make_place(name: str) -> Response:
        place = storage.create(
            name, owner_id=current_caller().id, idempotency_key=_idempotency_key(), base_url=request.url_root
        )
        return json_response(place.model_dump(mode="json"))

    @blueprint.put("/storage/objects/<object_name>")
    def upload(object_name: str) -> Response:
        storage.upload(
            object_name,
            signature=request.args.get("signature", ""),
            content_type=request.mimetype,
            picture=whole_body(request),
        )
        stored = Response(status=200)
        # Without a body there is nothing that could have a type.
        del stored.headers["Content-Type"]
        return stored

    @blueprint.get("/storage/objects/<object_name>")
    def fetch(object_name: str) -> Response:
        picture, content_type = storage.fetch(object_name, owner_id=current_caller().id)
        return Response(picture, content_type=content_type, headers=PICTURE_HEADERS)


def _idempotency_key() -> str | None:
    return request.headers.get(IDEMPOTENCY_HEADER) or None


def _failed(error: Exception) -> Response:
    if isinstance(error, KycRejectedError):
        reasons = [{"error": reason.error, "path": list(reason.path)} for reason in error.reasons]
        return json_response({"reason": reasons, "type": "srn:error:validation"}, 400)
    for kind, status in STATUSES:
        if isinstance(error, kind):
            response = json_response(error_body(KYC, status), status)
            if isinstance(error, UnavailableError) and error.retry_after is not None:
                response.headers["Retry-After"] = str(round(error.retry_after))
            return response
    answer = api_error_response(request, error)
    assert answer is not None, "the blueprint only serves paths of the API"
    return answer
