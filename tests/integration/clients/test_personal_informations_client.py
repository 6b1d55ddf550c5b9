"""The personal informations client against an upstream played answer by answer."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from app.apis.calls import Caller, Patience
from app.apis.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from app.apis.personal_informations.client import PATH, PersonalInformationsClient
from app.apis.personal_informations.contract import PersonalInformation, Pictures
from tests.support.apis import jpeg

CONTRACTS = Path(__file__).resolve().parents[2] / "fixtures" / "contracts"
SHOWN = json.loads((CONTRACTS / "personal_informations.response.json").read_text())
INFORMATION = PersonalInformation(
    birthday=date(1990, 8, 10),
    first_name="Juán Ñ",
    last_name="Fernandez",
    gender="Hombre",
    marital_status="divorcee",
    nationality="Argentino",
    politically_exposed=False,
    document_type="cuil",
    document_number="9999999",
)
PICTURES = Pictures(front_document=jpeg("red"), back_document=jpeg("green"), dni_selfie=jpeg("blue"))


@pytest.fixture
def client(httpserver: HTTPServer) -> PersonalInformationsClient:
    """A client of the played upstream."""
    return PersonalInformationsClient(
        httpserver.url_for("/"), token="the-token", caller=Caller(Patience(connect=2, read=2, whole=5))
    )


def create(client: PersonalInformationsClient) -> Any:
    """Make the record."""
    return client.create(INFORMATION, PICTURES, idempotency_key="the-key")


def test_record_is_sent_as_a_form_with_three_pictures(
    client: PersonalInformationsClient, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(PATH, method="POST").respond_with_json(SHOWN)
    assert create(client).id == SHOWN["data"]["id"]
    ((request, _response),) = httpserver.log
    assert request.headers["Authorization"] == "the-token"
    assert request.headers["Idempotency-Key"] == "the-key"
    assert request.mimetype == "multipart/form-data"
    assert request.form["birthday"] == "1990-08-10"
    assert request.form["first_name"] == "Juán Ñ"
    assert request.form["politically_exposed"] == "false"
    assert len(request.form) == 9
    assert {slot: file.read() for slot, file in request.files.items()} == PICTURES.given()
    assert {file.filename for file in request.files.values()} == {
        "front_document.jpg",
        "back_document.jpg",
        "dni_selfie.jpg",
    }


def test_states_beyond_the_contract_count_as_checking(
    client: PersonalInformationsClient, httpserver: HTTPServer
) -> None:
    shown = {"data": {**SHOWN["data"], "state": "in_manual_review", "more": 1}}
    httpserver.expect_request(f"{PATH}/35").respond_with_json(shown)
    assert client.get(35).state == "checking"


def test_refused_fields_are_named_and_their_messages_are_not_kept(
    client: PersonalInformationsClient, httpserver: HTTPServer
) -> None:
    errors = {"first_name": ["Juán Ñ is taken"], "front_document": ["is invalid"], "Juán": ["?"]}
    httpserver.expect_request(PATH).respond_with_json({"errors": errors}, status=422)
    with pytest.raises(RejectedError) as caught:
        create(client)
    assert set(caught.value.faults) == {"first_name", "front_document"}
    assert "Juán" not in repr(caught.value.faults) + str(caught.value)


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("body", [{"error": "bad_request"}, {"errors": {}}, {"errors": {"shoe_size": ["?"]}}, []])
def test_refusal_that_names_nothing_the_person_gave_is_an_operators_matter(
    client: PersonalInformationsClient, httpserver: HTTPServer, status: int, body: Any
) -> None:
    httpserver.expect_request(PATH).respond_with_json(body, status=status)
    with pytest.raises(UnexpectedAnswerError):
        create(client)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "{}", NotAllowedError),
        (403, "{}", NotAllowedError),
        (404, "{}", NotFoundError),
        (409, "{}", ConflictError),
        (413, "{}", UnexpectedAnswerError),
        (429, "{}", UnavailableError),
        (500, "{}", UnavailableError),
        (302, "", UnavailableError),
        (422, "<html>", UnavailableError),
        (200, "<html>", UnavailableError),
        (200, "{}", UnavailableError),
        (200, '{"data": []}', UnavailableError),
        (200, json.dumps({"data": {"state": "checking"}}), UnavailableError),
        (200, json.dumps(SHOWN)[:-9], UnavailableError),
    ],
)
def test_other_answers(
    client: PersonalInformationsClient, httpserver: HTTPServer, status: int, body: str, error: type[Exception]
) -> None:
    httpserver.expect_request(PATH).respond_with_data(body, status=status)
    with pytest.raises(error) as caught:
        create(client)
    assert type(caught.value) is error
