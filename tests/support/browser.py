"""Finds Chromium for tests and pictures; `python -m tests.support.browser install` gets one where there is none."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALL_SECONDS = 900


@cache
def find() -> str | None:
    """The path of a Chromium: the system's own, else the one that Playwright brought, else None."""
    found = next(filter(None, map(shutil.which, COMMANDS)), None)
    return found or _playwright_own()


def _playwright_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def launch_options() -> dict[str, Any]:
    """What Playwright's `launch` needs to start that Chromium."""
    path = find()
    if path is None:
        raise RuntimeError("There is no Chromium here: run python -m tests.support.browser install")
    return {"executable_path": path, "args": FLAGS}


def install() -> None:
    """Install a Chromium if there is none; says nothing unless it fails."""
    if find():
        return
    ways = [_from_debian] if _is_debian() and os.geteuid() == 0 and shutil.which("apt-get") else []
    said = []
    for way in [*ways, _from_playwright]:
        said.append(way())
        find.cache_clear()
        if find():
            return
    sys.exit("Chromium could not be installed:\n" + "\n".join(said))


def _is_debian() -> bool:
    # Ubuntu's package of the same name only leads to its store of snaps, which containers do not have.
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def _from_debian() -> str:
    said = _run(["apt-get", "-qq", "update"])
    return said + _run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium"])


def _from_playwright() -> str:
    options = ["--with-deps"] if sys.platform == "linux" and os.geteuid() == 0 else []
    return _run([sys.executable, "-m", "playwright", "install", *options, "chromium"])


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    return "" if done.returncode == 0 else f"{' '.join(command)}:\n{done.stdout}{done.stderr}"


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        sys.exit("Usage: python -m tests.support.browser install")
    install()
