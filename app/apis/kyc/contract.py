"""Owns the typed values of the KYC API, what an application answers in it, and the way to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple, Protocol, get_args

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from app.apis.errors import RejectedError
from app.apis.values import whole_seconds
from app.domain.application import Application

FieldType = Literal["birthdate", "phone_number", "address", "document_photo", "document_selfies", "total_income_range"]
FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)
Status = Literal["requested", "answered"]
REQUESTED: Status = "requested"
ANSWERED: Status = "answered"
COUNTRY_NAMES = {"BR": "Brasil", "AR": "Argentina"}
BLANK, INVALID = "can't be blank", "is invalid"

Moment = Annotated[
    datetime,
    PlainSerializer(whole_seconds, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}, mode="serialization"),
]


class Bounds(BaseModel):
    """A range's ends in centavos, None where it is open."""

    lower_bounds: int | None
    upper_bounds: int | None


class IncomeRangeChoice(BaseModel):
    """One range to choose from, with the words to show."""

    formatted: str
    range: Bounds


class IncomeContext(BaseModel):
    """What the check `total_income_range` offers."""

    income_ranges: tuple[IncomeRangeChoice, ...]


class Check(BaseModel):
    """One thing that is wanted of the user."""

    model_config = ConfigDict(frozen=True)

    context: IncomeContext | None
    created_at: Moment
    detailed_reason: str
    field_type: FieldType
    id: str
    input_type: Literal["user_input"] = "user_input"
    reason: str
    status: Status
    updated_at: Moment


class KycRequest(BaseModel):
    """What is wanted of one user, the keys in the example's order."""

    model_config = ConfigDict(frozen=True)

    checks: tuple[Check, ...]
    context: dict[str, str] = {}
    created_at: Moment
    id: str
    input_type: Literal["user_input"] = "user_input"
    is_mandatory: bool = True
    reason: str = "account_request"
    status: Status
    updated_at: Moment
    user_id: str


class UploadInfo(BaseModel):
    """Where and with which headers to PUT a picture."""

    headers: dict[str, str]
    url: str


class StoragePlace(BaseModel):
    """One picture's place: what to name in an answer, and how to fill it."""

    public_url: str
    upload_info: UploadInfo


@dataclass(frozen=True)
class Answer:
    """The answer to one check; `value` is JSON of the shape that its field type has, which is not sent along."""

    check_id: str
    value: Any
    field_type: str = ""

    def body(self) -> dict[str, Any]:
        """As the API takes it."""
        return {"check_id": self.check_id, "value": self.value}


class Wanted(NamedTuple):
    """A check that is to be answered."""

    id: str
    field_type: FieldType


class Reason(NamedTuple):
    """One fault: a message and the path into the body."""

    error: str
    path: tuple[str | int, ...]


class KycRejectedError(RejectedError):
    """The API refuses; `reasons` are the faults by path, `faults` the same by field type."""

    def __init__(self, reasons: Sequence[Reason], fields: Sequence[str] = ()) -> None:
        self.reasons = tuple(reasons)
        faults: dict[str, tuple[str, ...]] = {}
        for reason, field in zip(reasons, fields or ["answers"] * len(reasons), strict=True):
            faults[field] = (*faults.get(field, ()), reason.error)
        super().__init__(faults)


class KycGateway(Protocol):
    """The API as the delivery sees it, embedded or over HTTP.

    Raises KycRejectedError, WrongStatusError, NotAllowedError, NotFoundError, ConflictError or UnavailableError.
    """

    def open_request(self, user_id: str, *, country: str) -> KycRequest:
        """What is wanted of the user (a UUID) now."""

    def store_picture(self, picture: bytes, *, idempotency_key: str) -> str:
        """Store one picture, once per key, and give its public URL."""

    def answer(self, user_id: str, answers: Sequence[Answer], *, idempotency_key: str) -> KycRequest:
        """Answer checks, all of them or none; the same call again gives the same request object."""


@cache
def income_ranges(country: str) -> IncomeContext:
    """The ranges that are offered in `country` (AR or BR)."""
    data = json.loads(files("app.apis.kyc").joinpath("income_ranges.json").read_text(encoding="utf-8"))
    return IncomeContext(income_ranges=data[country])


def wanted_by(request: KycRequest) -> tuple[Wanted, ...]:
    """The checks that are still requested."""
    return tuple(Wanted(check.id, check.field_type) for check in request.checks if check.status == REQUESTED)


def photo_ids_from(application: Application, wanted: Iterable[Wanted]) -> tuple[str, ...]:
    """The ids of the photos that must be in the storage before `payload_from`, each once."""
    fields = {check.field_type for check in wanted}
    ids: list[str] = []
    if "document_photo" in fields and application.document:
        ids += [application.document.front, application.document.back]
    if "document_selfies" in fields:
        ids += _selfies(application)
    return tuple(dict.fromkeys(ids))


def payload_from(
    application: Application, wanted: Iterable[Wanted], photo_urls: Mapping[str, str]
) -> tuple[Answer, ...]:
    """The answers to the checks that are wanted; `photo_urls` gives each photo id's public URL.

    What the person has not given stays unanswered.
    """
    answers = (
        Answer(check_id, _ANSWERS[field_type](application, photo_urls), field_type) for check_id, field_type in wanted
    )
    return tuple(answer for answer in answers if answer.value is not None)


def _selfies(application: Application) -> tuple[str, ...]:
    if application.selfies:
        return application.selfies
    return (application.dni_selfie,) if application.dni_selfie else ()


def _birthdate(application: Application, _urls: Mapping[str, str]) -> str | None:
    return application.person.birth_date.isoformat() if application.person else None


def _phone_number(application: Application, _urls: Mapping[str, str]) -> str | None:
    return application.phone.removeprefix("+55") if application.phone else None


def _address(application: Application, _urls: Mapping[str, str]) -> dict[str, str] | None:
    if application.address is None:
        return None
    return {**asdict(application.address), "country": COUNTRY_NAMES[application.address.country]}


def _document_photo(application: Application, urls: Mapping[str, str]) -> dict[str, str] | None:
    document = application.document
    if document is None:
        return None
    return {"type": document.kind, "front": urls[document.front], "back": urls[document.back]}


def _document_selfies(application: Application, urls: Mapping[str, str]) -> list[str] | None:
    return [urls[photo_id] for photo_id in _selfies(application)] or None


def _total_income_range(application: Application, _urls: Mapping[str, str]) -> dict[str, int | None] | None:
    return {"upper_bounds": application.income.upper_bounds} if application.income else None


_ANSWERS: dict[FieldType, Callable[[Application, Mapping[str, str]], Any]] = {
    "birthdate": _birthdate,
    "phone_number": _phone_number,
    "address": _address,
    "document_photo": _document_photo,
    "document_selfies": _document_selfies,
    "total_income_range": _total_income_range,
}
