"""Owns turning the bytes of an accepted file into an upright RGB picture of bounded size."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageFile

from app.pictures import heic, jpeg_header
from app.pictures.colour import to_srgb
from app.pictures.errors import PictureError, Refusal
from app.pictures.exif import orientation_in

LONGEST_SIDE = 2400
# A JPEG is decoded at the coarsest of its scales (1/8, 1/4, 1/2) that still leaves this many pixels.
DRAFT_LONGEST_SIDE = 1600
_STRIP_ROWS = 512
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, kw_only=True)
class OpenPicture:
    """A file whose header was read and whose pixels were not; `exif` and `profile` only for a JPEG."""

    image: ImageFile.ImageFile
    source_format: str
    exif: bytes = b""
    profile: bytes = b""


def open_picture(data: bytes, sniffed: str) -> OpenPicture:
    """Read the header of a file that starts like `sniffed` ("JPEG", "PNG", "WEBP", "HEIC"); may raise anything."""
    if sniffed == heic.FORMAT:
        return OpenPicture(image=heic.open_heic(data), source_format=sniffed)
    if sniffed != "JPEG":
        return OpenPicture(image=Image.open(io.BytesIO(data), formats=(sniffed,)), source_format=sniffed)
    parts = jpeg_header.split(data)
    return OpenPicture(
        image=Image.open(io.BytesIO(parts.bare), formats=(sniffed,)),
        source_format="MPO" if parts.has_more_pictures else "JPEG",
        exif=parts.exif,
        profile=parts.profile,
    )


def memory_needed(picture: OpenPicture) -> int:
    """Return about how many bytes decoding and flattening take at their peak."""
    width, height = picture.image.size
    pixels = width * height
    if picture.source_format in ("JPEG", "MPO"):
        coefficients = 6 * pixels if picture.image.info.get("progressive") else 0
        return coefficients + 4 * pixels // draft_divisor(picture.image.size) ** 2
    flattened = 4 * pixels // flat_divisor(picture.image.size) ** 2
    if picture.source_format == "WEBP":
        return 16 * pixels + flattened  # two canvases and a copy in the library, then the picture
    if picture.source_format == heic.FORMAT:
        return 12 * pixels + flattened  # planes and interleaved pixels in the library, a copy, then the picture
    return (1 if picture.image.mode in ("1", "L", "P") else 4) * pixels + flattened


def flat_divisor(size: tuple[int, int]) -> int:
    """Return the whole number by which flattening shrinks: over 1 where the long side is ≥ 4800 pixels."""
    return max(1, max(size) // LONGEST_SIDE)


def draft_divisor(size: tuple[int, int]) -> int:
    """Return the largest JPEG scale divisor (8, 4, 2, 1) that leaves the long side ≥ 1600 pixels."""
    return next((by for by in (8, 4, 2) if -(-max(size) // by) >= DRAFT_LONGEST_SIDE), 1)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The decoded pixels, RGB on white, not yet turned; `exif` and `profile` say how to show them."""

    pixels: Image.Image
    exif: bytes
    profile: bytes


def first_frame(picture: OpenPicture) -> Frame:
    """Decode the first frame, a JPEG at a reduced scale; may raise anything.

    Apart from `finished`, so that the caller can let go of the file and its decoder in between.
    """
    image = picture.image
    if picture.source_format in ("JPEG", "MPO"):
        divisor = draft_divisor(image.size)
        # Rounded down: Pillow takes the next finer scale when the box is a pixel too large.
        image.draft(None, (max(1, image.width // divisor), max(1, image.height // divisor)))
    image.load()
    exif = picture.exif or _bytes_in(image, "exif")
    profile = picture.profile or _bytes_in(image, "icc_profile")
    return Frame(pixels=_on_white(image), exif=exif, profile=profile)


def finished(frame: Frame) -> Image.Image:
    """Return the frame with its long side ≤ 2400 pixels, in sRGB, upright."""
    pixels = frame.pixels
    if max(pixels.size) > LONGEST_SIDE:
        pixels = pixels.resize(fitted(pixels.size, LONGEST_SIDE), Image.Resampling.LANCZOS)
    pixels = to_srgb(pixels, frame.profile)
    turn = _TURNS.get(orientation_in(frame.exif))
    return pixels if turn is None else pixels.transpose(turn)


def fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return the size shrunk in proportion so that its long side is at most `longest` pixels."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _bytes_in(image: Image.Image, key: str) -> bytes:
    value = image.info.get(key)
    return value if isinstance(value, bytes) else b""


def _on_white(image: Image.Image) -> Image.Image:
    """Return an RGB picture without metadata, whole-number shrunk while over twice the limit.

    By strips, because converting 64 megapixels with transparency in one go needs three copies of 256 MB.
    """
    divisor = flat_divisor(image.size)
    if divisor == 1 and image.mode == "RGB" and not image.has_transparency_data:
        # Saving writes out a comment found here: with nothing in it, the copy a fresh picture costs is saved.
        image.info = {}
        return image
    fresh = Image.new("RGB", (-(-image.width // divisor), -(-image.height // divisor)))
    rows = max(1, _STRIP_ROWS // divisor) * divisor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        flat = _flat(strip)
        fresh.paste(flat.reduce(divisor) if divisor > 1 else flat, (0, top // divisor))
    return fresh


def _flat(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):
        # Pillow clips 16-bit grey at 255 instead of scaling it.
        return strip.point(lambda level: level * (1 / 257)).convert("L").convert("RGB")
    if not strip.has_transparency_data:
        return strip if strip.mode == "RGB" else strip.convert("RGB")
    layers = strip.convert("RGBA")
    white = Image.new("RGB", strip.size, "white")
    white.paste(layers, mask=layers.getchannel("A"))
    return white


def check_size(size: tuple[int, int], *, most_pixels: int, least_side: int) -> None:
    """Refuse a picture by its header's size, before anything is decoded."""
    if size[0] * size[1] > most_pixels:
        raise PictureError(Refusal.TOO_MANY_PIXELS, limit=most_pixels // 1_000_000)
    if min(size) < least_side:
        raise PictureError(Refusal.TOO_SMALL, minimum=least_side)
