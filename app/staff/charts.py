"""Where the marks of a chart lie: numbers in, places in the drawing's own units out; templates only write them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 320.0
BAR_PITCH = 36.0
# Of the columns: the drawing's height, and the plot within it.
HEIGHT, TOP, BOTTOM, LEFT = 170.0, 8.0, 146.0, 30.0
STEPS = (1, 2, 5)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: what it is called, its value in words, and how long it is."""

    label: str
    value: str
    top: float
    length: float


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column per series, one before the other: where they stand, how wide they are, the top and height of each."""

    left: float
    width: float
    marks: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line across the plot, and its number."""

    at: float
    number: int


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A whole plot."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]


def bars(rows: Sequence[tuple[str, str, float]]) -> list[Bar]:
    """A bar for each label, value in words, and share of the longest (0 to 1)."""
    return [
        Bar(label=label, value=value, top=BAR_PITCH * place, length=round(WIDTH * max(0.0, min(1.0, share)), 1))
        for place, (label, value, share) in enumerate(rows)
    ]


def columns(series: Sequence[Sequence[int]]) -> Columns:
    """Columns for series of the same length, the largest first."""
    most = _round_above(max((number for numbers in series for number in numbers), default=0))
    count = max(1, len(series[0]) if series else 0)
    pitch = (WIDTH - LEFT) / count
    made = (
        Column(
            left=round(LEFT + pitch * (place + 0.12), 2),
            width=round(pitch * 0.76, 2),
            marks=tuple(_mark(numbers[place], most) for numbers in series),
        )
        for place in range(len(series[0]) if series else 0)
    )
    numbers = sorted({0, most // 2, most})
    return Columns(columns=tuple(made), ticks=tuple(Tick(at=_height(each, most), number=each) for each in numbers))


def _mark(number: int, most: int) -> tuple[float, float]:
    top = _height(number, most)
    return top, round(BOTTOM - top, 2)


def _height(number: int, most: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * number / most, 2)


def _round_above(number: int) -> int:
    """The next number that is easy to read: 1, 2 or 5 with zeros, at least 2."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= max(2, number):
                return step * power
        power *= 10
