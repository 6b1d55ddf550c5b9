"""Owns the personal informations API over HTTP, as its caller; satisfies PersonalInformationsGateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, get_args

from pydantic import ValidationError

from app.apis.calls import USER_AGENT, Answer, Caller
from app.apis.errors import RejectedError, UnavailableError, UnexpectedAnswerError
from app.apis.personal_informations.contract import (
    SLOTS,
    PersonalInformation,
    Pictures,
    Record,
    RecordResponse,
    State,
)
from app.domain.picture_format import sniff

PATH = "/internal/v1/clients/personal_informations"
IDEMPOTENCY_HEADER = "Idempotency-Key"
FIELDS = (*PersonalInformation.model_fields, *SLOTS)
CONTENT_TYPES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
CHECKING: State = "checking"


class PersonalInformationsClient:
    """The API at `base_url`, called by the integration whose token this is."""

    def __init__(self, base_url: str, *, token: str, caller: Caller) -> None:
        self._url, self._token, self._caller = base_url.rstrip("/") + PATH, token, caller

    def create(self, information: PersonalInformation, pictures: Pictures, *, idempotency_key: str) -> Record:
        """Make one record per key."""
        values = information.model_dump(mode="json")
        texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
        files = {slot: _file(slot, picture) for slot, picture in pictures.given().items()}
        headers = self._headers | {IDEMPOTENCY_HEADER: idempotency_key}
        return _record_in(self._caller.call("POST", self._url, headers=headers, data=texts, files=files))

    def get(self, record_id: int) -> Record:
        """The record as it stands."""
        return _record_in(self._caller.call("GET", f"{self._url}/{record_id}", headers=self._headers))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": self._token, "User-Agent": USER_AGENT, "Accept": "application/json"}


def _file(slot: str, picture: bytes) -> tuple[str, bytes, str]:
    suffix, content_type = CONTENT_TYPES.get(sniff(picture[:16]) or "", ("bin", "application/octet-stream"))
    return f"{slot}.{suffix}", picture, content_type


def _record_in(response: Answer) -> Record:
    if response.status in (400, 422):
        _refuse(response)
    response.require_done()
    shown = response.json()
    try:
        # States beyond those of the contract are as good as "checking": no decision, nothing asked.
        state = shown["data"]["state"]
        data = {**shown["data"], "state": state if state in get_args(State) else CHECKING}
        return RecordResponse.model_validate({"data": data}).data
    except (ValidationError, KeyError, TypeError):
        raise UnavailableError("answered with something that is no record") from None


def _refuse(response: Answer) -> NoReturn:
    """Raise which fields are refused; what else is named, or nothing, is an operator's matter."""
    shown = response.json()
    errors = shown.get("errors") if isinstance(shown, dict) else None
    named: Mapping[str, Any] = errors if isinstance(errors, dict) else {}
    faults = {field: ("is invalid",) for field in FIELDS if field in named}
    if not faults:
        raise UnexpectedAnswerError(f"HTTP {response.status}")
    raise RejectedError(faults)
