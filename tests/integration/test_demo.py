"""Owns the tests of `flask demo`: what it fills an Alta with, twice without harm, and where it must not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.demo.fates import TURN, Fate, parts
from app.demo.fill import DemoError, fill
from app.demo.people import person
from app.domain.countries import COUNTRIES
from app.domain.countries.ar import normalise_postal_code
from app.domain.dni import read_dni
from app.domain.phones import normalise_mobile
from app.domain.roles import Role
from app.onboarding.submission import open_snapshot
from app.store.db import read
from app.store.models.applications import Answer, Application
from app.store.models.photos import Photo
from app.store.models.readings import DocumentReading
from app.store.models.submissions import Submission
from tests.support.journey import Applicant
from tests.support.rows import count, one
from tests.support.staff import code_of

COUNT = 8


def run(app: Flask, *options: str) -> str:
    """What the command prints; it must end well."""
    done = app.test_cli_runner().invoke(args=["demo", *options])
    assert done.exit_code == 0, done.output
    return str(done.output)


def found(app: Flask, model: Any) -> list[Any]:
    """Every row of a table."""
    with app.app_context(), read() as connection:
        return list(connection.execute(select(model.__table__)).all())


def test_demo_fills_with_every_state_of_both_countries_and_adds_nothing_twice(app: Flask) -> None:
    """Through the use cases: snapshots open, deliveries stand as they may, documents are read, photos are there."""
    run(app, "--count", str(COUNT))
    applications = found(app, Application)
    assert Counter(each.stage for each in applications) == {
        "in_progress": 1,
        "to_review": 2,
        "approved": 1,
        "rejected": 1,
        "asked_again": 1,
        "not_delivered": 1,
        "delivering": 1,
    }
    assert {each.country for each in applications} == {"AR", "BR"}
    assert Counter(each.channel for each in applications) == {"web": 6, "branch": 1, "phone": 1}
    assert {each.given_by for each in found(app, Answer) if each.channel == "branch"} != {""}
    assert one(app, "SELECT sum(number) FROM figure_counts WHERE figure = 'submitted'") == COUNT - 1
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action LIKE 'case_%'") == 4
    assert one(app, "SELECT count(*) FROM listing_flags WHERE flag = 'assisted'") == 2
    keyring = app.extensions["alta"].keyring
    for sent in found(app, Submission):
        snapshot = open_snapshot(keyring, sent.id, sent.snapshot)
        assert snapshot.person.first_name and snapshot.selfies and snapshot.document
    assert {each.state for each in found(app, DocumentReading)} == {"read", "nothing"}
    present, before = datetime.now(UTC), Counter(each.slot for each in found(app, Photo))
    assert before["front_document"] >= 7
    assert all(present - timedelta(days=30) < each.created_at <= each.touched_at <= present for each in applications)
    argentine = next(each for each in applications if each.country == "AR" and each.stage == "to_review")
    shown = json.loads(app.test_cli_runner().invoke(args=["applications", "show", argentine.reference]).output)
    assert shown["document"]["first_name"] == "match"
    assert {photo["slot"] for photo in shown["photos"]} == {"front_document", "back_document", "selfie_1", "dni_selfie"}
    assert all(photo["also_in"] == [] for photo in shown["photos"])
    again = run(app, "--count", str(COUNT))
    assert f"0 applications were added, {COUNT} were there." in again
    assert (count(app, "applications"), count(app, "photos")) == (COUNT, sum(before.values()))
    assert count(app, "staff_members") == len(Role)
    for line in (line for line in again.splitlines() if "@demo.example" in line):
        role, email, password, secret, code = line.split(maxsplit=4)
        person = Applicant(app)
        person.get("/staff/sign-in")
        person.send({"email": email, "password": password})
        if secret != "-":
            assert (person.page.path, len(code)) == ("/staff/sign-in/code", 6)
            person.send({"code": code_of(secret)})
        assert person.page.status == 200 and email in person.page.html, role


def test_every_made_up_person_passes_the_rules() -> None:
    """Of a thousand of each country: numbers check, phones are mobiles, postal codes fit, barcodes are understood."""
    for country, profile in COUNTRIES.items():
        for number in range(1, 1001):
            each = person(number, country)
            profile.document_type(each.document_type).normalise(each.document_number)
            normalise_mobile(country, each.phone)
            address = dict(each.answers("address"))
            if country == "AR":
                address["postal_code"] = normalise_postal_code(address["postal_code"])
                said = read_dni(each.barcode)
                assert said is not None and said.birth_date == each.printed_birthday
            assert not profile.address_warnings({**address, "postal_code": address["postal_code"].replace("-", "")})


def test_two_hundred_hold_every_fate_and_lie_within_a_month() -> None:
    """Half of each country, none begun so long ago that a purge would take it."""
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    planned = list(parts(200, now))
    assert {each.fate for each in planned} == set(Fate) == set(TURN[:COUNT])
    assert Counter(each.person.country for each in planned) == {"AR": 100, "BR": 100}
    assert all(timedelta(0) < now - each.begins_at < timedelta(days=30) for each in planned)
    assert len({each.begins_at.date() for each in planned}) > 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mode": "production", "public_url": "https://alta.example"}, "ALTA_MODE is production"),
        ({"personal_informations_url": "https://a.example", "personal_informations_token": "t"}, "real APIs"),
    ],
)
def test_demo_is_refused(make_app: Callable[..., Flask], changes: dict[str, str], words: str) -> None:
    """In production, and where made-up people would reach somebody else's API; nothing is written."""
    refusing = make_app(**changes)
    with pytest.raises(DemoError, match=words):
        list(fill(refusing.extensions["alta"].settings, 1, refusing.app_context))
    done = refusing.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 1 and words in done.output
    assert (count(refusing, "applications"), count(refusing, "staff_members")) == (0, 0)
