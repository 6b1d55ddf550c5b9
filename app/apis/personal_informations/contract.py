"""Owns the typed values of the personal informations API, what an application becomes in it, its gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, Literal, Protocol, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.apis.errors import RejectedError
from app.apis.values import is_printable_text, milliseconds, real_date
from app.domain.application import Application

TEXT_MAXIMUM = 150
INSTALLATION_CLIENT_ID = 1
BLANK, INVALID, UNLISTED = "can't be blank", "is invalid", "is not included in the list"
TOO_LONG = f"is too long (maximum is {TEXT_MAXIMUM} characters)"

MaritalStatus = Literal["single", "married", "divorcee", "widower"]
DocumentType = Literal["cuil", "cuit", "dni", "passport", "cpf"]
State = Literal["checking", "approved", "rejected", "pending"]
Slot = Literal["front_document", "back_document", "dni_selfie"]
SLOTS: tuple[Slot, ...] = get_args(Slot)

_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_SLASHED_DATE = (
    r"^(?!0000)[0-9]{4}/(?:(?:0[13578]|1[02])/(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)/(?:0[1-9]|[12][0-9]|30)|02/(?:0[1-9]|1[0-9]|2[0-8]))$"
)


def _fault(message: str) -> PydanticCustomError:
    return PydanticCustomError("fault", "{message}", {"message": message})


def _present(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise _fault(BLANK)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not is_printable_text(value):
        raise _fault(INVALID)
    trimmed = value.strip()
    if len(trimmed) > TEXT_MAXIMUM:
        raise _fault(TOO_LONG)
    return trimmed


def _birthday(value: object) -> date:
    day = real_date(value, separators="-/") if isinstance(value, str) else value
    if type(day) is not date:
        raise _fault(INVALID)
    return day


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _fault(INVALID)
    return value


def _number(value: object) -> str:
    if not isinstance(value, str):
        raise _fault(INVALID)
    trimmed = value.strip()
    if not (5 <= len(trimmed) <= 20 and trimmed.isascii() and trimmed.isalnum()):
        raise _fault(INVALID)
    return trimmed


def _listed(choices: tuple[str, ...]) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, str) or value not in choices:
            raise _fault(UNLISTED)
        return value

    return BeforeValidator(check)


Present = BeforeValidator(_present)
Text = Annotated[
    str,
    PlainValidator(_text),
    Present,
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": TEXT_MAXIMUM,
            "pattern": rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$",
        }
    ),
]
Birthday = Annotated[
    date,
    PlainValidator(_birthday),
    Present,
    PlainSerializer(date.isoformat, when_used="json"),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": _SLASHED_DATE}]},
        mode="validation",
    ),
    WithJsonSchema({"type": "string", "format": "date"}, mode="serialization"),
]
DocumentNumber = Annotated[
    str,
    PlainValidator(_number),
    Present,
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9]{5,20}$"}),
]
Moment = Annotated[
    datetime,
    PlainSerializer(milliseconds, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}, mode="serialization"),
]


class PersonalInformation(BaseModel):
    """What is recorded of a person, pictures apart. Raises pydantic's ValidationError; see `faults_of`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    birthday: Birthday
    first_name: Text
    last_name: Text
    gender: Text
    marital_status: Annotated[MaritalStatus, _listed(get_args(MaritalStatus)), Present]
    nationality: Text
    politically_exposed: Annotated[bool, PlainValidator(_boolean), Present, WithJsonSchema({"type": "boolean"})]
    document_type: Annotated[DocumentType, _listed(get_args(DocumentType)), Present]
    document_number: DocumentNumber


class PicturePlaceholder(BaseModel):
    """How a JSON body mentions a picture: the example's object, whose content is ignored and never kept."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="ignore", strict=True)

    original_filename: str
    tempfile: str
    content_type: str


class JsonBody(PersonalInformation):
    """The whole JSON body of a call: the twelve parameters of the document."""

    front_document: Annotated[PicturePlaceholder, Present]
    back_document: Annotated[PicturePlaceholder, Present]
    dni_selfie: Annotated[PicturePlaceholder, Present]

    def information(self) -> PersonalInformation:
        """The part that is kept."""
        return PersonalInformation.model_validate(self.model_dump(include=set(PersonalInformation.model_fields)))


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The bytes of the three pictures (JPEG, PNG or WebP); None where a JSON body only mentioned them."""

    front_document: bytes | None = None
    back_document: bytes | None = None
    dni_selfie: bytes | None = None

    def given(self) -> dict[Slot, bytes]:
        """The pictures there are, by slot."""
        present = {field.name: getattr(self, field.name) for field in fields(self)}
        return {slot: present[slot] for slot in SLOTS if present[slot] is not None}


class Record(BaseModel):
    """A record as the API shows it: the example's fourteen keys in the example's order."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: int
    first_name: str
    last_name: str
    nationality: str
    gender: str
    marital_status: MaritalStatus
    politically_exposed: bool
    birthday: date
    client_id: int
    created_at: Moment
    updated_at: Moment
    document_type: DocumentType
    document_number: str
    state: State


class RecordResponse(BaseModel):
    """The body of a successful call."""

    data: Record


class PersonalInformationsGateway(Protocol):
    """The API as the delivery sees it, embedded or over HTTP.

    Raises RejectedError, NotAllowedError, NotFoundError, ConflictError or UnavailableError.
    """

    def create(self, information: PersonalInformation, pictures: Pictures, *, idempotency_key: str) -> Record:
        """Make one record per key: the same call again gives the same record."""

    def get(self, record_id: int) -> Record:
        """The record as it stands, for its state."""


def faults_of(error: ValidationError) -> dict[str, tuple[str, ...]]:
    """Every fault of a body, by field, as the API words it."""
    faults: dict[str, tuple[str, ...]] = {}
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        field = str(detail["loc"][0])
        message = _message(detail["type"], detail["msg"], depth=len(detail["loc"]))
        if message not in faults.setdefault(field, ()):
            faults[field] += (message,)
    return faults


def _message(kind: str, message: str, *, depth: int) -> str:
    if kind == "fault":
        return message
    return BLANK if kind == "missing" and depth == 1 else INVALID


def payload_from(application: Application, photos: Mapping[str, bytes]) -> tuple[PersonalInformation, Pictures]:
    """What `application` becomes in this API; `photos` holds the pictures by photo id.

    Raises RejectedError naming every field the person has not given: an answer is never invented.
    """
    person, identity, exposure = application.person, application.identity, application.exposure
    document = application.document
    values: dict[str, Any] = {
        "birthday": person and person.birth_date,
        "first_name": person and person.first_name,
        "last_name": person and person.last_name,
        "gender": person and person.gender,
        "marital_status": person and person.marital_status,
        "nationality": person and person.nationality,
        "politically_exposed": exposure and exposure.politically_exposed,
        "document_type": identity and identity.document_type,
        "document_number": identity and identity.document_number,
    }
    ids = {
        "front_document": document and document.front,
        "back_document": document and document.back,
        "dni_selfie": application.dni_selfie,
    }
    pictures = {slot: photos.get(photo_id) if photo_id else None for slot, photo_id in ids.items()}
    faults = {slot: (BLANK,) for slot, picture in pictures.items() if picture is None}
    try:
        information = PersonalInformation.model_validate(values)
    except ValidationError as error:
        raise RejectedError({**faults_of(error), **faults}) from None
    if faults:
        raise RejectedError(faults)
    return information, Pictures(**pictures)
