"""The request: uploads stay in memory that is no Python heap, and never touch a disk in plain."""

from __future__ import annotations

import os
import tempfile
from typing import IO, cast

from flask import Request


def memory_file() -> IO[bytes]:
    """An unnamed file in memory; where the system has none, an unnamed temporary file."""
    if hasattr(os, "memfd_create"):
        return cast(IO[bytes], os.fdopen(os.memfd_create("alta-upload"), "w+b"))
    return cast(IO[bytes], tempfile.TemporaryFile("w+b"))


class AltaRequest(Request):
    """A request whose uploaded files are held by `memory_file`."""

    max_form_parts = 200

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return memory_file()
