"""Verdicts on selfies."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.demo.faces import Pose
from app.pictures.intake import PictureError, take_in
from app.pictures.verdict import Problem, Subject, Verdict, examine
from tests.support.cards import card_jpeg, landscape_jpeg, selfie_jpeg
from tests.support.pictures import encoded, plain

SELFIE, HELD = Subject.SELFIE, Subject.DOCUMENT_SELFIE


def verdict(jpeg: bytes, subject: Subject = SELFIE) -> Verdict:
    """What is said of the picture in this file."""
    return examine(Image.open(io.BytesIO(jpeg)).convert("RGB"), subject)


def first(jpeg: bytes, subject: Subject = SELFIE) -> Problem | None:
    """What is told first, None when all is well."""
    findings = verdict(jpeg, subject).findings
    return findings[0].problem if findings else None


@pytest.mark.parametrize("pose", ["front", "left", "right"])
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_pose_and_skin_passes(pose: Pose, seed: int) -> None:
    seen = verdict(selfie_jpeg(pose, seed=seed))
    assert seen.findings == ()
    assert len(seen.figures.faces) == 1 and seen.figures.faces[0].score > 0.7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_document_held_up_passes(seed: int) -> None:
    assert first(selfie_jpeg("document", seed=seed), HELD) is None


def test_face_box_lies_on_the_face() -> None:
    box = verdict(selfie_jpeg("front", seed=1)).figures.faces[0].box
    x, y = box.middle
    assert x == pytest.approx(0.54, abs=0.06) and y == pytest.approx(0.62, abs=0.06)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_face_in_a_turned_picture_is_found(quarter_turns: int) -> None:
    picture = Image.open(io.BytesIO(selfie_jpeg("front", seed=1))).rotate(90 * quarter_turns, expand=True)
    assert first(encoded(picture, "JPEG")) is not Problem.NO_FACE


def test_poor_face_on_its_side_is_found_where_it_is() -> None:
    upright = Image.open(io.BytesIO(selfie_jpeg("left", seed=5, face=0.5, blur=10, darkness=0.7)))
    x, y = examine(upright.convert("RGB"), SELFIE).figures.faces[0].box.middle
    turned = verdict(encoded(upright.rotate(270, expand=True), "JPEG", quality=95)).figures.faces
    assert turned[0].box.middle == pytest.approx((1 - y, x), abs=0.06)


def test_tiny_face_is_too_small_rather_than_none() -> None:
    picture = Image.open(io.BytesIO(selfie_jpeg("front", seed=2, face=0.5)))
    wide = Image.new("RGB", (3000, 2400), (168, 178, 170))
    wide.paste(picture, (1050, 500))
    seen = verdict(encoded(wide, "JPEG"))
    assert seen.findings[0].problem is Problem.TOO_SMALL
    x, y = seen.figures.faces[0].box.middle
    assert x == pytest.approx(0.5, abs=0.06) and y == pytest.approx(0.48, abs=0.06)


@pytest.mark.parametrize("fault", [{"blur": 14}, {"darkness": 0.85}])
def test_bad_selfie_keeps_its_face(fault: dict[str, float]) -> None:
    assert first(selfie_jpeg("front", seed=3, **fault)) is not Problem.NO_FACE  # type: ignore[arg-type]


def test_two_people_are_several_faces_and_the_other_is_outlined() -> None:
    seen = verdict(selfie_jpeg("front", seed=1, people=2))
    finding = seen.findings[0]
    assert finding.problem is Problem.SEVERAL_FACES and len(seen.figures.faces) == 2
    assert finding.region == seen.figures.faces[1].box


def test_two_people_with_a_document_are_several_faces_too() -> None:
    assert first(selfie_jpeg("front", seed=1, people=2), HELD) is Problem.SEVERAL_FACES


def test_face_that_reaches_out_of_the_picture_is_cut_off() -> None:
    picture = Image.open(io.BytesIO(selfie_jpeg("front", seed=1)))
    assert first(encoded(picture.crop((430, 300, 900, 1200)), "JPEG")) is Problem.CUT_OFF


def test_far_face_is_too_small() -> None:
    assert first(selfie_jpeg("front", seed=2, face=0.18)) is Problem.TOO_SMALL


def test_blurred_and_dark_selfies_are_told_so() -> None:
    assert first(selfie_jpeg("front", seed=2, blur=8)) is Problem.BLURRED
    assert first(selfie_jpeg("front", seed=2, darkness=0.8)) is Problem.DARK


def test_burnt_face_is_glare() -> None:
    picture = Image.open(io.BytesIO(selfie_jpeg("front", seed=2)))
    box = verdict(encoded(picture, "JPEG", quality=95)).figures.faces[0].box
    left, top = round(box.left * picture.width), round(box.top * picture.height)
    picture.paste("white", (left, top, left + 150, top + 150))
    assert Problem.GLARE in [finding.problem for finding in verdict(encoded(picture, "JPEG", quality=95)).findings]


@pytest.mark.parametrize("subject", [SELFIE, HELD])
@pytest.mark.parametrize(
    "jpeg",
    [landscape_jpeg(seed=1), card_jpeg("back", seed=2, ground="dark"), encoded(plain(800, 800, "RGB", "#789"), "JPEG")],
)
def test_selfie_without_a_face_is_refused(jpeg: bytes, subject: Subject) -> None:
    assert [finding.problem for finding in verdict(jpeg, subject).findings] == [Problem.NO_FACE]
    with pytest.raises(PictureError) as caught:
        take_in(jpeg, subject)
    assert caught.value.code == "no_face"


def test_picture_without_a_face_is_taken_where_nothing_is_said_of_its_subject() -> None:
    assert take_in(landscape_jpeg(seed=1)).verdict is None
    assert take_in(landscape_jpeg(seed=1), Subject.DOCUMENT_BACK).verdict is not None


def test_intakes_verdict_is_that_on_the_stored_picture() -> None:
    intake = take_in(selfie_jpeg("front", seed=2), SELFIE)
    assert intake.verdict is not None
    stored = verdict(intake.stored)
    assert intake.verdict.findings == stored.findings == ()
    assert intake.verdict.figures.faces[0].box.middle == pytest.approx(stored.figures.faces[0].box.middle, abs=0.01)
