"""Owns the tests of searching: what finds whom, and that nothing personal is kept in plain or shown in an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.onboarding.cases.lists import PAGE
from tests.support.cases import LIST, all_pages, begin, ids, keep, search
from tests.support.journey import Applicant
from tests.support.rows import alter, count, one, rows
from tests.support.staff import post, signed_in


@pytest.fixture
def agent(app: Flask) -> FlaskClient:
    """Somebody who sees everything."""
    return signed_in(app, "agent")


@pytest.mark.parametrize(
    "typed",
    [
        "núñez",
        "NUNEZ",
        "Nun",
        "jose nunez",
        "Núñez, José",
        "mar nu",
        "josé maría",
        "nunez maria jose",
        "d'avila",
        "davi",
    ],
)
def test_words_of_a_name_find_by_their_beginnings(app: Flask, agent: FlaskClient, typed: str) -> None:
    person = begin(app, name=("José María", "Núñez D’Ávila"))
    begin(app, name=("Josefina", "Marino"))
    assert person in search(agent, typed)


@pytest.mark.parametrize("typed", ["unez", "jose perez", "josee", "nunez nunez", "x", "ñ", "%", "-"])
def test_other_words_do_not(app: Flask, agent: FlaskClient, typed: str) -> None:
    begin(app, name=("José María", "Núñez"))
    assert search(agent, typed) == []


@pytest.mark.parametrize(
    ("number", "phone", "country", "typed"),
    [
        (
            ("cuil", "20123456786"),
            None,
            "AR",
            ["20-12345678-6", "20123456786", "12.345.678", "12345678", " 20 12345678 6"],
        ),
        (("dni", "12345678"), None, "AR", ["12.345.678", "M12345678", "012345678"[1:]]),
        (("cpf", "52998224725"), None, "BR", ["529.982.247-25", "52998224725", "529 982 247 25"]),
        (("passport", "AAA123456"), None, "AR", ["aaa123456", "AAA 123-456"]),
        (None, ("AR", "011 15-2345-6789"), "AR", ["+5491123456789", "011 15-2345-6789", "11 2345-6789", "1123456789"]),
        (None, ("BR", "(11) 98765-4321"), "BR", ["+55 11 98765-4321", "11 987654321", "5511987654321"]),
    ],
)
def test_numbers_find_however_they_are_written(
    app: Flask, agent: FlaskClient, number: object, phone: object, country: str, typed: list[str]
) -> None:
    person = begin(app, number=number, phone=phone, country=country)  # type: ignore[arg-type]
    begin(app, number=("dni", "87654321"), phone=("AR", "011 15-9876-5432"))
    for each in typed:
        assert search(agent, each) == [person], each


def test_part_of_a_number_finds_nobody(app: Flask, agent: FlaskClient) -> None:
    begin(app, number=("cuil", "20123456786"), phone=("AR", "011 15-2345-6789"))
    for typed in ("1234567", "2012345678", "45678", "2345-6789"):
        assert search(agent, typed) == []


def test_reference_finds_its_application(app: Flask, agent: FlaskClient) -> None:
    begin(app)
    reference = one(app, "SELECT reference FROM applications")
    for typed in (reference, reference.lower(), reference.replace("-", " "), reference[3:]):
        assert len(search(agent, typed)) == 1


def test_search_keeps_to_filters_and_to_own_integrations(app: Flask, agent: FlaskClient) -> None:
    here, there = begin(app, name=("Eva", "Luna"), integration="bank"), begin(app, name=("Eva", "Luna"), country="BR")
    assert search(agent, "luna") == [there, here]
    assert search(agent, "luna", country="BR") == [there]
    assert search(agent, "luna", state="approved") == []
    assert search(signed_in(app, "agent", integrations=["bank"]), "luna") == [here]


def test_changed_answer_is_found_by_what_it_is_now(app: Flask, agent: FlaskClient) -> None:
    person = begin(app, name=("Eva", "Luna"))
    with app.app_context():
        keep(app, person, "personal", {"first_name": "Ema", "last_name": "Sol"})
    assert search(agent, "luna") == []
    assert search(agent, "sol ema") == [person]


def test_pages_of_a_search_have_everybody_once(app: Flask, agent: FlaskClient) -> None:
    people = [begin(app, name=("Eva", "Luna")) for _ in range(PAGE + 5)][::-1]
    begin(app, name=("Eva", "Lunares"))
    answer = post(agent, f"{LIST}/search", text="luna ev")
    pages = list(all_pages(agent, answer.location))
    assert [len(page) for page in pages] == [PAGE, 6]
    assert [each for page in pages for each in page][1:] == people


def test_answers_of_the_wizard_are_found_and_erased_with_the_draft(app: Flask, agent: FlaskClient) -> None:
    person = Applicant(app)
    person.start("AR")
    for step in ("personal", "identity", "exposure", "address", "phone"):
        person.answer(step)
    names = {"first_name": "Zulema", "last_name": "Quiroga"}
    person.get("/apply/personal")
    person.answer("personal", **names)
    assert len(search(agent, "quiroga zulema")) == 1
    assert count(app, "search_terms") > 0
    long_ago = (datetime.now(UTC) - timedelta(days=99)).replace(tzinfo=None)
    alter(app, "UPDATE applications SET touched_at = :at", at=long_ago)
    with app.app_context():
        app.extensions["alta"].purge.run()
    assert count(app, "search_terms") == 0
    assert search(agent, "quiroga") == []


def test_search_is_kept_encrypted_and_is_nobody_elses(app: Flask, agent: FlaskClient) -> None:
    begin(app, name=("Eva", "Luna"))
    address = post(agent, f"{LIST}/search?country=AR", text="Luna").location
    assert "Luna" not in address and "search=" in address and "country=AR" in address
    assert len(ids(agent.get(address).text)) == 1
    ((kept,),) = rows(app, "SELECT value FROM searches")
    assert b"una" not in bytes(kept)
    stranger = signed_in(app, "agent").get(address)
    assert stranger.status_code == 200
    assert "That search is over" in stranger.text and "Luna, Eva</td>" in stranger.text
    assert 'value="Luna"' not in stranger.text
    alter(app, "UPDATE searches SET created_at = :at", at=(datetime.now(UTC) - timedelta(days=2)).replace(tzinfo=None))
    assert "That search is over" in agent.get(address).text
    assert count(app, "audit_rows") > 0
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action = 'cases_searched'") == 1


def test_empty_search_leads_back_to_the_list(app: Flask, agent: FlaskClient) -> None:
    assert post(agent, f"{LIST}/search?state=approved", text="  ").location == f"{LIST}?state=approved"


def test_what_an_earlier_release_wrote_is_listed_and_found(app: Flask, agent: FlaskClient) -> None:
    person = begin(app, name=("Eva", "Luna"))
    alter(app, "DELETE FROM search_terms")
    alter(app, "DELETE FROM listings")
    alter(app, "DELETE FROM listing_counts")
    alter(app, "UPDATE applications SET stage = ''")
    with app.app_context():
        assert app.extensions["alta"].cases.flags.catch_up() == 1
    assert search(agent, "luna") == [person]
