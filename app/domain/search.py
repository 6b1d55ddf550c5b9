"""Owns what applications are found by: the beginnings of a name's words, and numbers as they are kept."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, product

from app.domain.errors import InvalidError
from app.domain.identifiers import compact, dni_of_cuil, normalise_dni
from app.domain.phones import OWN_REGIONS, normalise_mobile
from app.domain.reference import normalise_reference
from app.domain.text import fold

# Letters of the beginnings that are kept; a longer one is looked up by the longest of these, then compared.
SHORTEST, LONGEST = 2, 12
# Two words of a name are kept together by beginnings of these lengths: few people share two.
PAIRED = (3, 6)
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
    def is_short(self) -> bool:
        """Whether it has no more than single letters, which find only whole words."""
        return bool(self.words) and all(len(word) < SHORTEST for word in self.words)

    @property
    def driving(self) -> tuple[tuple[str, str], ...]:
        """The terms to look up, of which one is enough; what they lead to is still to be compared."""
        if self.numbers:
            return self.numbers
        paired = sorted((word for word in self.words if len(word) >= PAIRED[0]), key=len)
        if len(paired) > 1:
            return ((PAIR, pair_of(*(_longest(word, PAIRED) for word in paired[-2:]))),)
        longest = max(self.words, key=len, default="")
        return ((NAME, longest[:LONGEST]),) if longest else ()

    @property
    def also(self) -> tuple[tuple[str, str], ...]:
        """Further terms, each of which is to be there too."""
        terms = ((NAME, word[:LONGEST]) for word in self.words if len(word) >= SHORTEST)
        return tuple(dict.fromkeys(term for term in terms if term not in self.driving))


def words_of(name: str) -> list[str]:
    """The words of a name, folded: without case, accents, apostrophes."""
    return [word for word in _GAPS.split(_MARKS.sub("", fold(name))) if word][:WORDS_MAXIMUM]


def pair_of(one: str, other: str) -> str:
    """Two beginnings together, in either order."""
    return "\0".join(sorted((one, other)))


def name_terms(names: Iterable[str]) -> list[tuple[str, str]]:
    """The terms of a person's names."""
    words = [word for name in names for word in words_of(name)]
    terms = {(NAME, word[:length]) for word in words for length in range(SHORTEST, LONGEST + 1) if length <= len(word)}
    # A single letter is kept where it is the whole word: that of every name would tell too much by how common it is.
    terms |= {(NAME, word) for word in words if len(word) < SHORTEST}
    for one, other in combinations(words, 2):
        for length, its_length in product(PAIRED, PAIRED):
            if length <= len(one) and its_length <= len(other):
                terms.add((PAIR, pair_of(one[:length], other[:its_length])))
    return sorted(terms)


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


def _longest(word: str, lengths: Iterable[int]) -> str:
    """The longest beginning of a word that has one of the lengths."""
    return word[: max(length for length in lengths if length <= len(word))]


def _numbers(text: str, plain: str) -> Iterator[tuple[str, str]]:
    yield NUMBER, plain
    with suppress(InvalidError):
        yield NUMBER, normalise_dni(text)
    # With the 0 of a call from another town but without the 15, a mobile is written like a landline.
    for region, spelling in product(OWN_REGIONS, (text, plain.lstrip("0"))):
        with suppress(InvalidError):
            yield PHONE, normalise_mobile(region, spelling)
