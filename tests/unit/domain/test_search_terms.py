"""Owns the tests of what a typed search means, and of the terms that names and numbers are found by."""

from __future__ import annotations

import pytest

from app.domain.search import (
    LONGEST,
    NAME,
    NUMBER,
    PAIR,
    PHONE,
    answer_terms,
    fits,
    name_terms,
    number_terms,
    understand,
    words_of,
)


def test_words_are_folded() -> None:
    assert words_of("  José-María D’Ávila\tÑ. ") == ["jose", "maria", "davila", "n"]
    assert words_of("李 小龍") == ["李", "小龍"]
    assert words_of("-- ' ") == []


def test_every_beginning_of_every_word_is_a_term() -> None:
    terms = name_terms(("Ana", "Luz"))
    assert terms == [(NAME, "an"), (NAME, "ana"), (NAME, "lu"), (NAME, "luz"), (PAIR, "ana\0luz")]


def test_single_letters_are_terms_only_as_whole_words() -> None:
    assert (NAME, "j") in name_terms(("J", "Luz"))
    assert (NAME, "l") not in name_terms(("J", "Luz"))


@pytest.mark.parametrize(
    "typed", ["maria gonzalez", "GONZÁLEZ, María", "mar gonz", "gonzalez mar", "mari gonzal lopez"]
)
def test_terms_that_are_looked_up_are_among_those_kept(typed: str) -> None:
    kept = set(name_terms(("María José", "González López")))
    wanted = understand(typed)
    assert wanted.driving and set(wanted.driving) <= kept
    assert set(wanted.also) <= kept
    assert fits(wanted.words, ("María José", "González López"))


def test_very_long_words_are_looked_up_by_their_beginning() -> None:
    wanted = understand("Wolfeschlegelsteinhausen")
    assert wanted.driving == ((NAME, "wolfeschlegelsteinhausen"[:LONGEST]),)
    assert set(wanted.driving) <= set(name_terms(("", "Wolfeschlegelsteinhausenberger")))


def test_each_word_wants_one_of_its_own() -> None:
    assert not fits(["ana", "ana"], ("Ana", "Luz"))
    assert fits(["ana", "an"], ("Ana", "Anabel"))
    assert fits(["an", "ana"], ("Ana", "Anabel"))


def test_reference_is_told_from_everything_else() -> None:
    assert understand(" al-7km4 xw9c").reference == "AL-7KM4-XW9C"
    assert understand("7KM4XW9C").reference == "AL-7KM4-XW9C"
    assert understand("AL-7KM4").reference == ""


def test_number_is_one_of_a_document_or_a_phone() -> None:
    assert understand("20-12345678-6").numbers[0] == (NUMBER, "20123456786")
    assert (NUMBER, "1234567") in understand("01.234.567").numbers
    assert (PHONE, "+5491123456789") in understand("011 15-2345-6789").numbers
    assert (PHONE, "+5491123456789") in understand("0 11 2345-6789").numbers
    assert understand("000").numbers == ((NUMBER, "000"),)
    assert (PHONE, "+5511987654321") in understand("(11) 98765-4321").numbers
    assert (PHONE, "+14155552671") in understand("+1 415 555 2671").numbers


@pytest.mark.parametrize("typed", ["", "   ", "--", "\u202e"])
def test_nothing_typed_means_nothing(typed: str) -> None:
    wanted = understand(typed)
    assert (wanted.reference, wanted.numbers, wanted.words, wanted.driving) == ("", (), (), ())


def test_only_what_identifies_makes_terms() -> None:
    assert answer_terms("address", {"street": "Calle Falsa"}) is None
    assert answer_terms("phone", {"phone_country": "AR", "phone_number": "1"}) == []
    assert answer_terms("identity", {}) == []
    assert number_terms("cuit", "20012345676") == [(NUMBER, "1234567"), (NUMBER, "20012345676")]
