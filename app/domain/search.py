"""Owns what applications are found by: the beginnings of a name's words, and numbers as they are kept."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations

from app.domain.errors import InvalidError
from app.domain.identifiers import compact, dni_of_cuil, normalise_dni
from app.domain.phones import OWN_REGIONS, normalise_mobile
from app.domain.reference import normalise_reference
from app.domain.text import fold

# Beginnings that are kept; a longer one is looked up by the longest of these, then compared.
LENGTHS = (2, 3, 4, 6)
PAIRED = 3
WORDS_MAXIMUM = 10
_GAPS = re.compile(r"[\W_]+")
_MARKS = re.compile(r"['’`´.]")
NAME, PAIR, NUMBER, PHONE = "name", "pair", "number", "phone"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a text that was typed into a search means.

    `reference` is a whole one; `numbers` are terms of which one is to be there; `words` beginnings of a name's words of
    which every one is to be there.
    """

    reference: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()

    @property
    def driving(self) -> tuple[tuple[str, str], ...]:
        """The terms to look up; what they lead to is still to be compared."""
        if self.numbers:
            return self.numbers
        paired = [word for word in self.words if len(word) >= PAIRED]
        if len(paired) > 1:
            # The longest words are shared by the fewest people.
            one, other = sorted(paired, key=len)[-2:]
            return ((PAIR, pair_of(one, other)),)
        longest = max(self.words, key=len, default="")
        return ((NAME, beginning_of(longest)),) if longest else ()


def words_of(name: str) -> list[str]:
    """The words of a name, folded: without case, accents, apostrophes."""
    return [word for word in _GAPS.split(_MARKS.sub("", fold(name))) if word][:WORDS_MAXIMUM]


def beginning_of(word: str) -> str:
    """The longest kept beginning of a word."""
    return next((word[:length] for length in reversed(LENGTHS) if length <= len(word)), word)


def pair_of(one: str, other: str) -> str:
    """Two words by their beginnings, in either order."""
    return "\0".join(sorted((one[:PAIRED], other[:PAIRED])))


def name_terms(names: Iterable[str]) -> list[tuple[str, str]]:
    """The terms of a person's names."""
    words = [word for name in names for word in words_of(name)]
    singles = {(NAME, word[:length]) for word in words for length in LENGTHS if length <= len(word)}
    singles |= {(NAME, word) for word in words if len(word) < LENGTHS[0]}
    long = [word for word in words if len(word) >= PAIRED]
    pairs = {(PAIR, pair_of(one, other)) for one, other in combinations(long, 2)}
    return sorted(singles | pairs)


def number_terms(document_type: str, number: str) -> list[tuple[str, str]]:
    """The terms of an identity number: itself, and the DNI that a CUIL or CUIT has in its middle."""
    plain = compact(number)
    terms = {(NUMBER, plain)} if plain else set()
    if document_type in ("cuil", "cuit") and len(plain) == 11:
        terms.add((NUMBER, dni_of_cuil(plain)))
    return sorted(terms)


def phone_terms(country: str, number: str) -> list[tuple[str, str]]:
    """The term of a phone number as its step keeps it."""
    with suppress(InvalidError):
        return [(PHONE, normalise_mobile(country or OWN_REGIONS[0], number))]
    return []


def answer_terms(step: str, answers: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """The terms of a step's answers, re-postable strings; None for a step that nothing is found by."""
    if step == "personal":
        return name_terms((answers.get("first_name", ""), answers.get("last_name", "")))
    if step == "identity":
        return number_terms(answers.get("document_type", ""), answers.get("document_number", ""))
    if step == "phone":
        return phone_terms(answers.get("phone_country", ""), answers.get("phone_number", ""))
    return None


def understand(text: str) -> Wanted:
    """What a typed search means: a reference, a number (of a document or a phone), or names."""
    with suppress(InvalidError):
        return Wanted(reference=normalise_reference(text))
    plain = compact(text)
    if any(character.isdigit() for character in plain):
        return Wanted(numbers=tuple(dict.fromkeys(_numbers(text, plain))))
    return Wanted(words=tuple(words_of(text)))


def fits(words: Iterable[str], names: Iterable[str]) -> bool:
    """Whether every one of `words` begins another word of the names."""
    left = [word for name in names for word in words_of(name)]
    for wanted in sorted(words, key=len, reverse=True):
        found = next((word for word in left if word.startswith(wanted)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _numbers(text: str, plain: str) -> Iterator[tuple[str, str]]:
    yield NUMBER, plain
    with suppress(InvalidError):
        yield NUMBER, normalise_dni(text)
    for region in OWN_REGIONS:
        with suppress(InvalidError):
            yield PHONE, normalise_mobile(region, text)
