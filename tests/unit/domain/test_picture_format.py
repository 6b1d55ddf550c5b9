"""A picture's format is told by its bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.picture_format import sniff


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00H", "JPEG"),
        (b"\xff\xd8\xff\xe1", "JPEG"),
        (b"\xff\xd8\xff\xdb", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "WEBP"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8X", "WEBP"),
        (b"", None),
        (b"\xff\xd8", None),
        (b"\x89PNG\n\x1a\n", None),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"RIFF", None),
        (b"GIF89a", None),
        (b"%PDF-1.7", None),
        (b"BM", None),
        (b"II*\x00", None),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"<svg xmlns=", None),
        (b"PK\x03\x04", None),
        (b" \xff\xd8\xff", None),
    ],
)
def test_format_is_told_by_the_first_bytes(head: bytes, name: str | None) -> None:
    assert sniff(head) == name


@given(st.binary(max_size=64))
def test_sixteen_bytes_are_enough(content: bytes) -> None:
    assert sniff(content[:16]) == sniff(content)
