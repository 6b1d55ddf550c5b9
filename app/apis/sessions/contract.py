"""Owns the typed values of the sessions API: what a call may ask for, and what it is told."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from app.apis.kyc.contract import Moment
from app.apis.values import compact_json, is_printable_text, real_date
from app.domain.theme import WIDEST_RADIUS

PATH = "/v1/sessions"
METADATA_MAXIMUM_BYTES, METADATA_MAXIMUM_DEPTH = 4096, 50
EXTERNAL_ID_MAXIMUM = 200
KEY_MAXIMUM = 255
LOCALES = {"es": "es", "pt_BR": "pt-BR", "en": "en"}
SKIPPABLE = ("personal", "identity", "address", "phone", "income")

Country = Literal["AR", "BR"]
Locale = Literal["es", "es-AR", "pt", "pt-BR", "en"]
Skippable = Literal["personal", "identity", "address", "phone", "income"]
State = Literal[
    "created", "started", "submitted", "delivered", "action_needed", "approved", "rejected", "cancelled", "expired"
]


def _printable(text: str) -> str:
    if not is_printable_text(text) or text != text.strip():
        raise PydanticCustomError("text", "must be text without control characters or spaces around it")
    return text


def _date(text: str) -> str:
    if real_date(text) is None:
        raise PydanticCustomError("date", "must be a date such as 1990-08-10")
    return text


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if _depth(value) > METADATA_MAXIMUM_DEPTH:
        raise PydanticCustomError("metadata", f"may have {METADATA_MAXIMUM_DEPTH} levels")
    try:
        size = len(compact_json(value))
    except UnicodeEncodeError:
        raise PydanticCustomError("text", "holds text that cannot be stored") from None
    if size > METADATA_MAXIMUM_BYTES:
        raise PydanticCustomError("metadata", f"may have {METADATA_MAXIMUM_BYTES} bytes as compact JSON")
    return value


def _depth(value: Any) -> int:
    """How many objects and arrays lie within one another."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth


Line = Annotated[str, Field(min_length=1, max_length=150), AfterValidator(_printable)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Part = ConfigDict(extra="forbid", strict=True)


class PersonalPrefill(BaseModel):
    """Who the person is."""

    model_config = Part
    first_name: Line | None = None
    last_name: Line | None = None
    birthday: (
        Annotated[
            str,
            Field(min_length=10, max_length=10, json_schema_extra={"format": "date"}, examples=["1990-08-10"]),
            AfterValidator(_date),
        ]
        | None
    ) = None
    gender: Literal["Hombre", "Mujer", "X"] | None = None
    marital_status: Literal["single", "married", "divorcee", "widower"] | None = None
    nationality: Line | None = None


class IdentityPrefill(BaseModel):
    """The person's document: cuil, cuit, dni or passport in Argentina, cpf or passport in Brazil."""

    model_config = Part
    document_type: Literal["cuil", "cuit", "dni", "passport", "cpf"] | None = None
    document_number: Line | None = None


class ExposurePrefill(BaseModel):
    """Whether the person is politically exposed; the person declares it all the same."""

    model_config = Part
    politically_exposed: bool | None = None
    relation: Literal["own", "relative", "associate"] | None = None
    post: Line | None = None
    body: Line | None = None
    since: Month | None = None
    until: Month | None = None


class AddressPrefill(BaseModel):
    """Where the person lives; `state` is the province (Argentina) or the UF (Brazil). Brazil alone has a
    neighborhood."""

    model_config = Part
    street: Line | None = None
    street_number: Line | None = None
    extra: Line | None = None
    neighborhood: Line | None = None
    city: Line | None = None
    state: Line | None = None
    postal_code: Line | None = None
    reference_point: Line | None = None


class PhonePrefill(BaseModel):
    """The person's mobile phone: E.164, or as it is written in `country` (ISO 3166)."""

    model_config = Part
    number: Line | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class IncomePrefill(BaseModel):
    """One of the ranges that the KYC request offers, by its ends in centavos; null where it is open."""

    model_config = Part
    lower_bounds: Annotated[int, Field(ge=0, le=10**15)] | None = None
    upper_bounds: Annotated[int, Field(ge=0, le=10**15)] | None = None


class DocumentPrefill(BaseModel):
    """Which document is in the photos (Brazil). The photos themselves are the person's to take."""

    model_config = Part
    kind: Literal["CNH", "RG", "CIN", "CRNM", "PASSPORT"] | None = None


class Prefill(BaseModel):
    """Answers that are known beforehand, by step."""

    model_config = Part
    personal: PersonalPrefill | None = None
    identity: IdentityPrefill | None = None
    exposure: ExposurePrefill | None = None
    address: AddressPrefill | None = None
    phone: PhonePrefill | None = None
    income: IncomePrefill | None = None
    document: DocumentPrefill | None = None


class ThemeBody(BaseModel):
    """How Alta looks in this session; what is left out is as the integration has it, or Alta's own."""

    model_config = Part
    scheme: Literal["auto", "light", "dark"] | None = Field(
        default=None, description="Light or dark, or as the device has it."
    )
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = Field(
        default=None, description="Colour of buttons and links, with a contrast of 4.5 to 1 at least."
    )
    radius: Annotated[int, Field(ge=0, le=WIDEST_RADIUS)] | None = Field(
        default=None, description="Corners, in pixels."
    )
    font: Literal["system", "serif", "rounded", "mono"] | None = Field(default=None, description="Stack of fonts.")


class NewSession(BaseModel):
    """What a session is made from; everything is optional."""

    model_config = Part
    country: Country | None = Field(
        default=None, description="Where the person lives; the integration's country if left out."
    )
    locale: Locale | None = Field(default=None, description="Language to begin in; the country's if left out.")
    external_id: (
        Annotated[str, Field(min_length=1, max_length=EXTERNAL_ID_MAXIMUM), AfterValidator(_printable)] | None
    ) = Field(default=None, description="Your own id for this onboarding: the same one gives the same session.")
    prefill: Prefill = Field(default_factory=Prefill, description="Answers that you know; the person confirms them.")
    skip: Annotated[list[Skippable], Field(max_length=len(SKIPPABLE))] = Field(
        default_factory=list, description="Steps that you vouch for: prefilled whole, they are not asked."
    )
    return_url: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_printable)] | None = Field(
        default=None, description="Where the person goes afterwards; its origin and path must be registered."
    )
    theme: ThemeBody = Field(default_factory=ThemeBody, description="How this session looks.")
    # Any: it was read from JSON, so that it is nothing else.
    metadata: Annotated[dict[str, Any], AfterValidator(_small)] = Field(
        default_factory=dict, description="Anything of yours, up to 4 KB; kept encrypted, given back, never shown."
    )


