"""The personal informations API over HTTP: each ruling of the contract."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from app.onboarding import integrations
from tests.support.apis import RECORDS, Apis, chunked, form, jpeg
from tests.support.examples import example

TOO_BIG = jpeg() + b"\0" * (20 * 1024 * 1024)


def body(**changes: Any) -> dict[str, Any]:
    """The example's JSON body, changed; a value of None is left out."""
    merged = {**example("personal_informations.request"), **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def create(apis: Apis, **changes: Any) -> Any:
    return apis.client.post(RECORDS, json=body(**changes), headers=apis.headers)


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer "])
def test_raw_and_bearer_tokens_are_taken(apis: Apis, scheme: str) -> None:
    answer = apis.client.post(RECORDS, json=body(), headers={"Authorization": f"{scheme}{apis.token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "alta_wrong", "Basic abc", "é"])
def test_without_a_known_token_every_call_is_401(apis: Apis, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    for answer in (
        apis.client.post(RECORDS, json={}, headers=headers),
        apis.client.get(f"{RECORDS}/1", headers=headers),
    ):
        assert (answer.status_code, answer.json) == (401, {"error": "unauthorized"})


def test_revoked_token_is_401_at_once(apis: Apis) -> None:
    assert create(apis).status_code == 200
    integrations.revoke("first")
    assert create(apis).status_code == 401


def test_client_id_belongs_to_the_token(apis: Apis) -> None:
    other, token = integrations.create("second")
    mine = create(apis).json["data"]
    theirs = apis.client.post(RECORDS, json=body(), headers={"Authorization": token}).json["data"]
    assert (mine["client_id"], theirs["client_id"]) == (7777, other.client_id) == (7777, 7778)
    assert apis.client.get(f"{RECORDS}/{theirs['id']}", headers=apis.headers).status_code == 404


def test_record_shows_the_same_keys_later_and_moves_from_checking_to_a_decision(apis: Apis) -> None:
    made = create(apis).json["data"]
    assert made["state"] == "checking"
    apis.clock.now += timedelta(hours=1)
    apis.records.change_state(made["id"], "pending")
    apis.records.change_state(made["id"], "approved")
    shown = apis.client.get(f"{RECORDS}/{made['id']}", headers=apis.headers).json["data"]
    assert list(shown) == list(made)
    assert shown["state"] == "approved"
    assert shown["updated_at"] > shown["created_at"]


@pytest.mark.parametrize("record_id", ["0", "999999", "2147483648", "99999999999999999999", "x", "1/x"])
def test_unknown_record_is_404_as_json(apis: Apis, record_id: str) -> None:
    answer = apis.client.get(f"{RECORDS}/{record_id}", headers=apis.headers)
    assert (answer.status_code, answer.json) == (404, {"error": "not_found"})


def test_birthday_with_slashes_comes_back_with_dashes(apis: Apis) -> None:
    assert create(apis, birthday="1990/08/10").json["data"]["birthday"] == "1990-08-10"


def test_names_of_any_script_are_trimmed_and_kept(apis: Apis) -> None:
    shown = create(apis, first_name="  שָׂרָה \u00a0", last_name="José Ñandú 山田").json["data"]
    assert (shown["first_name"], shown["last_name"]) == ("שָׂרָה", "José Ñandú 山田")
    assert "山田".encode() in create(apis, last_name="山田").data


@pytest.mark.parametrize("document_type", ["cuil", "cuit", "dni", "passport", "cpf"])
def test_listed_document_types_are_taken(apis: Apis, document_type: str) -> None:
    assert create(apis, document_type=document_type).json["data"]["document_type"] == document_type


@pytest.mark.parametrize("marital_status", ["single", "married", "divorcee", "widower"])
def test_listed_marital_statuses_are_taken(apis: Apis, marital_status: str) -> None:
    assert create(apis, marital_status=marital_status).json["data"]["marital_status"] == marital_status


@pytest.mark.parametrize("gender", ["Hombre", "Male", "X", "no binario"])
def test_gender_and_nationality_are_free_text(apis: Apis, gender: str) -> None:
    shown = create(apis, gender=gender, nationality="Kiwi").json["data"]
    assert (shown["gender"], shown["nationality"]) == (gender, "Kiwi")


def test_every_fault_of_a_body_comes_at_once(apis: Apis) -> None:
    answer = create(
        apis,
        birthday="1990-02-31",
        first_name="   ",
        last_name="x" * 151,
        gender="a\u0000b",
        marital_status="Single",
        nationality=...,
        politically_exposed="yes",
        document_type="rg",
        document_number="12 34",
        front_document="picture",
        back_document=None,
        dni_selfie={"original_filename": 1},
    )
    assert answer.status_code == 422
    assert answer.json == {
        "errors": {
            "birthday": ["is invalid"],
            "first_name": ["can't be blank"],
            "last_name": ["is too long (maximum is 150 characters)"],
            "gender": ["is invalid"],
            "marital_status": ["is not included in the list"],
            "nationality": ["can't be blank"],
            "politically_exposed": ["is invalid"],
            "document_type": ["is not included in the list"],
            "document_number": ["is invalid"],
            "front_document": ["is invalid"],
            "back_document": ["can't be blank"],
            "dni_selfie": ["is invalid"],
        }
    }


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"a":NaN}', b"\xff\xfe", b"[" * 100_000, b"\xef\xbb\xbf{}"]
)
def test_malformed_json_is_400(apis: Apis, raw: bytes) -> None:
    answer = apis.client.post(RECORDS, data=raw, headers={**apis.headers, "Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json)) == (400, ["error"])


def test_lone_surrogates_are_a_fault_and_no_crash(apis: Apis) -> None:
    raw = b'{"first_name": "\\ud800"}'
    answer = apis.client.post(RECORDS, data=raw, headers={**apis.headers, "Content-Type": "application/json"})
    assert answer.json["errors"]["first_name"] == ["is invalid"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_415(apis: Apis, kind: str) -> None:
    answer = apis.client.post(RECORDS, data=b"a=b", headers={**apis.headers, "Content-Type": kind})
    assert (answer.status_code, answer.json) == (415, {"error": "unsupported_media_type"})


def test_json_over_a_megabyte_is_413(apis: Apis) -> None:
    answer = create(apis, first_name="x" * 1_000_001)
    assert (answer.status_code, answer.json) == (413, {"error": "payload_too_large"})


def test_picture_over_twenty_megabytes_is_413(apis: Apis) -> None:
    parts = form(back_document=(io.BytesIO(TOO_BIG), "b.jpg"))
    answer = apis.client.post(RECORDS, data=parts, headers=apis.headers)
    assert (answer.status_code, answer.json) == (413, {"error": "payload_too_large"})


@pytest.mark.parametrize("text, meaning", [("true", True), ("1", True), ("false", False), ("0", False), ("TRUE", True)])
def test_form_booleans_are_words_or_digits(apis: Apis, text: str, meaning: bool) -> None:
    answer = apis.client.post(RECORDS, data=form(politically_exposed=text), headers=apis.headers)
    assert answer.json["data"]["politically_exposed"] is meaning


@pytest.mark.parametrize("field", ["first_name", "nationality", "gender", "document_number", "birthday"])
def test_form_text_that_is_no_utf8_is_refused_instead_of_kept_as_another(apis: Apis, field: str) -> None:
    environ = EnvironBuilder(method="POST", data=form(**{field: "unreadable"})).get_environ()
    sent = environ["wsgi.input"].read().replace(b"unreadable", "Jos\u00e9".encode("latin-1"))
    headers = {**apis.headers, "Content-Type": environ["CONTENT_TYPE"]}
    answer = apis.client.post(RECORDS, data=sent, headers=headers)
    assert (answer.status_code, answer.json) == (422, {"errors": {field: ["is invalid"]}})


def test_json_in_chunks_past_a_megabyte_is_413(apis: Apis) -> None:
    body = json.dumps({**example("personal_informations.request"), "note": "x" * 1_000_000}).encode()
    answer = apis.client.post(RECORDS, headers={**apis.headers, "Content-Type": "application/json"}, **chunked(body))
    assert (answer.status_code, answer.json) == (413, {"error": "payload_too_large"})


@pytest.mark.parametrize(
    "kind, body",
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"not a part"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nJuan'),
        ("multipart/form-data; boundary=y", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    ],
)
def test_malformed_multipart_is_400(apis: Apis, kind: str, body: bytes) -> None:
    answer = apis.client.post(RECORDS, data=body, headers={**apis.headers, "Content-Type": kind})
    assert (answer.status_code, answer.json) == (400, {"error": "bad_request"})


def test_multipart_pictures_are_told_by_their_bytes_not_by_their_type(apis: Apis) -> None:
    text = (io.BytesIO(b"not a picture"), "real.jpg", "image/jpeg")
    answer = apis.client.post(
        RECORDS,
        data=form(front_document=text, back_document=None, dni_selfie="words", politically_exposed="yes"),
        headers=apis.headers,
    )
    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "politically_exposed": ["is invalid"],
        "front_document": ["is invalid"],
        "back_document": ["can't be blank"],
        "dni_selfie": ["is invalid"],
    }


def test_multipart_pictures_are_kept_encrypted_without_their_names(apis: Apis) -> None:
    picture = jpeg("red")
    record = apis.client.post(RECORDS, data=form(), headers=apis.headers).json["data"]
    assert apis.records.picture(record["id"], "front_document") == picture
    kept = [path for path in apis.folder.rglob("*") if path.is_file() and "apis" in path.parts]
    assert sorted(path.name for path in kept) == ["back_document.jpg", "dni_selfie.jpg", "front_document.jpg"]
    assert not any(picture[:20] in path.read_bytes() for path in kept)


def test_refused_call_keeps_no_picture(apis: Apis) -> None:
    answer = apis.client.post(RECORDS, data=form(first_name=""), headers=apis.headers)
    assert answer.status_code == 422
    assert not [path for path in apis.folder.rglob("*") if path.is_file() and "blobs" in path.parts]


HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "X-Download-Options": "noopen",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "max-age=0, private, must-revalidate",
    "Vary": "Origin",
}
CALLS: dict[int, Callable[[Apis], Any]] = {
    200: create,
    400: lambda apis: apis.client.post(
        RECORDS, data=b"{", headers={**apis.headers, "Content-Type": "application/json"}
    ),
    401: lambda apis: apis.client.post(RECORDS, json={}),
    404: lambda apis: apis.client.get("/internal/nothing", headers=apis.headers),
    405: lambda apis: apis.client.delete(RECORDS, headers=apis.headers),
    413: lambda apis: create(apis, first_name="x" * 1_000_001),
    415: lambda apis: apis.client.post(RECORDS, data=b"", headers=apis.headers),
    422: lambda apis: create(apis, birthday=""),
}


@pytest.mark.parametrize("status", CALLS)
def test_the_examples_headers_come_with_every_status(apis: Apis, status: int) -> None:
    answer = CALLS[status](apis)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])
    assert re.fullmatch(r"\d+\.\d{6}", answer.headers["X-Runtime"])
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', answer.headers["ETag"])
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Set-Cookie" not in answer.headers


def test_method_not_allowed_names_the_allowed_ones(apis: Apis) -> None:
    assert "POST" in apis.client.delete(RECORDS, headers=apis.headers).headers["Allow"]
