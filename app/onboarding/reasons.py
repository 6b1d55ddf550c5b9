"""Why a step is asked again: an upstream's reason becomes a step, a plain sentence and how serious it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config.tables import read_tables
from app.domain.errors import AltaError
from app.onboarding.notices import LANGUAGES
from app.steps import STEPS

SHIPPED = Path(__file__).with_name("reasons.toml")
ASK, OPERATOR = "ask", "operator"
SEVERITIES = (ASK, OPERATOR)
CODE = re.compile(r"[a-z0-9_.-]{1,64}")
_ENTRIES = {"step", "severity", *LANGUAGES}


class ReasonError(AltaError, ValueError):
    """The table of reasons cannot be used; the message is a sentence for the operator that names the file."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason: the key of the step that reopens, how serious it is, and the sentence by language."""

    step: str
    severity: str
    sentences: dict[str, str]


class Reasons:
    """The reasons that ship, and those of the operator's file; raises ReasonError for one that cannot be used."""

    def __init__(self, file: Path | None = None) -> None:
        self._by_code = _read(SHIPPED) | (_read(file) if file else {})

    def find(self, code: str) -> Reason | None:
        """What is known of an upstream's reason."""
        return self._by_code.get(code)

    def of_step(self, step: str) -> tuple[str, ...]:
        """The codes of the reasons for which a step is asked again, in the order of the tables."""
        return tuple(code for code, reason in self._by_code.items() if reason.step == step)

    def sentence(self, code: str, language: str) -> str | None:
        """What the person is told; None for a reason that is not in the table."""
        found = self._by_code.get(code)
        return found.sentences[language] if found else None


def read_texts(file: Path, names: Collection[str]) -> dict[str, dict[str, str]]:
    """The texts of every reason in `file`, by its code: of each just `names`. Raises ReasonError."""
    return {code: _texts(file, code, entries, names) for code, entries in read_tables(file, ReasonError).items()}


def _texts(file: Path, code: str, entries: Any, names: Collection[str]) -> dict[str, str]:
    if not CODE.fullmatch(code) or not isinstance(entries, dict):
        raise ReasonError(f"{file}: {code!r} is not a table named by a reason (a-z, 0-9, _ . -).")
    for name in sorted(set(names) ^ set(entries)):
        raise ReasonError(f"{file}: {code} {'has an unknown' if name in entries else 'has no'} {name}.")
    for name, value in sorted(entries.items()):
        if not isinstance(value, str) or not value.strip():
            raise ReasonError(f"{file}: {code}.{name} is no text.")
    return {name: value.strip() for name, value in entries.items()}


def _read(file: Path) -> dict[str, Reason]:
    return {code: _reason(f"{file}: {code}", texts) for code, texts in read_texts(file, _ENTRIES).items()}


def _reason(place: str, texts: dict[str, str]) -> Reason:
    if texts["step"] not in {step.key for step in STEPS}:
        raise ReasonError(f"{place}.step is no step of the wizard.")
    if texts["severity"] not in SEVERITIES:
        raise ReasonError(f"{place}.severity is not one of {', '.join(SEVERITIES)}.")
    return Reason(
        step=texts["step"],
        severity=texts["severity"],
        sentences={language: texts[language] for language in LANGUAGES},
    )
