"""Writes docs/configuration.md's table from the settings themselves: `python -m tests.support.configuration`."""

from __future__ import annotations

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.config import GENERATED_SECRETS, Settings, variable
from app.config.upstreams import DeliverySettings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    if name in GENERATED_SECRETS:
        return "generated in local mode, required in production"
    if field.default is PydanticUndefined:
        return "required"
    value = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    return "empty" if value in ("", None) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def table() -> str:
    """Every setting: name, default, meaning."""
    rows = [f"| `{variable(name)}` | {_default(name)} | {field.description} |" for name, field in _fields()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _fields() -> list[tuple[str, FieldInfo]]:
    """Those of the whole installation first, then those of its parts, and those of its upstreams last."""
    return sorted(
        Settings.model_fields.items(),
        key=lambda field: (field[0] in DeliverySettings.model_fields, field[0] not in Settings.__annotations__),
    )


def written(page: str) -> str:
    """`page` with its table as the code has it now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
