"""Synthesises the photographs and picture files that tests and benchmarks feed to the intake."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms


def photo(width: int = 4000, height: int = 3000, *, seed: int = 7) -> Image.Image:
    """Return a photo-like RGB picture: smooth light, a few hundred hard edges, sensor noise."""
    generator = np.random.default_rng(seed)
    light = generator.integers(40, 216, (8, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(light).resize((width, height), Image.Resampling.BICUBIC)
    pixels = np.asarray(picture, dtype=np.int16).copy()
    for _ in range(300):
        left, top = int(generator.integers(0, width)), int(generator.integers(0, height))
        right, bottom = left + int(generator.integers(8, 400)), top + int(generator.integers(8, 300))
        pixels[top:bottom, left:right] += generator.integers(-50, 51, 3, dtype=np.int16)
    grain = generator.normal(0, 6, (height, width, 1)).astype(np.int16)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


@lru_cache(maxsize=8)
def photo_jpeg(width: int = 4000, height: int = 3000, *, orientation: int | None = None) -> bytes:
    """Return `photo` as a JPEG of about 0.3 bytes a pixel (12 megapixels: 3–5 MB)."""
    return encoded(photo(width, height), "JPEG", quality=90, **orientation_option(orientation))


def orientation_option(orientation: int | None) -> dict[str, object]:
    """Return the `save` option that writes this EXIF orientation, or none."""
    if orientation is None:
        return {}
    exif = Image.Exif()
    exif[0x0112] = orientation
    return {"exif": exif}


def plain(width: int, height: int, mode: str = "RGB", color: object = None) -> Image.Image:
    """Return a one-colour picture: quick to make and to encode at any size."""
    return Image.new(mode, (width, height), color)  # type: ignore[arg-type]


def encoded(picture: Image.Image, file_format: str, **options: object) -> bytes:
    """Return the picture as a file of this format."""
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def quadrants(width: int = 800, height: int = 600) -> Image.Image:
    """Return red, green, blue and white quarters (top left, top right, bottom left, bottom right)."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))
    picture.paste((30, 200, 30), (width // 2, 0, width, height // 2))
    picture.paste((30, 30, 220), (0, height // 2, width // 2, height))
    return picture


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one PNG chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return the PNG with one more chunk straight after its header."""
    after_header = 8 + 25
    return png[:after_header] + png_chunk(kind, body) + png[after_header:]


def png_claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG file whose header claims this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(bytes(1000)))
        + png_chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """Return a small JPEG file whose frame header claims this size."""
    jpeg = bytearray(encoded(plain(16, 16), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(jpeg)


def jpeg_with_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    """Return the JPEG with one more marker segment straight after its start."""
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def display_p3_profile() -> bytes:
    """Return an ICC profile with the colorants of Display P3 (D50-adapted) and the curve of sRGB."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    colorants = {
        b"rXYZ": (0.51512, 0.2412, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.1571, 0.06657, 0.78407),
    }
    (count,) = struct.unpack_from(">I", profile, 128)
    for entry in range(132, 132 + 12 * count, 12):
        signature, at, _ = struct.unpack_from(">4sII", profile, entry)
        if signature in colorants:
            fixed_point = [round(value * 65536) for value in colorants[signature]]
            struct.pack_into(">3i", profile, at + 8, *fixed_point)
    return bytes(profile)
