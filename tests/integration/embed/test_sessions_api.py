"""The sessions API: sessions are made once per call, shown without anything personal, launched, cancelled."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from tests.support.embedding import BACK, PREFILL, Team
from tests.support.rows import count, one, rows

PROBLEM = "application/problem+json"


@pytest.fixture
def team(app: Flask) -> Team:
    """A team whose pages may frame Alta."""
    return Team(app)


def test_a_session_is_made_and_shown(team: Team) -> None:
    """With a launch token of 256 bits that lives ten minutes; all that was given comes back but the prefill."""
    answer = team.create(
        country="AR",
        locale="es-AR",
        external_id="customer-1",
        prefill=PREFILL,
        skip=["phone"],
        return_url=f"{BACK}?from=alta",
        theme={"accent": "#7a3cff", "scheme": "dark"},
        metadata={"branch": "Rosario", "ids": [1, 2]},
    )
    assert (answer.status_code, set(answer.json)) == (201, {"id", "url", "launch_token", "expires_at"})
    made = answer.json
    assert answer.headers["Location"] == f"/v1/sessions/{made['id']}"
    assert len(made["launch_token"].removeprefix("alta_launch_")) == 43
    assert made["url"] == f"http://localhost/embed/launch?token={made['launch_token']}"
    left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9, seconds=50) < left <= timedelta(minutes=10)
    shown = team.show(made["id"])
    assert shown == {
        "id": made["id"],
        "state": "created",
        "external_id": "customer-1",
        "test": False,
        "country": "AR",
        "locale": "es",
        "reference": None,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
        "submitted_at": None,
        "skip": ["phone"],
        "vouched": [],
        "return_url": f"{BACK}?from=alta",
        "theme": {"accent": "#7a3cff", "scheme": "dark", "radius": None, "font": None},
        "metadata": {"branch": "Rosario", "ids": [1, 2]},
        "checks": [],
        "document": {},
        "deliveries": [],
        "decision": None,
    }
    assert team.history(made["id"]) == ["created"]


def test_nothing_is_needed_to_make_one(team: Team) -> None:
    """The country is the integration's, the language the country's; an empty body is one without wishes."""
    for answer in (team.call("POST"), team.create()):
        shown = team.show(answer.json["id"])
        assert (answer.status_code, shown["country"], shown["locale"]) == (201, "AR", "es")
    assert count(team.app, "embedded_sessions") == 2


def test_tokens_and_what_was_given_are_in_no_row(team: Team) -> None:
    """Hashes and ciphertexts only."""
    made = team.session(external_id="customer-77", prefill=PREFILL, metadata={"note": "Rosario"})
    found = ""
    for table in ("embedded_sessions", "embed_launches", "session_events", "idempotent_calls"):
        found += repr([tuple(row) for row in rows(team.app, f"SELECT * FROM {table}")])
    for secret in (made["launch_token"], "customer-77", "Juana", "Fern", "12345678", "Rosario"):
        assert secret not in found


@pytest.mark.parametrize("by", ["external_id", "key", "both"])
def test_the_same_call_gives_the_same_session(team: Team, by: str) -> None:
    """With the same launch token, as it is still good; another body is a conflict; another team has ids of its own."""
    body: dict[str, Any] = {"country": "AR", "metadata": {"a": 1}}
    if by != "key":
        body["external_id"] = "customer-1"
    key = None if by == "external_id" else "retry-1"
    first, again = team.create(key=key, **body), team.create(key=key, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = team.create(key=key, **{**body, "metadata": {"a": 2}})
    assert (other.status_code, other.content_type) == (409, PROBLEM)
    assert other.json["type"] == "urn:alta:problem:conflict"
    assert Team(team.app, "shop").create(key=key, **body).status_code == 201
    assert count(team.app, "embedded_sessions") == 2


def test_retries_at_once_make_one_session(team: Team) -> None:
    """However many come in one moment."""
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _turn: team.create(external_id="customer-1"), range(6)))
    assert {answer.status_code for answer in answers} == {200, 201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert count(team.app, "embedded_sessions") == 1


def test_a_used_or_old_token_is_not_given_again(team: Team) -> None:
    """A retry whose token is spent gets a fresh one of the same session; `launch` always does."""
    first = team.session(external_id="customer-1")
    browser = team.app.test_client()
    browser.get(f"/embed/launch?token={first['launch_token']}", headers={"Sec-Fetch-Mode": "navigate"})
    again = team.create(external_id="customer-1").json
    assert (again["id"], again["launch_token"] != first["launch_token"]) == (first["id"], True)
    launched = team.call("POST", f"/{first['id']}/launch")
    assert (launched.status_code, launched.json["id"]) == (201, first["id"])
    assert launched.json["launch_token"] not in (first["launch_token"], again["launch_token"])


@pytest.mark.parametrize(
    "call", [("GET", ""), ("GET", "/events"), ("POST", "/launch"), ("POST", "/cancel"), ("DELETE", "")]
)
def test_foreign_sessions_look_like_missing_ones(team: Team, call: tuple[str, str]) -> None:
    """The same answer to the byte, but for the request's id, and the same questions to the database."""
    from tests.integration.test_queries import listening

    foreign = Team(team.app, "shop").session()["id"]
    erased = team.session()["id"]
    assert team.call("DELETE", f"/{erased}").status_code == 204
    method, path = call
    seen = []
    for session_id in (foreign, "434e229d-2e1b-4bad-96a0-dbde8ca0b331", "nothing"):
        with listening(team.app) as log:
            answer = team.call(method, f"/{session_id}{path}")
        headers = {
            name: value for name, value in answer.headers.items() if name != "X-Request-Id" and "RateLimit" not in name
        }
        seen.append((answer.status_code, answer.text, headers, log.statements))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 404
    assert team.call(method, f"/%00{path}").text == seen[0][1]
    if method != "DELETE":
        assert team.call(method, f"/{erased}{path}").text == seen[0][1]
    assert Team(team.app, "third").call("GET", f"/{erased}").status_code == 404


