"""Owns the values of one onboarding application as the steps fill them and the APIs take them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

CountryCode = Literal["AR", "BR"]
Gender = Literal["Hombre", "Mujer", "X"]
MaritalStatus = Literal["single", "married", "divorcee", "widower"]
DocumentTypeKey = Literal["cuil", "cuit", "dni", "passport", "cpf"]
DocumentKind = Literal["CNH", "RG", "CIN", "CRNM", "PASSPORT", "DNI"]
Relation = Literal["own", "relative", "associate"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who the person is; `nationality` is the demonym as it was shown to them, such as "Argentino"."""

    first_name: str
    last_name: str
    birth_date: date
    gender: Gender
    marital_status: MaritalStatus
    nationality: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The identity number, normalised: digits and upper-case letters only.

    `document_type` is cuil, cuit, dni or passport in Argentina, cpf or passport in Brazil.
    """

    document_type: DocumentTypeKey
    document_number: str


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """The declaration on political exposure.

    `since` and `until` are "YYYY-MM"; `text_hash` is the SHA-256 of the list of posts shown beforehand.
    """

    politically_exposed: bool
    relation: Relation | None
    post: str | None
    body: str | None
    since: str | None
    until: str | None
    text_hash: str


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the person lives; "" where a field is empty. `state` is the UF code (BR) or the province (AR)."""

    country: CountryCode
    street: str
    street_number: str
    extra: str
    neighborhood: str
    city: str
    state: str
    postal_code: str
    reference_point: str


@dataclass(frozen=True, kw_only=True)
class IncomeRange:
    """The chosen range of income; bounds in centavos, None where the range is open."""

    lower_bounds: int | None
    upper_bounds: int | None
    formatted: str


@dataclass(frozen=True, kw_only=True)
class DocumentPhotos:
    """The two photos of the identity document; `front` and `back` are photo ids (UUID strings)."""

    kind: DocumentKind
    front: str
    back: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """All answers of one application; None where the person has not answered yet.

    `phone` is E.164; `dni_selfie` and `selfies` are photo ids; `language` is "es", "pt_BR" or "en".
    """

    id: str
    reference: str
    country: CountryCode
    language: str
    person: Person | None
    identity: Identity | None
    exposure: Exposure | None
    address: Address | None
    phone: str | None
    income: IncomeRange | None
    document: DocumentPhotos | None
    dni_selfie: str | None
    selfies: tuple[str, ...]
