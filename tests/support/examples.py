"""Owns reading the contracts' examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "fixtures" / "contracts"


def example(name: str) -> Any:
    """The example `name`, a fresh value each time."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
