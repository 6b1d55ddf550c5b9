"""The synthetic set on which verdicts are counted: photos with one known fault, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.demo.photographs import GROUNDS
from app.pictures.verdict import Problem, Subject
from tests.support.cards import card_jpeg, landscape_jpeg, selfie_jpeg

FRONT, BACK, SELFIE, HELD = Subject.DOCUMENT_FRONT, Subject.DOCUMENT_BACK, Subject.SELFIE, Subject.DOCUMENT_SELFIE


@dataclass(frozen=True)
class Example:
    """A photo and its one fault, None for a good one; `kind` says in words how it was made."""

    kind: str
    jpeg: bytes
    subject: Subject
    fault: Problem | None


def examples(people: int = 6) -> Iterator[Example]:
    """Photos of that many people and their documents, each on the grounds in turn."""
    for seed in range(1, people + 1):
        yield from documents(seed)
        yield from selfies(seed)


def documents(seed: int) -> Iterator[Example]:
    """Photos of one person's document, good and bad."""
    ground, other = GROUNDS[seed % len(GROUNDS)], GROUNDS[(seed + 2) % len(GROUNDS)]
    for each in GROUNDS:
        yield Example(f"card on {each}", card_jpeg("front", seed=seed, ground=each), FRONT, None)
    yield Example("back", card_jpeg("back", seed=seed, ground=ground), BACK, None)
    yield Example("back, tilted", card_jpeg("back", seed=seed, ground=other, turn=-14, cover=0.7), BACK, None)
    yield Example("fills the frame", card_jpeg("front", seed=seed, cover=1.0, size=(1600, 1009)), FRONT, None)
    yield Example("fills the width", card_jpeg("front", seed=seed, cover=1.0, ground=ground), FRONT, None)
    yield Example("paper", card_jpeg(seed=seed, paper=True, size=(1200, 1600), ground=other), FRONT, None)
    yield Example("stands", card_jpeg(seed=seed, turn=90, cover=0.55, ground=ground), BACK, None)
    for lies, turn in (("stands", 90), ("on its head", 180), ("askew", 38)):
        photo = card_jpeg("front", seed=seed, turn=turn, cover=0.6, ground=other)
        yield Example(f"front, {lies}", photo, FRONT, None)
    yield Example("small", card_jpeg(seed=seed, cover=0.34, ground=ground), FRONT, Problem.TOO_SMALL)
    for cut in (0.12, 0.3):
        yield Example(f"cut off by {cut:.0%}", card_jpeg(seed=seed, cut=cut, ground=other), FRONT, Problem.CUT_OFF)
    for blur in (5, 8):
        yield Example(f"blur of {blur} px", card_jpeg(seed=seed, blur=blur, ground=ground), FRONT, Problem.BLURRED)
    yield Example("blurred back", card_jpeg("back", seed=seed, blur=6, ground=other), BACK, Problem.BLURRED)
    for spots in (1, 3):
        photo = card_jpeg(seed=seed, glare=spots, ground=ground)
        yield Example(f"glare, {spots}", photo, FRONT, Problem.GLARE)
    yield Example("dark", card_jpeg(seed=seed, darkness=0.78, ground=ground), FRONT, Problem.DARK)
    yield Example("back as front", card_jpeg("back", seed=seed, ground=ground), FRONT, Problem.NO_PORTRAIT)
    yield Example("back fills", card_jpeg("back", seed=seed, cover=1.0, ground=other), FRONT, Problem.NO_PORTRAIT)
    for holder in ("empty", "covered"):
        photo = card_jpeg(seed=seed, holder=holder, ground=other)
        yield Example(f"portrait {holder}", photo, FRONT, Problem.NO_PORTRAIT)
    yield Example("landscape", landscape_jpeg(seed=seed), FRONT, Problem.NOT_A_DOCUMENT)
    yield Example("selfie as document", selfie_jpeg(seed=seed), FRONT, Problem.NOT_A_DOCUMENT)


def selfies(seed: int) -> Iterator[Example]:
    """Photos of one person, good and bad."""
    for pose in ("front", "left", "right"):
        yield Example(f"selfie, {pose}", selfie_jpeg(pose, seed=seed), SELFIE, None)
    yield Example("selfie, close", selfie_jpeg("front", seed=seed, face=1.4), SELFIE, None)
    yield Example("selfie with card", selfie_jpeg("document", seed=seed), HELD, None)
    yield Example("two people", selfie_jpeg("front", seed=seed, people=2), SELFIE, Problem.SEVERAL_FACES)
    yield Example("far away", selfie_jpeg("front", seed=seed, face=0.18), SELFIE, Problem.TOO_SMALL)
    yield Example("blurred selfie", selfie_jpeg("front", seed=seed, blur=8), SELFIE, Problem.BLURRED)
    yield Example("dark selfie", selfie_jpeg("front", seed=seed, darkness=0.8), SELFIE, Problem.DARK)
    yield Example("no face", landscape_jpeg(seed=seed), SELFIE, Problem.NO_FACE)
    yield Example("back as selfie", card_jpeg("back", seed=seed, ground="dark"), SELFIE, Problem.NO_FACE)
