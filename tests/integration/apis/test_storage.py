"""The KYC pictures' storage over HTTP: places, signed uploads, and who gets a picture back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app.onboarding import integrations
from app.store.db import read
from tests.support.apis import Apis, chunked, cut_short, jpeg

LIMIT = 20 * 1024 * 1024


def place(apis: Apis, name: str = "image_name.jpg") -> Any:
    answer = apis.client.post(f"/api/v1/storage/{name}", headers=apis.headers)
    assert answer.status_code == 200, answer.data
    return answer.json


def put(apis: Apis, where: Any, data: bytes = b"", **changes: str) -> Any:
    headers = {**where["upload_info"]["headers"], **{k.replace("_", "-"): v for k, v in changes.items()}}
    return apis.client.put(where["upload_info"]["url"], data=data or jpeg(), headers=headers)


def test_a_place_has_the_examples_keys_in_order(apis: Apis) -> None:
    where = place(apis)
    assert list(where) == ["public_url", "upload_info"]
    assert list(where["upload_info"]) == ["headers", "url"]
    assert where["upload_info"]["headers"] == {"content-type": "image/jpeg"}
    assert where["upload_info"]["url"].startswith(where["public_url"] + "?signature=")


def test_the_file_name_is_never_kept(apis: Apis) -> None:
    assert "juan" not in str(place(apis, "juan-perez.jpeg"))
    with read() as connection:
        assert "juan" not in str(connection.execute(text("SELECT * FROM kyc_storage_objects")).all())


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "b.c.png", "with space.jpg"])
def test_picture_names_are_taken(apis: Apis, name: str) -> None:
    expected = "image/png" if name.endswith("png") else "image/jpeg"
    assert place(apis, name)["upload_info"]["headers"]["content-type"] == expected


@pytest.mark.parametrize("name", ["a.exe", "jpg", ".jpg.", "a.jpg.html", "x" * 121 + ".jpg", "%00.jpg"])
def test_other_names_are_400(apis: Apis, name: str) -> None:
    answer = apis.client.post(f"/api/v1/storage/{name}", headers=apis.headers)
    assert answer.status_code == 400
    assert answer.json["reason"] == [{"error": "is invalid", "path": ["name"]}]


def test_the_same_bytes_may_come_twice_but_no_others(apis: Apis) -> None:
    where = place(apis)
    for _time in range(2):
        answer = put(apis, where, jpeg("red"))
        assert (answer.status_code, answer.data, answer.content_type) == (200, b"", None)
    other = put(apis, where, jpeg("blue"))
    assert (other.status_code, other.json) == (409, {"type": "srn:error:conflict"})
    assert apis.client.get(where["public_url"], headers=apis.headers).data == jpeg("red")


def test_an_upload_needs_no_token_and_is_400_once_expired(apis: Apis) -> None:
    where = place(apis)
    apis.clock.now += timedelta(seconds=899)
    assert put(apis, where).status_code == 200
    apis.clock.now += timedelta(seconds=1)
    late = put(apis, where)
    assert (late.status_code, late.json["reason"]) == (400, [{"error": "is expired", "path": ["signature"]}])


def test_a_changed_signature_or_anothers_is_403(apis: Apis) -> None:
    first, second = place(apis), place(apis)
    path = urlsplit(first["public_url"]).path
    others = urlsplit(second["upload_info"]["url"]).query
    for query in ("", "signature=", "signature=abc", others, urlsplit(first["upload_info"]["url"]).query[:-1]):
        answer = apis.client.put(f"{path}?{query}", data=jpeg(), headers={"content-type": "image/jpeg"})
        assert (answer.status_code, answer.json) == (403, {"type": "srn:error:unauthorized"})


def test_a_revoked_integrations_upload_addresses_end_with_its_token(apis: Apis) -> None:
    where = place(apis)
    integrations.revoke("first")
    answer = put(apis, where)
    assert (answer.status_code, answer.json) == (403, {"type": "srn:error:unauthorized"})


def test_another_content_type_than_promised_is_415(apis: Apis) -> None:
    assert put(apis, place(apis), content_type="image/png").status_code == 415
    assert put(apis, place(apis), content_type="text/html").status_code == 415


@pytest.mark.parametrize("data", [b"<html>", b"GIF89a" + b"\0" * 20, b"\xff\xd8", b"%PDF-1.7"])
def test_bytes_that_are_no_picture_are_400(apis: Apis, data: bytes) -> None:
    answer = put(apis, place(apis), data)
    assert (answer.status_code, answer.json["reason"]) == (400, [{"error": "is invalid", "path": ["body"]}])


def test_twenty_megabytes_fit_and_one_byte_more_is_413(apis: Apis) -> None:
    where = place(apis)
    fitting = jpeg().ljust(LIMIT, b"\0")
    assert put(apis, where, fitting + b"\0").status_code == 413
    assert put(apis, where, fitting).status_code == 200


@pytest.mark.parametrize("length", [LIMIT + 1, LIMIT + 100_000])
def test_a_picture_sent_in_chunks_past_the_limit_is_413_not_cut_off(apis: Apis, length: int) -> None:
    where = place(apis)
    headers = where["upload_info"]["headers"]
    answer = apis.client.put(where["upload_info"]["url"], headers=headers, **chunked(jpeg().ljust(length, b"\0")))
    assert (answer.status_code, answer.json) == (413, {"type": "srn:error:payload_too_large"})
    fitting = jpeg().ljust(LIMIT, b"\0")
    assert apis.client.put(where["upload_info"]["url"], headers=headers, **chunked(fitting)).status_code == 200
    assert apis.client.get(where["public_url"], headers=apis.headers).data == fitting


def test_an_upload_cut_short_is_400_and_can_be_sent_again(apis: Apis) -> None:
    where, picture = place(apis), jpeg()
    sent = cut_short(picture[:300], announced=len(picture))
    answer = apis.client.put(where["upload_info"]["url"], headers=where["upload_info"]["headers"], **sent)
    assert answer.status_code == 400
    assert put(apis, where, picture).status_code == 200
    assert apis.client.get(where["public_url"], headers=apis.headers).data == picture


def test_a_picture_answers_only_to_its_owners_token(apis: Apis) -> None:
    url = apis.stored_photo()
    _, token = integrations.create("second")
    assert apis.client.get(url).status_code == 401
    assert apis.client.get(url, headers={"Authorization": token}).status_code == 403
    answer = apis.client.get(url, headers=apis.headers)
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/jpeg", jpeg())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_place_without_a_picture_and_no_place_are_404(apis: Apis) -> None:
    empty = place(apis)["public_url"]
    nothing = "/api/v1/storage/objects/c0ea5f60-3d4c-4fc0-815e-bb62681fdd4b.jpg"
    for url in (empty, nothing, "/api/v1/storage/objects/x.jpg", "/api/v1/storage/objects/..%2f..%2fa.jpg"):
        assert apis.client.get(url, headers=apis.headers).status_code == 404


def test_the_wizards_own_pictures_answer_to_no_integration(apis: Apis) -> None:
    url = apis.kyc.store_picture(jpeg(), idempotency_key="one")
    assert apis.client.get(url, headers=apis.headers).status_code == 403
    assert apis.storage.fetch(url.rpartition("/")[2], owner_id=None) == (jpeg(), "image/jpeg")


def test_the_wizard_stores_a_picture_once_per_key(apis: Apis) -> None:
    urls = {apis.kyc.store_picture(jpeg(), idempotency_key="one") for _ in range(3)}
    assert len(urls) == 1
    assert len(list((apis.folder / "blobs").rglob("*-*"))) == 1


def test_stored_bytes_are_encrypted(apis: Apis) -> None:
    apis.stored_photo()
    kept = [path.read_bytes() for path in (apis.folder / "blobs").rglob("*") if path.is_file()]
    assert len(kept) == 1 and jpeg()[:20] not in kept[0]
