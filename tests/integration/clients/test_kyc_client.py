"""The KYC client against an upstream played answer by answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.apis.calls import Caller, Patience
from app.apis.errors import ConflictError, NotAllowedError, NotFoundError, UnavailableError, WrongStatusError
from app.apis.kyc.client import KycClient
from app.apis.kyc.contract import Answer, KycRejectedError
from app.apis.kyc.token import AccessToken, Credentials
from tests.support.apis import jpeg
from tests.support.upstream import make_key

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
REQUEST_PATH, ANSWER_PATH = f"/api/v1/users/{USER}/kyc/request", f"/api/v1/users/{USER}/kyc/answer"
SHOWN = json.loads(
    (Path(__file__).resolve().parents[2] / "fixtures" / "contracts" / "kyc_request.response.json").read_text()
)
AUDIENCE = "https://accounts.example/realms/bank"
ANSWERS = [Answer("1", "2000-10-10", "birthdate"), Answer("2", {"type": "CNH"}, "document_photo")]


class Played:
    """The upstream: gives tokens and notes what it was asked."""

    def __init__(self, server: HTTPServer, key_file: Path, public_key: str) -> None:
        self.server, self.public_key = server, public_key
        self.assertions: list[dict[str, Any]] = []
        self.given: list[str] = []
        self.lasts = 900
        # What our own clocks show beyond the true time.
        self.ahead = self.passed = 0.0
        server.expect_request("/token", method="POST").respond_with_handler(self._token)
        credentials = Credentials(
            token_url=server.url_for("/token"),
            client_id="client",
            key_file=key_file,
            key_id="kid-1",
            audience=AUDIENCE,
            realm="bank",
        )
        caller = Caller(Patience(connect=2, read=2, whole=5))
        self.token = AccessToken(
            credentials,
            caller,
            now=lambda: time.time() + self.ahead,
            steady=lambda: time.monotonic() + self.passed,
        )
        host = f"{server.host}:{server.port}"
        self.client = KycClient(server.url_for("/"), token=self.token, caller=caller, storage_hosts=[host])

    def _token(self, request: Request) -> Response:
        assertion = request.form["client_assertion"]
        anyhow = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        claims = jwt.decode(assertion, self.public_key, algorithms=["RS256"], audience=AUDIENCE, options=anyhow)
        self.assertions.append({**claims, **jwt.get_unverified_header(assertion), "form": dict(request.form)})
        if not claims["nbf"] - 5 <= time.time() < claims["exp"]:
            return Response('{"error":"invalid_client"}', 401)
        self.given.append(f"token-{len(self.given)}")
        return Response(json.dumps({"access_token": self.given[-1], "expires_in": self.lasts}))

    def calls(self, path: str) -> list[Request]:
        """The requests that came to a path."""
        return [request for request, _response in self.server.log if request.path == path]


@pytest.fixture
def played(httpserver: HTTPServer, tmp_path: Path) -> Played:
    """The upstream with a client of it."""
    return Played(httpserver, *make_key(tmp_path))


def test_assertion_has_every_claim_and_is_good_for_minutes(played: Played) -> None:
    played.server.expect_request(REQUEST_PATH).respond_with_json(SHOWN)
    played.client.open_request(USER, country="BR")
    (claims,) = played.assertions
    assert (claims["alg"], claims["kid"], claims["realm"]) == ("RS256", "kid-1", "bank")
    assert claims["sub"] == claims["clientId"] == claims["iss"] == claims["form"]["client_id"] == "client"
    assert 0 < claims["exp"] - claims["iat"] <= 15 * 60
    assert claims["nbf"] <= claims["iat"]
    assert claims["form"]["grant_type"] == "client_credentials"
    assert claims["form"]["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    (call,) = played.calls(REQUEST_PATH)
    assert call.headers["Authorization"] == "Bearer token-0"
    assert call.headers["User-Agent"]


def test_no_two_assertions_have_the_same_id(played: Played) -> None:
    made = [jwt.decode(played.token.assertion(), options={"verify_signature": False})["jti"] for _ in range(50)]
    assert len(set(made)) == 50


def test_token_is_kept_until_a_minute_before_it_ends(played: Played) -> None:
    played.server.expect_request(REQUEST_PATH).respond_with_json(SHOWN)
    for played.passed, wanted in ((0.0, 1), (830.0, 1), (841.0, 2), (900.0, 2)):
        played.client.open_request(USER, country="BR")
        assert len(played.given) == wanted, played.passed


def test_refused_token_is_replaced_once(played: Played) -> None:
    played.server.expect_oneshot_request(REQUEST_PATH).respond_with_data("", status=401)
    played.server.expect_oneshot_request(REQUEST_PATH).respond_with_json(SHOWN)
    assert played.client.open_request(USER, country="BR").status == "requested"
    tokens = [call.headers["Authorization"] for call in played.calls(REQUEST_PATH)]
    assert tokens == ["Bearer token-0", "Bearer token-1"]


def test_token_refused_twice_is_an_operators_matter(played: Played) -> None:
    played.server.expect_request(REQUEST_PATH).respond_with_data("", status=401)
    with pytest.raises(NotAllowedError):
        played.client.open_request(USER, country="BR")
    assert len(played.calls(REQUEST_PATH)) == 2


@pytest.mark.parametrize("minutes", [-10, 10])
def test_clock_that_is_ten_minutes_off_is_made_up_for(played: Played, minutes: int) -> None:
    """The upstream's own Date tells; the token is then got at the second try, and later ones at the first."""
    played.ahead = 60.0 * minutes
    played.server.expect_request(REQUEST_PATH).respond_with_json(SHOWN)
    played.client.open_request(USER, country="BR")
    assert len(played.assertions) == 2
    played.token.forget(played.given[-1])
    played.client.open_request(USER, country="BR")
    assert len(played.assertions) == 3


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, '{"error":"invalid_client"}', NotAllowedError),
        (401, '{"error":"invalid_client"}', NotAllowedError),
        (403, "", NotAllowedError),
        (500, "", UnavailableError),
        (429, "", UnavailableError),
        (200, "<html>", UnavailableError),
        (200, "[]", UnavailableError),
        (200, '{"access_token": ""}', UnavailableError),
        (200, '{"access_token": 7}', UnavailableError),
        (200, '{"access_token": "a\\r\\nb"}', UnavailableError),
    ],
)
def test_token_endpoint_that_gives_none(
    httpserver: HTTPServer, tmp_path: Path, status: int, body: str, error: type[Exception]
) -> None:
    httpserver.expect_request("/first").respond_with_data("")
    key_file, public_key = make_key(tmp_path)
    played = Played(httpserver, key_file, public_key)
    httpserver.clear_all_handlers()
    httpserver.expect_request("/token").respond_with_data(body, status=status)
    with pytest.raises(error):
        played.client.open_request(USER, country="BR")
    assert played.calls(REQUEST_PATH) == []


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html>",
        "[]",
        "{}",
        '{"checks": 3}',
        json.dumps({**SHOWN, "checks": [{"field_type": "address"}]}),
        json.dumps(SHOWN)[:-40],
    ],
)
def test_request_that_is_none_is_unavailable(played: Played, body: str) -> None:
    played.server.expect_request(REQUEST_PATH).respond_with_data(body)
    with pytest.raises(UnavailableError):
        played.client.open_request(USER, country="BR")


