"""Numbers are read back in groups that an ear can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.read_back import LONGEST, groups


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20-12345678-6", "20 12 345 678 6"),
        ("12.345.678", "12 345 678"),
        ("1234567", "1 234 567"),
        ("529.982.247-25", "529 982 247 25"),
        ("011 15-2345-6789", "011 15 2345 6789"),
        ("(11) 98765-4321", "11 98 765 4321"),
        ("01310-100", "01 310 100"),
        ("S2000ABC", "S 2000 ABC"),
        ("AAA123456", "AAA 123 456"),
        ("2000", "2000"),
    ],
)
def test_numbers_come_in_short_groups(text: str, said: str) -> None:
    assert groups(text) == tuple(said.split())


@pytest.mark.parametrize("text", ["10 de agosto de 1990", "Calle Falsa", "4° B", "123", "", "Rosario 2000"])
def test_what_is_no_number_is_said_as_it_is(text: str) -> None:
    assert groups(text) == ()


@given(st.text("0123456789ABC -.", min_size=4))
def test_nothing_is_lost_or_added(text: str) -> None:
    said = groups(text)
    assert all(0 < len(group) <= LONGEST for group in said)
    assert not said or "".join(said) == "".join(each for each in text if each.isalnum())
