"""One effect and one answer per idempotency key, over HTTP, within the process, and in races."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from app.apis.errors import ConflictError, KeyTooLongError, StillRunningError
from app.apis.kyc.contract import Answer, KycRejectedError
from app.apis.personal_informations.contract import JsonBody, PersonalInformation, Pictures
from app.apis.responses import canonical
from app.store.db import read, write
from app.store.models.integrations import IdempotentCall
from app.store.models.kyc import KycRequestRecord
from app.store.models.personal_informations import PersonalInformationRecord
from tests.support.apis import KEY_HEADER, RECORDS, Apis, form, jpeg
from tests.support.examples import example

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
PICTURES = Pictures(front_document=jpeg("red"), back_document=jpeg("green"), dni_selfie=jpeg("blue"))


def information(**changes: Any) -> PersonalInformation:
    return JsonBody.model_validate({**example("personal_informations.request"), **changes}).information()


def count(model: Any) -> int:
    with read() as connection:
        return connection.execute(select(func.count()).select_from(model)).scalar_one()


def at_once(apis: Apis, *works: Callable[[], Any]) -> list[Any]:
    """Run the works at the same moment, each in its own thread; their results or exceptions."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with apis.app.app_context():
            barrier.wait()
            try:
                return work()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def birthdate(apis: Apis) -> list[dict[str, str]]:
    return [{"check_id": apis.open(USER)["checks"][0]["id"], "value": "2000-10-10"}]


def test_same_key_twice_makes_one_record_and_the_same_answer(apis: Apis) -> None:
    headers = {**apis.headers, "Idempotency-Key": "k"}
    first, second = (apis.client.post(RECORDS, data=form(), headers=headers) for _ in range(2))
    assert first.data == second.data
    assert count(PersonalInformationRecord) == 1


def test_same_key_with_another_body_is_409(apis: Apis) -> None:
    headers = {**apis.headers, "Idempotency-Key": "k"}
    apis.client.post(RECORDS, data=form(), headers=headers)
    for changed in (form(first_name="Ana"), form(dni_selfie=form()["back_document"])):
        answer = apis.client.post(RECORDS, data=changed, headers=headers)
        assert (answer.status_code, answer.json) == (409, {"error": "conflict"})
    assert len(list((apis.folder / "blobs").rglob("*.jpg"))) == 3


def test_a_record_key_over_72_characters_is_431(apis: Apis) -> None:
    for length, status in ((72, 200), (73, 431)):
        headers = {**apis.headers, "Idempotency-Key": "k" * length}
        assert apis.client.post(RECORDS, data=form(), headers=headers).status_code == status


def test_without_a_key_every_call_makes_a_record(apis: Apis) -> None:
    ids = {apis.client.post(RECORDS, data=form(), headers=apis.headers).json["data"]["id"] for _ in range(2)}
    assert len(ids) == 2


def test_equal_calls_at_once_make_one_record_with_its_pictures(apis: Apis) -> None:
    def create() -> int:
        return apis.records.create(information(), PICTURES, idempotency_key="k").id

    ids = at_once(apis, *[create] * 6)
    assert len(set(ids)) == count(PersonalInformationRecord) == 1
    assert apis.records.picture(ids[0], "back_document") == jpeg("green")


def test_different_calls_at_once_under_one_key_make_one_record_and_leave_no_other_picture(apis: Apis) -> None:
    def create(name: str) -> Callable[[], int]:
        return lambda: apis.records.create(information(first_name=name), PICTURES, idempotency_key="k").id

    outcomes = at_once(apis, *[create(name) for name in "ABCD"])
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3
    assert count(PersonalInformationRecord) == 1
    assert len(list((apis.folder / "blobs").rglob("*.jpg"))) == 3


def test_a_request_opened_at_once_is_one_request(apis: Apis) -> None:
    opened = at_once(apis, *[lambda: apis.kyc.open_request(USER, country="BR")] * 6)
    assert len({request.id for request in opened}) == count(KycRequestRecord) == 1


def test_same_answer_under_the_same_key_gives_the_stored_answer(apis: Apis) -> None:
    answers = birthdate(apis)
    first = apis.answer(USER, answers, **{KEY_HEADER: "k"})
    apis.clock.now += timedelta(days=3)
    second = apis.answer(USER, answers, **{KEY_HEADER: "k"})
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert apis.answer(USER, answers).status_code == 422


def test_another_answer_under_the_same_key_is_409(apis: Apis) -> None:
    answers = birthdate(apis)
    apis.answer(USER, answers, **{KEY_HEADER: "k"})
    other = apis.answer(USER, [{**answers[0], "value": "2001-10-10"}], **{KEY_HEADER: "k"})
    assert (other.status_code, other.json) == (409, {"type": "srn:error:conflict"})


def test_a_kyc_key_over_72_characters_is_431(apis: Apis) -> None:
    assert apis.answer(USER, birthdate(apis), **{KEY_HEADER: "k" * 73}).status_code == 431
    assert apis.answer(USER, birthdate(apis), **{KEY_HEADER: "k" * 72}).status_code == 200
    answer = apis.client.post("/api/v1/storage/a.jpg", headers={**apis.headers, KEY_HEADER: "k" * 73})
    assert answer.status_code == 431


