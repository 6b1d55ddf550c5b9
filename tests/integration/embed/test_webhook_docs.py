"""What docs/embedding.md tells integrations to verify webhooks with, as it stands there, run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import playwright
import pytest
from standardwebhooks import Webhook

PAGE = Path(__file__).resolve().parents[3] / "docs" / "embedding.md"
SECRET, OTHER = "whsec_" + "QUJD" * 11, "whsec_" + "REVG" * 11
BODY = '{"type":"session.started","timestamp":"2026-11-27T18:04:05Z","data":{"session_id":"é","state":"started"}}'


def snippet(language: str) -> str:
    """The page's own."""
    return re.search(rf"^```{language} verify\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)[1]


def in_python(cases: str) -> str:
    """What the Python snippet says of each message."""
    end = """
import json
import sys

print(json.dumps([verify(each["body"].encode(), each["headers"]) for each in json.load(sys.stdin)]))
"""
    return ran([sys.executable, "-c", snippet("python") + end], cases)


def in_node(cases: str) -> str:
    """What the Node snippet says of each message."""
    end = """
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ body, headers }) => verify(body, headers))));
"""
    node = Path(playwright.__file__).parent / "driver" / "node"
    return ran([str(node) if node.exists() else str(shutil.which("node")), "-e", snippet("js") + end], cases)


def ran(command: list[str], cases: str) -> str:
    """What a program prints."""
    environment = {**os.environ, "ALTA_WEBHOOK_SECRET": SECRET}
    done = subprocess.run(
        command, input=cases, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("run", [in_python, in_node])
def test_snippet_takes_what_is_signed_and_nothing_else(run: Callable[[str], str]) -> None:
    now = datetime.now(UTC)

    def message(*secrets: str, at: datetime = now, signed: str = BODY) -> dict[str, object]:
        headers = {"webhook-id": "m1", "webhook-timestamp": str(int(at.timestamp()))}
        signatures = [Webhook(secret).sign("m1", at, signed) for secret in secrets]
        return {"body": BODY, "headers": {**headers, "webhook-signature": " ".join(signatures)}}

    good = [message(SECRET), message(OTHER, SECRET), message(SECRET, OTHER)]
    bad = [
        {"body": BODY, "headers": {**message(SECRET)["headers"], "webhook-signature": "v1"}},  # type: ignore[dict-item]
        message(OTHER),
        message(SECRET, signed=BODY.replace("started", "approved")),
        message(SECRET, at=now - timedelta(minutes=6)),
        message(SECRET, at=now + timedelta(minutes=6)),
        {"body": BODY, "headers": {}},
        {"body": BODY, "headers": {**message(SECRET)["headers"], "webhook-id": "m2"}},  # type: ignore[dict-item]
    ]
    assert json.loads(run(json.dumps([*good, *bad]))) == [json.loads(BODY)] * len(good) + [None] * len(bad)
