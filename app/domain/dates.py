"""Owns reading dates that are typed in separate boxes, and ages on the day it is in a country."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.errors import InvalidError
from app.domain.words import N_

DatePart = Literal["day", "month", "year"]
ALL_PARTS: tuple[DatePart, ...] = ("day", "month", "year")
MONTH_PARTS: tuple[DatePart, ...] = ("month", "year")


class DateError(InvalidError):
    """A date cannot be taken; `parts` names the boxes to mark, in the order of day, month, year."""

    def __init__(self, message: str, *, parts: tuple[DatePart, ...], **parameters: object) -> None:
        self.parts = parts
        super().__init__(message, **parameters)


@dataclass(frozen=True)
class _Box:
    """What one box may hold, and the sentences for when it is empty or holds something else."""

    part: DatePart
    digits: tuple[int, ...]
    lowest: int
    highest: int
    missing: str
    wrong: str


_DAY = _Box("day", (1, 2), 1, 31, N_("Enter the day"), N_("Enter the day as a number from 1 to 31"))
_MONTH = _Box("month", (1, 2), 1, 12, N_("Enter the month"), N_("Enter the month as a number from 1 to 12"))
_YEAR = _Box("year", (4,), 1, 9999, N_("Enter the year"), N_("Enter the year with four digits, such as 1990"))


def birth_date(day: str, month: str, year: str, *, today: date, minimum_age: int = 18, maximum_age: int = 120) -> date:
    """Return the date of birth typed in three boxes of ASCII digits.

    `today` is the date where the person is; ages are whole years, both limits included. Who was born on
    29 February completes a year on 1 March of a common year. Raises DateError, one sentence per fault.
    """
    born = real_date(day, month, year)
    if born > today:
        raise DateError(N_("Your date of birth is in the future: check the year"), parts=("year",))
    age = age_on(born, today)
    if age > maximum_age:
        raise DateError(N_("Check the year: it makes you older than %(maximum)d"), parts=("year",), maximum=maximum_age)
    if age < minimum_age:
        raise DateError(N_("You must be %(minimum)d or older to go on"), parts=ALL_PARTS, minimum=minimum_age)
    return born


def real_date(day: str, month: str, year: str) -> date:
    """Return the date typed in three boxes of ASCII digits, of any age; raises DateError."""
    numbers = _read(
        ((_DAY, day), (_MONTH, month), (_YEAR, year)), nothing=N_("Enter your date of birth"), example="27 3 1990"
    )
    return _real_date(numbers[2], numbers[1], numbers[0])


def age_on(born: date, today: date) -> int:
    """Return the whole years completed on `today`; 29 February counts as 1 March in common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def today_in(time_zone: str, now: datetime) -> date:
    """Return the date it is in an IANA time zone at the moment `now`; ValueError when `now` has no zone."""
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    return now.astimezone(ZoneInfo(time_zone)).date()


def month_year(month: str, year: str, *, today: date, maximum_years: int = 120) -> str:
    """Return a past or present month typed in two boxes as "YYYY-MM"; raises DateError."""
    numbers = _read(((_MONTH, month), (_YEAR, year)), nothing=N_("Enter the month and the year"), example="3 2019")
    if (numbers[1], numbers[0]) > (today.year, today.month):
        raise DateError(N_("This month is in the future: check it"), parts=MONTH_PARTS)
    if numbers[1] < today.year - maximum_years:
        raise DateError(N_("Check the year: it is too long ago"), parts=("year",))
    return f"{numbers[1]:04d}-{numbers[0]:02d}"


def check_period(since: str, until: str | None) -> None:
    """Raise DateError when a period of "YYYY-MM" months ends before it begins; None is an open end."""
    if until is not None and until < since:
        raise DateError(N_("The end is before the beginning: check both"), parts=MONTH_PARTS)


def _read(boxes: tuple[tuple[_Box, str], ...], *, nothing: str, example: str) -> tuple[int, ...]:
    typed = tuple((box, text.strip()) for box, text in boxes)
    missing = tuple(box for box, text in typed if not text)
    wrong = tuple(box for box, text in typed if text and not _fits(box, text))
    if len(missing) == len(typed):
        raise DateError(nothing, parts=tuple(box.part for box in missing))
    faults = tuple(box.part for box, _ in typed if box in missing or box in wrong)
    if len(faults) > 1:
        raise DateError(N_("Enter it in numbers, such as %(example)s"), parts=faults, example=example)
    if missing:
        raise DateError(missing[0].missing, parts=faults)
    if wrong:
        raise DateError(wrong[0].wrong, parts=faults)
    return tuple(int(text) for _, text in typed)


def _fits(box: _Box, text: str) -> bool:
    # Digits of other scripts look alike to people but would be stored as numbers they did not mean.
    if not (text.isascii() and text.isdigit() and len(text) in box.digits):
        return False
    return box.lowest <= int(text) <= box.highest


def _real_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if (month, day) == (2, 29):
        raise DateError(N_("February had no 29th in %(year)d: check the date"), parts=ALL_PARTS, year=year)
    raise DateError(N_("That month has no day %(day)d: check both"), parts=("day", "month"), day=day)
