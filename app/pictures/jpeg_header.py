"""Owns splitting a JPEG into what its picture needs and the metadata that is read here and then left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.pictures.errors import PictureError, Refusal

_SCAN, _END, _COMMENT, _JFIF, _EXIF, _PROFILE, _ADOBE = 0xDA, 0xD9, 0xFE, 0xE0, 0xE1, 0xE2, 0xEE
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
# Application segments that change how the pixels are read (JFIF and Adobe name the colour space).
_NEEDED_APPLICATION_SEGMENTS = {_JFIF, _ADOBE}
_MARKER = re.compile(rb"\xff[\x01-\xfe]")
_MAXIMUM_SEGMENTS = 10_000


@dataclass(frozen=True, kw_only=True)
class JpegParts:
    """A JPEG's picture without metadata (`bare`, a complete JPEG), its EXIF and ICC bytes (b"" if none)."""

    bare: bytes
    exif: bytes
    profile: bytes
    has_more_pictures: bool


def split(data: bytes) -> JpegParts:
    """Return the parts of a JPEG (`data` starts with its SOI marker).

    The decoder thus never meets hostile EXIF, MPF or XMP. Raises `PictureError` "damaged" when the header is
    broken or nothing ends the picture: the tail of an interrupted copy may be zeros, which decode as grey.
    Source: ITU-T T.81, annex B.
    """
    needed, metadata, scan_start = _walk(data)
    if data.rfind(b"\xff\xd9", scan_start) < 0:
        raise PictureError(Refusal.DAMAGED)
    exif = next((body for marker, body in metadata if marker == _EXIF and body[:6] == b"Exif\0\0"), b"")
    chunks = [body for marker, body in metadata if marker == _PROFILE and body[:12] == b"ICC_PROFILE\0"]
    return JpegParts(
        bare=b"".join((data[:2], *needed, memoryview(data)[scan_start:])),
        exif=exif,
        profile=b"".join(chunk[14:] for chunk in sorted(chunks, key=lambda chunk: chunk[12:13])),
        has_more_pictures=any(marker == _PROFILE and body[:4] == b"MPF\0" for marker, body in metadata),
    )


def _walk(data: bytes) -> tuple[list[bytes], list[tuple[int, bytes]], int]:
    """Return the segments to keep, the (marker, body) of the others, and where the first scan starts."""
    needed: list[bytes] = []
    metadata: list[tuple[int, bytes]] = []
    at = 2
    for _ in range(_MAXIMUM_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None:
            break
        marker, at = data[found.start() + 1], found.end()
        if marker == _SCAN:
            return needed, metadata, found.start()
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if marker == _END or length < 2 or at + length > len(data):
            break
        if _is_metadata(marker):
            metadata.append((marker, data[at + 2 : at + length]))
        else:
            needed.append(data[found.start() : at + length])
        at += length
    raise PictureError(Refusal.DAMAGED)


def _is_metadata(marker: int) -> bool:
    if marker == _COMMENT:
        return True
    return 0xE0 <= marker <= 0xEF and marker not in _NEEDED_APPLICATION_SEGMENTS
