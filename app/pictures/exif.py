"""Owns reading the orientation, and nothing else, out of EXIF bytes."""

from __future__ import annotations

import struct

UPRIGHT = 1
_ORIENTATION = 0x0112
_FORMATS_BY_TYPE = {3: "H", 4: "L"}


def orientation_in(exif: bytes) -> int:
    """Return the EXIF orientation, 1–8; 1 where it is absent, out of range or unreadable.

    Only the first directory is walked, once, and no value but this one is copied: a general reader would
    follow loops and copy what thousands of entries claim to hold.
    Source: Exif 2.32 (CIPA DC-008), 4.6.4, tag 0x0112; TIFF 6.0, section 2.
    """
    tiff = memoryview(exif)[6:] if exif.startswith(b"Exif\0\0") else memoryview(exif)
    order = {b"II": "<", b"MM": ">"}.get(bytes(tiff[:2]))
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(order + "L", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, values = struct.unpack_from(order + "HHL", tiff, entry)
            if tag == _ORIENTATION and kind in _FORMATS_BY_TYPE and values == 1:
                (value,) = struct.unpack_from(order + _FORMATS_BY_TYPE[kind], tiff, entry + 8)
                return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT
