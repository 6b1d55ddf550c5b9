"""Owns a team's logo: read from an upload and encoded anew as a small WebP: nothing else of the file gets through."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps

from app.domain.errors import InvalidError
from app.domain.words import N_

MAXIMUM_BYTES = 2_000_000
MAXIMUM_PIXELS = 16_000_000
KINDS = ("PNG", "JPEG", "WEBP")
# Twice the size that it is shown in, for dense screens.
BOX = (440, 96)
# What Pillow raises of files that are damaged, on purpose or not.
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, struct.error)
LOGO_TYPE = "image/webp"


def logo_of(data: bytes) -> bytes:
    """The logo as it is kept and served; raises InvalidError with a sentence."""
    if len(data) > MAXIMUM_BYTES:
        raise InvalidError(N_("The logo is over %(limit)d MB: choose a smaller picture"), limit=2)
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as opened:
            if opened.width * opened.height > MAXIMUM_PIXELS:
                raise InvalidError(N_("The logo has too many pixels: choose a smaller picture"))
            opened.load()
            picture = _upright(opened).convert("RGBA")
    except (*UNREADABLE, Image.DecompressionBombError):
        raise InvalidError(N_("This is no logo that can be read: choose a PNG, JPEG or WebP picture")) from None
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=90, method=4)
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """As the file says that it is to be turned; what it says may be damaged while the picture is not."""
    try:
        return ImageOps.exif_transpose(picture)
    except UNREADABLE:
        return picture
