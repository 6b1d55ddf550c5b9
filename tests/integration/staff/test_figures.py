"""Owns the tests of how it goes: what is counted where, whose numbers are seen, and what the page and its files say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.domain.figures import Figure
from app.store.db import read
from app.store.models.figures import FigureCount
from tests.support import databases, deliveries
from tests.support.journey import Applicant, photo_for
from tests.support.quick import hasten
from tests.support.rows import alter, rows
from tests.support.staff import post, signed_in

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def counted(app: Flask) -> Iterator[Flask]:
    """An application in which nothing was counted yet, by this process either."""
    with app.app_context():
        app.extensions["alta"].counts.flush()
    databases.empty(app)
    yield app


def numbers(app: Flask) -> dict[tuple[str, str], int]:
    """Every counter by figure and subject, as they stand in the rows after this process has written."""
    with app.app_context():
        app.extensions["alta"].counts.flush()
        with read() as connection:
            rows = connection.execute(select(FigureCount.__table__)).all()
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        subject = row.subject if row.figure != Figure.PHOTO else f"{row.subject} {row.grade}"
        found[row.figure, subject] = found.get((row.figure, subject), 0) + row.number
    return {key: number for key, number in found.items() if number}


def cells(page: str) -> list[list[str]]:
    """The text of the page's tables, row by row."""
    rows = [row.partition("</tr>")[0] for row in page.split("<tr")[1:]]
    return [[_text(cell) for cell in row.replace("<th", "<td").split("<td")[1:]] for row in rows]


def _text(cell: str) -> str:
    inner = cell.partition(">")[2].partition("</t")[0]
    while "<" in inner:
        before, _, rest = inner.partition("<")
        inner = before + rest.partition(">")[2]
    return " ".join(inner.split())


def shown(app: Flask, role: Any = "supervisor", query: str = "", **of: Any) -> str:
    answer = signed_in(app, role, **of).get(f"/staff/figures{query}")
    assert answer.status_code == 200, answer.status
    return str(answer.text)


def test_journey_is_counted_without_personal_data(counted: Flask) -> None:
    """From the start to Submit, each step once however often it is answered, each refusal with its message."""
    with time_machine.travel(NOON, tick=False) as traveller:
        applicant = hasten(Applicant(counted), until="phone")
        traveller.shift(timedelta(seconds=40))
        assert applicant.send({"phone_number": "1"}, follow=False).status == 422
        assert applicant.send({"phone_number": ""}, follow=False).status == 422
        assert applicant.send({"phone_number": "011 15-2345-6789"}, follow=False).status == 303
        applicant.get("/apply/phone")
        assert applicant.send({"phone_number": "011 15-2345-6789"}, follow=False).status == 303
    found = numbers(counted)
    assert found["started", ""] == found["answered", "personal"] == found["answered", "phone"] == 1
    assert (found["taken", "phone"], found["refused", "phone"]) == (2, 2)
    assert found["said", "phone Enter your mobile number"] == 1
    assert ("submitted", "") not in found
    with counted.app_context(), read() as connection:
        kept = connection.execute(select(FigureCount.__table__)).all()
    assert {(row.day.isoformat(), row.country, row.channel, row.integration) for row in kept} == {
        ("2026-11-23", "AR", "web", "")
    }
    assert not any(secret in str(row) for row in kept for secret in ("Juana", "2345", "12345678", "Rosario"))
    page = shown(counted, query="?first=2026-11-20&last=2026-11-24")
    assert ["Mobile phone", "1", "40 sec", "2", "2", "50%"] in cells(page)
    assert ["Enter your mobile number", "Mobile phone", "1"] in cells(page)


def test_milestones_are_passed_once_and_taken_back_when_they_are_no_longer_true(counted: Flask) -> None:
    """Sent, approved by the record's decision; a country changed at the start moves the start along."""
    applicant = hasten(Applicant(counted))
    applicant.submit()
    assert (numbers(counted)["started", ""], numbers(counted)["submitted", ""]) == (1, 1)
    services = counted.extensions["alta"]
    deliveries.deliver(counted)
    record = next(row for row in deliveries.rows(counted) if row.api == "personal_informations")
    with counted.app_context():
        services.personal_informations.change_state(int(record.upstream_id), "approved")
    deliveries.advance(counted, "personal_informations")
    assert numbers(counted)["approved", ""] == 1
    deliveries.advance(counted, "personal_informations")
    assert numbers(counted)["approved", ""] == 1
    changing = Applicant(counted)
    changing.start("AR")
    changing.get("/apply/start")
    changing.send({"country": "BR", "privacy": "1", "biometric": "1"})
    page = shown(counted)
    assert ["Argentina", "1", "1", "100%", "1", "0"] in cells(page)
    assert ["Brazil", "1", "0", "0%", "0", "0"] in cells(page)
    assert ["Approved", "1", "50%", "–"] in cells(page)


