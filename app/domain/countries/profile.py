"""Owns the shape of a country's profile: what one country asks, takes and warns about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.application import CountryCode, DocumentKind
from app.domain.document_reading import DocumentReading
from app.domain.errors import Notice

InputMode = Literal["text", "numeric"]
Normalise = Callable[[str], str]
Display = Callable[[str], str]
AddressWarnings = Callable[[Mapping[str, str]], tuple[Notice, ...]]
IdentityWarnings = Callable[[str, str, Mapping[str, str]], tuple[Notice, ...]]
ReadBarcode = Callable[[str], DocumentReading | None]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One option of a list: the stored value, and its label (a msgid, or a proper name shown as it is)."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class DocumentType:
    """A kind of identity number: how it is labelled, read and shown.

    `key` is one of application.DocumentTypeKey; `normalise` raises InvalidError; `display` takes a normalised
    number; `maximum` is in characters as typed.
    """

    key: str
    label: str
    normalise: Normalise
    display: Display
    inputmode: InputMode
    maximum: int
    hint: str


@dataclass(frozen=True, kw_only=True)
class AddressField:
    """One box of the address page.

    `name` is the contract's; `normalise` takes what was typed ("" for an empty optional box) and raises
    InvalidError; a field with `choices` is a list. `maximum` is in characters; `say` the words in which an agent
    asks for it on the phone.
    """

    name: str
    label: str
    normalise: Normalise
    say: str = ""
    hint: str = ""
    required: bool = True
    maximum: int = 150
    autocomplete: str = ""
    inputmode: InputMode = "text"
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CountryProfile:
    """What one country asks of a person.

    `language` is a catalogue name ("es", "pt_BR"); `nationality` the ISO 3166 code of its own citizens;
    `address_warnings` takes the normalised address fields; `identity_warnings` takes the document type, its normalised
    number, and other numbers the person gave (keys "cuil", "cuit", "dni", "cnh"), as typed or normalised. Neither ever
    blocks. `read_barcode` takes the text of the barcode on the country's identity document; None where there is none
    that says who its holder is.
    """

    code: CountryCode
    name: str
    language: str
    nationality: str
    document_types: tuple[DocumentType, ...]
    document_kinds: tuple[Choice, ...]
    default_document_kind: DocumentKind
    address_fields: tuple[AddressField, ...]
    address_warnings: AddressWarnings
    identity_warnings: IdentityWarnings
    postal_code_display: Display
    read_barcode: ReadBarcode | None = None

    def document_type(self, key: str) -> DocumentType:
        """Return the document type named `key`; raise KeyError when this country does not take it."""
        for document_type in self.document_types:
            if document_type.key == key:
                return document_type
        raise KeyError(key)

    def address_field(self, name: str) -> AddressField:
        """Return the address box named `name`; raise KeyError when this country does not ask it."""
        for address_field in self.address_fields:
            if address_field.name == name:
                return address_field
        raise KeyError(name)
