"""The code of the release before this one, taken from this repository's own history."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.support.server import ROOT

# What a machine runs.
CODE = ("app", "migrations", "static", "templates", "wsgi.py")


def _git(*arguments: str) -> bytes:
    # Whoever runs the tests need not be whose files they are.
    trusting = ["git", "-c", f"safe.directory={ROOT}"]
    return subprocess.run([*trusting, *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def revision() -> str:
    """The newest tagged release that is not this very commit; before there was a tag, the first commit."""
    here = _git("rev-parse", "HEAD").decode().strip()
    for tag in _git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname").decode().split():
        if _git("rev-list", "-n", "1", tag).decode().strip() != here:
            return tag
    return _git("rev-list", "--max-parents=0", "HEAD").decode().split()[-1]


def unpack(folder: Path) -> Path:
    """Its files, in `folder`; without a history, such as in an unpacked source archive, those of this release."""
    if not (ROOT / ".git").exists():
        folder.mkdir()
        for name in CODE:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
        return folder
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", revision()))) as archive:
        archive.extractall(folder, filter="data")
    return folder
