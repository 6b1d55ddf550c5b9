"""Owns what an identity document says of its holder, as a machine reads it from a photo."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal

from app.domain.application import DocumentTypeKey, Gender

Source = Literal["pdf417", "mrz"]
GENDERS: dict[str, Gender] = {"M": "Hombre", "F": "Mujer", "X": "X"}
"""By the letter that documents print."""


@dataclass(frozen=True, kw_only=True)
class DocumentReading:
    """What one document says; "" or None where it says nothing.

    Names are as the document has them, mostly in capitals and without accents; `names_cut` when there was no room for
    them whole. `dni` is normalised, `cuil` 11 digits, `passport` normalised.
    """

    source: Source
    last_name: str = ""
    first_name: str = ""
    dni: str = ""
    cuil: str = ""
    passport: str = ""
    birth_date: date | None = None
    gender: Gender | None = None
    names_cut: bool = False


def number_said(reading: DocumentReading, wanted: str = "") -> tuple[DocumentTypeKey, str] | None:
    """The document's own number as (type, number): of the `wanted` type if it has one, else the one that says most."""
    offered: dict[str, tuple[DocumentTypeKey, str]] = {
        "cuil": ("cuil", reading.cuil),
        "dni": ("dni", reading.dni),
        "passport": ("passport", reading.passport),
    }
    # A CUIT is not on any document: a person's is nearly always the CUIL.
    for key in ("cuil" if wanted == "cuit" else wanted, *offered):
        if key in offered and offered[key][1]:
            return offered[key]
    return None


def combined(readings: Iterable[DocumentReading]) -> DocumentReading | None:
    """What both sides of a document say together: the barcode first, completed by what else bears its number."""
    ordered = sorted(readings, key=lambda reading: reading.source != "pdf417")
    if not ordered:
        return None
    first = ordered[0]
    for other in ordered[1:]:
        if first.dni == other.dni and first.passport in ("", other.passport):
            missing = {each.name: getattr(other, each.name) for each in fields(first) if not getattr(first, each.name)}
            first = replace(first, **{**missing, "names_cut": first.names_cut})
    return first


def capitalised(name: str) -> str:
    """A name in capitals as people write it: "MARIA D'ANGELO" is "Maria D'Angelo"; any other stays as it is."""
    return name.title() if name.isupper() else name