def test_checks_of_unknown_kinds_and_states_do_not_stop_a_delivery(played: Played) -> None:
    """An upstream that grows may ask what Alta cannot: that is left to it, the rest is answered."""
    first, *others = SHOWN["checks"]
    shown = {**SHOWN, "checks": [{**first, "field_type": "liveness"}, {**others[0], "status": "approved"}, *others[1:]]}
    played.server.expect_request(REQUEST_PATH).respond_with_json({**shown, "status": "approved", "new": 1})
    request = played.client.open_request(USER, country="BR")
    assert len(request.checks) == len(others)
    assert (request.checks[0].status, request.status) == ("answered", "answered")


def place(played: Played, *, url: str = "", headers: dict[str, str] | None = None) -> Callable[[Request], Response]:
    """Gives a place for each picture."""
    made: list[int] = []

    def give(_request: Request) -> Response:
        made.append(1)
        info = {"url": url or played.server.url_for(f"/bucket/{len(made)}?sig=x"), "headers": headers or {}}
        body = {"public_url": f"https://public.example/{len(made)}.jpg", "upload_info": info}
        return Response(json.dumps(body), content_type="application/json")

    return give


def storage(played: Played, **options: Any) -> None:
    """Have the upstream give such places."""
    import re

    path = re.compile("/api/v1/storage/.*")
    played.server.expect_request(path, method="POST").respond_with_handler(place(played, **options))


