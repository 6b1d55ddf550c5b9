"""Hostile files: refused or handled, never any exception but PictureError, never much time or memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.pictures.exif import orientation_in
from app.pictures.intake import PictureError, Refusal, take_in
from tests.support.pictures import encoded, jpeg_with_segment, photo, png_with_chunk, quadrants

SAMPLES = {
    "JPEG": encoded(quadrants(320, 300), "JPEG", exif=Image.Exif()),
    "progressive": encoded(quadrants(320, 300), "JPEG", progressive=True),
    "CMYK": encoded(quadrants(320, 300).convert("CMYK"), "JPEG"),
    "PNG": encoded(quadrants(320, 300), "PNG"),
    "palette": encoded(quadrants(320, 300).quantize(8), "PNG"),
    "WEBP": encoded(quadrants(320, 300), "WEBP"),
    "lossless": encoded(quadrants(320, 300), "WEBP", lossless=True),
}


def tiff(*entries: bytes, start: int = 8, following: int = 0) -> bytes:
    head = b"II*\0" + struct.pack("<L", start) + struct.pack("<H", len(entries))
    return head + b"".join(entries) + struct.pack("<L", following)


def orientation_entry(kind: int, count: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0x0112, kind, count) + value.ljust(4, b"\0")


HOSTILE_EXIF = {
    "orientation 0": tiff(orientation_entry(3, 1, b"\0")),
    "orientation 9": tiff(orientation_entry(3, 1, b"\x09")),
    "orientation 65535": tiff(orientation_entry(3, 1, b"\xff\xff")),
    "orientation is text": tiff(orientation_entry(2, 2, b"x\0")),
    "orientation is a list": tiff(orientation_entry(3, 2**32 - 1, b"\x06")),
    "directory follows itself": tiff(following=8),
    "directory in its own header": tiff(start=0),
    "directory past the end": tiff(start=2**32 - 1),
    "claims 65535 entries": b"II*\0" + struct.pack("<LH", 8, 65535),
    "no bytes": b"",
    "no order": b"XX*\0" + bytes(100),
    "cut": tiff(orientation_entry(3, 1, b"\x06"))[:15],
}


def taken_or_refused(source: bytes) -> None:
    try:
        intake = take_in(source)
    except PictureError as error:
        assert error.code in set(Refusal)
    else:
        assert Image.open(io.BytesIO(intake.stored)).size == (intake.width, intake.height)


@pytest.mark.parametrize("exif", HOSTILE_EXIF.values(), ids=HOSTILE_EXIF.keys())
def test_hostile_orientation_leaves_the_photo_as_it_lies(exif: bytes) -> None:
    jpeg = jpeg_with_segment(encoded(quadrants(), "JPEG"), 0xE1, b"Exif\0\0" + exif)
    png = png_with_chunk(encoded(quadrants(), "PNG"), b"eXIf", exif)
    for source in (jpeg, png):
        assert (take_in(source).width, take_in(source).height) == (800, 600)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_orientation_of_any_bytes_is_1_to_8(tail: bytes) -> None:
    for start in (b"", b"II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"):
        assert 1 <= orientation_in(start + tail) <= 8


def test_directory_whose_entries_all_claim_the_whole_segment_costs_nothing() -> None:
    entries = [struct.pack("<HHLL", tag, 7, 60_000, 8) for tag in range(1, 5000)]
    jpeg = encoded(quadrants(), "JPEG")
    for marker, prefix in ((0xE1, b"Exif\0\0"), (0xE2, b"MPF\0")):
        jpeg = jpeg_with_segment(jpeg, marker, prefix + tiff(*entries))
    assert take_in(jpeg).width == 800


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_compressed_metadata_bomb_is_refused_or_ignored(kind: bytes) -> None:
    bomb = zlib.compress(bytes(40_000_000), 9)
    start = b"x\0\x01\0\0\0" if kind == b"iTXt" else b"x\0\0"
    taken_or_refused(png_with_chunk(encoded(quadrants(), "PNG"), kind, start + bomb))


def test_picture_data_bomb_is_refused_or_cut_at_the_size_of_the_picture() -> None:
    source = encoded(quadrants(), "PNG")
    header = source[: 8 + 25]
    body = zlib.compress(bytes(50_000_000), 9)
    bomb = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    taken_or_refused(header + bomb + struct.pack(">I", 0) + b"IEND\xaeB`\x82")


def test_millions_of_empty_segments_are_refused() -> None:
    with pytest.raises(PictureError) as caught:
        take_in(b"\xff\xd8" + b"\xff\xfe\0\x02" * 4_000_000)
    assert caught.value.code == "damaged"


def test_megabytes_of_padding_before_a_marker_are_refused_or_skipped() -> None:
    jpeg = encoded(quadrants(), "JPEG")
    taken_or_refused(jpeg[:2] + b"\xff" * 10_000_000 + jpeg[2:])
    taken_or_refused(jpeg[:2] + b"\xff" * 10_000_000 + b"\0" + jpeg[2:])


@pytest.mark.parametrize("profile", [b"", b"acsp" * 100, bytes(36) + b"acsp" + bytes(200)])
def test_broken_colour_profile_changes_nothing(profile: bytes) -> None:
    plain = take_in(encoded(quadrants(), "PNG"))
    assert take_in(encoded(quadrants(), "PNG", icc_profile=profile)).sha256 == plain.sha256


@pytest.mark.parametrize("name", SAMPLES)
def test_flipped_bytes_never_raise_anything_else(name: str) -> None:
    sample = SAMPLES[name]

    @given(
        st.lists(st.tuples(st.integers(0, len(sample) - 1), st.integers(0, 255)), min_size=1, max_size=12),
        st.one_of(st.none(), st.integers(0, 700)),
    )
    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    def flip(changes: list[tuple[int, int]], within: int | None) -> None:
        mutated = bytearray(sample)
        for at, value in changes:
            # Half of the examples hit the headers, where structure is.
            mutated[at if within is None else at % min(len(sample), within + 12)] = value
        taken_or_refused(bytes(mutated))

    flip()


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_bytes_after_a_known_start_are_refused(tail: bytes, start: bytes) -> None:
    with pytest.raises(PictureError):
        take_in(start + tail)


def test_threads_share_the_intake() -> None:
    results: list[str] = []
    source = encoded(quadrants(), "JPEG")
    threads = [threading.Thread(target=lambda: results.append(take_in(source).sha256)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results)) == 1


MEASURE = """
import resource, sys, threading
from app.pictures.intake import take_in
def intake():
    with open(sys.argv[1], "rb") as file:
        take_in(file)
threads = [threading.Thread(target=intake) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def test_eight_photos_of_12_megapixels_at_once_stay_under_300_mb(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("photo") / "photo.jpg"
    file.write_bytes(encoded(photo(1000, 750).resize((4000, 3000)), "JPEG", quality=97))
    answer = subprocess.run([sys.executable, "-c", MEASURE, str(file)], check=True, capture_output=True, text=True)
    assert int(answer.stdout) < 300
