"""Magic values: the table of docs/embedding.md is what happens in a test integration, and nothing in any other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.domain.identifiers import normalise_cpf, normalise_cuil, normalise_dni
from app.onboarding.embedding.magic import ASKS, DECIDES
from tests.integration.embed.test_frames import fill
from tests.support.deliveries import deliver
from tests.support.embedding import PREFILL, Framed, Team

PAGE = Path(__file__).resolve().parents[3] / "docs" / "embedding.md"
ROW = re.compile(r"^\| `(20-[\d-]+)` \| `(\d+)` \| `([\d.-]+)` \| `(\w+)`(.*) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def sent(team: Team, kind: str, number: str) -> Framed:
    """A person with that number who has sent the application, which was delivered."""
    country = "BR" if kind == "cpf" else "AR"
    prefill = {"personal": PREFILL["personal"], "identity": {"document_type": kind, "document_number": number}}
    person = fill(Framed(team.app, team.session(country=country, prefill=prefill, skip=["identity"])), country)
    assert person.send({"declaration": "1"}).path.endswith("/status")
    deliver(team.app)
    return person


def test_page_names_every_number_with_its_outcome() -> None:
    numbers = {}
    for cuil, dni, cpf, outcome, more in ROWS:
        assert normalise_cuil(cuil)[2:10] == normalise_dni(dni) == dni
        for number in (dni, normalise_cpf(cpf)):
            numbers[number] = (outcome, "back" in more, "selfie" in more)
    assert {number: kind for number, (kind, *_) in numbers.items() if kind != "action_needed"} == DECIDES
    asks = {number: (back, selfie) for number, (kind, back, selfie) in numbers.items() if kind == "action_needed"}
    assert asks == {number: (slot == "back_document", slot == "selfie_1") for number, (slot, _why) in ASKS.items()}


# Each row by its CUIL; one that decides and one that asks by the other columns' numbers too.
CASES = [("cuil", row[0], row) for row in ROWS] + [
    ("dni", ROWS[1][1], ROWS[1]),
    ("cpf", ROWS[1][2], ROWS[1]),
    ("cpf", ROWS[2][2], ROWS[2]),
]


@pytest.mark.parametrize(("kind", "number", "row"), CASES, ids=[f"{kind} {row[3]}" for kind, _number, row in CASES])
def test_number_decides_in_a_test_integration(sqlite_app: Flask, kind: str, number: str, row: tuple[str, ...]) -> None:
    team = Team(sqlite_app, f"magic {kind} {number}")
    with sqlite_app.app_context():
        sqlite_app.extensions["alta"].embedding.registry.mark_test(team.name, is_test=True)
    person = sent(team, kind, number)
    shown = team.show(person.session_id)
    assert shown["state"] == row[3]
    if row[3] != "action_needed":
        return
    step = "document" if "back" in row[4] else "selfies"
    assert {check["step"] for check in shown["checks"] if check["status"] == "asked_again"} == {step}
    person.get(f"/{step}")
    person.send(person.sample(step, shown["country"]))
    person.get("/review")
    person.send({"declaration": "1"})
    deliver(sqlite_app, 2)
    assert team.show(person.session_id)["state"] == "approved"


def test_number_means_nothing_anywhere_else(sqlite_app: Flask) -> None:
    team = Team(sqlite_app, "real")
    for kind, number in (("cuil", ROWS[1][0]), ("cpf", ROWS[1][2])):
        assert team.show(sent(team, kind, number).session_id)["state"] == "delivered"
