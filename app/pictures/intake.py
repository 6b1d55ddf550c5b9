"""Owns the intake of a photo: refuses what is not one, makes the JPEG and thumbnail to store of the rest."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from app.domain.picture_format import sniff
from app.pictures import decode, heic
from app.pictures.encode import jpeg_bytes
from app.pictures.errors import PictureError, Refusal
from app.pictures.findings import Problem, Subject, Verdict
from app.pictures.kinds import is_heic, refusal_of

__all__ = ["Intake", "PictureError", "Refusal", "take_in"]

MAXIMUM_BYTES = 20 * 1024 * 1024
MAXIMUM_PIXELS = 64_000_000
MINIMUM_SHORTER_SIDE = 300
SMALL_SHORTER_SIDE = 700
THUMBNAIL_LONGEST_SIDE = 320
_STORED_QUALITY = 85
_THUMBNAIL_QUALITY = 80

# More decodes at once than processors would only hold more memory; two large ones would hold too much.
_processors = threading.BoundedSemaphore(os.cpu_count() or 1)
_LARGE_MEMORY = 40 * 1024 * 1024
_one_large_picture = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A photo ready to store.

    `stored` and `thumbnail` are JPEG bytes, upright and without metadata; `width` and `height` are those of
    `stored`, `sha256` its hex digest. `source_format` is "JPEG", "MPO", "PNG", "WEBP" or "HEIC". `small`:
    the source's shorter side is under 700 pixels, which deserves a warning. `verdict` is None where the caller did not
    say what the photo is meant to show.
    """

    stored: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str
    source_format: str
    small: bool
    verdict: Verdict | None = None


def take_in(source: BinaryIO | bytes, subject: Subject | None = None) -> Intake:
    """Return the photo in `source` (bytes, or a binary file read from where it stands) ready to store.

    With a subject, also the verdict on it. Raises `PictureError` for whatever is wrong with the file, and for a
    selfie on which no face can be found; what is wrong with the machine (a full disk, an
    unreadable upload) is raised as it comes. Waits while as many photos as processors are being read.
    """
    with _processors:
        data = _read(source)
        sniffed = sniff(data[:16]) or _readable_heic(data[:64])
        if sniffed is None:
            raise refusal_of(data[:64])
        with _refusing_damage():
            opened = decode.open_picture(data, sniffed)
        del data
        size, source_format = opened.image.size, opened.source_format
        decode.check_size(size, most_pixels=MAXIMUM_PIXELS, least_side=MINIMUM_SHORTER_SIDE)
        is_large = decode.memory_needed(opened) > _LARGE_MEMORY
        with _one_large_picture if is_large else nullcontext(), _refusing_damage():
            frame = decode.first_frame(opened)
            del opened
            picture = decode.finished(frame)
            del frame
        verdict = None if subject is None else _judged(picture, subject)
        return _ready(picture, source_format=source_format, small=min(size) < SMALL_SHORTER_SIDE, verdict=verdict)


def _judged(picture: Image.Image, subject: Subject) -> Verdict:
    # Loaded here, so that the refusal of a file and all that stores no photo do without OpenCV.
    from app.pictures.verdict import examine

    verdict = examine(picture, subject)
    if any(finding.problem is Problem.NO_FACE for finding in verdict.findings):
        raise PictureError(Refusal.NO_FACE)
    return verdict


def _readable_heic(head: bytes) -> str | None:
    return heic.FORMAT if is_heic(head) and heic.can_be_read() else None


def _read(source: BinaryIO | bytes) -> bytes:
    data = source if isinstance(source, bytes) else source.read(MAXIMUM_BYTES + 1)
    if not data:
        raise PictureError(Refusal.EMPTY)
    if len(data) > MAXIMUM_BYTES:
        raise PictureError(Refusal.TOO_LARGE, limit=MAXIMUM_BYTES // (1024 * 1024))
    return data


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """Turn whatever a decoder raises on a hostile or broken file into a refusal without its text."""
    try:
        yield
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(Refusal.TOO_MANY_PIXELS, limit=MAXIMUM_PIXELS // 1_000_000) from None
    except Exception:  # decoders raise what their authors did not foresee: no list is complete
        raise PictureError(Refusal.DAMAGED) from None


def _ready(picture: Image.Image, *, source_format: str, small: bool, verdict: Verdict | None) -> Intake:
    thumbnail = picture.resize(
        decode.fitted(picture.size, THUMBNAIL_LONGEST_SIDE), Image.Resampling.HAMMING, reducing_gap=1.0
    )
    stored = jpeg_bytes(picture, quality=_STORED_QUALITY)
    return Intake(
        stored=stored,
        thumbnail=jpeg_bytes(thumbnail, quality=_THUMBNAIL_QUALITY),
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(stored).hexdigest(),
        source_format=source_format,
        small=small,
        verdict=verdict,
    )
