"""Writes docs/photos.md's table from the thresholds themselves: `python -m tests.support.thresholds`."""

from __future__ import annotations

from pathlib import Path

from app.pictures import thresholds
from app.pictures.thresholds import Threshold

PAGE = Path(__file__).resolve().parents[2] / "docs" / "photos.md"
BEGIN, END = "<!-- thresholds -->", "<!-- /thresholds -->"


def table() -> str:
    """Every threshold: name, value, unit, reason, source."""
    found = [(name, value) for name, value in vars(thresholds).items() if isinstance(value, Threshold)]
    rows = [f"| `{name}` | {each.value:g} | {each.unit} | {each.reason} | {each.source} |" for name, each in found]
    return "\n".join(["| threshold | value | of what | reason | source |", "|---|---:|---|---|---|", *rows])


def written(page: str) -> str:
    """`page` with its table as the code has it now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
