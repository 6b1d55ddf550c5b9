"""Owns the personal informations API over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from app.apis.authentication import Authenticate, current_caller, require_caller
from app.apis.errors import ConflictError, KeyTooLongError, NotFoundError, RejectedError
from app.apis.personal_informations.bodies import from_json, from_multipart
from app.apis.personal_informations.contract import PersonalInformation, Pictures, Record, RecordResponse
from app.apis.personal_informations.service import PersonalInformationsService
from app.apis.reading import limit_body, whole_body
from app.apis.responses import (
    ERROR_CODES,
    JSON_MAXIMUM_BYTES,
    PERSONAL_INFORMATIONS,
    PICTURE_MAXIMUM_BYTES,
    api_error_response,
    error_body,
    finish,
    json_response,
    start_clock,
)

PATH = "/internal/v1/clients/personal_informations"
MULTIPART_MAXIMUM_BYTES = 3 * PICTURE_MAXIMUM_BYTES + JSON_MAXIMUM_BYTES
RECORD_ID_MAXIMUM = 2**31 - 1


def personal_informations_blueprint(service: PersonalInformationsService, authenticate: Authenticate) -> Blueprint:
    """The routes over `service` for the callers that `authenticate` knows."""
    blueprint = Blueprint("personal_informations_api", __name__)

    @blueprint.before_request
    def _enter() -> None:
        start_clock()
        require_caller(request, authenticate)
        multipart = request.mimetype == "multipart/form-data"
        limit_body(request, MULTIPART_MAXIMUM_BYTES if multipart else JSON_MAXIMUM_BYTES)

    @blueprint.post(PATH)
    def create() -> Response:
        information, pictures = _sent()
        record = service.create(
            information,
            pictures,
            idempotency_key=request.headers.get("Idempotency-Key") or None,
            client_id=current_caller().client_id,
        )
        return _shown(record)

    @blueprint.get(f"{PATH}/<int:record_id>")
    def show(record_id: int) -> Response:
        if record_id > RECORD_ID_MAXIMUM:
            raise NotFound()
        return _shown(service.get(record_id, client_id=current_caller().client_id))

    @blueprint.after_request
    def _leave(response: Response) -> Response:
        return finish(PERSONAL_INFORMATIONS, response)

    for error in (Exception, *ERROR_CODES):
        blueprint.register_error_handler(error, _failed)
    return blueprint


def _sent() -> tuple[PersonalInformation, Pictures]:
    """The record that the request's body holds."""
    if request.mimetype == "application/json":
        return from_json(whole_body(request))
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType()
    # Of a body that is no multipart, Werkzeug gives nothing.
    if not request.form and not request.files:
        raise BadRequest()
    return from_multipart(request.form, request.files)


def _shown(record: Record) -> Response:
    return json_response(RecordResponse(data=record).model_dump(mode="json"))


def _failed(error: Exception) -> Response:
    if isinstance(error, RejectedError):
        return json_response({"errors": error.faults}, 422)
    for kind, status in ((NotFoundError, 404), (ConflictError, 409), (KeyTooLongError, 431)):
        if isinstance(error, kind):
            return json_response(error_body(PERSONAL_INFORMATIONS, status), status)
    response = api_error_response(request, error)
    assert response is not None, "the blueprint only serves paths of the API"
    return response
