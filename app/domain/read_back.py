"""Owns how a number is read back to somebody who dictated it: in short groups, so that each can be checked by ear."""

from __future__ import annotations

import re

LONGEST, GROUP = 4, 3
LEAST = 4
_PIECES = re.compile(r"\d+|[A-Z]+")
# Numbers as people write them: of documents, phones, postal codes.
_NUMBER = re.compile(r"[+(]?[A-Z\d][A-Z\d .\-/()+]*")


def groups(text: str) -> tuple[str, ...]:
    """The groups of a number as it is written, such as 20-12345678-6 → 20, 12, 345, 678, 6; none where it is none."""
    if not _NUMBER.fullmatch(text) or sum(each.isdigit() for each in text) < LEAST:
        return ()
    return tuple(group for piece in _PIECES.findall(text) for group in _short(piece))


def _short(piece: str) -> list[str]:
    """A run of digits or letters in groups of three, the odd ones first; one that is short stays whole."""
    if len(piece) <= LONGEST:
        return [piece]
    first = len(piece) % GROUP
    rest = [piece[place : place + GROUP] for place in range(first, len(piece), GROUP)]
    return [piece[:first], *rest] if first else rest
