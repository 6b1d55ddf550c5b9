"""The contracts' examples, byte for byte, once ids and times are fixed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.apis.values import compact_json
from tests.support.apis import RECORDS, Apis, form
from tests.support.examples import example

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"


def reach_record_34(apis: Apis) -> None:
    for _ in range(34):
        assert apis.client.post(RECORDS, data=form(), headers=apis.headers).status_code == 200


def fix_record_clock(apis: Apis) -> None:
    apis.clock.now = datetime(2023, 4, 19, 17, 15, 40, 536_000, tzinfo=UTC)
    apis.clock.tick = timedelta(milliseconds=3)


def test_example_record_is_answered_byte_for_byte_with_the_same_etag(apis: Apis) -> None:
    reach_record_34(apis)
    fix_record_clock(apis)
    answer = apis.client.post(
        RECORDS, json=example("personal_informations.request"), headers={"Authorization": apis.token}
    )
    assert answer.status_code == 200
    assert answer.data == compact_json(example("personal_informations.response"))
    assert list(answer.json["data"]) == list(example("personal_informations.response")["data"])
    assert answer.headers["ETag"] == 'W/"a2eb5afe96923f6d70b81aff82463d0d"'
    assert answer.headers["Content-Length"] == "353"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_multipart_call_is_answered_with_the_same_bytes(apis: Apis) -> None:
    reach_record_34(apis)
    fix_record_clock(apis)
    answer = apis.client.post(RECORDS, data=form(), headers=apis.headers)
    assert answer.data == compact_json(example("personal_informations.response"))
    assert apis.client.get(f"{RECORDS}/35", headers=apis.headers).data == answer.data


def prepare_kyc(apis: Apis) -> dict[str, str]:
    """Fix ids and time as the example has them; give the check ids by field type."""
    wanted = example("kyc_request.response")
    apis.clock.now = datetime(2021, 5, 31, 15, 4, 48, tzinfo=UTC)
    apis.ids.queue = [wanted["id"], *(check["id"] for check in wanted["checks"])]
    return {check["field_type"]: check["id"] for check in wanted["checks"]}


def test_example_kyc_request_is_answered_byte_for_byte(apis: Apis) -> None:
    prepare_kyc(apis)
    answer = apis.client.get(f"/api/v1/users/{USER}/kyc/request", headers=apis.headers)
    assert answer.data == compact_json(example("kyc_request.response"))


def test_example_kyc_answer_is_answered_byte_for_byte_with_its_literal_urls(apis: Apis) -> None:
    check_ids = prepare_kyc(apis)
    apis.open(USER)
    apis.clock.now = datetime(2021, 5, 31, 20, 10, 18, tzinfo=UTC)
    body = example("kyc_answer.request")
    for answer in body["answers"]:
        field_type = answer["check_id"].strip("{}").removesuffix("_id")
        answer["check_id"] = check_ids[field_type]
    shown = apis.answer(USER, body["answers"])
    assert shown.status_code == 200, shown.data
    assert shown.data == compact_json(example("kyc_answer.response"))


def test_escaped_slashes_in_a_body_are_plain_json(apis: Apis) -> None:
    check_ids = prepare_kyc(apis)
    apis.open(USER)
    url = r"https:\/\/storage.googleapis.com\/bucket\/selfie.jpg"
    raw = f'{{"answers":[{{"check_id":"{check_ids["document_selfies"]}","value":["{url}"]}}]}}'
    answer = apis.client.post(
        f"/api/v1/users/{USER}/kyc/answer",
        data=raw,
        headers={**apis.headers, "Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.data
    assert apis.kyc.answers(USER) == {"document_selfies": ["https://storage.googleapis.com/bucket/selfie.jpg"]}


def test_response_echoes_the_user_id_of_the_path(apis: Apis) -> None:
    assert apis.open(USER)["user_id"] == USER
    assert apis.open(USER.upper())["user_id"] == USER.upper()
    assert apis.open(USER.upper())["id"] == apis.open(USER)["id"]
