"""Owns opening the HEIC photos of iPhones, where the optional extra that can read them is installed."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from PIL import ImageFile

# What the refusal of a file and this file agree on.
FORMAT = "HEIC"


@cache
def can_be_read() -> bool:
    """Whether the extra `heic` is installed and its library loads here."""
    return _plugin() is not None


def open_heic(data: bytes) -> ImageFile.ImageFile:
    """Read the header of an HEIC file; its size is known then, its pixels are not decoded; may raise anything.

    The picture comes upright out of the decoder: its EXIF says so afterwards.
    """
    plugin = _plugin()
    assert plugin is not None
    image: ImageFile.ImageFile = plugin.HeifImageFile(io.BytesIO(data))
    return image


@cache
def _plugin() -> Any:
    try:
        import pillow_heif
    except ImportError:
        return None
    # The picture alone, in the thread that asks for it. Not registered with Pillow: only what starts like HEIC
    # may reach this decoder.
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.AUX_IMAGES = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.DECODE_THREADS = 1
    return pillow_heif
