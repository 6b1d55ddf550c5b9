"""Why an application is rejected: each reason's code, what staff call it, and what the applicant is told."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.onboarding.notices import LANGUAGES
from app.onboarding.reasons import CODE, ReasonError

SHIPPED = Path(__file__).with_name("rejections.toml")
NAME = "name_"
_ENTRIES = {*LANGUAGES, *(NAME + language for language in LANGUAGES)}


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """One reason: what staff call it and the sentence to the applicant, both by language."""

    names: dict[str, str]
    sentences: dict[str, str]


class Rejections:
    """The reasons that ship, and those of the operator's file; raises ReasonError for one that cannot be used."""

    def __init__(self, file: Path | None = None) -> None:
        self._by_code = _read(SHIPPED) | (_read(file) if file else {})

    @property
    def codes(self) -> tuple[str, ...]:
        """Every reason, in the order of the tables."""
        return tuple(self._by_code)

    def name(self, code: str, language: str) -> str:
        """What staff call a reason; its code where the table no longer has it."""
        found = self._by_code.get(code)
        return found.names[language] if found else code

    def sentence(self, code: str, language: str) -> str:
        """What the applicant is told; nothing where the table no longer has the reason."""
        found = self._by_code.get(code)
        return found.sentences[language] if found else ""


def _read(file: Path) -> dict[str, Rejection]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReasonError(f"{file} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ReasonError(f"{file} is not TOML.") from None
    return {code: _rejection(file, code, entries) for code, entries in table.items()}


def _rejection(file: Path, code: str, entries: Any) -> Rejection:
    if not CODE.fullmatch(code) or not isinstance(entries, dict):
        raise ReasonError(f"{file}: {code!r} is not a table named by a reason (a-z, 0-9, _ . -).")
    for name in sorted(_ENTRIES ^ set(entries)):
        raise ReasonError(f"{file}: {code} {'has an unknown' if name in entries else 'has no'} {name}.")
    for name, value in entries.items():
        if not isinstance(value, str) or not value.strip():
            raise ReasonError(f"{file}: {code}.{name} is no text.")
    return Rejection(
        names={language: entries[NAME + language].strip() for language in LANGUAGES},
        sentences={language: entries[language].strip() for language in LANGUAGES},
    )
