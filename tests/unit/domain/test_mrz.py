"""Owns the tests of reading machine-readable zones: the specimens that ICAO 9303 publishes, and what is hostile."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.mrz import check_digit, read_mrz
from tests.support.zones import card, passport

TODAY = date(2026, 11, 24)
# ICAO Doc 9303, part 4, appendix B, and part 5, appendix B: documents of Utopia.
TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
zones = st.text(alphabet="P<IAC0123456789XOÑ٣« ", min_size=20, max_size=50)
letters = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8)


@pytest.mark.parametrize(("lines", "number"), [(TD3, "L898902C3"), (TD1, "")], ids=["passport", "card"])
def test_published_specimens_are_read(lines: list[str], number: str) -> None:
    """The card's own number is no passport's, and no DNI, as Utopia is not Argentina."""
    reading = read_mrz(lines, today=TODAY)
    assert reading is not None
    assert (reading.source, reading.last_name, reading.first_name) == ("mrz", "ERIKSSON", "ANNA MARIA")
    assert (reading.birth_date, reading.gender) == (date(1974, 8, 12), "Mujer")
    assert (reading.passport, reading.dni, reading.cuil, reading.names_cut) == (number, "", "", False)


@pytest.mark.parametrize(
    ("field", "digit"),
    [("D23145890", "7"), ("740812", "2"), ("120415", "9"), ("L898902C3", "6"), ("ZE184226B<<<", "1")],
)
def test_check_digits_are_those_of_the_specimens(field: str, digit: str) -> None:
    assert check_digit(field) == digit


def test_argentine_card_tells_the_dni() -> None:
    reading = read_mrz(card(number="12345678"), today=TODAY)
    assert reading is not None
    assert (reading.dni, reading.passport) == ("12345678", "")


def test_zone_is_found_among_other_text() -> None:
    """Recognised text has other lines, spaces and look-alikes."""
    lines = ["REPUBLICA DE UTOPIA", "12 AUG / AOUT 74", *(line.replace("<<", "« ") for line in TD3), ">>>"]
    assert read_mrz(lines, today=TODAY) == read_mrz(TD3, today=TODAY)


def test_letters_and_digits_taken_for_one_another_are_told_apart() -> None:
    """By what a field can hold: ERIKSS0N, UT0, and a birth date of O and I."""
    lines = ["P<UT0ERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989O2C36UT074O8I22F12O4I59ZE184226B<<<<<10"]
    assert read_mrz(lines, today=TODAY) == read_mrz(TD3, today=TODAY)


@pytest.mark.parametrize("cut", [1, 4])
def test_fillers_may_be_miscounted(cut: int) -> None:
    """Where a line is not whole, its composite digit cannot be trusted: the three others must be right."""
    lines = [TD3[0][:-cut], TD3[1][:-2].rstrip("<") + "<" * (5 - cut) + "10"]
    assert read_mrz(lines, today=TODAY) == read_mrz(TD3, today=TODAY)


@pytest.mark.parametrize("lines", [TD3, TD1], ids=["passport", "card"])
@pytest.mark.parametrize("change", ["number", "born", "expiry", "composite"])
def test_any_wrong_check_digit_refuses_the_zone(lines: list[str], change: str) -> None:
    row, column = {
        ("number", 2): (1, 9),
        ("born", 2): (1, 19),
        ("expiry", 2): (1, 27),
        ("composite", 2): (1, 43),
        ("number", 3): (0, 14),
        ("born", 3): (1, 6),
        ("expiry", 3): (1, 14),
        ("composite", 3): (1, 29),
    }[change, len(lines)]
    wrong = list(lines)
    digit = str((int(wrong[row][column]) + 1) % 10)
    wrong[row] = wrong[row][:column] + digit + wrong[row][column + 1 :]
    assert read_mrz(wrong, today=TODAY) is None


@pytest.mark.parametrize(
    ("born", "expected"), [("900810", date(1990, 8, 10)), ("080229", date(2008, 2, 29)), ("261125", date(1926, 11, 25))]
)
def test_century_is_the_last_in_which_the_holder_is_born(born: str, expected: date) -> None:
    reading = read_mrz(passport(born=born), today=TODAY)
    assert reading is not None
    assert reading.birth_date == expected


@pytest.mark.parametrize("born", ["740000", "74<<<<", "741332"])
def test_birth_date_that_is_unknown_in_part_makes_no_reading(born: str) -> None:
    assert read_mrz(passport(born=born), today=TODAY) is None


@pytest.mark.parametrize(("sex", "gender"), [("M", "Hombre"), ("F", "Mujer"), ("X", "X"), ("<", None)])
def test_unspecified_sex_is_left_out(sex: str, gender: str | None) -> None:
    reading = read_mrz(passport(sex=sex), today=TODAY)
    assert reading is not None
    assert reading.gender == gender


def test_names_without_room_are_cut() -> None:
    names = "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<KR"[:39]
    reading = read_mrz(passport(names=names), today=TODAY)
    assert reading is not None
    assert reading.names_cut
    assert reading.first_name == "CHAYAPA DEJTHAMRONG K"


def test_noise_after_the_names_is_no_name() -> None:
    """A filler recognised as a letter stands after two fillers or more."""
    reading = read_mrz(passport(names="ERIKSSON<<ANNA<MARIA<<<<<<K<<<C<<"), today=TODAY)
    assert reading is not None
    assert reading.first_name == "ANNA MARIA"


def test_holder_with_one_name_is_read() -> None:
    reading = read_mrz(passport(names="ARKFREITH"), today=TODAY)
    assert reading is not None
    assert (reading.last_name, reading.first_name) == ("ARKFREITH", "")


@given(letters, letters, st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(1_000_000, 99_999_998))
def test_what_is_printed_is_what_is_read(last_name: str, first_name: str, born: date, number: int) -> None:
    names, digits = f"{last_name}<<{first_name}", born.strftime("%y%m%d")
    reading = read_mrz(passport(names=names, born=digits, number=f"A{number}"), today=TODAY)
    assert reading is not None
    assert (reading.last_name, reading.first_name, reading.birth_date) == (last_name, first_name, born)
    assert reading.passport == f"A{number}"
    on_card = read_mrz(card(names=names, born=digits, number=str(number)), today=TODAY)
    assert on_card is not None
    assert (on_card.last_name, on_card.birth_date) == (last_name, born)


@given(
    st.lists(
        st.one_of(st.text(max_size=60), st.text(alphabet="P<IAC0123456789XOÑ٣« ", min_size=20, max_size=50)), max_size=8
    )
)
def test_hostile_lines_are_refused(lines: list[str]) -> None:
    reading = read_mrz(lines, today=TODAY)
    assert reading is None or (reading.first_name + reading.last_name).isprintable()
