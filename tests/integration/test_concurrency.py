"""Many people at once against the running server while its worker delivers, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support import databases
from tests.support.http_browser import Site
from tests.support.journey import Applicant, photo_for
from tests.support.server import Server, running

PEOPLE, SENDERS, ROUNDS = 16, 3, 2
TEXT_STEPS = ("personal", "identity", "exposure", "address", "phone", "income")


def name_of(person: int, turn: int) -> str:
    """A name that tells who typed it, and when, in letters."""
    return f"Persona {chr(65 + person)}{chr(97 + turn)}"


def go_through(server: Server, person: int) -> tuple[Applicant, str]:
    """Answer the text steps again and again, then send if a sender; the reference or an empty text."""
    applicant = Applicant(cast(Any, Site(server.address)))
    applicant.start("AR")
    for turn in range(ROUNDS):
        for number, step in enumerate(TEXT_STEPS):
            changes = {"first_name": name_of(person, turn)} if step == "personal" else {}
            page = applicant.answer(step, **changes)
            assert page.status == 200, (step, page.status)
            following = [*TEXT_STEPS, "document"][number + 1]
            assert page.path == f"/apply/{following}", (step, page.path, page.title)
    if person >= SENDERS:
        return applicant, ""
    return applicant, send(applicant)


def send(applicant: Applicant) -> str:
    """Add the photos and submit; the reference."""
    applicant.answer("document")
    applicant.get("/apply/selfies")
    applicant.send({"dni_selfie": photo_for("dni_selfie", 2)})
    page = applicant.submit()
    assert page.path == "/apply/status", (page.status, page.path, page.title)
    return next(
        word.strip("<>.,") for word in page.html.replace("<", " ").replace(">", " ").split() if word[:3] == "AL-"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sixteen_people_at_once_lose_no_answer_and_all_is_delivered(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = ""
    if kind == "postgresql":
        url = databases.create_database(request.getfixturevalue("postgresql"), "alta_concurrency")
    with running(tmp_path, selfies="0", log_level="warning", database_url=url) as server:
        with ThreadPoolExecutor(PEOPLE) as pool:
            gone = list(pool.map(lambda person: go_through(server, person), range(PEOPLE)))
        for person, (applicant, reference) in enumerate(gone):
            if reference:
                assert set(server.delivered(reference)) == {"personal_informations", "kyc"}
            else:
                page = applicant.get("/apply/personal")
                assert page.fields["first_name"] == name_of(person, ROUNDS - 1)
    said = server.log.read_text().splitlines()
    assert [line for line in said if '"level": "error"' in line or "locked" in line or "Traceback" in line] == []
