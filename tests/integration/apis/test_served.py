"""The APIs as the whole application serves them: headers, error shapes, guards, limits and the description."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.onboarding import integrations
from tests.support.apis import RECORDS, form
from tests.support.examples import example

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
GUARDED = [
    ("POST", RECORDS),
    ("GET", f"{RECORDS}/1"),
    ("GET", f"/api/v1/users/{USER}/kyc/request"),
    ("POST", f"/api/v1/users/{USER}/kyc/answer"),
    ("POST", "/api/v1/storage/a.jpg"),
    ("GET", "/api/v1/storage/objects/c0ea5f60-3d4c-4fc0-815e-bb62681fdd4b.jpg"),
]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_record_comes_back_over_http_without_form_token_or_cookie(
    client: FlaskClient, integration_token: str
) -> None:
    for made in (
        client.post(RECORDS, json=example("personal_informations.request"), headers=bearer(integration_token)),
        client.post(RECORDS, data=form(), headers=bearer(integration_token)),
    ):
        assert made.status_code == 200 and made.json is not None
        shown = client.get(f"{RECORDS}/{made.json['data']['id']}", headers=bearer(integration_token))
        assert (shown.status_code, shown.data) == (200, made.data)
        assert "Set-Cookie" not in made.headers
        assert made.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert made.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert made.headers["Cache-Control"] == "max-age=0, private, must-revalidate"


def test_a_request_comes_back_over_http(client: FlaskClient, integration_token: str) -> None:
    shown = client.get(f"/api/v1/users/{USER}/kyc/request", headers=bearer(integration_token))
    assert shown.status_code == 200 and shown.json is not None
    assert [check["status"] for check in shown.json["checks"]] == ["requested"] * 6


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_every_call_but_the_signed_upload_needs_a_token(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 401
    assert answer.json in ({"error": "unauthorized"}, {"type": "srn:error:unauthenticated"})


@pytest.mark.parametrize("path", ["/internal", "/internal/v1/x", RECORDS + "/"])
def test_unknown_internal_paths_are_json_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json) == (404, {"error": "not_found"})


@pytest.mark.parametrize("path", ["/api", "/api/v1", "/api/v1/users/x/kyc"])
def test_unknown_api_paths_are_json_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json) == (404, {"type": "srn:error:not_found"})
    assert answer.headers["x-request-id"]


def test_wrong_methods_are_json_405(client: FlaskClient) -> None:
    records = client.put(RECORDS)
    assert (records.status_code, records.json) == (405, {"error": "method_not_allowed"})
    checks = client.post(f"/api/v1/users/{USER}/kyc/request")
    assert (checks.status_code, checks.json) == (405, {"type": "srn:error:method_not_allowed"})
    assert "GET" in checks.headers["Allow"]


def test_a_body_past_every_limit_is_json_413(client: FlaskClient, integration_token: str) -> None:
    headers = {**bearer(integration_token), "Content-Type": "application/json"}
    answer = client.post(RECORDS, data=b" " * 1_000_001, headers=headers)
    assert (answer.status_code, answer.json) == (413, {"error": "payload_too_large"})


def test_the_description_and_its_page_are_public(client: FlaskClient) -> None:
    document = client.get("/openapi.json")
    assert document.status_code == 200 and document.json is not None
    assert document.json["openapi"] == "3.1.0"
    page = client.get("/docs/api")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    for path in document.json["paths"]:
        assert path in text
    assert "<script>" not in text and "style=" not in text


def test_too_many_calls_are_json_429_that_says_when(make_app: Callable[..., Flask]) -> None:
    app = make_app(limit_api="2 per minute")
    with app.app_context():
        token = integrations.create("busy")[1]
    client = app.test_client()
    paths = (f"{RECORDS}/1", f"/api/v1/users/{USER}/kyc/request")
    for path, body in zip(
        paths, ({"error": "too_many_requests"}, {"type": "srn:error:too_many_requests"}), strict=True
    ):
        answers = [client.get(path, headers=bearer(token)) for _ in range(4)]
        assert answers[-1].status_code == 429
        assert answers[-1].json == body
        assert int(answers[-1].headers["Retry-After"]) > 0


def test_one_integration_has_one_budget_however_its_token_is_written(make_app: Callable[..., Flask]) -> None:
    app = make_app(limit_api="3 per minute")
    with app.app_context():
        token = integrations.create("busy")[1]
    written = (token, f"Bearer {token}", f"bearer {token}", f"BEARER   {token}")
    answers = [app.test_client().get(f"{RECORDS}/1", headers={"Authorization": each}) for each in written]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]


def test_guessing_tokens_uses_up_the_guessers_budget_and_nobody_elses(make_app: Callable[..., Flask]) -> None:
    app = make_app(limit_api="3 per minute")
    with app.app_context():
        token = integrations.create("busy")[1]
    guesses = [app.test_client().get(f"{RECORDS}/1", headers=bearer(f"alta_{number}")) for number in range(4)]
    assert [answer.status_code for answer in guesses] == [401, 401, 401, 429]
    assert app.test_client().get(f"{RECORDS}/1", headers=bearer(token)).status_code == 404
