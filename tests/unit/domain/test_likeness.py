"""When two photos are the same picture, by the hashes of the whole and of its face."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.likeness import HASH_BITS, SAME_PICTURE_DISTANCE, bands, same_picture, same_portrait

FULL = 2**HASH_BITS - 1


@dataclass(frozen=True)
class Seen:
    """A photo by its hashes."""

    picture_hash: int
    portrait_hash: int | None = None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Seen(0b1111), Seen(0b1000), True),
        (Seen(0b11111), Seen(0b10000), False),
        (Seen(0), Seen(0), False),
        (Seen(7, 7), Seen(7, 7), True),
        (Seen(7, 7), Seen(7, FULL), False),
        (Seen(7, 7), Seen(7), True),
    ],
)
def test_same_picture_is_alike_as_a_whole_and_in_its_face(one: Seen, other: Seen, same: bool) -> None:
    """Two people before the same wall are two pictures; without a face the whole decides; nothing is like nothing."""
    assert same_picture(one, other) is same_picture(other, one) is same


def test_same_portrait_needs_a_face_on_both() -> None:
    assert same_portrait(Seen(1, 7), Seen(FULL, 7))
    assert not same_portrait(Seen(1, 7), Seen(1))
    assert not same_portrait(Seen(1, 7), Seen(1, 7 ^ 0b11111 << 9))


@given(st.integers(1, FULL), st.sets(st.integers(0, HASH_BITS - 1), max_size=SAME_PICTURE_DISTANCE))
def test_pictures_alike_share_a_band(picture_hash: int, flipped: set[int]) -> None:
    """By which they are found without looking at every picture there is."""
    other = picture_hash
    for bit in flipped:
        other ^= 1 << bit
    assert set(bands(picture_hash)) & set(bands(other))
