"""Birth dates and months are real, typed in ASCII digits, and ages turn at the right midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import DateError, age_on, birth_date, check_period, month_year, today_in

TODAY = date(2026, 11, 23)


def read(day: str, month: str, year: str, today: date = TODAY) -> date:
    return birth_date(day, month, year, today=today)


@pytest.mark.parametrize(("day", "month"), [("1", "3"), ("01", "03"), (" 1 ", "\u00a03")])
def test_date_is_read_with_or_without_zeros(day: str, month: str) -> None:
    assert read(day, month, "1990") == date(1990, 3, 1)


@pytest.mark.parametrize(
    ("typed", "sentence", "parts"),
    [
        (("", "", ""), "Enter your date of birth", ("day", "month", "year")),
        (("", "3", "1990"), "Enter the day", ("day",)),
        (("1", " ", "1990"), "Enter the month", ("month",)),
        (("1", "3", ""), "Enter the year", ("year",)),
        (("", "", "1990"), "Enter it in numbers", ("day", "month")),
        (("32", "3", ""), "Enter it in numbers", ("day", "year")),
        (("0", "3", "1990"), "number from 1 to 31", ("day",)),
        (("32", "3", "1990"), "number from 1 to 31", ("day",)),
        (("001", "3", "1990"), "number from 1 to 31", ("day",)),
        (("1", "13", "1990"), "number from 1 to 12", ("month",)),
        (("1", "march", "1990"), "number from 1 to 12", ("month",)),
        (("1", "3", "90"), "four digits", ("year",)),
        (("1", "3", "0000"), "four digits", ("year",)),
        (("1", "3", "19900"), "four digits", ("year",)),
        (("٣", "3", "1990"), "number from 1 to 31", ("day",)),
        (("３", "3", "1990"), "number from 1 to 31", ("day",)),
        (("²", "3", "1990"), "number from 1 to 31", ("day",)),
        (("-1", "3", "1990"), "number from 1 to 31", ("day",)),
        (("+1", "3", "1990"), "number from 1 to 31", ("day",)),
        (("31", "2", "1990"), "no day", ("day", "month")),
        (("31", "4", "1990"), "no day", ("day", "month")),
        (("29", "2", "1990"), "February had no 29th", ("day", "month", "year")),
        (("29", "2", "1900"), "February had no 29th", ("day", "month", "year")),
        (("24", "11", "2026"), "in the future", ("year",)),
        (("24", "11", "2008"), "or older", ("day", "month", "year")),
        (("23", "11", "1905"), "older than", ("year",)),
        (("1", "1", "0001"), "older than", ("year",)),
    ],
)
def test_each_fault_has_its_sentence_and_its_boxes(
    typed: tuple[str, str, str], sentence: str, parts: tuple[str, ...]
) -> None:
    with pytest.raises(DateError, match=sentence) as refusal:
        read(*typed)
    assert refusal.value.parts == parts


def test_person_is_let_in_on_their_eighteenth_birthday_and_not_the_day_before() -> None:
    assert read("23", "11", "2008") == date(2008, 11, 23)
    with pytest.raises(DateError):
        read("23", "11", "2008", TODAY - timedelta(days=1))


def test_person_is_let_in_until_the_day_before_they_are_121() -> None:
    assert read("24", "11", "1905") == date(1905, 11, 24)
    with pytest.raises(DateError):
        read("24", "11", "1905", TODAY + timedelta(days=1))


def test_age_limits_are_settings() -> None:
    born = birth_date("23", "11", "2010", today=TODAY, minimum_age=16)
    assert born == date(2010, 11, 23)
    with pytest.raises(DateError) as refusal:
        birth_date("23", "11", "2006", today=TODAY, minimum_age=21)
    assert refusal.value.parameters == {"minimum": 21}


def test_leap_day_birth_comes_of_age_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age_on(date(2008, 2, 29), date(2028, 2, 29)) == 20


@given(st.dates(date(1907, 1, 1), date(2008, 1, 1)))
def test_every_real_date_of_an_adult_reads_back(born: date) -> None:
    assert read(str(born.day), str(born.month), str(born.year)) == born


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_age_rises_only_on_one_day_a_year(born: date, today: date) -> None:
    difference = age_on(born, today) - age_on(born, today - timedelta(days=1))
    turns = today.replace(year=2000) == born.replace(year=2000)
    if (born.month, born.day) == (2, 29) and (today.month, today.day) == (3, 1):
        turns = (today - timedelta(days=1)).day != 29
    assert difference == (1 if turns else 0)


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_whatever_is_typed_gives_a_date_or_marks_boxes(day: str, month: str, year: str) -> None:
    try:
        assert isinstance(read(day, month, year), date)
    except DateError as refusal:
        assert refusal.parts and len(refusal.message) <= 90


@pytest.mark.parametrize("zone", ["America/Argentina/Buenos_Aires", "America/Sao_Paulo"])
def test_day_turns_at_midnight_of_the_country(zone: str) -> None:
    assert today_in(zone, datetime(2026, 11, 23, 2, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert today_in(zone, datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_eighteenth_birthday_begins_at_midnight_of_the_country() -> None:
    zone = "America/Argentina/Buenos_Aires"
    before = today_in(zone, datetime(2026, 11, 23, 2, 59, tzinfo=UTC))
    after = today_in(zone, datetime(2026, 11, 23, 3, 1, tzinfo=UTC))
    with pytest.raises(DateError):
        read("23", "11", "2008", before)
    assert read("23", "11", "2008", after)


def test_moment_without_a_zone_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        today_in("America/Sao_Paulo", datetime(2026, 11, 23))


@pytest.mark.parametrize(("month", "year", "kept"), [("3", "2020", "2020-03"), ("11", "2026", "2026-11")])
def test_month_is_kept_as_year_and_month(month: str, year: str, kept: str) -> None:
    assert month_year(month, year, today=TODAY) == kept


@pytest.mark.parametrize(
    ("month", "year", "parts"),
    [
        ("", "", ("month", "year")),
        ("13", "2020", ("month",)),
        ("1", "20", ("year",)),
        ("", "2020", ("month",)),
        ("12", "2026", ("month", "year")),
        ("1", "1905", ("year",)),
        ("1", "2027", ("month", "year")),
    ],
)
def test_wrong_month_marks_its_boxes(month: str, year: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(DateError) as refusal:
        month_year(month, year, today=TODAY)
    assert refusal.value.parts == parts


def test_period_may_be_open_or_one_month_long_but_not_reversed() -> None:
    check_period("2020-05", None)
    check_period("2020-05", "2020-05")
    with pytest.raises(DateError):
        check_period("2020-05", "2020-04")