def test_a_refused_answer_frees_its_key(apis: Apis) -> None:
    answers = birthdate(apis)
    bad = apis.answer(USER, [{**answers[0], "value": "x"}], **{KEY_HEADER: "k"})
    assert bad.status_code == 400
    assert count(IdempotentCall) == 0
    assert apis.answer(USER, answers, **{KEY_HEADER: "k"}).status_code == 200


def test_a_call_that_is_still_running_is_423_and_taken_over_when_it_died(apis: Apis) -> None:
    inside: list[Any] = []

    def call(work: Callable[..., str]) -> str:
        return apis.calls.run("k", owner_id=1, call="POST x", work=work)

    def first(_finish: Any) -> str:
        with pytest.raises(StillRunningError) as running:
            call(lambda finish: "second")
        inside.append(running.value.retry_after)
        apis.clock.now += timedelta(seconds=61)
        inside.append(call(finished("third")))
        return finished("first")(_finish)

    def finished(response: str) -> Callable[..., str]:
        def work(finish: Callable[[Connection, str], None]) -> str:
            with write() as connection:
                finish(connection, response)
            return response

        return work

    with pytest.raises(StillRunningError):
        call(first)
    assert inside == [1, "third"]
    assert call(lambda finish: "fourth") == "third"


def test_a_running_answer_is_423_over_http(apis: Apis) -> None:
    body = {"answers": birthdate(apis)}
    replies: list[Any] = []

    def slow(_finish: Any) -> str:
        replies.append(apis.answer(USER, body["answers"], **{KEY_HEADER: "k"}))
        return ""

    apis.calls.run("k", owner_id=apis.integration.id, call=f"POST {USER} {canonical(body)}", work=slow)
    assert (replies[0].status_code, replies[0].json) == (423, {"type": "srn:error:locked"})
    assert replies[0].headers["Retry-After"] == "1"


def test_the_same_place_comes_back_under_the_same_key(apis: Apis) -> None:
    headers = {**apis.headers, KEY_HEADER: "k"}
    first, second = (apis.client.post("/api/v1/storage/a.jpg", headers=headers) for _ in range(2))
    assert first.data == second.data
    assert apis.client.post("/api/v1/storage/b.jpg", headers=headers).status_code == 409


def test_keys_of_different_callers_do_not_meet(apis: Apis) -> None:
    for owner in (None, 1, 2):
        response = apis.calls.run("k", owner_id=owner, call=f"{owner}", work=lambda finish: "mine")
        assert response == "mine"


def test_the_wizards_gateway_is_idempotent_too(apis: Apis) -> None:
    request = apis.kyc.open_request(USER, country="BR")
    answers = [Answer(request.checks[0].id, "2000-10-10")]
    outcomes = [apis.kyc.answer(USER, answers, idempotency_key="k") for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    with pytest.raises(KycRejectedError) as refused:
        apis.kyc.answer(USER, [Answer(request.checks[1].id, "1")], idempotency_key="other")
    assert refused.value.faults == {"phone_number": ("is invalid",)}
    with pytest.raises(KeyTooLongError):
        apis.records.create(information(), PICTURES, idempotency_key="k" * 73)


def test_equal_answers_at_once_under_one_key_have_one_effect(apis: Apis) -> None:
    request = apis.kyc.open_request(USER, country="BR")
    answers = [Answer(request.checks[0].id, "2000-10-10")]
    outcomes = at_once(apis, *[lambda: apis.kyc.answer(USER, answers, idempotency_key="k")] * 5)
    done = [outcome for outcome in outcomes if not isinstance(outcome, StillRunningError)]
    assert done and all(outcome == done[0] for outcome in done)
    assert apis.kyc.answers(USER) == {"birthdate": "2000-10-10"}


def test_last_two_answers_at_once_close_the_request(apis: Apis) -> None:
    request = apis.kyc.open_request(USER, country="BR")
    url = apis.kyc.store_picture(jpeg(), idempotency_key="photo")
    values = [answer["value"] for answer in example("kyc_answer.request")["answers"]]
    values[4] = [url]
    answers = [Answer(check.id, value) for check, value in zip(request.checks, values, strict=True)]
    apis.kyc.answer(USER, answers[2:], idempotency_key="most")
    at_once(
        apis,
        lambda: apis.kyc.answer(USER, answers[:1], idempotency_key="a"),
        lambda: apis.kyc.answer(USER, answers[1:2], idempotency_key="b"),
    )
    assert apis.kyc.open_request(USER, country="BR").status == "answered"


def test_different_pictures_at_once_for_one_place_keep_one(apis: Apis) -> None:
    pictures = [jpeg(colour) for colour in ("red", "green", "blue")]
    outcomes = at_once(
        apis, *[lambda p=picture: apis.kyc.store_picture(p, idempotency_key="k") for picture in pictures]
    )
    urls = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(urls) == 1
    kept = apis.storage.fetch(urls[0].rpartition("/")[2], owner_id=None)[0]
    assert kept == pictures[outcomes.index(urls[0])]
