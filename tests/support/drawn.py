"""Draws the pretended documents and faces that the README's pictures show."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

SKIN, HAIR, SHIRT = (222, 176, 146), (62, 43, 36), (64, 110, 142)
WALL, TABLE, CARD, PRINT = (206, 214, 219), (92, 74, 62), (214, 231, 226), (104, 128, 138)


def document(*, back: bool = False) -> bytes:
    """A card on a table, seen from above: a portrait and lines that say nothing."""
    picture = Image.new("RGB", (1600, 1100), TABLE)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((140, 130, 1460, 970), 60, fill=CARD)
    draw.rectangle((140, 200, 1460, 290), fill=(150, 190, 200))
    if back:
        for column in range(40):
            draw.rectangle((200 + column * 30, 360, 208 + column * 30 + column * 7 % 16, 560), fill=(40, 50, 56))
    else:
        _portrait(picture, (200, 350, 580, 860))
    for line, width in enumerate((620, 420, 540, 300, 480)):
        top = (640 if back else 380) + line * 62
        draw.rounded_rectangle((660, top, 660 + width, top + 26), 12, fill=PRINT)
    return _jpeg(picture)


def face(turn: int = 0, *, card: bool = False) -> bytes:
    """Somebody before a wall, looking straight ahead (0), to the left (-1) or right (1), perhaps holding a card."""
    picture = Image.new("RGB", (1200, 1200), WALL)
    _portrait(picture, (100, 100, 1100, 1300), turn)
    if card:
        draw = ImageDraw.Draw(picture)
        draw.rounded_rectangle((660, 800, 1120, 1090), 26, fill=CARD)
        draw.rectangle((700, 850, 820, 1010), fill=SKIN)
        for top in (860, 910, 960):
            draw.rounded_rectangle((850, top, 1060, top + 20), 8, fill=PRINT)
    return _jpeg(picture)


def _portrait(picture: Image.Image, box: tuple[int, int, int, int], turn: int = 0) -> None:
    left, top, right, bottom = box
    width, height, shift = right - left, bottom - top, turn * (right - left) // 14

    def place(x0: float, y0: float, x1: float, y1: float, move: int = 0) -> tuple[float, float, float, float]:
        return left + x0 * width + move, top + y0 * height, left + x1 * width + move, top + y1 * height

    draw = ImageDraw.Draw(picture)
    draw.rectangle(box if height < 900 else (0, 0, 0, 0), fill=WALL)
    draw.ellipse(place(0.24, 0.06, 0.76, 0.66), fill=HAIR)
    draw.pieslice(place(0.05, 0.68, 0.95, 1.34), 180, 360, fill=SHIRT)
    draw.rectangle(place(0.42, 0.56, 0.58, 0.74), fill=SKIN)
    draw.ellipse(place(0.3, 0.16, 0.7, 0.66), fill=SKIN)
    for eye in (0.4, 0.56):
        draw.ellipse(place(eye, 0.38, eye + 0.04, 0.41, shift), fill=HAIR)
    draw.arc(place(0.42, 0.46, 0.58, 0.57, shift), 20, 160, fill=(150, 80, 76), width=max(3, width // 90))


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(target, "JPEG", quality=88)
    return target.getvalue()
