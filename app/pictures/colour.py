"""Owns bringing a picture's colours to sRGB, which a JPEG without a profile is taken to be in."""

from __future__ import annotations

import io
from itertools import product

from PIL import Image, ImageCms

# Camera and screen profiles are matrices of 0.5–4 KB; tables of scanners and printers are far larger.
_LARGEST_PROFILE = 64 * 1024
_DEVICE_CLASSES = {b"mntr", b"scnr", b"spac"}
# Mean difference a channel, in levels of 255. A smaller shift is not worth converting for; a larger misfit is
# not worth the speed.
_VISIBLE = 2.0
_TOLERABLE = 3.0
_LEVELS = range(40, 241, 40)
# What photographs of people and papers are made of; the fit may be wider off on pure colours.
_STRONGEST_CONTRAST = 80
_PROBES = [colour for colour in product(_LEVELS, repeat=3) if max(colour) - min(colour) <= _STRONGEST_CONTRAST]

Colour = tuple[int, ...]
Matrix = tuple[float, ...]


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return an RGB picture in sRGB where `profile` (ICC bytes, b"" if none) visibly differs from it.

    A profile with sRGB's own curve (Display P3, of iPhones) is served by one matrix on the encoded values,
    fitted to the exact conversion: a quarter of its cost, greys kept, 2 levels off on average on natural
    colours, more on pure ones, which stay paler. Others are converted exactly. A profile that is broken or
    not an RGB camera's or screen's changes nothing.
    Source: ICC.1:2022, 7.2 (header).
    """
    if not _is_plausible(profile):
        return picture
    try:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        transform = ImageCms.buildTransform(io.BytesIO(profile), srgb, "RGB", "RGB")
        exact = _probed(transform)
        if _mean_difference(_PROBES, exact) <= _VISIBLE:
            return picture
        matrix = _fitted_matrix(exact)
        if _mean_difference([_multiplied(matrix, colour) for colour in _PROBES], exact) <= _TOLERABLE:
            return picture.convert("RGB", matrix)
        return ImageCms.applyTransform(picture, transform) or picture
    except Exception:  # whatever is wrong with a profile, the photo is still good
        return picture


def _is_plausible(profile: bytes) -> bool:
    return (
        128 < len(profile) <= _LARGEST_PROFILE
        and profile[12:16] in _DEVICE_CLASSES
        and profile[16:20] == b"RGB "
        and profile[36:40] == b"acsp"
    )


def _probed(transform: ImageCms.ImageCmsTransform) -> list[Colour]:
    probe = Image.frombytes("RGB", (len(_PROBES), 1), bytes(level for colour in _PROBES for level in colour))
    after = ImageCms.applyTransform(probe, transform)
    levels = probe.tobytes() if after is None else after.tobytes()
    return [tuple(levels[at : at + 3]) for at in range(0, len(levels), 3)]


def _fitted_matrix(exact: list[Colour]) -> Matrix:
    """Return the 3 × 4 matrix that keeps greys and fits the exact colours best (least squares a channel)."""
    matrix: list[float] = []
    for channel in range(3):
        first, second = (other for other in range(3) if other != channel)
        aa = ab = bb = ay = by = 0.0
        for before, after in zip(_PROBES, exact, strict=True):
            if not 0 < after[channel] < 255:
                continue  # cut off at the end of the range: says nothing about the slope
            a, b = before[first] - before[channel], before[second] - before[channel]
            y = after[channel] - before[channel]
            aa, ab, bb, ay, by = aa + a * a, ab + a * b, bb + b * b, ay + a * y, by + b * y
        determinant = aa * bb - ab * ab
        row = [0.0, 0.0, 0.0, 0.0]
        row[first] = (ay * bb - by * ab) / determinant
        row[second] = (by * aa - ay * ab) / determinant
        row[channel] = 1 - row[first] - row[second]
        matrix += row
    return tuple(matrix)


def _multiplied(matrix: Matrix, colour: Colour) -> Colour:
    return tuple(min(255, max(0, round(sum(matrix[row + at] * colour[at] for at in range(3))))) for row in (0, 4, 8))


def _mean_difference(ones: list[Colour], others: list[Colour]) -> float:
    distances = (abs(a - b) for one, other in zip(ones, others, strict=True) for a, b in zip(one, other, strict=True))
    return sum(distances) / (3 * len(ones))
