"""Makes machine-readable zones with right check digits, and pictures of documents that bear one."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from app.domain.mrz import check_digit

FONT = "DejaVuSansMono.ttf"


def document(lines: list[str], *, turn: int = 0) -> bytes:
    """A JPEG of a document on a table whose lower edge bears these lines, turned by quarter turns of degrees."""
    picture = Image.new("RGB", (1600, 1100), (92, 74, 62))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((100, 80, 1500, 1000), 40, fill=(226, 231, 226))
    draw.ellipse((180, 200, 480, 560), fill=(222, 176, 146))
    size = 1300 / len(lines[0]) / 0.602
    font = ImageFont.truetype(FONT, round(size))
    for place, line in enumerate(reversed(lines), 1):
        draw.text((150, 985 - place * size * 1.45), line, fill=(20, 20, 20), font=font)
    target = io.BytesIO()
    picture.rotate(turn, expand=True).save(target, "JPEG", quality=85)
    return target.getvalue()


def _checked(field: str) -> str:
    return field + check_digit(field)


def passport(
    *,
    names: str = "FERNANDEZ<<JUANA",
    number: str = "AAA123456",
    born: str = "900810",
    sex: str = "F",
    state: str = "ARG",
) -> list[str]:
    """The two lines of a passport."""
    keyed = _checked(f"{number:<<9}"), _checked(born), _checked("300101") + _checked("<" * 14)
    lower = f"{keyed[0]}ARG{keyed[1]}{sex}{keyed[2]}"
    return [f"P<ARG{names:<<39}", lower + check_digit("".join(keyed))]


def card(
    *,
    names: str = "FERNANDEZ<<JUANA",
    number: str = "12345678",
    born: str = "900810",
    sex: str = "F",
    state: str = "ARG",
) -> list[str]:
    """The three lines of an identity card."""
    upper, birth, expiry = _checked(f"{number:<<9}") + "<" * 15, _checked(born), _checked("300101")
    composite = check_digit(upper + birth + expiry + "<" * 11)
    return [f"IDARG{upper}", f"{birth}{sex}{expiry}ARG{'<' * 11}{composite}", f"{names:<<30}"]
