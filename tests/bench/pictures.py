"""Measures the intake of a 12-megapixel photo beside libvips (one thread) and Pillow's own reduced decode.

Run with `python -m tests.bench.pictures`; needs the `bench` and `test` extras.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from PIL import Image

from app.pictures.intake import take_in
from tests.support.pictures import display_p3_profile, encoded, photo, photo_jpeg

# libvips reads this once, when it is first loaded: one thread is what the comparison allows it.
os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips

ROUNDS = 15
INTAKE = "Alta: intake"
DECODE = "Pillow: reduced decode alone"
VIPS = "libvips: thumbnail"
VIPS_BY_HAND = "libvips: decode at half scale by hand"
LIMITS = {VIPS: 0.7, DECODE: 2.0}


def decode_alone(jpeg: bytes) -> None:
    """Decode at half scale, the one the intake uses for this size, and nothing else."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.draft("RGB", (picture.width // 2, picture.height // 2))
        picture.load()


def with_vips(jpeg: bytes) -> tuple[bytes, bytes]:
    """Make the intake's result the way libvips documents: one call shrinks to the size and turns upright."""
    options = {"export_profile": "srgb"} if b"ICC_PROFILE" in jpeg[:4096] else {}
    picture = pyvips.Image.thumbnail_buffer(jpeg, 2000, height=2000, size="down", **options)
    return vips_results(picture.copy_memory())


def with_vips_by_hand(jpeg: bytes) -> tuple[bytes, bytes]:
    """Make the intake's result with libvips told to decode at half scale and not to resample."""
    picture = pyvips.Image.new_from_buffer(jpeg, "", shrink=2, access="sequential")
    if picture.get_typeof("icc-profile-data"):
        picture = picture.icc_transform("srgb")
    return vips_results(picture.copy_memory().autorot())


def vips_results(picture: Any) -> tuple[bytes, bytes]:
    """Encode what the intake stores, with the intake's options."""
    thumbnail = picture.thumbnail_image(320, height=320)
    return picture.jpegsave_buffer(Q=85, keep="none"), thumbnail.jpegsave_buffer(Q=80, keep="none")


def medians(ways: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Return each way's median (CPU, wall) milliseconds; ways take turns, so that drift meets all alike."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):
        for name, way in ways.items():
            cpu, wall = time.process_time(), time.perf_counter()
            way()
            samples[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {
        name: (
            1000 * statistics.median(cpu for cpu, _ in taken[1:]),
            1000 * statistics.median(wall for _, wall in taken[1:]),
        )
        for name, taken in samples.items()
    }


def rows() -> list[dict[str, object]]:
    """Return a row a photo and way: medians in milliseconds, the intake's CPU over this way's, the limit."""
    upright = photo_jpeg()
    turned = photo_jpeg(orientation=6)
    wide_gamut = encoded(photo(), "JPEG", quality=90, icc_profile=display_p3_profile())
    photos = {"plain": upright, "to be turned": turned, "Display P3": wide_gamut}
    return [row for name, jpeg in photos.items() for row in rows_for(name, jpeg)]


def rows_for(photo_name: str, jpeg: bytes) -> list[dict[str, object]]:
    """Return the rows for one photo; the limits hold for the plain one."""
    measured = medians(
        {
            INTAKE: lambda: take_in(jpeg),
            VIPS: lambda: with_vips(jpeg),
            VIPS_BY_HAND: lambda: with_vips_by_hand(jpeg),
            DECODE: lambda: decode_alone(jpeg),
        }
    )
    return [
        {
            "photo": f"{photo_name}, 12 MP, {len(jpeg) / 1e6:.1f} MB",
            "way": way,
            "cpu_ms": round(cpu, 1),
            "wall_ms": round(wall, 1),
            "ratio": round(measured[INTAKE][0] / cpu, 2),
            "limit": LIMITS.get(way) if photo_name == "plain" else None,
        }
        for way, (cpu, wall) in measured.items()
    ]


def main() -> None:
    """Print the table."""
    print(f"{'photo':32} {'way':40} {'CPU ms':>8} {'wall ms':>8} {'intake ÷ this':>14} {'limit':>6}")
    for row in rows():
        limit = "" if row["limit"] is None else f"≤ {row['limit']}"
        print(f"{row['photo']:32} {row['way']:40} {row['cpu_ms']:8} {row['wall_ms']:8} {row['ratio']:14} {limit:>6}")


if __name__ == "__main__":
    main()