def test_first_photo_of_a_slot_counts_once_whatever_follows(counted: Flask) -> None:
    """A file that is none, then a good photo, then another; the next slot is good at once."""
    applicant = hasten(Applicant(counted), until="document")

    def send(status: int, **given: Any) -> None:
        applicant.get("/apply/document")
        assert applicant.send(given, follow=False).status == status

    send(422, front_document=b"no picture", upload="")
    send(303, front_document=photo_for("front_document"), upload="")
    send(303, front_document=photo_for("front_document"), upload="")
    send(303, back_document=photo_for("back_document"), upload="")
    send(303, remove="back_document")
    send(422, back_document=b"no picture", upload="")
    found = numbers(counted)
    assert (found["photo", "front_document 0"], found["photo", "back_document 1"]) == (1, 1)
    assert not {("photo", "front_document 1"), ("photo", "back_document 0")} & set(found)
    assert found["said", "document This file is not a photo: choose a JPEG, PNG or WebP picture"] == 2
    assert ["Front of the document", "1", "0", "0%"] in cells(shown(counted))


def test_nobody_sees_the_figures_of_other_integrations(counted: Flask) -> None:
    """A supervisor of one integration sees its numbers alone, on the page and in the file; an agent sees no page."""
    hasten(Applicant(counted), until="identity")
    hasten(Applicant(counted), "BR", until="identity")
    with counted.app_context():
        counted.extensions["alta"].counts.flush()
    alter(counted, "UPDATE figure_counts SET integration = 'one' WHERE country = 'BR'")
    assert ["Personal data", "1", "50%", "–"] not in cells(shown(counted))
    assert ["Started", "2", "100%", "–"] in cells(shown(counted))
    assert ["Started", "1", "100%", "–"] in cells(shown(counted, query="?integration=one"))
    assert ["Started", "1", "100%", "–"] in cells(shown(counted, query="?integration=-"))
    own = signed_in(counted, "supervisor", integrations=["one"])
    assert ["Started", "1", "100%", "–"] in cells(own.get("/staff/figures").text)
    assert "Argentina</th>" not in own.get("/staff/figures").text
    assert "No application was begun" in own.get("/staff/figures?integration=-").text
    file = post(own, "/staff/figures/export", kind="csv").text
    read_rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert {row["integration"] for row in read_rows} == {"one"}
    assert [row["number"] for row in read_rows if row["figure"] == "started"] == ["1"]
    assert signed_in(counted, "supervisor", integrations=["two"]).get("/staff/figures").status_code == 200
    assert signed_in(counted, "agent").get("/staff/figures").status_code == 403
    assert signed_in(counted, "reviewer").get("/staff/figures").status_code == 403


def test_export_is_a_row_of_the_record(counted: Flask) -> None:
    """Who, which kind of file, which days; a wrong kind is refused and leaves none."""
    client = signed_in(counted, "supervisor")
    answer = post(client, "/staff/figures/export", kind="jsonl", first="2026-11-01", last="2026-11-30", country="BR")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="alta-figures-2026-11-01-2026-11-30.jsonl"'
    assert post(client, "/staff/figures/export", kind="exe").status_code == 422
    ((subject, reason),) = rows(counted, "SELECT subject, reason FROM audit_rows WHERE action = 'figures_exported'")
    assert (subject, reason) == ("jsonl", "2026-11-01 to 2026-11-30, BR")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first=2026-13-01", "Give the day as in 2026-11-27"),
        ("first=2026-11-20&amp;last=2026-11-19", ""),
        ("first=2026-11-20&last=2026-11-19", "The last day is before the first one"),
        ("first=2001-01-01&last=2026-11-19", "Look at 1100 days at the most"),
        ("first=0001-01-01&last=0001-01-01", ""),
        ("last=0001-01-01", ""),
        ("last=9999-12-31", ""),
        ("country=XX&channel=nothing&integration=%00%27", ""),
    ],
)
def test_strange_filters_are_answered(counted: Flask, query: str, words: str) -> None:
    """With a sentence beside the field where it is a day, else with what remains."""
    answer = signed_in(counted, "supervisor").get(f"/staff/figures?{query}")
    assert answer.status_code == (422 if words else 200)
    assert words in answer.text
