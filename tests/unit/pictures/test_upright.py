"""The sixteen EXIF photographs come out upright, whatever their orientation tag says."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.pictures.intake import Intake, take_in
from tests.support.pictures import encoded, orientation_option, quadrants

EXIF = Path(__file__).parents[2] / "fixtures" / "exif"
CORNERS = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))


def small_pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("L").resize((24, 24)), dtype=float)


def corner_colours(jpeg: bytes) -> list[str]:
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    names = {(True, False, False): "red", (False, True, False): "green", (False, False, True): "blue"}
    found = []
    for across, down in CORNERS:
        pixel = picture.getpixel((int(across * picture.width), int(down * picture.height)))
        assert isinstance(pixel, tuple)
        red, green, blue = (level > 128 for level in pixel)
        found.append(names.get((red, green, blue), "white"))
    return found


@pytest.fixture(scope="module")
def intakes() -> dict[str, Intake]:
    return {file.stem: take_in(file.read_bytes()) for file in sorted(EXIF.glob("*.jpg"))}


def test_all_sixteen_are_there(intakes: dict[str, Intake]) -> None:
    assert len(intakes) == 16


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize(("shape", "size"), [("Landscape", (1800, 1200)), ("Portrait", (1200, 1800))])
def test_photo_comes_out_upright(intakes: dict[str, Intake], shape: str, size: tuple[int, int], number: int) -> None:
    intake = intakes[f"{shape}_{number}"]
    assert (intake.width, intake.height) == size
    assert Image.open(io.BytesIO(intake.stored)).size == size
    upright = small_pixels(intakes[f"{shape}_1"].stored)
    mine = small_pixels(intake.stored)
    distance = np.abs(mine - upright).mean()
    turned = [np.rot90(upright, quarter) for quarter in (1, 2, 3)]
    mirrored = [np.rot90(upright[:, ::-1], quarter) for quarter in range(4)]
    nearest_wrong_way = min(np.abs(mine - other).mean() for other in (*turned, *mirrored))
    assert distance < 0.5 * nearest_wrong_way
    assert distance < np.abs(small_pixels(intake.thumbnail) - mine).mean() + 12


@pytest.mark.parametrize("number", range(1, 9))
def test_thumbnail_is_upright_and_320_pixels_long(intakes: dict[str, Intake], number: int) -> None:
    landscape, portrait = intakes[f"Landscape_{number}"], intakes[f"Portrait_{number}"]
    assert Image.open(io.BytesIO(landscape.thumbnail)).size == (320, 213)
    assert Image.open(io.BytesIO(portrait.thumbnail)).size == (213, 320)
    assert np.abs(small_pixels(landscape.thumbnail) - small_pixels(landscape.stored)).mean() < 6


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_undone_in_each_format(file_format: str, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = quadrants()
    as_camera_held = picture.transpose(undo[orientation]) if orientation in undo else picture
    intake = take_in(encoded(as_camera_held, file_format, **orientation_option(orientation)))
    assert (intake.width, intake.height) == (800, 600)
    assert corner_colours(intake.stored) == ["red", "green", "blue", "white"]
    assert corner_colours(intake.thumbnail) == ["red", "green", "blue", "white"]