CUIL = {"document_type": "cuil", "document_number": "20-12345678-6"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"country": "UY"}, "/country"),
    ({"locale": "fr"}, "/locale"),
    ({"unknown": 1}, "/unknown"),
    ({"external_id": ""}, "/external_id"),
    ({"external_id": "x" * 201}, "/external_id"),
    ({"external_id": "a\u0000b"}, "/external_id"),
    ({"metadata": {"a": "x" * 4090}}, "/metadata"),
    ({"metadata": [1]}, "/metadata"),
    ({"metadata": {"a": "é" * 2045}}, "/metadata"),
    ({"metadata": {"a": json.loads("[" * 400 + "]" * 400)}}, "/metadata"),
    ({"prefill": {"identity": {"document_number": "20-12345678-6"}}}, "/prefill/identity/document_type"),
    ({"prefill": {"personal": {"birthday": "1990-02-30"}}}, "/prefill/personal/birthday"),
    ({"prefill": {"personal": {"birthday": "2020-02-01"}}}, "/prefill/personal/birthday"),
    ({"prefill": {"personal": {"gender": "male"}}}, "/prefill/personal/gender"),
    ({"prefill": {"identity": CUIL | {"document_number": "1"}}}, "/prefill/identity/document_number"),
    ({"prefill": {"identity": CUIL | {"document_type": "cpf"}}}, "/prefill/identity/document_type"),
    ({"prefill": {"phone": {"number": "1"}}}, "/prefill/phone/number"),
    ({"prefill": {"address": {"neighborhood": "Centro"}}}, "/prefill/address/neighborhood"),
    ({"prefill": {"address": {"state": "Atlantis"}}}, "/prefill/address/state"),
    ({"prefill": {"selfies": {}}}, "/prefill/selfies"),
    ({"skip": ["document"]}, "/skip/0"),
    ({"skip": ["phone"]}, "/skip"),
    ({"skip": ["identity"], "prefill": {"identity": {"document_type": "cuil"}}}, "/prefill/identity/document_number"),
    ({"return_url": "https://evil.example/"}, "/return_url"),
    ({"return_url": f"{BACK}/../evil"}, "/return_url"),
    ({"return_url": f"{BACK}#x"}, "/return_url"),
    ({"return_url": f"{BACK} "}, "/return_url"),
    ({"return_url": f"{BACK}\n"}, "/return_url"),
    ({"return_url": "//evil.example"}, "/return_url"),
    ({"return_url": "javascript:alert(1)"}, "/return_url"),
    ({"return_url": f"{BACK}@evil.example"}, "/return_url"),
    ({"theme": {"accent": "#ff6600"}}, "/theme/accent"),
    ({"theme": {"radius": 99}}, "/theme/radius"),
]


