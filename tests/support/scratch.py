"""Owns where the tests write: in memory where there is enough of it, as no test cuts the power.

Every commit of SQLite and PostgreSQL waits for the disk, tens of thousands of times in a run. Tests kill processes:
what those had handed to the system survives that on any kind of disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY, PREFIX = Path("/dev/shm"), "alta-tests-"
# Several times what a whole run writes.
LEAST_BYTES = 3 * 2**30


def use_memory() -> Path | None:
    """Have this process and those it starts write there, unless somebody chose a folder; what `clear` takes away."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < LEAST_BYTES:
        return None
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    # PostgreSQL runs as another user, who must come through.
    folder.chmod(0o755)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def clear(folder: Path | None) -> None:
    """Give the memory back."""
    if folder is not None:
        del os.environ["TMPDIR"]
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
