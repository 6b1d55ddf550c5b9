"""Owns when two perceptual hashes of 64 bits are of the same picture."""

from __future__ import annotations

from typing import Protocol

# Re-encoding, resizing and a little light move at most this many bits (docs/photos.md); others differ in some thirty.
SAME_PICTURE_DISTANCE = 3
# Two pictures of one person differ by more, copies of one portrait mostly by less (docs/photos.md).
SAME_PORTRAIT_DISTANCE = 3
# The same face in the same picture, cut out a little differently after re-encoding; turned heads differ by thirty.
SAME_FACE_DISTANCE = 12
HASH_BITS = 64
# A hash within the distance agrees in at least one of this many equal parts, which can be looked up by equality.
BANDS = SAME_PICTURE_DISTANCE + 1
BAND_BITS = HASH_BITS // BANDS


class Hashed(Protocol):
    """A photo by its hashes of 64 bits: of the whole, 0 where there is none, and of its largest face, if any."""

    @property
    def picture_hash(self) -> int: ...

    @property
    def portrait_hash(self) -> int | None: ...


def hash_distance(one: int, other: int) -> int:
    """How many bits differ."""
    return (one ^ other).bit_count()


def same_picture(one: Hashed, other: Hashed) -> bool:
    """Whether two photos are the same picture.

    Two selfies before the same wall differ little as a whole: where both show a face, that has to be the same too.
    """
    if not (one.picture_hash and other.picture_hash):
        return False
    if hash_distance(one.picture_hash, other.picture_hash) > SAME_PICTURE_DISTANCE:
        return False
    if one.portrait_hash is None or other.portrait_hash is None:
        return True
    return hash_distance(one.portrait_hash, other.portrait_hash) <= SAME_FACE_DISTANCE


def same_portrait(one: Hashed, other: Hashed) -> bool:
    """Whether the largest faces of two photos are the same picture of a face."""
    if one.portrait_hash is None or other.portrait_hash is None:
        return False
    return hash_distance(one.portrait_hash, other.portrait_hash) <= SAME_PORTRAIT_DISTANCE


def bands(picture_hash: int) -> tuple[str, ...]:
    """The parts of a hash, each named by its place, by which pictures like it can be found."""
    part = (1 << BAND_BITS) - 1
    return tuple(f"{place}:{picture_hash >> (place * BAND_BITS) & part:x}" for place in range(BANDS))