@pytest.mark.parametrize(("body", "pointer"), BAD, ids=[pointer for _body, pointer in BAD])
def test_faults_are_named_with_their_place(sqlite_app: Flask, body: dict[str, Any], pointer: str) -> None:
    """All of them at once, and nothing of what was given is said again."""
    team = one_team(sqlite_app)
    before = count(sqlite_app, "embedded_sessions")
    answer = team.create(**body)
    assert (answer.status_code, answer.content_type) == (422, PROBLEM)
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
    assert answer.json["type"] == "urn:alta:problem:invalid"
    assert count(sqlite_app, "embedded_sessions") == before


def one_team(app: Flask) -> Team:
    """A team with a name that no test had before."""
    return Team(app, f"team-{count(app, 'integrations')}")


def test_a_colour_that_fails_comes_with_one_that_passes(sqlite_app: Flask) -> None:
    """Its ratio is told too."""
    team = one_team(sqlite_app)
    (fault,) = team.create(theme={"accent": "#ff6600"}).json["errors"]
    assert "2.6" in fault["detail"]
    nearest = re.search(r"is (#[0-9a-f]{6})", fault["detail"])[1]
    assert team.create(theme={"accent": nearest}).status_code == 201


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "[]", "content_type": "application/json"}, 422),
        ({"data": '{"metadata": {"a": 1e999}}', "content_type": "application/json"}, 400),
        ({"data": "null", "content_type": "application/json"}, 422),
        ({"data": "a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"json": {}, "headers": {"Idempotency-Key": "k" * 256}}, 431),
        ({"data": b"{" + b" " * 1_000_001 + b"}", "content_type": "application/json"}, 413),
        ({"json": {}, "headers": {"Authorization": "Bearer alta_wrong"}}, 401),
        ({"json": {}, "headers": {"Authorization": ""}}, 401),
    ],
)
def test_refusals_are_problem_details(sqlite_app: Flask, sent: dict[str, Any], status: int) -> None:
    """With type, title and status (RFC 9457)."""
    answer = one_team(sqlite_app).call("POST", **sent)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert answer.json["status"] == status
    assert answer.json["type"].startswith("urn:alta:problem:")
    assert answer.json["title"]


def test_unknown_addresses_below_v1_are_problem_details_too(sqlite_app: Flask) -> None:
    """And methods that nothing takes there."""
    browser = sqlite_app.test_client()
    for method, path, status in (("GET", "/v1/nothing", 404), ("PUT", "/v1/sessions", 405)):
        answer = browser.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, PROBLEM)


def test_cancelling_ends_a_session_that_was_not_sent(team: Team) -> None:
    """Twice is once; it opens no more, and its external id is free again."""
    made = team.session(external_id="customer-1", prefill=PREFILL)
    for _turn in range(2):
        answer = team.call("POST", f"/{made['id']}/cancel")
        assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    launched = team.call("POST", f"/{made['id']}/launch")
    assert (launched.status_code, launched.json["type"]) == (409, "urn:alta:problem:wrong-state")
    assert team.history(made["id"]) == ["created", "cancelled"]
    assert team.session(external_id="customer-1")["id"] != made["id"]


