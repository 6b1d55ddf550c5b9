"""Long keys as people type them."""

from __future__ import annotations

LENGTH = 4


def in_groups(key: str) -> str:
    """The key in groups of four."""
    return " ".join(key[start : start + LENGTH] for start in range(0, len(key), LENGTH))
