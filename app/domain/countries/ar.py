"""Owns what Argentina asks: its documents, its address, its provinces and their postal letters."""

import re
from collections.abc import Mapping
from contextlib import suppress

from app.domain import identifiers
from app.domain.countries import lines
from app.domain.countries.profile import AddressField, Choice, CountryProfile, DocumentType, Normalise
from app.domain.dni import read_dni
from app.domain.errors import InvalidError, Notice
from app.domain.text import fold
from app.domain.words import N_

PROVINCE_OF_LETTER = {
    "A": "Salta",
    "B": "Buenos Aires",
    "C": "Ciudad Autónoma de Buenos Aires",
    "D": "San Luis",
    "E": "Entre Ríos",
    "F": "La Rioja",
    "G": "Santiago del Estero",
    "H": "Chaco",
    "J": "San Juan",
    "K": "Catamarca",
    "L": "La Pampa",
    "M": "Mendoza",
    "N": "Misiones",
    "P": "Formosa",
    "Q": "Neuquén",
    "R": "Río Negro",
    "S": "Santa Fe",
    "T": "Tucumán",
    "U": "Chubut",
    "V": "Tierra del Fuego",
    "W": "Corrientes",
    "X": "Córdoba",
    "Y": "Jujuy",
    "Z": "Santa Cruz",
}
"""First letter of a CPA (ISO 3166-2:AR) to province."""

_CAPITAL = PROVINCE_OF_LETTER["C"]
PROVINCES = tuple(
    Choice(value=name, label=name)
    for name in (_CAPITAL, *sorted(set(PROVINCE_OF_LETTER.values()) - {_CAPITAL}, key=fold))
)
_PLAIN_CODE = re.compile(r"[1-9][0-9]{3}")
_CPA = re.compile(r"[A-HJ-NP-Z][1-9][0-9]{3}[A-Z]{3}")


def normalise_postal_code(text: str) -> str:
    """Return 4 digits, or a CPA (letter, 4 digits, 3 letters) in capitals; raises InvalidError."""
    code = identifiers.compact(text)
    if not code:
        raise InvalidError(N_("Enter the postal code"))
    if not (_PLAIN_CODE.fullmatch(code) or _CPA.fullmatch(code)):
        raise InvalidError(N_("Write the postal code with 4 digits, or in full, such as C1425ABC"))
    return code


def address_warnings(fields: Mapping[str, str]) -> tuple[Notice, ...]:
    """Warn when the letter of a CPA is another province's than the one chosen."""
    code, state = fields.get("postal_code", ""), fields.get("state", "")
    province = PROVINCE_OF_LETTER.get(code[:1])
    if province is None or not state or province == state:
        return ()
    message = N_("The postal code %(code)s is in %(province)s, not in %(state)s: check both")
    return (Notice(message=message, parameters={"code": code, "province": province, "state": state}),)


def identity_warnings(document_type: str, number: str, others: Mapping[str, str]) -> tuple[Notice, ...]:
    """Warn when a CUIL or CUIT and the DNI do not hold the same number, whichever of them was given where.

    A number of `others` that cannot be read says nothing.
    """
    if document_type in ("cuil", "cuit"):
        middles, dnis = {identifiers.dni_of_cuil(number)}, _readable(identifiers.normalise_dni, others, "dni")
    elif document_type == "dni":
        cuils = _readable(identifiers.normalise_cuit, others, "cuil", "cuit")
        middles, dnis = {identifiers.dni_of_cuil(cuil) for cuil in cuils}, {number}
    else:
        return ()
    if not middles or not dnis or middles == dnis:
        return ()
    return (Notice(message=N_("The middle of your CUIL or CUIT is not your DNI number: check both")),)


def _readable(normalise: Normalise, others: Mapping[str, str], *keys: str) -> set[str]:
    numbers = set()
    for key in keys:
        with suppress(InvalidError):
            numbers.add(normalise(others.get(key, "")))
    return numbers


ARGENTINA = CountryProfile(
    code="AR",
    name=N_("Argentina"),
    language="es",
    nationality="AR",
    document_types=(
        DocumentType(
            key="cuil",
            label="CUIL",
            normalise=identifiers.normalise_cuil,
            display=identifiers.format_cuil,
            inputmode="numeric",
            maximum=20,
            hint=N_("11 digits, for example 20-12345678-6"),
        ),
        DocumentType(
            key="cuit",
            label="CUIT",
            normalise=identifiers.normalise_cuit,
            display=identifiers.format_cuit,
            inputmode="numeric",
            maximum=20,
            hint=N_("Your own, not a company's: 11 digits, for example 20-12345678-6"),
        ),
        DocumentType(
            key="dni",
            label="DNI",
            normalise=identifiers.normalise_dni,
            display=identifiers.format_dni,
            # Text: older documents print M or F before the number, which a numeric keypad cannot type.
            inputmode="text",
            maximum=16,
            hint=N_("7 or 8 digits, for example 12.345.678"),
        ),
        DocumentType(
            key="passport",
            label=N_("Passport"),
            normalise=identifiers.normalise_passport,
            display=identifiers.format_passport,
            inputmode="text",
            maximum=30,
            hint=N_("Letters and digits, as in the passport: for example AAA123456"),
        ),
    ),
    document_kinds=(),
    default_document_kind="DNI",
    address_fields=(
        AddressField(
            name="street",
            say=N_("Which street do you live in?"),
            label=N_("Street"),
            normalise=lines.line(150, missing=N_("Enter the street")),
            autocomplete="address-line1",
        ),
        AddressField(
            name="street_number",
            say=N_("At which number?"),
            label=N_("Number"),
            normalise=lines.street_number(20),
            hint=N_("S/N if there is none"),
            maximum=20,
        ),
        AddressField(
            name="extra",
            say=N_("Is there a floor, a flat or anything else that belongs to the address?"),
            label=N_("Floor and flat"),
            normalise=lines.line(60, required=False),
            required=False,
            maximum=60,
            autocomplete="address-line2",
        ),
        AddressField(
            name="city",
            say=N_("In which city or town?"),
            label=N_("City or town"),
            normalise=lines.line(100, missing=N_("Enter the city or town")),
            maximum=100,
            autocomplete="address-level2",
        ),
        AddressField(
            name="state",
            say=N_("In which province?"),
            label=N_("Province"),
            normalise=lines.choice(PROVINCES, missing=N_("Choose your province from the list")),
            autocomplete="address-level1",
            choices=PROVINCES,
        ),
        AddressField(
            name="postal_code",
            say=N_("What is the postal code?"),
            label=N_("Postal code"),
            normalise=normalise_postal_code,
            hint=N_("4 digits, or in full, for example C1425ABC"),
            maximum=12,
            autocomplete="postal-code",
        ),
        AddressField(
            name="reference_point",
            say=N_("Is there anything that helps to find it, near or opposite?"),
            label=N_("Reference point"),
            normalise=lines.line(150, required=False),
            hint=N_("What helps to find it: between which streets, what is beside it"),
            required=False,
        ),
    ),
    address_warnings=address_warnings,
    identity_warnings=identity_warnings,
    postal_code_display=lambda code: code,
    read_barcode=read_dni,
)
