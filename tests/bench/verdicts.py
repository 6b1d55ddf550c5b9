"""Measures what a verdict costs, and counts how verdicts on the synthetic set agree with how its photos were made.

Run with `python -m tests.bench.verdicts`; needs the `bench` and `test` extras.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

from app.pictures.intake import PictureError, take_in
from app.pictures.verdict import Problem, Subject, load
from tests.bench.pictures import VIPS, medians, with_vips
from tests.support.cards import card_jpeg, selfie_jpeg
from tests.support.photo_set import Example, examples

VERDICT = "Alta: intake and verdict"
# Seen in the table's rows and columns where a photo has no fault, or nothing is told.
GOOD = "good"
VIPS_LIMIT = 1.0
SHRUNK_LIMIT_MS = 200
FULL, SHRUNK = (4000, 3000), (2400, 1800)
# With it 12 megapixels weigh what they do out of a phone: 3 to 5 MB.
CAMERA_QUALITY = 96
Table = dict[str, Counter[str]]


def speed() -> list[dict[str, object]]:
    """Return a row a photo and way, as `tests.bench.pictures.rows` does; libvips shrinks and encodes, no more."""
    subjects = (
        ("document's front", Subject.DOCUMENT_FRONT, partial(card_jpeg, "front", seed=2)),
        (
            "front, no portrait",
            Subject.DOCUMENT_FRONT,
            partial(card_jpeg, "front", seed=2, holder="empty"),
        ),
        ("document's back", Subject.DOCUMENT_BACK, partial(card_jpeg, "back", seed=2)),
        ("selfie", Subject.SELFIE, partial(selfie_jpeg, "front", seed=2)),
    )
    load()
    rows: list[dict[str, object]] = []
    for name, subject, made in subjects:
        full, shrunk = made(size=FULL, quality=CAMERA_QUALITY), made(size=SHRUNK)
        verdict = partial(take_in, full, subject)
        measured = medians({VERDICT: verdict, VIPS: partial(with_vips, full)})
        own_cpu, own_wall = measured[VERDICT]
        vips_cpu, vips_wall = measured[VIPS]
        ratio = round(own_cpu / vips_cpu, 2)
        photo = f"{name}, 12 MP, {len(full) / 1e6:.1f} MB"
        rows.append(_row(photo, VERDICT, own_cpu, own_wall, 1.0, None))
        rows.append(_row(photo, VIPS, vips_cpu, vips_wall, ratio, (f"≤ {VIPS_LIMIT}", ratio <= VIPS_LIMIT)))
        cpu, wall = medians({VERDICT: partial(take_in, shrunk, subject)})[VERDICT]
        limit = (f"≤ {SHRUNK_LIMIT_MS} ms", wall <= SHRUNK_LIMIT_MS)
        rows.append(_row(f"{name}, 2400 px, {len(shrunk) / 1e6:.1f} MB", VERDICT, cpu, wall, None, limit))
    return rows


def _row(
    photo: str, way: str, cpu: float, wall: float, ratio: float | None, limit: tuple[str, bool] | None
) -> dict[str, object]:
    return {
        "photo": photo,
        "way": way,
        "cpu_ms": round(cpu, 1),
        "wall_ms": round(wall, 1),
        "ratio": "" if ratio is None else ratio,
        "limit": limit,
    }


def confusion(people: int = 6) -> Table:
    """Return, for each fault that photos were made with, how often what was told first."""
    table: Table = {GOOD: Counter(), **{problem.value: Counter() for problem in Problem}}
    for example in examples(people):
        table[example.fault.value if example.fault else GOOD][told(example)] += 1
    return table


def told(example: Example) -> str:
    """Return what is told first of a photo."""
    try:
        verdict = take_in(example.jpeg, example.subject).verdict
    except PictureError as error:
        return error.code.value
    assert verdict is not None
    return verdict.findings[0].problem.value if verdict.findings else GOOD


def agreed(table: Table) -> tuple[int, int]:
    """Return how many photos were told what was wrong with them, or nothing, rightly; and of how many."""
    return sum(counted[fault] for fault, counted in table.items()), sum(map(Counter.total, table.values()))


def main() -> None:
    """Print both tables."""
    from tests.bench import report

    print(report.verdicts(speed(), confusion())[0])


if __name__ == "__main__":
    main()
