"""Nationalities are listed in the person's language, their own country first, and read in any."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demonym_table import DEMONYM_TABLE
from app.domain.demonyms import LANGUAGES, demonym, demonyms, normalise_nationality
from app.domain.errors import InvalidError
from app.domain.text import fold

ROWS = [row.split("|") for row in DEMONYM_TABLE.split("\n") if row]
FORMS = sorted({form for row in ROWS for form in row[1:]})


def test_table_covers_the_states_once_and_with_five_words_each() -> None:
    codes = [row[0] for row in ROWS]
    assert len(codes) == len(set(codes)) == 197
    assert all(len(row) == 6 and all(word == word.strip() != "" for word in row) for row in ROWS)
    assert set(codes) <= set(Locale.parse("en").territories)


@pytest.mark.parametrize(
    ("language", "first", "own", "second"),
    [
        ("es", "AR", "Argentino", "Afgano"),
        ("pt_BR", "BR", "Brasileiro", "Afegão"),
        ("en", "AR", "Argentine", "Afghan"),
        ("es_AR", "BR", "Brasileño", "Afgano"),
        ("pt-BR", "AR", "Argentino", "Afegão"),
        ("fr", "BR", "Brazilian", "Afghan"),
    ],
)
def test_own_country_comes_first(language: str, first: str, own: str, second: str) -> None:
    assert demonyms(language, first)[:2] == (own, second)


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_holds_each_state_once_in_order_without_accents(language: str) -> None:
    listed = demonyms(language, "BR")
    assert len(listed) == len(set(listed)) == 197
    assert list(listed[1:]) == sorted(listed[1:], key=fold)


def test_accents_do_not_move_a_word_to_the_end() -> None:
    listed = demonyms("es", "AR")
    assert listed.index("Etíope") < listed.index("Filipino")


@pytest.mark.parametrize("form", FORMS)
def test_every_listed_form_is_kept_whatever_its_case_and_accents(form: str) -> None:
    assert fold(normalise_nationality(form)) == fold(form)
    assert normalise_nationality(fold(form)) == normalise_nationality(form.upper()) == normalise_nationality(form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shown_demonym_is_kept_as_shown(language: str) -> None:
    for shown in demonyms(language, "AR"):
        assert normalise_nationality(shown, language=language) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_name_leads_to_a_listed_form(language: str) -> None:
    territories = Locale.parse(language).territories
    for row in ROWS:
        assert normalise_nationality(territories[row[0]], language=language) in FORMS


@pytest.mark.parametrize(
    ("typed", "language", "kept"),
    [
        ("argentina", None, "Argentina"),
        ("ARGENTINO", None, "Argentino"),
        ("Argentina", "es", "Argentina"),
        ("argentina", "en", "Argentine"),
        ("brasil", "es", "Brasileño"),
        ("Brasil", "pt_BR", "Brasileiro"),
        ("brasileira", "es", "Brasileira"),
        ("Brazil", None, "Brazilian"),
        ("Índia", "pt_BR", "Indiano"),
        ("india", "es", "India"),
        ("alemania", None, "Alemán"),
        ("aleman", None, "Alemán"),
        (" Sri  lankan ", None, "Sri Lankan"),
        ("sul-africano", None, "Sul-africano"),
        ("Côte d'Ivoire", None, "Marfileño"),
        ("estados unidos", None, "Estadounidense"),
        ("armenia", "pt_BR", "Armênia"),
    ],
)
def test_typed_nationality_is_read(typed: str, language: str | None, kept: str) -> None:
    assert normalise_nationality(typed, language=language) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your nationality"),
        (" ", "Enter your nationality"),
        ("marciano", "from the list"),
        ("AR", "from the list"),
        ("a" * 500, "Shorten"),
        ("Argentino\x00", "hidden"),
    ],
)
def test_unknown_nationality_asks_to_choose(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        normalise_nationality(typed)


@given(st.text())
def test_whatever_is_typed_gives_a_listed_form_or_a_sentence(typed: str) -> None:
    try:
        assert normalise_nationality(typed) in FORMS
    except InvalidError:
        return


def test_unknown_state_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        demonym("es", "XX")
