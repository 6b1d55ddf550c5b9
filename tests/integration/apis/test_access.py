"""The token endpoint: access for an assertion that the integration's key signed, for us, now, once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask

from app.onboarding import integrations
from tests.support.rows import alter
from tests.support.upstream import KEY_ID, make_key

TOKENS = "/api/v1/oauth/token"
AUDIENCE = f"http://localhost{TOKENS}"
USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Client:
    """An integration with a key."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        file, public_key = make_key(folder)
        self.key = file.read_text()
        with app.app_context():
            self.id = str(integrations.create("keyed", country="BR")[0].client_id)
            integrations.register_key("keyed", public_key, KEY_ID)

    def assertion(self, *, kid: str = KEY_ID, key: str = "", algorithm: str = "RS256", **changes: Any) -> str:
        """A good assertion but for the changes; None leaves a claim out."""
        now = int(time.time())
        claims = {
            "exp": now + 300,
            "nbf": now,
            "iat": now,
            "aud": AUDIENCE,
            "sub": self.id,
            "iss": self.id,
            "clientId": self.id,
            "realm": "x",
            "jti": str(uuid.uuid4()),
            **changes,
        }
        given = {name: now + 3600 if value == "in an hour" else value for name, value in claims.items()}
        given = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(given, key or self.key, algorithm=algorithm, headers={"kid": kid})

    def ask(self, assertion: str, **changes: str) -> Any:
        """Ask for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            **changes,
        }
        return self.app.test_client().post(TOKENS, data=form)

    def use(self, token: str) -> int:
        """Call the KYC API; the status of the answer."""
        headers = {"Authorization": f"Bearer {token}"}
        status: int = self.app.test_client().get(f"/api/v1/users/{USER}/kyc/request", headers=headers).status_code
        return status


@pytest.fixture
def caller(make_app: Callable[..., Flask], tmp_path: Path) -> Client:
    """Such an integration."""
    return Client(make_app(), tmp_path)


def test_good_assertion_gives_a_token_that_opens_the_api(caller: Client) -> None:
    answer = caller.ask(caller.assertion())
    assert (answer.status_code, answer.json["token_type"], answer.json["expires_in"]) == (200, "Bearer", 900)
    assert caller.use(answer.json["access_token"]) == 200


def test_token_ends_after_fifteen_minutes(caller: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = caller.ask(caller.assertion()).json["access_token"]
    signer = caller.app.extensions["alta"].tokens._signer
    stamped = signer.dumps(1)
    assert signer.loads(stamped, max_age=900) == 1
    later = int(time.time()) + 902
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert caller.use(token) == 401


def test_tokens_of_a_revoked_integration_are_worth_nothing(caller: Client) -> None:
    token = caller.ask(caller.assertion()).json["access_token"]
    alter(caller.app, "UPDATE integrations SET revoked_at = '2026-01-01 00:00:00'")
    assert caller.use(token) == 401
    assert caller.ask(caller.assertion()).status_code == 401


def test_assertion_is_good_once(caller: Client) -> None:
    assertion = caller.assertion()
    assert [caller.ask(assertion).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": "in an hour"},
        {"nbf": "in an hour"},
        {"iat": "in an hour"},
        {"aud": "https://elsewhere.example/token"},
        {"iss": "someone"},
        {"sub": "someone"},
        {"kid": "another"},
        *({name: None} for name in ("exp", "nbf", "aud", "sub", "jti", "iat", "iss")),
    ],
    ids=str,
)
def test_assertion_that_does_not_hold_gives_nothing(caller: Client, changes: dict[str, Any]) -> None:
    answer = caller.ask(caller.assertion(**changes))
    assert (answer.status_code, answer.json) == (401, {"error": "invalid_client"})


def test_assertion_of_another_key_gives_nothing(caller: Client, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other, _public = make_key(tmp_path / "other")
    assert caller.ask(caller.assertion(key=other.read_text())).status_code == 401


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "é" * 100])
def test_what_is_no_assertion_gives_nothing(caller: Client, assertion: str) -> None:
    assert caller.ask(assertion).status_code == 401


def test_unsigned_assertion_gives_nothing(caller: Client) -> None:
    claims = jwt.decode(caller.assertion(), options={"verify_signature": False})
    assert caller.ask(jwt.encode(claims, None, algorithm="none", headers={"kid": KEY_ID})).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"grant_type": "password"},
        {"client_assertion_type": "x"},
        {"client_id": "1"},
        {"client_id": "x"},
        {"client_id": "9" * 40},
    ],
)
def test_other_requests_give_nothing(caller: Client, changes: dict[str, str]) -> None:
    assert caller.ask(caller.assertion(), **changes).status_code == 401


@pytest.mark.parametrize("token", ["alta_access.", "alta_access.x", "alta_access.MQ.x.y", "alta_access." + "9" * 500])
def test_made_up_tokens_open_nothing(caller: Client, token: str) -> None:
    assert caller.use(token) == 401


def test_operator_registers_a_key_by_command(caller: Client, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    _file, public = make_key(tmp_path / "new")
    (tmp_path / "public.pem").write_text(public)
    runner = caller.app.test_cli_runner()
    done = runner.invoke(args=["integrations", "key", "keyed", str(tmp_path / "public.pem"), "--key-id", "second"])
    assert (done.exit_code, "second" in done.output) == (0, True)
    assert caller.ask(caller.assertion()).status_code == 401
    for name, content, sentence in (
        ("keyed", "nonsense", "no public key"),
        ("nobody", public, "no integration named"),
    ):
        (tmp_path / "public.pem").write_text(content)
        refused = runner.invoke(args=["integrations", "key", name, str(tmp_path / "public.pem"), "--key-id", "x"])
        assert (refused.exit_code, sentence in refused.output) == (1, True)
