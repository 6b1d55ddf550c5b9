"""Fills a database with applications in bulk: the rows that the console lists and searches, as the code has them."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import Engine

from app.domain.reference import ALPHABET
from app.domain.search import answer_terms
from app.domain.stage import Flag, Stage
from app.onboarding.cases.terms import KINDS, packed
from app.onboarding.stages import SHARDS, group_key, written
from app.store.db import db
from app.store.models import applications, listing

# However many there are, they came in over so long.
SPAN = timedelta(days=200)
STAGES = {
    Stage.IN_PROGRESS: ("draft", 20),
    Stage.ASKED_AGAIN: ("reopened", 3),
    Stage.DELIVERING: ("submitted", 2),
    Stage.NOT_DELIVERED: ("submitted", 2),
    Stage.TO_REVIEW: ("submitted", 8),
    Stage.APPROVED: ("submitted", 55),
    Stage.REJECTED: ("submitted", 10),
}
COUNTRIES, CHANNELS, INTEGRATIONS = (
    (("AR", 60), ("BR", 40)),
    (("web", 60), ("embedded", 30), ("branch", 10)),
    (
        (None, 40),
        ("bank", 30),
        ("cards", 20),
        ("loans", 10),
    ),
)
FLAGS = ((Flag.DUPLICATE, 0.04), (Flag.DIFFERS, 0.06), (Flag.PHOTO, 0.1), (Flag.ASKED_AGAIN, 0.05))
FIRST = ("María", "Juan", "José", "Ana", "Lucía", "Joana", "Marina", "Carlos", "Luís", "Sofía")
LAST = ("González", "Silva", "Souza", "Fernández", "Gómez", "Gonzaga", "Pérez", "Lima", "Sosa", "Díaz")
BATCH = 20_000


def _drawn(choices: Iterable[tuple[Any, int]], source: random.Random) -> Callable[[], Any]:
    values, weights = zip(*choices, strict=True)
    totals = list(itertools.accumulate(weights))
    return lambda: source.choices(values, cum_weights=totals)[0]


def _name(common: Sequence[str], source: random.Random) -> str:
    """Most people share a few names, and many have a rare one."""
    if source.random() < 0.8:
        return common[min(int(source.expovariate(0.5)), len(common) - 1)]
    return "".join(source.choices(("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su"), k=4)).capitalize()


class Filler:
    """Makes rows of applications; their numbers count from 1."""

    def __init__(self, app: Flask, count: int, seed: int = 1) -> None:
        self.services, self.count, self.source = app.extensions["alta"], count, random.Random(seed)
        self.now = datetime.now(UTC)
        self.shards = 1
        self.counts: dict[tuple[str, ...], int] = {}
        self.days: dict[tuple[Any, ...], list[int]] = {}
        self.terms: list[np.ndarray[Any, Any]] = []
        self.flagged: list[dict[str, Any]] = []
        self.known: dict[Any, tuple[bytes, list[int]]] = {}
        draw = self.source
        self.draws = {
            "stage": _drawn([(stage, weight) for stage, (_state, weight) in STAGES.items()], draw),
            "country": _drawn(COUNTRIES, draw),
            "channel": _drawn(CHANNELS, draw),
            "integration": _drawn(INTEGRATIONS, draw),
        }
        self.members = [str(uuid.UUID(int=number)) for number in range(1, 41)]

    def batches(self) -> Iterator[dict[Any, list[dict[str, Any]]]]:
        """The rows, some applications at a time, by table; terms, flags and counters are kept for the end."""
        for start in range(0, self.count, BATCH):
            rows: dict[Any, list[dict[str, Any]]] = {
                applications.Application.__table__: [],
                applications.Answer.__table__: [],
                listing.Listing.__table__: [],
            }
            for number in range(start + 1, min(start + BATCH, self.count) + 1):
                self._one(number, *rows.values())
            yield rows

    def _one(self, number: int, people: list[Any], answers: list[Any], places: list[Any]) -> None:
        stage, country, channel, integration = (draw() for draw in self.draws.values())
        id_ = str(uuid.UUID(int=self.source.getrandbits(128), version=4))
        begun = self.now - SPAN * (1 - number / self.count)
        since = min(self.now, begun + timedelta(minutes=self.source.randrange(1, 3000)))
        state, _weight = STAGES[stage]
        finished = state != "draft"
        assigned = self.source.choice(self.members) if self.source.random() < 0.3 else ""
        body = "".join(ALPHABET[number // 22**place % 22] for place in range(8))
        people.append(
            {
                "id": id_,
                "reference": f"AL-{body[:4]}-{body[4:]}",
                "country": country,
                "language": "es",
                "state": state,
                "integration": integration,
                "checks": '{"requested": [], "income_ranges": []}',
                "reopened": "{}",
                "first_step": "",
                "created_at": begun,
                "touched_at": since,
                "submitted_at": since if finished else None,
                "stage": str(stage),
                "channel": channel,
                "assigned_to": assigned or None,
                "decision": None,
            }
        )
        group = (integration or "", country, channel, str(stage))
        self.counts[group] = self.counts.get(group, 0) + 1
        self._note_day(begun.date(), integration or "", country, 0)
        if finished:
            self._note_day(begun.date(), integration or "", country, 1)
            self._note_day(since.date(), integration or "", country, 2)
        kept = self._answers(number, id_, country, since, answers)
        flags = [flag for flag, share in FLAGS if self.source.random() < share]
        place = {"group_key": group_key(*group), "since": since, "assigned_to": assigned}
        self.flagged += [{"id": number, "flag": str(flag), **place} for flag in flags]
        places.append(
            {
                "id": number,
                "application_id": id_,
                "stage": str(stage),
                "flags": written(flags),
                "flags_wanted": 0,
                "is_finished": finished,
                "terms": kept,
                **place,
            }
        )

    def _note_day(self, day: Any, integration: str, country: str, which: int) -> None:
        self.days.setdefault((day, integration, country), [0, 0, 0])[which] += 1

    def _answers(self, number: int, id_: str, country: str, at: datetime, rows: list[Any]) -> bytes:
        names = (_name(FIRST, self.source), _name(LAST, self.source))
        given = {
            "personal": {"first_name": names[0], "last_name": names[1]},
            f"identity:{country}": {"document_type": "dni", "document_number": f"{10_000_000 + number}"},
            "phone": {"phone_country": "AR", "phone_number": f"011 15-{2000 + number // 10_000}-{number % 10_000:04}"},
        }
        kept = b""
        for place, answers in given.items():
            text = json.dumps({"answers": answers, "notices": []}, ensure_ascii=False).encode()
            sealed = self.services.keyring.encrypt(text, f"answers.value:{id_}:{place}")
            row = {"application_id": id_, "name": place, "value": sealed, "updated_at": at}
            rows.append({**row, "given_by": "", "channel": "web"})
            kept += self._terms(number, place.partition(":")[0], answers)
        return kept

    def _terms(self, number: int, step: str, answers: dict[str, str]) -> bytes:
        key = tuple(answers.values()) if step == "personal" else None
        if key not in self.known or key is None:
            # The phone's rules take a fifth of a millisecond: what they make of such a number is known here.
            digits = (
                f"+549{answers['phone_number'][1:3]}{answers['phone_number'][7:].replace('-', '')}"
                if step == "phone"
                else ""
            )
            terms = [("phone", digits)] if step == "phone" else answer_terms(step, answers) or []
            hashed = sorted({self.services.drafts.terms.hashed(term) for term in terms})
            self.known[key] = packed((KINDS[step], term) for term in hashed), hashed
        kept, hashed = self.known[key]
        self.terms.append(np.array([(term, number) for term in hashed], np.int64))
        return kept

    def last_rows(self) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
        """Flags, counters, and terms in the order of their index."""
        yield listing.ListingFlag.__table__, self.flagged
        yield listing.ListingCount.__table__, list(self._counters())
        yield listing.ListingDay.__table__, list(self._day_rows())

    def sorted_terms(self) -> Iterator[np.ndarray[Any, Any]]:
        """Every term with its application, in order, some at a time."""
        everything = np.concatenate(self.terms)
        everything = everything[np.lexsort((everything[:, 1], everything[:, 0]))]
        yield from np.array_split(everything, max(1, len(everything) // 200_000))

    def _counters(self) -> Iterator[dict[str, Any]]:
        for group, number in self.counts.items():
            named = dict(zip(("integration", "country", "channel", "stage"), group, strict=True))
            for shard in range(self.shards):
                share = number // self.shards + (shard < number % self.shards)
                yield {**named, "group_key": group_key(*group), "shard": shard, "number": share}

    def _day_rows(self) -> Iterator[dict[str, Any]]:
        for (day, integration, country), (started, of_these, finished) in self.days.items():
            numbers = {"started": started, "of_these_finished": of_these, "finished": finished}
            for shard in range(self.shards):
                share = {name: each // self.shards for name, each in numbers.items()}
                yield {"day": day, "integration": integration, "country": country, "shard": shard, **share}


def fill(app: Flask, count: int) -> None:
    """Write that many applications, and let the database know how they are spread."""
    filler = Filler(app, count)
    with app.app_context():
        engine = db.engine
        is_postgresql = engine.dialect.name == "postgresql"
        copy = _copied if is_postgresql else _inserted
        filler.shards = SHARDS if is_postgresql else 1
        for rows in filler.batches():
            copy(engine, rows.items())
        copy(engine, filler.last_rows())
        _write_terms(engine, filler)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _inserted(engine: Engine, tables: Iterable[tuple[Any, list[dict[str, Any]]]]) -> None:
    with _hurried(engine) as connection:
        for table, rows in tables:
            if rows:
                names = list(rows[0])
                statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
                connection.executemany(statement, [[_text(row[name]) for name in names] for row in rows])


@contextmanager
def _hurried(engine: Engine) -> Iterator[Any]:
    """A connection to SQLite's file that waits for no disk: what a cut would lose is made anew."""
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        with connection:
            yield connection


def _text(value: Any) -> Any:
    """A value as SQLAlchemy writes it there."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def _copied(engine: Engine, tables: Iterable[tuple[Any, list[dict[str, Any]]]]) -> None:
    with engine.begin() as connection:
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        for table, rows in tables:
            names = list(rows[0]) if rows else []
            if not rows:
                continue
            with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([_plain(row[name]) for name in names])


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _write_terms(engine: Engine, filler: Filler) -> None:
    if engine.dialect.name == "sqlite":
        with _hurried(engine) as connection:
            for part in filler.sorted_terms():
                connection.executemany("INSERT INTO search_terms (term, listing_id) VALUES (?, ?)", part.tolist())
        return
    with engine.begin() as connection:
        # Built at the end, an index takes a third of the time.
        connection.exec_driver_sql("ALTER TABLE search_terms DROP CONSTRAINT pk_search_terms")
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        for part in filler.sorted_terms():
            with cursor.copy("COPY search_terms (term, listing_id) FROM STDIN") as copy:
                copy.write("".join(f"{term}\t{number}\n" for term, number in part.tolist()))
        connection.exec_driver_sql(
            "ALTER TABLE search_terms ADD CONSTRAINT pk_search_terms PRIMARY KEY (term, listing_id)"
        )