def test_picture_is_put_with_exactly_the_headers_it_was_given(played: Played) -> None:
    storage(played, headers={"content-type": "image/jpeg", "x-goog-acl": "private"})
    played.server.expect_request("/bucket/1", method="PUT").respond_with_data("")
    assert played.client.store_picture(jpeg(), idempotency_key="k") == "https://public.example/1.jpg"
    (put,) = played.calls("/bucket/1")
    assert put.query_string == b"sig=x"
    assert {name.lower() for name, _value in put.headers} == {"host", "content-length", "content-type", "x-goog-acl"}
    assert put.get_data() == jpeg()


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/x",
        "https://evil.example/x",
        "http://{host}@evil.example/x",
        "http://{host}.evil.example/x",
        "http://evil.example#{host}",
        "ftp://{host}/x",
        "file:///etc/passwd",
        "//{host}/x",
        "http://{host} .evil.example/",
        "http://{host}\\@evil.example/",
        "",
    ],
)
def test_picture_goes_to_no_host_that_is_not_on_the_list(played: Played, url: str) -> None:
    url = url.format(host=f"{played.server.host}:{played.server.port}") or "http://["
    storage(played, url=url)
    with pytest.raises((NotAllowedError, UnavailableError)):
        played.client.store_picture(jpeg(), idempotency_key="k")
    assert {request.method for request, _response in played.server.log} == {"POST"}


def test_upload_is_not_redirected(played: Played) -> None:
    storage(played)
    headers = {"Location": played.server.url_for("/elsewhere")}
    played.server.expect_request("/bucket/1").respond_with_data("", status=307, headers=headers)
    with pytest.raises(UnavailableError):
        played.client.store_picture(jpeg(), idempotency_key="k")
    assert played.calls("/elsewhere") == []


@pytest.mark.parametrize("status", [400, 403])
def test_expired_address_is_replaced_once(played: Played, status: int) -> None:
    storage(played)
    played.server.expect_request("/bucket/1").respond_with_data("", status=status)
    played.server.expect_request("/bucket/2").respond_with_data("")
    assert played.client.store_picture(jpeg(), idempotency_key="k") == "https://public.example/2.jpg"


def test_addresses_that_always_expire_are_tried_again_later(played: Played) -> None:
    storage(played)
    for number in (1, 2, 3):
        played.server.expect_request(f"/bucket/{number}").respond_with_data("", status=400)
    with pytest.raises(UnavailableError):
        played.client.store_picture(jpeg(), idempotency_key="k")
    assert played.calls("/bucket/3") == []


def test_answer_carries_its_key_and_nothing_but_the_answers(played: Played) -> None:
    played.server.expect_request(ANSWER_PATH, method="POST").respond_with_json(SHOWN)
    played.client.answer(USER, ANSWERS, idempotency_key="the-key")
    (call,) = played.calls(ANSWER_PATH)
    assert call.headers["x-stone-idempotency-key"] == "the-key"
    assert call.get_json() == {
        "answers": [{"check_id": "1", "value": "2000-10-10"}, {"check_id": "2", "value": {"type": "CNH"}}]
    }


@pytest.mark.parametrize(
    ("status", "body", "faults"),
    [
        (400, {"reason": [{"error": "is invalid", "path": ["answers", 0, "value"]}]}, {"birthdate"}),
        (422, {"reason": [{"error": "is invalid", "path": ["answers", 1, "value", "front"]}]}, {"document_photo"}),
        (400, {"reason": [{"error": "is invalid", "path": ["answers", 1, "check_id"]}]}, {"answers"}),
        (400, {"reason": [{"error": "Juana", "path": ["answers", 99, "value"]}]}, {"answers"}),
        (400, {"reason": [{"error": 1, "path": "x"}, 3]}, {"answers"}),
        (400, {"type": "srn:error:validation"}, {"answers"}),
        (400, [], {"answers"}),
    ],
)
def test_refused_values_are_named_by_their_field(played: Played, status: int, body: Any, faults: set[str]) -> None:
    played.server.expect_request(ANSWER_PATH).respond_with_json(body, status=status)
    with pytest.raises(KycRejectedError) as caught:
        played.client.answer(USER, ANSWERS, idempotency_key="k")
    assert set(caught.value.faults) == faults
    assert "Juana" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (422, {"type": "srn:error:wrong_status"}, WrongStatusError),
        (409, {"type": "srn:error:conflict"}, ConflictError),
        (423, {"type": "srn:error:locked"}, UnavailableError),
        (403, {"type": "srn:error:unauthorized"}, NotAllowedError),
        (404, {"type": "srn:error:not_found"}, NotFoundError),
        (400, "<html>", UnavailableError),
    ],
)
def test_other_refusals_of_an_answer(played: Played, status: int, body: Any, error: type[Exception]) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    played.server.expect_request(ANSWER_PATH).respond_with_data(text, status=status)
    with pytest.raises(error) as caught:
        played.client.answer(USER, ANSWERS, idempotency_key="k")
    assert type(caught.value) is error
