"""Owns the list of nationalities as they are shown and read: demonyms in the person's language."""

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from app.domain.demonym_table import DEMONYM_TABLE
from app.domain.errors import InvalidError
from app.domain.text import clean_line, fold
from app.domain.words import N_

LANGUAGES = ("es", "pt_BR", "en")
_LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class _State:
    """One state's citizens: by language, the masculine or only form, then the feminine."""

    code: str
    forms: dict[str, tuple[str, ...]]


@lru_cache(maxsize=64)
def demonyms(language: str, first: str) -> tuple[str, ...]:
    """Return the list to show in a language, masculine generic forms, the state `first` (ISO code) on top.

    The rest are in alphabetical order without regard to accents. Raises KeyError for an unknown state.
    """
    own = demonym(language, first)
    others = {state.forms[language_of(language)][0] for state in _states().values()} - {own}
    return (own, *sorted(others, key=fold))


def demonym(language: str, code: str) -> str:
    """Return the masculine generic form for one state (ISO code), such as "Argentino" for es and AR."""
    return _states()[code].forms[language_of(language)][0]


def normalise_nationality(text: str, *, language: str | None = None) -> str:
    """Return the listed demonym for what was typed: a demonym or a country's name in any of the languages.

    Case and accents do not matter; gender stays as typed, and a country's name gives the generic form
    of the language it was typed in. `language`, the page's, decides words that two languages share. Raises
    InvalidError.
    """
    typed = fold(clean_line(text, maximum=_LONGEST, required=False))
    if not typed:
        raise InvalidError(N_("Enter your nationality"))
    tables = [_spellings(each) for each in LANGUAGES]
    if language is not None:
        own = _spellings(language_of(language))
        lookups = [own.of_people, own.of_countries]
    else:
        lookups = []
    lookups += [table.of_people for table in tables] + [table.of_countries for table in tables]
    for lookup in lookups:
        if typed in lookup:
            return lookup[typed]
    raise InvalidError(N_("Choose your nationality from the list"))


def language_of(language: str) -> str:
    """Return which of the three lists serves a language or locale name: es, pt_BR, or else en."""
    base = language.replace("-", "_").split("_")[0].lower()
    return {"es": "es", "pt": "pt_BR"}.get(base, "en")


@dataclass(frozen=True)
class _Spellings:
    """Folded spellings of one language to the demonym kept: from demonyms, and from countries' names."""

    of_people: dict[str, str]
    of_countries: dict[str, str]


@lru_cache(maxsize=1)
def _states() -> dict[str, _State]:
    states = {}
    for row in DEMONYM_TABLE.split("\n"):
        if row:
            code, es_m, es_f, pt_m, pt_f, english = row.split("|")
            forms = {"es": (es_m, es_f), "pt_BR": (pt_m, pt_f), "en": (english,)}
            states[code] = _State(code=code, forms=forms)
    return states


@lru_cache(maxsize=len(LANGUAGES))
def _spellings(language: str) -> _Spellings:
    territories = Locale.parse(language).territories
    of_people: dict[str, str] = {}
    of_countries: dict[str, str] = {}
    for state in _states().values():
        for form in state.forms[language]:
            of_people.setdefault(fold(form), form)
        of_countries[fold(territories[state.code])] = state.forms[language][0]
    return _Spellings(of_people, of_countries)
