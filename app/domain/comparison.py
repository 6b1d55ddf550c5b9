"""Owns comparing what a person typed with what their document says, answer by answer."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.document_reading import DocumentReading, capitalised, number_said
from app.domain.identifiers import dni_of_cuil
from app.domain.text import fold

FIRST_NAME, LAST_NAME, BIRTHDAY, GENDER = "first_name", "last_name", "birthday", "gender"
DOCUMENT_NUMBER = "document_number"
FIELDS = (FIRST_NAME, LAST_NAME, BIRTHDAY, GENDER, DOCUMENT_NUMBER)

# ICAO 9303, part 3, section 6: letters that machine-readable zones write as two, where folding leaves one.
_AS_TWO = str.maketrans({"ä": "ae", "å": "aa", "æ": "ae", "ö": "oe", "ø": "oe", "œ": "oe", "ü": "ue", "þ": "th"})
_MARKS = re.compile(r"['’`´.]")
_GAPS = re.compile(r"[\W_]+")


class Verdict(StrEnum):
    """How an answer stands to the document; unknown where one of them says nothing, or in another script."""

    MATCH = "match"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One answer beside what the document says; "" where either says nothing.

    A birthday is "YYYY-MM-DD", a gender one of application.Gender, a document number its type, a space, the number.
    """

    field: str
    typed: str
    document: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed, as it is kept; "" where nothing was. `birthday` is "YYYY-MM-DD", the number normalised."""

    first_name: str = ""
    last_name: str = ""
    birthday: str = ""
    gender: str = ""
    document_type: str = ""
    document_number: str = ""


def compare(typed: Typed, reading: DocumentReading) -> tuple[Compared, ...]:
    """Compare every answer that a document speaks of; always all of FIELDS, in their order."""
    return (
        _name(FIRST_NAME, typed.first_name, reading.first_name, reading),
        _name(LAST_NAME, typed.last_name, reading.last_name, reading),
        _plain(BIRTHDAY, typed.birthday, str(reading.birth_date or "")),
        _plain(GENDER, typed.gender, reading.gender or ""),
        _number(typed.document_type, typed.document_number, reading),
    )


def _row(field: str, typed: str, document: str, verdict: Verdict) -> Compared:
    known = bool(typed and document)
    return Compared(field=field, typed=typed, document=document, verdict=verdict if known else Verdict.UNKNOWN)


def _plain(field: str, typed: str, document: str) -> Compared:
    return _row(field, typed, document, Verdict.MATCH if typed == document else Verdict.DIFFERS)


def _number(kind: str, number: str, reading: DocumentReading) -> Compared:
    said = number_said(reading, kind)
    typed, document = f"{kind} {number}" if number else "", " ".join(said) if said else ""
    return _row(DOCUMENT_NUMBER, typed, document, _number_verdict(kind, number, reading))


def _number_verdict(kind: str, number: str, reading: DocumentReading) -> Verdict:
    if kind == "passport":
        pairs = [(number, reading.passport)]
    elif kind == "dni":
        pairs = [(number, reading.dni)]
    elif kind in ("cuil", "cuit"):
        pairs = [(dni_of_cuil(number), reading.dni)]
        if kind == "cuil" and reading.cuil:
            pairs.append((number, reading.cuil))
    else:
        return Verdict.UNKNOWN
    if not all(said for _typed, said in pairs):
        return Verdict.UNKNOWN
    return Verdict.MATCH if all(typed == said for typed, said in pairs) else Verdict.DIFFERS


def _name(field: str, typed: str, said: str, reading: DocumentReading) -> Compared:
    if same_name(typed, said, cut=reading.names_cut):
        verdict = Verdict.MATCH
    else:
        verdict = Verdict.DIFFERS if _is_latin(typed) == _is_latin(said) else Verdict.UNKNOWN
    return _row(field, typed, capitalised(said), verdict)


def same_name(typed: str, said: str, *, cut: bool = False) -> bool:
    """Say whether a typed name is the document's, or the beginning of it.

    Accents, case, white space, hyphens and apostrophes do not matter. Who leaves out second names, or writes only
    their initials, has the same name; who adds some has not, unless the document's names were `cut` short.
    """
    for mine in _forms(typed):
        for theirs in _forms(said):
            one, other = "".join(mine), "".join(theirs)
            if one == other or _begins(mine, theirs) or (cut and one.startswith(other)):
                return True
    return False


def _forms(name: str) -> Iterator[list[str]]:
    """The words of a name, folded; and with two letters for one as machine-readable zones write them."""
    composed = unicodedata.normalize("NFC", name).casefold()
    for text in dict.fromkeys((composed, composed.translate(_AS_TWO))):
        words = [word for word in _GAPS.split(_MARKS.sub("", fold(text))) if word]
        if words:
            yield words


def _begins(mine: list[str], theirs: list[str]) -> bool:
    """Whether `mine` are some of `theirs` in their order, the first among them."""
    if mine[0] != theirs[0]:
        return False
    rest = iter(theirs[1:])
    return all(any(word == their or (len(word) == 1 and their[0] == word) for their in rest) for word in mine[1:])


def _is_latin(name: str) -> bool:
    return any("LATIN" in unicodedata.name(character, "") for character in name)
