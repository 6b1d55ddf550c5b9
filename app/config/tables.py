"""Reads the files of tables (TOML) that operators write: reasons, rejections, upstreams."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read_tables(file: Path, fault: Callable[[str], Exception]) -> dict[str, Any]:
    """What `file` holds; raises the `fault` of a sentence that names it where it cannot be used."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise fault(f"{file} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise fault(f"{file} is not TOML.") from None
