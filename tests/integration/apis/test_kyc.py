"""The KYC requests and answers over HTTP: each ruling of the contract."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from app.onboarding import integrations
from tests.support.apis import Apis
from tests.support.examples import example

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
PATH = f"/api/v1/users/{USER}/kyc"
ALLOWED = "https://storage.googleapis.com/bucket/photo.jpg"
VALUES = {
    answer["check_id"].strip("{}").removesuffix("_id"): answer["value"]
    for answer in example("kyc_answer.request")["answers"]
}


def check_ids(apis: Apis) -> dict[str, str]:
    return {check["field_type"]: check["id"] for check in apis.open(USER)["checks"]}


def give(apis: Apis, **values: Any) -> Any:
    """Answer checks by field type."""
    ids = check_ids(apis)
    return apis.answer(USER, [{"check_id": ids[name], "value": value} for name, value in values.items()])


def faults(answer: Any) -> list[tuple[str, list[Any]]]:
    assert answer.status_code == 400, answer.data
    assert answer.json["type"] == "srn:error:validation"
    return [(reason["error"], reason["path"]) for reason in answer.json["reason"]]


def test_first_call_opens_the_request_and_later_calls_show_the_same(apis: Apis) -> None:
    first = apis.open(USER)
    assert apis.open(USER) == first
    assert {check["status"] for check in first["checks"]} == {first["status"]} == {"requested"}


@pytest.mark.parametrize("call", ["GET request", "POST answer", "POST ../../../storage/a.jpg"])
@pytest.mark.parametrize("value", [None, "Bearer nothing", "alta_x"])
def test_without_a_known_token_every_call_is_401(apis: Apis, call: str, value: str | None) -> None:
    method, path = call.split()
    url = "/api/v1/storage/a.jpg" if "storage" in path else f"{PATH}/{path}"
    answer = apis.client.open(url, method=method, json={}, headers={} if value is None else {"Authorization": value})
    assert (answer.status_code, answer.json) == (401, {"type": "srn:error:unauthenticated"})


@pytest.mark.parametrize("user_id", ["1", "not-a-uuid", USER.replace("-", ""), f"{{{USER}}}", USER + "0"])
def test_user_id_that_is_no_uuid_is_404(apis: Apis, user_id: str) -> None:
    answer = apis.client.get(f"/api/v1/users/{user_id}/kyc/request", headers=apis.headers)
    assert (answer.status_code, answer.json) == (404, {"type": "srn:error:not_found"})


def test_answer_before_any_request_is_404(apis: Apis) -> None:
    assert apis.answer(str(uuid4()), [{"check_id": "x", "value": "y"}]).status_code == 404


def test_another_integrations_request_is_403(apis: Apis) -> None:
    apis.open(USER)
    _, token = integrations.create("second")
    for answer in (
        apis.client.get(f"{PATH}/request", headers={"Authorization": token}),
        apis.client.post(f"{PATH}/answer", json={"answers": []}, headers={"Authorization": token}),
    ):
        assert (answer.status_code, answer.json) == (403, {"type": "srn:error:unauthorized"})


def test_the_wizards_own_request_is_readable_but_not_answerable_by_an_integration(apis: Apis) -> None:
    opened = apis.kyc.open_request(USER, country="AR")
    assert apis.open(USER)["id"] == opened.id
    assert give(apis, birthdate="2000-10-10").status_code == 403


def test_income_ranges_and_words_go_by_country(apis: Apis) -> None:
    argentine = apis.kyc.open_request(USER, country="AR")
    brazilian = apis.kyc.open_request(str(uuid4()), country="BR")
    ranges = [request.checks[5].context for request in (argentine, brazilian)]
    assert [len(context.income_ranges) for context in ranges if context] == [6, 6]
    assert ranges[0] and ranges[0].income_ranges[0].formatted == "Hasta $ 1.000.000,00"
    assert {check.detailed_reason for check in argentine.checks} == {"Necesitamos algunos datos"}


def test_an_integration_of_argentina_gets_the_request_of_argentina(apis: Apis) -> None:
    _, token = integrations.create("porteña", country="AR")
    shown = apis.open(USER, {"Authorization": token})
    assert shown["checks"][5]["context"]["income_ranges"][0]["formatted"].startswith("Hasta $")


def test_partial_answers_leave_the_request_requested_until_the_last(apis: Apis) -> None:
    names = list(VALUES)
    for name in names[:-1]:
        assert give(apis, **{name: VALUES[name]}).json["status"] == "requested"
    shown = give(apis, **{names[-1]: VALUES[names[-1]]}).json
    assert shown["status"] == "answered"
    assert {check["status"] for check in shown["checks"]} == {"answered"}
    assert apis.kyc.answers(USER) == {
        **VALUES,
        "total_income_range": {"lower_bounds": None, "upper_bounds": 500000},
    }


def test_one_bad_value_and_nothing_is_stored(apis: Apis) -> None:
    assert faults(give(apis, birthdate="2000-10-10", phone_number="123")) == [("is invalid", ["answers", 1, "value"])]
    assert apis.kyc.answers(USER) == {}
    assert apis.open(USER)["checks"][0]["status"] == "requested"


def test_answering_an_answered_check_is_wrong_status_and_stores_nothing(apis: Apis) -> None:
    give(apis, birthdate="2000-10-10")
    answer = give(apis, phone_number="21971697123", birthdate="2001-10-10")
    assert (answer.status_code, answer.json) == (422, {"type": "srn:error:wrong_status"})
    assert apis.kyc.answers(USER) == {"birthdate": "2000-10-10"}


def test_checks_are_found_by_id_in_any_order(apis: Apis) -> None:
    answer = give(apis, **dict(reversed(VALUES.items())))
    assert answer.json["status"] == "answered"


def test_every_fault_of_a_body_comes_at_once_with_its_path(apis: Apis) -> None:
    ids = check_ids(apis)
    answer = apis.answer(
        USER,
        [
            "text",
            {"value": "x"},
            {"check_id": str(uuid4()), "value": "x"},
            {"check_id": 7, "value": "x"},
            {"check_id": ids["birthdate"]},
            {"check_id": ids["birthdate"], "value": "2000-10-10"},
            {"check_id": ids["phone_number"], "value": "2000"},
        ],
    )
    assert faults(answer) == [
        ("is invalid", ["answers", 0]),
        ("can't be blank", ["answers", 1, "check_id"]),
        ("is invalid", ["answers", 2, "check_id"]),
        ("is invalid", ["answers", 3, "check_id"]),
        ("can't be blank", ["answers", 4, "value"]),
        ("is invalid", ["answers", 5, "check_id"]),
        ("is invalid", ["answers", 6, "value"]),
    ]


@pytest.mark.parametrize(
    "raw, fault",
    [
        (b"{", ("is invalid", [])),
        (b"[]", ("is invalid", [])),
        (b"{}", ("can't be blank", ["answers"])),
        (b'{"answers": []}', ("can't be blank", ["answers"])),
        (b'{"answers": {}}', ("is invalid", ["answers"])),
        (b'{"answers": [' + b"{}," * 100 + b"{}]}", ("is invalid", ["answers"])),
    ],
)
def test_a_body_without_answers_is_400(apis: Apis, raw: bytes, fault: tuple[str, list[str]]) -> None:
    apis.open(USER)
    headers = {**apis.headers, "Content-Type": "application/json"}
    assert faults(apis.client.post(f"{PATH}/answer", data=raw, headers=headers)) == [fault]


def test_answers_that_are_not_json_are_415(apis: Apis) -> None:
    answer = apis.client.post(f"{PATH}/answer", data=b"a=b", headers=apis.headers)
    assert (answer.status_code, answer.json) == (415, {"type": "srn:error:unsupported_media_type"})


def test_photos_must_come_from_our_own_storage_or_an_allowed_host(apis: Apis) -> None:
    own = apis.stored_photo()
    strange = {"type": "CNH", "front": "https://elsewhere.example/a.jpg", "back": own + "?x"}
    assert faults(give(apis, document_photo=strange)) == [
        ("is invalid", ["answers", 0, "value", "front"]),
        ("is invalid", ["answers", 0, "value", "back"]),
    ]
    assert give(apis, document_photo={"type": "CNH", "front": own, "back": own}).status_code == 200
    assert give(apis, document_selfies=[own, ALLOWED]).status_code == 200


def test_a_place_without_its_picture_and_anothers_picture_are_refused(apis: Apis) -> None:
    place = apis.client.post("/api/v1/storage/a.jpg", headers=apis.headers).json["public_url"]
    theirs = apis.kyc.store_picture(b"\xff\xd8\xff rest", idempotency_key="wizard")
    answer = give(apis, document_selfies=[place, theirs])
    assert faults(answer) == [("is invalid", ["answers", 0, "value", n]) for n in (0, 1)]


STATUSES = {
    200: ("GET", f"{PATH}/request"),
    404: ("GET", "/api/v1/nothing"),
    405: ("DELETE", f"{PATH}/request"),
    415: ("POST", f"{PATH}/answer"),
    400: ("POST", "/api/v1/storage/virus.exe"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_every_answer_bears_a_request_id_and_is_json(apis: Apis, status: int) -> None:
    method, path = STATUSES[status]
    answer = apis.client.open(path, method=method, headers=apis.headers)
    assert answer.status_code == status
    assert answer.is_json
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])
    assert "Set-Cookie" not in answer.headers
    assert status < 400 or answer.json["type"].startswith("srn:error:")


def test_times_are_whole_seconds_and_answers_move_updated_at(apis: Apis) -> None:
    shown = apis.open(USER)
    assert shown["created_at"] == "2026-11-23T12:00:00Z"
    apis.clock.now = apis.clock.now.replace(hour=13, microsecond=999_999)
    after = give(apis, birthdate="2000-10-10").json
    assert after["checks"][0]["updated_at"] == after["updated_at"] == "2026-11-23T13:00:00Z"
    assert after["checks"][1]["updated_at"] == after["created_at"] == "2026-11-23T12:00:00Z"
