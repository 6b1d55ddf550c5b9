"""Owns writing a picture as a JPEG that carries nothing but pixels."""

from __future__ import annotations

import os
import tempfile
from typing import IO

from PIL import Image


def jpeg_bytes(picture: Image.Image, *, quality: int) -> bytes:
    """Return an RGB picture as a baseline JPEG.

    Pillow holds the interpreter's lock while it encodes into memory of Python's, and lets go of it for a file
    descriptor: hence a nameless file that lives in memory or, on systems without those, is already unlinked.
    """
    with _nameless_file() as file:
        picture.save(file, "JPEG", quality=quality)
        file.seek(0)
        return file.read()


def _nameless_file() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("picture"), "w+b")
    return tempfile.TemporaryFile()
