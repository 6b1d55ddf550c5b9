"""Owns reading the text of the PDF417 barcode on Argentine identity cards (DNI), in its two layouts.

Newer: trámite @ surname @ names @ sex @ DNI @ ejemplar @ birth @ issue [@ CUIL prefix and check digit].
Older: @ DNI @ ejemplar @ 1 @ surname @ names @ nationality @ birth @ sex @ issue @ trámite @ office @ expiry …
Dates are dd/mm/yyyy, sex M, F or X.
"""

import re
from contextlib import suppress
from datetime import date

from app.domain.document_reading import GENDERS, DocumentReading
from app.domain.errors import InvalidError
from app.domain.identifiers import normalise_cuil, normalise_dni
from app.domain.text import clean_name

LONGEST_TEXT = 1000
_NUMBER = re.compile(r"[MF]?[0-9]{7,8}")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_CUIL_ENDS = re.compile(r"[0-9]{3}")
_EARLIEST_YEAR = 1880


def read_dni(text: str) -> DocumentReading | None:
    """Return what the barcode's text says, or None for anything that is not a DNI's; raises nothing.

    A name, a sex or a CUIL that cannot be is left out; without a real number, a real birth date and a name there is
    no reading.
    """
    if len(text) > LONGEST_TEXT:
        return None
    parts = [part.strip() for part in text.split("@")]
    if len(parts) >= 9 and not parts[0]:
        number, last_name, first_name, born, sex, ends = *(parts[at] for at in (1, 4, 5, 7, 8)), ""
    elif len(parts) >= 8 and parts[0]:
        last_name, first_name, sex, number, born = (parts[at] for at in (1, 2, 3, 4, 6))
        ends = parts[8] if len(parts) > 8 else ""
    else:
        return None
    dni, birth_date = _number(number), _date(born)
    names = _name(last_name), _name(first_name)
    if not dni or birth_date is None or not any(names):
        return None
    return DocumentReading(
        source="pdf417",
        last_name=names[0],
        first_name=names[1],
        dni=dni,
        cuil=_cuil(dni, ends),
        birth_date=birth_date,
        gender=GENDERS.get(sex),
    )


def _number(text: str) -> str:
    with suppress(InvalidError):
        return normalise_dni(text) if _NUMBER.fullmatch(text) else ""
    return ""


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if not found or int(found[3]) < _EARLIEST_YEAR:
        return None
    with suppress(ValueError):
        return date(int(found[3]), int(found[2]), int(found[1]))
    return None


def _name(text: str) -> str:
    with suppress(InvalidError):
        return clean_name(text)
    return ""


def _cuil(dni: str, ends: str) -> str:
    """The whole CUIL from its first two digits and its last: only if they fit the DNI between them."""
    if not _CUIL_ENDS.fullmatch(ends):
        return ""
    with suppress(InvalidError):
        return normalise_cuil(f"{ends[:2]}{dni:0>8}{ends[2]}")
    return ""