class Launched(BaseModel):
    """How to open a session once, until `expires_at`: in a frame by its token, or anywhere by its link."""

    id: str
    url: str = Field(description="A link to open the session without a frame; good once.")
    launch_token: str = Field(description="What the element on your page opens the session with; good once.")
    expires_at: Moment = Field(description="When link and token end, ten minutes from when they were made.")


class CheckShown(BaseModel):
    """One thing that is verified of the person."""

    name: str = Field(description="The KYC check's field type.")
    step: str = Field(description="The step of the wizard that answers it.")
    status: Literal["requested", "answered", "asked_again"]
    reason: str | None = Field(description="Why it is asked again, as a code.")


class DeliveryShown(BaseModel):
    """How what was sent stands in one of the two APIs."""

    api: Literal["personal_informations", "kyc"]
    state: Literal["waiting", "delivered", "reopened", "failed", "cancelled"]
    attempts: int
    upstream_id: str | None
    upstream_state: str | None


class SessionShown(BaseModel):
    """A session as its integration may see it: never a photo, nothing that the person typed."""

    id: str
    state: State
    external_id: str | None
    test: bool
    country: Country
    locale: Literal["es", "pt-BR", "en"]
    reference: str | None = Field(description="The application's reference, once the person has begun.")
    created_at: Moment
    updated_at: Moment
    submitted_at: Moment | None
    skip: list[str]
    vouched: list[str] = Field(description="Steps that were passed over because you vouch for them.")
    return_url: str | None
    theme: ThemeBody
    metadata: dict[str, JsonValue]
    checks: list[CheckShown]
    document: dict[str, str] = Field(description="How each answer compares with what the document says.")
    deliveries: list[DeliveryShown]
    decision: Literal["approved", "rejected"] | None


class EventShown(BaseModel):
    """One thing that happened."""

    number: int
    type: str
    state: str
    data: dict[str, JsonValue]
    created_at: Moment


class EventsShown(BaseModel):
    """The history, oldest first."""

    events: list[EventShown]


class Fault(BaseModel):
    """One thing that is wrong with a body."""

    pointer: str = Field(description="Where, as a JSON pointer.")
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None
