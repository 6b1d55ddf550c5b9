"""Owns naming, by its first bytes, a file that is not JPEG, PNG or WebP, so that its refusal can help."""

from __future__ import annotations

from app.domain.words import N_
from app.pictures.errors import PictureError, Refusal

HEIC = N_("HEIC photos cannot be read: in Settings > Camera > Formats choose Most Compatible")
PDF = N_("This is a PDF, not a photo: take a photo of the document instead")
VIDEO = N_("This is a video: take a photo instead")

# ISO base media files (ISO/IEC 14496-12) name their kind in a four-letter brand after "ftyp".
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_RAW_BRANDS = {b"crx "}
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"8BPS", "Photoshop"),
)
_VIDEO_STARTS = (b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba")


def refusal_of(head: bytes) -> PictureError:
    """Return the error for a file whose first bytes (64 are enough) no accepted format starts with."""
    if head[4:8] == b"ftyp":
        return _refusal_of_brands(head)
    if head.lstrip().startswith(b"%PDF-"):
        return PictureError(Refusal.UNSUPPORTED, PDF)
    if head.startswith(_VIDEO_STARTS) or (head.startswith(b"RIFF") and head[8:12] == b"AVI "):
        return PictureError(Refusal.UNSUPPORTED, VIDEO)
    for start, kind in _OTHER_KINDS:
        if head.startswith(start):
            return PictureError(Refusal.UNSUPPORTED, kind=kind)
    return PictureError(Refusal.NOT_A_PICTURE)


def is_heic(head: bytes) -> bool:
    """Whether a file with these first bytes (64 are enough) is an iPhone's kind of photo."""
    brands = _brands(head) if head[4:8] == b"ftyp" else set()
    return bool(brands & _HEIC_BRANDS) and not brands & _AVIF_BRANDS


def _brands(head: bytes) -> set[bytes]:
    """Return the major brand and (after a version number) the compatible ones: "mif1" alone may still be AVIF."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}


def _refusal_of_brands(head: bytes) -> PictureError:
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return PictureError(Refusal.UNSUPPORTED, kind="AVIF")
    if brands & _HEIC_BRANDS:
        return PictureError(Refusal.UNSUPPORTED, HEIC)
    if brands & _RAW_BRANDS:
        return PictureError(Refusal.UNSUPPORTED, kind="RAW")
    return PictureError(Refusal.UNSUPPORTED, VIDEO)
