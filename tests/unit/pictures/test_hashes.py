"""The same picture, and the same portrait, found again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from PIL import Image, ImageEnhance

from app.demo.faces import portrait
from app.domain.likeness import SAME_PICTURE_DISTANCE, SAME_PORTRAIT_DISTANCE, hash_distance
from app.pictures.verdict import (
    Figures,
    Finding,
    Problem,
    Region,
    Subject,
    examine,
)
from tests.support.cards import card_jpeg, landscape_jpeg, selfie_jpeg
from tests.support.pictures import encoded

PICTURES = [
    (card_jpeg("front", seed=1, take=1), Subject.DOCUMENT_FRONT),
    (card_jpeg("front", seed=1, take=2), Subject.DOCUMENT_FRONT),
    (card_jpeg("front", seed=5, take=1), Subject.DOCUMENT_FRONT),
    (card_jpeg("back", seed=1, take=1), Subject.DOCUMENT_BACK),
    (card_jpeg("back", seed=2, take=1), Subject.DOCUMENT_BACK),
    (selfie_jpeg("front", seed=1), Subject.SELFIE),
    (selfie_jpeg("front", seed=2), Subject.SELFIE),
    (selfie_jpeg("left", seed=1), Subject.SELFIE),
]


def figures(picture: Image.Image, subject: Subject) -> Figures:
    """What is measured of a picture."""
    return examine(picture, subject).figures


def opened(jpeg: bytes) -> Image.Image:
    """The picture in a file."""
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def portrait_of(jpeg: bytes, subject: Subject) -> int:
    """The fingerprint of the largest face."""
    found = figures(opened(jpeg), subject).portrait_hash
    assert found is not None
    return found


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "re-encoded": lambda picture: opened(encoded(picture, "JPEG", quality=40)),
    "half as large": lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
    "an odd size": lambda picture: picture.resize((717, 717 * picture.height // picture.width)),
    "larger": lambda picture: picture.resize((2400, 2400 * picture.height // picture.width)),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.05),
    "darker": lambda picture: ImageEnhance.Brightness(picture).enhance(0.9),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copy_is_the_same_picture(change: str) -> None:
    for jpeg, subject in PICTURES[::2]:
        picture = opened(jpeg)
        copy = figures(CHANGES[change](picture), subject).picture_hash
        assert hash_distance(figures(picture, subject).picture_hash, copy) <= SAME_PICTURE_DISTANCE


def test_different_pictures_are_not_the_same() -> None:
    hashes = [figures(opened(jpeg), subject).picture_hash for jpeg, subject in PICTURES]
    hashes.append(figures(opened(landscape_jpeg(seed=3)), Subject.DOCUMENT_BACK).picture_hash)
    for number, one in enumerate(hashes):
        for other in hashes[number + 1 :]:
            assert hash_distance(one, other) > SAME_PICTURE_DISTANCE


def copied_portrait(jpeg: bytes) -> bytes:
    """A selfie that is none: the portrait cut out of the photo of the document."""
    picture = opened(jpeg)
    box = figures(picture, Subject.DOCUMENT_FRONT).faces[0].box.grown(2.2)
    left, top = box.left * picture.width, box.top * picture.height
    cut = picture.crop(
        (round(left), round(top), round(left + box.width * picture.width), round(top + box.height * picture.height))
    )
    return encoded(cut.resize((900, 900)), "JPEG", quality=75)


def test_most_copies_of_the_documents_portrait_are_found() -> None:
    documents = [card_jpeg("front", seed=seed, take=1) for seed in range(1, 9)]
    distances = [
        hash_distance(portrait_of(jpeg, Subject.DOCUMENT_FRONT), portrait_of(copied_portrait(jpeg), Subject.SELFIE))
        for jpeg in documents
    ]
    assert sum(distance <= SAME_PORTRAIT_DISTANCE for distance in distances) >= 6


def test_other_pictures_of_the_same_person_are_no_copies() -> None:
    for seed in range(1, 5):
        document = portrait_of(card_jpeg("front", seed=seed, take=1), Subject.DOCUMENT_FRONT)
        for take in (1, 2):
            selfie = portrait_of(selfie_jpeg("front", seed=seed, take=take), Subject.SELFIE)
            assert hash_distance(document, selfie) > SAME_PORTRAIT_DISTANCE


def test_portraits_of_different_people_are_no_copies() -> None:
    hashes = [portrait_of(encoded(portrait(seed), "JPEG"), Subject.SELFIE) for seed in (1, 2, 3, 4)]
    assert (
        min(hash_distance(one, other) for at, one in enumerate(hashes) for other in hashes[at + 1 :])
        > SAME_PORTRAIT_DISTANCE
    )


def test_distance_counts_the_bits_that_differ() -> None:
    assert hash_distance(0, 0) == 0
    assert hash_distance(0b1011, 0b0010) == 2
    assert hash_distance(0, 2**64 - 1) == 64


@pytest.mark.parametrize(("jpeg", "subject"), [PICTURES[0], PICTURES[3], PICTURES[5]])
def test_figures_come_back_from_json_as_they_were(jpeg: bytes, subject: Subject) -> None:
    measured = figures(opened(jpeg), subject)
    assert Figures.from_json(json.loads(json.dumps(measured.to_json()))) == measured


def test_findings_come_back_from_json_as_they_were() -> None:
    for finding in (
        Finding(problem=Problem.GLARE, region=Region(left=0.1, top=0.2, width=0.3, height=0.4)),
        Finding(problem=Problem.NO_FACE),
    ):
        assert Finding.from_json(finding.to_json()) == finding
