"""What an upstream tells unasked: signed, fresh, taken once, and believed no further than to look."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.deliveries import deliver
from tests.support.deliveries import rows as deliveries
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import count
from tests.support.signed import KEY, SECRET, signed


@pytest.fixture
def sent(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An application whose deliveries have arrived; its upstreams may tell, those of `team` with another secret."""
    file = tmp_path / "upstreams.toml"
    file.write_text(f'[team]\nhook_secret = "whsec_{base64.b64encode(KEY[::-1]).decode()}"\n[mute]\nhook_secret = ""\n')
    app = make_app(hook_secret=SECRET, upstreams=str(file))
    assert hasten(Applicant(app)).submit().path == "/apply/status"
    deliver(app)
    return app


def runs(app: Flask) -> dict[str, int]:
    """How often each delivery was enqueued."""
    return {row.api: row.run for row in deliveries(app)}


def event(app: Flask, api: str = "kyc") -> dict[str, Any]:
    """What an upstream says when a record changed."""
    upstream_id = next(row.upstream_id for row in deliveries(app) if row.api == api)
    if api == "kyc":
        return {"type": "kyc.request.updated", "data": {"user_id": upstream_id}}
    return {"type": "personal_informations.updated", "data": {"id": int(upstream_id)}}


def tell(app: Flask, content: Any, *, path: str = "/hooks/upstream", headers: dict[str, str] | None = None) -> int:
    """Send a message; the status of the answer."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = app.test_client().post(path, data=body, headers=signed(body) if headers is None else headers)
    return answer.status_code


@pytest.mark.parametrize("api", ["kyc", "personal_informations"])
def test_message_makes_the_worker_look_at_once_at_that_record_only(sent: Flask, api: str) -> None:
    before = runs(sent)
    assert tell(sent, event(sent, api)) == 204
    assert {name: run - before[name] for name, run in runs(sent).items()} == {name: int(name == api) for name in before}


def test_message_is_taken_once(sent: Flask) -> None:
    body = json.dumps(event(sent)).encode()
    headers = signed(body)
    assert [tell(sent, body, headers=headers) for _ in range(3)] == [204] * 3
    assert runs(sent)["kyc"] == 2


def test_signature_among_several_is_enough(sent: Flask) -> None:
    """As while a secret is being changed."""
    body = json.dumps(event(sent)).encode()
    headers = signed(body)
    headers["webhook-signature"] = f"v1,other v2,x {headers['webhook-signature']}"
    assert tell(sent, body, headers=headers) == 204
    assert runs(sent)["kyc"] == 2


def forged(body: bytes) -> list[dict[str, str]]:
    """Headers that must not be believed."""
    right = signed(body)
    return [
        {},
        signed(body, key=b"x" * 32),
        signed(body + b" "),
        signed(body, sent_at=time.time() - 301),
        signed(body, sent_at=time.time() + 301),
        {**right, "webhook-id": "another"},
        {**right, "webhook-timestamp": str(int(time.time()) + 1)},
        {**right, "webhook-timestamp": "soon"},
        {**right, "webhook-timestamp": "-1"},
        {**right, "webhook-timestamp": "9" * 30},
        {**right, "webhook-signature": ""},
        {**right, "webhook-signature": right["webhook-signature"].removeprefix("v1,")},
        {**right, "webhook-signature": "v1," + "é"},
        signed(body, message_id="x" * 201),
    ]


@pytest.mark.parametrize("number", range(14))
def test_forged_message_is_refused_and_changes_nothing(sent: Flask, number: int) -> None:
    body = json.dumps(event(sent)).encode()
    assert len(forged(body)) == 14
    assert tell(sent, body, headers=forged(body)[number]) == 401
    assert runs(sent)["kyc"] == 1
    assert count(sent, "seen_once") == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"type": "kyc.request.updated", "data": 3}'])
def test_signed_nonsense_is_refused(sent: Flask, body: bytes) -> None:
    assert tell(sent, body) == 401


@pytest.mark.parametrize(
    "content",
    [
        {"type": "something.else", "data": {}},
        {"type": "kyc.request.updated", "data": {}},
        {"type": "kyc.request.updated", "data": {"user_id": "nobody"}},
        {},
    ],
)
def test_message_about_nothing_of_ours_is_taken_and_does_nothing(sent: Flask, content: Any) -> None:
    assert tell(sent, content) == 204
    assert runs(sent) == {"kyc": 1, "personal_informations": 1}


def test_integrations_secret_opens_only_its_own(sent: Flask) -> None:
    body = json.dumps(event(sent)).encode()
    assert tell(sent, body, path="/hooks/upstream/team", headers=signed(body)) == 401
    assert tell(sent, body, headers=signed(body, key=KEY[::-1])) == 401
    # It may tell, but the record is not its own.
    assert tell(sent, body, path="/hooks/upstream/team", headers=signed(body, key=KEY[::-1])) == 204
    assert runs(sent)["kyc"] == 1


@pytest.mark.parametrize("name", ["nobody", "mute", "team%2F.."])
def test_upstream_that_tells_nothing_is_not_there(sent: Flask, name: str) -> None:
    assert tell(sent, event(sent), path=f"/hooks/upstream/{name}") == 404


def test_without_a_secret_nobody_tells(make_app: Callable[..., Flask]) -> None:
    assert tell(make_app(), {"type": "kyc.request.updated", "data": {"user_id": "x"}}) == 404


def test_body_that_is_too_large_is_refused(sent: Flask) -> None:
    assert tell(sent, b" " * 70_000) == 413
