"""Checks that the locks answer pyproject.toml: `python -m tests.support.locks`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {
    "requirements.lock": (),
    "requirements-dev.lock": ("test", "lint"),
    "requirements-bench.lock": ("test", "bench"),
}
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
DIRECT = re.compile(r"^([A-Za-z0-9._-]+)==[^\n]*(?:\n    --hash[^\n]*)*\n    # via(?:\n    #  )? alta", re.MULTILINE)
WANTED = re.compile(r"^([A-Za-z0-9._-]+)")


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def faults() -> list[str]:
    """What differs, a sentence each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = []
    shared: dict[str, str] = {}
    for lock, extras in LOCKS.items():
        wanted = [
            *project["dependencies"],
            *(each for extra in extras for each in project["optional-dependencies"][extra]),
        ]
        names = {_name(match.group(1)) for text in wanted if (match := WANTED.match(text))}
        text = (ROOT / lock).read_text()
        pins = {_name(name): version for name, version in PINNED.findall(text)}
        found += [f"{lock} lacks {name}" for name in sorted(names - set(pins))]
        direct = {_name(name) for name in DIRECT.findall(text)}
        found += [
            f"{lock} still has {name}, which pyproject.toml no longer asks for" for name in sorted(direct - names)
        ]
        found += [
            f"{lock} pins no hash for {name}" for name in re.findall(r"^([\w.-]+)==[^\\\n]*$", text, re.MULTILINE)
        ]
        found += [f"{lock} names a host" for _ in re.findall(r"https?://", text)]
        for name, version in pins.items():
            if shared.setdefault(name, version) != version:
                found.append(f"{lock} pins {name} {version}, another lock {shared[name]}")
    return found


if __name__ == "__main__":
    problems = faults()
    sys.exit("\n".join([*problems, "run `make lock`"]) if problems else 0)
