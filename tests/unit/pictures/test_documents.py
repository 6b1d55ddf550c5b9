"""Verdicts on photos of documents."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.demo.photographs import GROUNDS, Ground
from app.pictures.verdict import Finding, Problem, Region, Subject, Verdict, examine
from tests.support.cards import Portrait, card_jpeg, landscape_jpeg, selfie_jpeg
from tests.support.pictures import encoded, plain

FRONT, BACK = Subject.DOCUMENT_FRONT, Subject.DOCUMENT_BACK


def verdict(jpeg: bytes, subject: Subject = FRONT) -> Verdict:
    """What is said of the picture in this file."""
    return examine(Image.open(io.BytesIO(jpeg)).convert("RGB"), subject)


def first(jpeg: bytes, subject: Subject = FRONT) -> Problem | None:
    """What is told first, None when all is well."""
    findings = verdict(jpeg, subject).findings
    return findings[0].problem if findings else None


def region(jpeg: bytes, problem: Problem) -> Region:
    """Where the problem is."""
    found = next(finding.region for finding in verdict(jpeg).findings if finding.problem is problem)
    assert found is not None
    return found


@pytest.mark.parametrize("ground", GROUNDS)
def test_good_photo_of_a_card_is_not_told_off(ground: Ground) -> None:
    seen = verdict(card_jpeg("front", seed=2, ground=ground))
    assert seen.findings == ()
    assert len(seen.figures.faces) == 1


@pytest.mark.parametrize("ground", GROUNDS)
def test_outline_lies_on_the_cards_corners(ground: Ground) -> None:
    outline = verdict(card_jpeg("front", seed=2, take=4, ground=ground, cover=0.7, turn=9)).figures.outline
    assert outline is not None
    corners = np.array(outline) * (1600, 1200)
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    assert lengths == pytest.approx([1120, 706, 1120, 706], rel=0.10)
    across = corners[1] - corners[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(9, abs=3)
    assert corners.mean(axis=0) == pytest.approx((800, 600), abs=40)


@pytest.mark.parametrize("turn", [-14, 14, 90])
def test_tilted_or_standing_back_is_not_told_off(turn: float) -> None:
    assert first(card_jpeg("back", seed=3, turn=turn, cover=0.55), BACK) is None


def test_back_without_a_face_is_not_told_off() -> None:
    seen = verdict(card_jpeg("back", seed=4), BACK)
    assert (seen.findings, seen.figures.faces) == ((), ())


@pytest.mark.parametrize("ground", ["wood", "tiles"])
@pytest.mark.parametrize("holder", ["empty", "covered"])
def test_front_without_a_portrait_is_warned_of(ground: Ground, holder: Portrait) -> None:
    seen = verdict(card_jpeg("front", seed=4, ground=ground, holder=holder))
    assert (seen.findings, seen.figures.faces) == ((Finding(problem=Problem.NO_PORTRAIT),), ())
    assert seen.figures.portrait_hash is None


@pytest.mark.parametrize("cover", [0.7, 1.0])
def test_back_taken_for_the_front_is_warned_of(cover: float) -> None:
    seen = verdict(card_jpeg("back", seed=4, cover=cover))
    assert [finding.problem for finding in seen.findings] == [Problem.NO_PORTRAIT]


@pytest.mark.parametrize("turn", [-40, 38, 90, 180, 270])
@pytest.mark.parametrize("seed", [1, 4])
def test_portrait_is_found_however_the_card_lies(seed: int, turn: float) -> None:
    seen = verdict(card_jpeg("front", seed=seed, turn=turn, cover=0.6, ground="wood"))
    assert seen.findings == ()
    (face,) = seen.figures.faces
    # On the card's left half as it is printed: at nine o'clock, turned with it.
    where = np.array(face.box.middle) * (1600, 1200) - (800, 600)
    along = where @ (np.cos(np.radians(turn)), np.sin(np.radians(turn)))
    assert -420 < along < -180 and np.linalg.norm(where) < 450


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"blur": 6.0}, Problem.BLURRED),
        ({"glare": 2}, Problem.GLARE),
        ({"darkness": 0.8}, Problem.DARK),
        ({"cut": 0.3}, Problem.CUT_OFF),
        ({"cover": 0.34}, Problem.TOO_SMALL),
    ],
)
def test_portrait_is_missed_only_on_a_photo_that_is_well(fault: dict[str, Any], told: Problem) -> None:
    seen = verdict(card_jpeg("front", seed=2, ground="dark", holder="empty", **fault))
    problems = [finding.problem for finding in seen.findings]
    assert problems[0] is told and Problem.NO_PORTRAIT not in problems


@pytest.mark.parametrize("size", [(1600, 1009), (1600, 1200)])
@pytest.mark.parametrize("seed", [1, 4])
def test_card_that_fills_the_picture_is_not_told_off(size: tuple[int, int], seed: int) -> None:
    assert first(card_jpeg("front", seed=seed, cover=1.0, size=size)) is None


@pytest.mark.parametrize("ground", ["wood", "cloth"])
def test_old_document_of_paper_is_a_document(ground: Ground) -> None:
    seen = verdict(card_jpeg(seed=2, paper=True, size=(1200, 1600), ground=ground))
    assert seen.findings == () and seen.figures.outline is not None


@pytest.mark.parametrize("seed", [1, 5])
def test_selfie_or_landscape_is_not_a_document(seed: int) -> None:
    assert first(landscape_jpeg(seed=seed)) is Problem.NOT_A_DOCUMENT
    assert first(selfie_jpeg("front", seed=seed)) is Problem.NOT_A_DOCUMENT
    assert first(selfie_jpeg("document", seed=seed)) is Problem.NOT_A_DOCUMENT


@pytest.mark.parametrize("colour", ["white", "black", "#7a8"])
def test_flat_colour_is_not_a_document(colour: str) -> None:
    picture = encoded(plain(1200, 900, "RGB", colour), "JPEG")
    assert [finding.problem for finding in verdict(picture).findings] == [Problem.NOT_A_DOCUMENT]


@pytest.mark.parametrize("ground", GROUNDS)
def test_card_far_away_is_too_small(ground: Ground) -> None:
    picture = card_jpeg("front", seed=3, cover=0.34, ground=ground)
    assert first(picture) is Problem.TOO_SMALL
    where = region(picture, Problem.TOO_SMALL)
    assert where.width == pytest.approx(0.34, abs=0.04)


def test_card_with_too_few_pixels_is_too_small_however_much_it_covers() -> None:
    assert first(card_jpeg("front", seed=3, size=(560, 420))) is Problem.TOO_SMALL


@pytest.mark.parametrize("cut", [0.12, 0.3])
@pytest.mark.parametrize("ground", GROUNDS)
def test_card_that_reaches_out_of_the_picture_is_cut_off(ground: Ground, cut: float) -> None:
    picture = card_jpeg("front", seed=1, cut=cut, ground=ground)
    assert first(picture) is Problem.CUT_OFF
    assert region(picture, Problem.CUT_OFF).left == pytest.approx(0, abs=0.02)


def test_print_that_goes_on_outside_the_picture_is_cut_off() -> None:
    card = Image.open(io.BytesIO(card_jpeg("front", seed=1, cover=1.0, size=(1600, 1009))))
    assert first(encoded(card.crop((640, 100, 1590, 1000)), "JPEG"), BACK) is Problem.CUT_OFF


@pytest.mark.parametrize("side", ["front", "back"])
def test_blur_is_told_where_print_is_lost_and_not_before(side: str) -> None:
    def blurred(radius: float) -> Problem | None:
        jpeg = card_jpeg(side, seed=5, ground="wood", blur=radius)  # type: ignore[arg-type]
        return first(jpeg, Subject(f"document_{side}"))

    assert [blurred(radius) for radius in (0, 1.5, 5, 8)] == [None, None, Problem.BLURRED, Problem.BLURRED]


def test_blurred_card_that_fills_the_picture_is_blurred_not_foreign() -> None:
    assert first(card_jpeg("front", seed=1, cover=1.0, size=(1600, 1009), blur=9)) is Problem.BLURRED


def test_glare_is_told_and_its_spot_outlined() -> None:
    picture = card_jpeg("front", seed=2, ground="dark", glare=1)
    assert first(picture) is Problem.GLARE
    spot = region(picture, Problem.GLARE)
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    rows, columns = np.nonzero(pixels >= 253)
    assert spot.left <= columns.mean() / 1600 <= spot.left + spot.width
    assert spot.top <= rows.mean() / 1200 <= spot.top + spot.height
    assert spot.width < 0.3


def test_light_beside_the_card_is_no_glare() -> None:
    picture = Image.open(io.BytesIO(card_jpeg("front", seed=2, ground="dark", cover=0.6)))
    picture.paste("white", (20, 20, 200, 120))
    assert first(encoded(picture, "JPEG", quality=90)) is None


def test_light_beside_a_tilted_cards_corner_is_no_glare() -> None:
    picture = Image.open(io.BytesIO(card_jpeg("front", seed=2, ground="dark", cover=0.6, turn=24)))
    left, top = min(x for x, _ in _corners(picture)), min(y for _, y in _corners(picture))
    picture.paste("white", (round(left), round(top), round(left) + 120, round(top) + 100))
    assert first(encoded(picture, "JPEG", quality=90)) is None


def _corners(picture: Image.Image) -> list[tuple[float, float]]:
    outline = examine(picture.convert("RGB"), FRONT).figures.outline
    assert outline is not None
    return [(x * picture.width, y * picture.height) for x, y in outline]


def test_dark_card_is_dark_and_not_blurred() -> None:
    for seed in (1, 2):
        seen = verdict(card_jpeg("front", seed=seed, darkness=0.78))
        assert [finding.problem for finding in seen.findings] == [Problem.DARK]


def test_faults_are_told_in_order() -> None:
    seen = verdict(card_jpeg("front", seed=2, ground="dark", cover=0.34, blur=8, darkness=0.8))
    told = [finding.problem for finding in seen.findings]
    assert told == sorted(told, key=list(Problem).index)
    assert told[0] is Problem.TOO_SMALL and told[-1] is Problem.DARK


def test_regions_lie_within_the_picture() -> None:
    for jpeg in (card_jpeg("front", seed=1, cut=0.2), card_jpeg("front", seed=2, ground="dark", glare=3)):
        for finding in verdict(jpeg).findings:
            assert finding.region is not None
            where = finding.region
            assert 0 <= where.left <= where.left + where.width <= 1.0001
            assert 0 <= where.top <= where.top + where.height <= 1.0001


@pytest.mark.parametrize("longest", [700, 1000, 2400])
def test_verdict_does_not_depend_on_the_pictures_size(longest: int) -> None:
    picture = Image.open(io.BytesIO(card_jpeg("front", seed=2, ground="wood")))
    resized = picture.resize((longest, longest * 3 // 4), Image.Resampling.LANCZOS)
    assert examine(resized, FRONT).findings == ()
