"""Names in any script are kept as written, and nothing hidden gets in."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.errors import InvalidError
from app.domain.text import clean_line, clean_name, fold, is_hidden

NAMES = (
    "María José",
    "Nuñez",
    "D'Angelo",
    "D’Ávila",
    "Jean-Luc",
    "Müller",
    "Łukasz",
    "Ngô Đình",
    "Иван",
    "Γιώργος",
    "李小龍",
    "山田 太郎",
    "김철수",
    "محمد",
    "דוד",
    "सुनीता",
    "สมชาย",
    "ქეთევან",
    "Հայկ",
    "ልዑል",
    "𐐀𐐁",
    "O",
    "می\u200cخواهم",
    "ක්\u200dර",
    "Björk Guðmundsdóttir",
    "X Æ A-12",
    "Nguyễn Thị Minh Khai",
)
NAUGHTY = (
    "Ana\x00",
    "Ana\x07",
    "\x1b[31mAna",
    "Ana\u202eanA",
    "\u2066Ana\u2069",
    "Ana\u200b",
    "\ufeffAna",
    "Ana\ud800",
    "Ana\x1c",
    "Ana\ue000",
    "Ana\ufffe",
    "Ana\u00ad",
    "Ana\x7f",
    "Ana\u200e",
    "Ana\U000e0041",
    "Ana\U0010ffff",
)
WITHOUT_LETTERS = ("1234", "---", "😀", "٣٤", "\u200d", "'", "́", "½", "Ⅳ")


@pytest.mark.parametrize("name", NAMES)
def test_name_of_any_script_is_kept_as_written(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", NAUGHTY)
def test_name_with_a_hidden_character_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match="hidden characters"):
        clean_name(name)


@pytest.mark.parametrize("name", WITHOUT_LETTERS)
def test_name_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match="with letters"):
        clean_name(name)


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u00a0\u3000\u2028"])
def test_empty_name_asks_for_the_name(name: str) -> None:
    with pytest.raises(InvalidError, match="Enter the name"):
        clean_name(name)


def test_white_space_of_every_kind_is_folded() -> None:
    assert clean_name("\u3000Ana \t\r\n\u00a0María\u2029 Paz\x85") == "Ana María Paz"


def test_decomposed_letters_are_composed_before_they_are_counted() -> None:
    assert clean_name("e\u0301" * 150) == "é" * 150


def test_name_of_150_characters_passes_and_151_does_not() -> None:
    assert len(clean_name("a" * 150)) == 150
    with pytest.raises(InvalidError) as refusal:
        clean_name("a" * 151)
    assert refusal.value.parameters == {"maximum": 150}


def test_white_space_does_not_count_towards_the_limit() -> None:
    assert clean_name(" " * 5000 + "Ana" + " " * 5000) == "Ana"


def test_huge_run_of_accents_is_refused_at_once() -> None:
    with pytest.raises(InvalidError, match="Shorten"):
        clean_name("a" + "\u0301\u0327" * 50_000)


def test_optional_line_may_be_empty_and_required_may_not() -> None:
    assert clean_line("  ", maximum=10, required=False) == ""
    with pytest.raises(InvalidError, match="Fill in"):
        clean_line("  ", maximum=10)


def test_error_text_does_not_carry_what_was_typed() -> None:
    with pytest.raises(InvalidError) as refusal:
        clean_name("Canary\x00")
    assert "Canary" not in repr(refusal.value) + str(refusal.value)


@given(st.text(alphabet=st.characters(), max_size=300))
@example("\ud800")
@example("\u0344" * 150)
def test_cleaned_name_is_composed_short_visible_and_stays_so(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidError:
        return
    assert name == unicodedata.normalize("NFC", name) == clean_name(name)
    assert 1 <= len(name) <= 150
    assert name == name.strip() and "  " not in name
    assert not any(is_hidden(character) for character in name)
    assert name.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SÃO PAULO", "sao paulo"),
        ("Tucumán", "TUCUMAN"),
        ("Straße", "strasse"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("  a  b ", "a b"),
        ("ＡＢ", "ab"),
        ("İstanbul", "istanbul"),
        ("e\u0301", "é"),
    ],
)
def test_folded_spellings_compare_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_signs_that_are_no_accents() -> None:
    assert fold("कि") != fold("का")
    assert fold("の") != fold("ん")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
