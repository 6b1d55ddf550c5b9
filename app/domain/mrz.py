"""Owns reading the machine-readable zone of passports (TD3) and cards (TD1), as laid out in ICAO 9303, parts 3 to 5."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.domain.document_reading import GENDERS, DocumentReading
from app.domain.errors import InvalidError
from app.domain.identifiers import normalise_dni, normalise_passport
from app.domain.text import clean_name

FILLER = "<"
PASSPORT_LENGTH, CARD_LENGTH = 44, 30
MOST_LINES = 40
_WEIGHTS = (7, 3, 1)
# What readers of print take for one another: a field that holds only digits, or only letters, tells which is meant.
_TO_DIGITS = str.maketrans("OQDIZSGB", "00012568")
_TO_LETTERS = str.maketrans("0125678", "OIZSGTB")
_LOOKALIKES = str.maketrans({"«": "<<", "‹": "<", "＜": "<", "〈": "<", "≤": "<", "く": "<", " ": ""})
_ALPHABET = re.compile(r"[A-Z0-9<]{24,50}")


@dataclass(frozen=True, kw_only=True)
class _Zone:
    """The fields that both layouts have, each verified; `names` is the whole name field."""

    is_passport: bool
    state: str
    number: str
    born: str
    sex: str
    names: str
    room: int


def read_mrz(lines: Sequence[str], *, today: date) -> DocumentReading | None:
    """Return what a machine-readable zone among `lines` of recognised text says, or None; raises nothing.

    The check digits of number, birth and expiry must be right, and the composite one where its line is whole: the
    length of a run of fillers is what readers of print most often get wrong. Names have no check digit.
    """
    clean = [line.translate(_LOOKALIKES).upper() for line in lines[:MOST_LINES]]
    found = [line for line in clean if _ALPHABET.fullmatch(line)]
    for zone in (*_passports(found), *_cards(found)):
        birth_date = _birth_date(zone.born, today)
        last_name, first_name, is_cut = _names(zone)
        if birth_date is not None and (last_name or first_name):
            return DocumentReading(
                source="mrz",
                last_name=last_name,
                first_name=first_name,
                dni=_dni(zone),
                passport=_passport(zone),
                birth_date=birth_date,
                gender=GENDERS.get(zone.sex),
                names_cut=is_cut,
            )
    return None


def check_digit(field: str) -> str:
    """The digit that verifies a field: values (0–9, A–Z as 10–35, filler 0) weighted 7, 3, 1, modulo 10."""
    values = (0 if character == FILLER else int(character, 36) for character in field)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def _passports(lines: Sequence[str]) -> Iterator[_Zone]:
    for upper, lower in pairwise(lines):
        if not upper.startswith("P") or len(lower) < 28:
            continue
        number, born, expiry = _number(lower[:10]), _digits(lower[13:20]), _digits(lower[21:28])
        if not all(map(_is_right, (number, born, expiry))):
            continue
        is_whole = len(lower) == PASSPORT_LENGTH
        if is_whole and check_digit(number + born + expiry + lower[28:43]) != _digits(lower[43]):
            continue
        yield _Zone(
            is_passport=True,
            state=_letters(lower[10:13]),
            number=number[:9],
            born=born[:6],
            sex=lower[20],
            names=_letters(upper[5:]),
            room=PASSPORT_LENGTH - 5,
        )


def _cards(lines: Sequence[str]) -> Iterator[_Zone]:
    for upper, middle, names in zip(lines, lines[1:], lines[2:], strict=False):
        if upper[0] not in "IAC" or len(middle) < 18:
            continue
        number, born, expiry = _number(upper[5:15]), _digits(middle[:7]), _digits(middle[8:15])
        if not all(map(_is_right, (number, born, expiry))):
            continue
        is_whole = len(upper) == len(middle) == CARD_LENGTH
        if is_whole and check_digit(number + upper[15:] + born + expiry + middle[18:29]) != _digits(middle[29]):
            continue
        yield _Zone(
            is_passport=False,
            state=_letters(upper[2:5]),
            number=number[:9],
            born=born[:6],
            sex=middle[7],
            names=_letters(names),
            room=CARD_LENGTH,
        )


def _digits(text: str) -> str:
    return text.translate(_TO_DIGITS)


def _letters(text: str) -> str:
    return text.translate(_TO_LETTERS)


def _number(field: str) -> str:
    """A document number with its check digit; where it is wrong as recognised, with what was meant for digits."""
    readings = [field[:-1] + _digits(field[-1:]), field.replace("O", "0"), _digits(field)]
    return next(filter(_is_right, readings), field)


def _is_right(field: str) -> bool:
    return len(field) > 1 and check_digit(field[:-1]) == field[-1]


def _birth_date(text: str, today: date) -> date | None:
    """YYMMDD, of the century in which the holder is born already; None for a date that is unknown in part."""
    if not (text.isascii() and text.isdigit()):
        return None
    with suppress(ValueError):
        born = date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        return born if born <= today else born.replace(year=born.year - 100)
    with suppress(ValueError):
        return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    return None


def _names(zone: _Zone) -> tuple[str, str, bool]:
    """Surnames, given names, whether the field was full. After the names all is filler, whatever was recognised."""
    last_name, _gap, rest = zone.names.strip(FILLER).partition(FILLER * 2)
    first_name = rest.partition(FILLER * 2)[0]
    is_cut = len(zone.names) >= zone.room and not zone.names.endswith(FILLER)
    return _name(last_name), _name(first_name), is_cut


def _name(text: str) -> str:
    with suppress(InvalidError):
        return clean_name(text.replace(FILLER, " "))
    return ""


def _dni(zone: _Zone) -> str:
    """The number of an Argentine card is its holder's DNI."""
    if zone.is_passport or zone.state != "ARG":
        return ""
    with suppress(InvalidError):
        return normalise_dni(zone.number.strip(FILLER))
    return ""


def _passport(zone: _Zone) -> str:
    if not zone.is_passport:
        return ""
    with suppress(InvalidError):
        return normalise_passport(zone.number.strip(FILLER))
    return ""
