"""Owns counting what a page costs the database: one SELECT to show a step, one write transaction to save it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.store.db import db
from tests.support.journey import STEPS, Applicant
from tests.support.quick import hasten, sample, secrets_of

SEARCHED = ("personal", "identity", "phone")
READS = ("SELECT", "BEGIN", "PRAGMA")


@dataclass
class Log:
    """What went to the database: statements' first words, and how many transactions were committed after a write."""

    statements: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    transactions: int = 0
    dirty: set[int] = field(default_factory=set)


@contextmanager
def listening(app: Flask) -> Iterator[Log]:
    """Note every statement and commit of the application's engine."""
    log = Log()
    with app.app_context():
        engine = db.engine

    def executed(connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        log.statements.append(statement)
        if not statement.lstrip().upper().startswith(READS):
            log.written.append(statement)
            log.dirty.add(id(connection))

    def committed(connection: Any) -> None:
        if id(connection) in log.dirty:
            log.dirty.discard(id(connection))
            log.transactions += 1

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield log
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_showing_a_step_makes_one_select_and_nothing_else(app: Flask, country: str) -> None:
    """Each step, and review, which looks up what a document says where documents are read; no transaction, no write."""
    applicant = hasten(Applicant(app), country)
    for step in (*STEPS, "review"):
        with listening(app) as log:
            assert applicant.get(f"/apply/{step}").path == f"/apply/{step}"
        wanted = 2 if (step, country) == ("review", "AR") else 1
        assert len(log.statements) == wanted, (step, log.statements)
        assert all(statement.startswith("SELECT") for statement in log.statements)


def test_showing_a_page_without_session_asks_the_database_nothing(app: Flask) -> None:
    """The start page, a legal text, an unknown page."""
    visitor = Applicant(app)
    with listening(app) as log:
        for path in ("/apply/start", "/apply/legal/privacy", "/nothing", "/apply"):
            visitor.get(path)
    assert log.statements == []


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_saving_a_step_makes_one_write_transaction(app: Flask, country: str) -> None:
    """For the text steps: one SELECT before it, and in it what is needed: the touch, the answer, and of what staff
    search for its terms, which it looks for first. PostgreSQL takes touch and answer at once, and all of the terms."""
    with app.app_context():
        at_once = db.engine.dialect.name == "postgresql"
    applicant = Applicant(app)
    applicant.start(country)
    secrets = secrets_of(applicant.page)
    for step in STEPS[:6]:
        given = {**secrets, **sample(applicant, step, country)}
        with listening(app) as log:
            assert applicant.send(given, path=f"/apply/{step}", follow=False).status == 303
        assert log.transactions == 1, (step, log.written)
        times = 2 if step in SEARCHED else 1
        wanted = ["WITH"] * times if at_once else ["UPDATE", "INSERT", "INSERT", "UPDATE"][: 2 * times]
        assert [each.split()[0] for each in log.written] == wanted, step
        selects = [each for each in log.statements if each.startswith("SELECT")]
        assert len(selects) == (2 if step in SEARCHED else 1), log.statements


def test_refused_post_writes_nothing(app: Flask) -> None:
    """An invalid step costs one SELECT."""
    applicant = hasten(Applicant(app), until="phone")
    with listening(app) as log:
        assert applicant.send({"phone_number": "1"}, follow=False).status == 422
    assert len(log.statements) == 1


def test_submitting_makes_one_write_transaction(app: Flask) -> None:
    """Snapshot, deliveries, and the workflow in the queue: all of it or nothing."""
    applicant = hasten(Applicant(app))
    with listening(app) as log:
        assert applicant.send({"declaration": "1"}, follow=False).status == 303
    assert log.transactions == 1
    written = " ".join(log.written)
    for table in ("applications", "submissions", "deliveries", "workflow_status"):
        assert table in written
