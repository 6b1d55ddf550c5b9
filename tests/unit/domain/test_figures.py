"""Owns the tests of classes of durations and their median."""

from __future__ import annotations

import statistics

import pytest

from app.domain.figures import CLASSES, GROWTH, class_of, median_of


@pytest.mark.parametrize("seconds", [-5.0, 0.0, 0.4, 1.0])
def test_what_takes_no_time_is_of_the_first_class(seconds: float) -> None:
    assert class_of(seconds) == 0


def test_classes_grow_and_end() -> None:
    classes = [class_of(GROWTH**power * 1.0001) for power in range(CLASSES)]
    assert classes == list(range(1, CLASSES + 1))
    assert class_of(10**9) == CLASSES


@pytest.mark.parametrize(
    "durations",
    [[20.0], [3.0, 50.0, 61.0], [12.0, 14.0, 15.0, 90.0], [1.0, 2.0, 3.0, 4000.0, 90000.0], [55.0] * 40 + [7000.0] * 3],
)
def test_median_is_right_to_an_eighth(durations: list[float]) -> None:
    counted: dict[int, int] = {}
    for each in durations:
        counted[class_of(each)] = counted.get(class_of(each), 0) + 1
    assert median_of(counted) == pytest.approx(statistics.median_low(durations), rel=0.125)


def test_there_is_no_median_of_nothing() -> None:
    assert median_of({}) is None
    assert median_of({3: 0}) is None
