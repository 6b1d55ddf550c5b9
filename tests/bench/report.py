"""Puts the measurements into tables, says which limits hold, and writes docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.contenders import ALTA, DJANGO, FLASK

TARGET = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
CPU_LIMIT = 0.45
TAIL_LIMIT = 4.0
INTRODUCTION = """# Benchmarks

`make bench` measures what follows and writes this page. It makes a virtual environment of its own (`.venv-bench`),
needs no service and takes some twenty minutes; run it on an otherwise idle machine. It ends with an error where a limit
is exceeded.
"""
JOURNEY = """## A journey

Three applications ask the same: a start page with two consents, and the six text steps from personal data to income.
The fields, the lists of choices, the legal texts on the pages and the rules are Alta's own in all three.

- **{flask}**: forms, checks and SQL by hand in the shortest of templates; a signed cookie. What is possible at best.
- **{django}**: a session wizard of django-formtools with the step in the address; sessions in the database, CSRF
  on, DEBUG off, no admin; connections kept open, SQLite set as Alta sets it; Django's own rendering of forms.
- **{alta}**: the wizard itself, with encryption, header set, compression, rate limits and the person's language.

The same server (granian, {threads} threads, as `make run` starts it) on the same machine; one browser on a kept
connection in another process. A journey is the way through the six text steps, each page asked for and posted: 12
requests; the start page comes before and is not counted. CPU is user and system time of the server's processes,
without the database server's own: the median of {rounds} rounds of {journeys} journeys, the applications taking turns.
"Of Django's" divides within each round and takes the median, so that a busy moment meets both. Post times are those of
the steps' posts while {connections} people go through start and steps at once.
"""
DELIVERIES = """## Delivery

What Submit pays for putting both deliveries into the queue (median and worst of {submits} submits), and how many
complete submissions one worker process delivers to the embedded APIs in a second: for each a record with three
pictures, five pictures stored and all checks answered, every step durable. The database server has the same machine.
"""
LISTING = """## The list of staff

What the console asks the database for, from the question to the lines with their names decrypted, in milliseconds, at
{few:,} applications and at {many:,}: pages with their figures, filters on top of each other, and searches. The two
sizes take turns; of each the quickest tenth counts. Names are spread as people's are: a few shared by most, and many
rare ones.
"""
PICTURES = """## A photo's intake

One 12-megapixel JPEG from the upload's bytes to what is stored (picture and thumbnail), one thread; medians.
"""
VERDICTS = """## A photo's verdict

From the upload's bytes to what is stored and the verdict on it, all checks but the barcode, one thread; medians. What
libvips does is to shrink, encode and make the thumbnail, nothing more.
"""
CONFUSION = """## What verdicts say of the synthetic set

