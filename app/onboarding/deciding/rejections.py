"""Why an application is rejected: each reason's code, what staff call it, and what the applicant is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.onboarding.notices import LANGUAGES
from app.onboarding.reasons import read_texts

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
    return {code: _rejection(texts) for code, texts in read_texts(file, _ENTRIES).items()}


def _rejection(texts: dict[str, str]) -> Rejection:
    return Rejection(
        names={language: texts[NAME + language] for language in LANGUAGES},
        sentences={language: texts[language] for language in LANGUAGES},
    )
