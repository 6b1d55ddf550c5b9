"""Owns the tests of where the marks of a chart lie."""

from __future__ import annotations

import pytest

from app.staff.charts import BOTTOM, LEFT, TOP, WIDTH, bars, columns


def test_bars_are_as_long_as_their_share_and_stay_in_the_drawing() -> None:
    made = bars([("a", "3", 1.0), ("b", "0", 0.0), ("c", "?", 7.5), ("d", "?", -1.0)])
    assert [bar.length for bar in made] == [WIDTH, 0.0, WIDTH, 0.0]
    assert [bar.top for bar in made] == sorted({bar.top for bar in made})


def test_columns_of_every_series_stand_on_the_ground_and_reach_their_number() -> None:
    plot = columns([[10, 5, 0], [5, 5, 0], [1, 0, 0]])
    assert [tick.number for tick in plot.ticks] == [0, 5, 10]
    first, second, third = plot.columns
    assert first.marks[0] == (TOP, BOTTOM - TOP)
    assert first.marks[1] == second.marks[0]
    assert [height for _top, height in third.marks] == [0.0, 0.0, 0.0]
    assert first.left > LEFT and third.left + third.width < WIDTH


@pytest.mark.parametrize(("most", "shown"), [(0, 2), (1, 2), (3, 5), (11, 20), (501, 1000), (1_000_001, 2_000_000)])
def test_scale_ends_with_a_number_that_is_easy_to_read(most: int, shown: int) -> None:
    assert columns([[most]]).ticks[-1].number == shown


def test_nothing_has_no_columns() -> None:
    assert columns([[], []]).columns == ()
    assert columns([]).columns == ()