A line a fault that photos were made with, a column what is told first. The set (`tests/support/photo_set.py`) is
drawn: cards of a made-up kind and drawn faces, on five grounds, askew, on their side and head, blurred, dazzled, dark,
cut off, with an empty or covered portrait. {right} of {all} photos are told what is wrong with them, or nothing where
nothing is. The thresholds are in [photos.md](photos.md).
"""


@dataclass(frozen=True)
class Measured:
    """One application on one database; times in ms, `of_django` its CPU over that of Django."""

    database: str
    name: str
    cpu: float
    cpu_least: float
    cpu_most: float
    of_django: float
    post_p50: float
    post_p99: float

    @property
    def limits(self) -> list[tuple[str, bool]]:
        """Each limit that this row must keep, in words, and whether it does."""
        if self.name != ALTA:
            return []
        limits = [(f"CPU ≤ {CPU_LIMIT} × Django's", self.of_django <= CPU_LIMIT)]
        if self.database == "SQLite":
            limits.append((f"p99 ≤ {TAIL_LIMIT:g} × p50", self.post_p99 <= TAIL_LIMIT * self.post_p50))
        return limits


def written(
    measured: Sequence[Measured],
    photos: Sequence[dict[str, object]],
    judged: tuple[str, bool],
    deliveries: Sequence[dict[str, Any]],
    listing: Sequence[dict[str, Any]],
    **setting: object,
) -> tuple[str, bool]:
    """The whole page, and whether every limit was kept; `judged` is what `verdicts` returned."""
    words = JOURNEY.format(flask=FLASK, django=DJANGO, alta=ALTA, **setting)
    delivery = DELIVERIES.format(**setting)
    parts = (INTRODUCTION, _machine(), words, _journeys(measured), delivery, _deliveries(deliveries))
    parts += (LISTING.format(**setting), _listing(listing, **setting), PICTURES, _photos(photos), judged[0])
    kept = all(held for row in measured for _, held in row.limits) and all(_held(row) for row in photos)
    kept = kept and judged[1] and all(held for row in (*deliveries, *listing) for _, held in row["limits"])
    return "\n".join(parts), kept


def verdicts(speed: Sequence[dict[str, object]], counted: Mapping[str, Counter[str]]) -> tuple[str, bool]:
    """The two sections on verdicts, and whether every limit was kept."""
    head = ("Photo", "Way", "CPU ms", "wall ms", "Alta's CPU ÷ this", "Limits")
    limits = [[row["limit"]] if row["limit"] else [] for row in speed]
    rows = [
        (*(str(row[key]) for key in ("photo", "way", "cpu_ms", "wall_ms", "ratio")), _verdict(limit))  # type: ignore[arg-type]
        for row, limit in zip(speed, limits, strict=True)
    ]
    right = sum(told[fault] for fault, told in counted.items())
    words = CONFUSION.format(right=right, all=sum(map(Counter.total, counted.values())))
    names = [fault.replace("_", " ") for fault in counted]
    counts = [
        (name, *(str(told[each] or "") for each in counted)) for name, told in zip(names, counted.values(), strict=True)
    ]
    parts = (VERDICTS, _table(head, rows), words, _table(("made \\ told", *names), counts))
    return "\n".join(parts), all(held for limit in limits for _words, held in limit)  # type: ignore[misc]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = datetime.now(UTC).date().isoformat()
    python = platform.python_version()
    return (
        f"Measured on {day}: {os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB of memory, Python {python}.\n"
    )


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---" if number < 2 else "---:" for number in range(len(head) - 1)] + ["---"], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _verdict(limits: Sequence[tuple[str, bool]]) -> str:
    return "; ".join(f"{words}: {'kept' if held else '**exceeded**'}" for words, held in limits)


def _journeys(measured: Sequence[Measured]) -> str:
    head = (
        "Database",
        "Application",
        "CPU ms",
        "least–most",
        "of Django's",
        "post p50 ms",
        "p99 ms",
        "p99 ÷ p50",
        "Limits",
    )
    rows = [
        (
            row.database,
            row.name,
            f"{row.cpu:.1f}",
            f"{row.cpu_least:.0f}–{row.cpu_most:.0f}",
            f"{row.of_django:.2f}",
            f"{row.post_p50:.0f}",
            f"{row.post_p99:.0f}",
            f"{row.post_p99 / row.post_p50:.1f}",
            _verdict(row.limits),
        )
        for row in measured
    ]
    return _table(head, rows)


def _deliveries(rows: Sequence[dict[str, Any]]) -> str:
    head = ("Database", "enqueue ms", "worst ms", "delivered a second", "Limits")
    shown = [
        (
            row["database"],
            f"{row['enqueue']:.1f}",
            f"{row['enqueue_most']:.1f}",
            f"{row['speed']:.1f}",
            _verdict(row["limits"]),
        )
        for row in rows
    ]
    return _table(head, shown)


def _listing(rows: Sequence[dict[str, Any]], *, few: int, many: int, **_others: object) -> str:
    head = ("Database", "What", f"at {few:,}", f"at {many:,}", "ratio", "Limits")
    shown = [
        (
            row["database"],
            row["what"],
            f"{row['few']:.1f}",
            f"{row['many']:.1f}",
            f"{row['many'] / row['few']:.2f}",
            _verdict(row["limits"]),
        )
        for row in rows
    ]
    return _table(head, shown)


def _held(photo: dict[str, object]) -> bool:
    return photo["limit"] is None or float(str(photo["ratio"])) <= float(str(photo["limit"]))


def _photos(photos: Sequence[dict[str, object]]) -> str:
    head = ("Photo", "Way", "CPU ms", "wall ms", "Alta's CPU ÷ this", "Limits")
    rows = [
        (
            str(row["photo"]),
            str(row["way"]),
            str(row["cpu_ms"]),
            str(row["wall_ms"]),
            str(row["ratio"]),
            "" if row["limit"] is None else _verdict([(f"≤ {row['limit']}", _held(row))]),
        )
        for row in photos
    ]
    return _table(head, rows)
