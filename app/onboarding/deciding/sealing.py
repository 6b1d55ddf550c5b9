"""Owns how the texts of decisions are encrypted for their place."""

from __future__ import annotations

from app.store.crypto import Keyring

NOTE, SENTENCE = "note", "sentence"


def sealed(keyring: Keyring, decision_id: str, column: str, text: str) -> bytes | None:
    """A text as its column holds it; nothing where there is none."""
    return keyring.encrypt(text.encode(), _context(decision_id, column)) if text else None


def opened(keyring: Keyring, decision_id: str, column: str, content: bytes | None) -> str:
    """The text that a column holds."""
    return keyring.decrypt(content, _context(decision_id, column)).decode() if content else ""


def _context(decision_id: str, column: str) -> str:
    return f"decisions.{column}:{decision_id}"