def test_erasing_leaves_an_id_and_its_history(team: Team) -> None:
    """Erasing again is fine; the session is gone for its integration."""
    body = {"external_id": "customer-1", "prefill": PREFILL, "metadata": {"a": 1}}
    made = team.create(key="retry-1", **body).json
    for _turn in range(2):
        assert team.call("DELETE", f"/{made['id']}").status_code == 204
    assert team.call("GET", f"/{made['id']}").status_code == 404
    row = rows(team.app, "SELECT state, details, external_hash, theme FROM embedded_sessions")[0]
    assert tuple(row) == ("erased", None, None, "{}")
    kinds = [row[0] for row in rows(team.app, "SELECT kind FROM session_events ORDER BY number")]
    assert kinds == ["session.created", "session.erased"]
    again = team.create(key="retry-1", **body)
    assert (again.status_code, again.json["type"]) == (409, "urn:alta:problem:wrong-state")


def test_limits_are_told_in_standard_fields(make_app: Any) -> None:
    """Both spellings while there is room, and when there is none, also when to come again; all calls count as one."""
    team = Team(make_app(limit_api="3 per minute"))
    calls = [team.create, partial(team.call, "GET", "/nothing"), team.create, partial(team.call, "GET", "/nothing")]
    answers = [call() for call in calls]
    assert [answer.status_code for answer in answers] == [201, 404, 201, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    first, last = answers[0].headers, answers[3].headers
    assert first["RateLimit-Policy"] == '"sessions";q=3;w=60'
    assert re.fullmatch(r'"sessions";r=2;t=\d{1,2}', first["RateLimit"])
    assert 1 <= int(last["Retry-After"]) <= 60
    assert last["Retry-After"] == last["RateLimit-Reset"]
    assert answers[3].content_type == PROBLEM


def test_a_revoked_token_opens_nothing(team: Team) -> None:
    """At once."""
    from app.onboarding import integrations

    made = team.session()
    with team.app.app_context():
        integrations.revoke(team.name)
    assert team.call("GET", f"/{made['id']}").status_code == 401
    assert one(team.app, "SELECT state FROM embedded_sessions") == "created"


def test_operators_register_addresses(app: Flask, team: Team) -> None:
    """Origins in one spelling, only those that a browser can send; return URLs whatever their query."""
    run = app.test_cli_runner().invoke
    for arguments, said in (
        (["origin", "bank", "HTTPS://Shop.example:443"], "https://shop.example"),
        (["origin", "bank", "http://localhost:3000"], "http://localhost:3000"),
        (["return-url", "bank", "https://shop.example/done?x=1"], "https://shop.example/done"),
        (["origin", "bank", "https://shop.example", "--remove"], "http://localhost:3000"),
    ):
        result = run(args=["integrations", *arguments])
        assert (result.exit_code, said in result.output) == (0, True), result.output
    for arguments in (
        ["origin", "bank", "https://*.example"],
        ["origin", "bank", "http://shop.example"],
        ["origin", "bank", "https://shop.example/path"],
        ["origin", "nobody", "https://shop.example"],
        ["origin", "bank", "https://other.example", "--remove"],
        ["return-url", "bank", "ftp://shop.example"],
    ):
        assert run(args=["integrations", *arguments]).exit_code == 1
    shown = json.loads(run(args=["integrations", "show", "bank"]).output)
    assert shown["origins"] == ["https://bank.example", "http://localhost:3000"]
    assert shown["return_urls"] == [BACK, "https://shop.example/done"]
    assert team.create(return_url="https://shop.example/done?customer=1").status_code == 201
