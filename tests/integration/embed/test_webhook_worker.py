"""The real worker sends webhooks, and one that is killed while it sends leaves the message to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psutil
from flask import Flask

from tests.conftest import KEY
from tests.support.embedding import Framed, Team
from tests.support.processes import wait_until
from tests.support.rows import one
from tests.support.server import running
from tests.support.webhooks import messages, receiving


def test_killed_worker_s_message_comes_again_under_its_id(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    app = make_app()
    team, keys = Team(app), {"secret_key": KEY, "encryption_keys": KEY, "index_key": KEY}
    with receiving() as receiver, running(tmp_path, "--worker", **keys) as server:
        with app.app_context():
            secret = app.extensions["alta"].embedding.webhooks.set_url(team.integration, receiver.url, by=None)
        receiver.slow = threading.Event()
        Framed(app, team.session()).begin()
        wait_until(lambda: len(receiver.received) == 1, "the first attempt")
        for process in server.processes():
            if process.name() == "alta-worker":
                process.kill()
                psutil.wait_procs([process], timeout=10)
        receiver.slow.set()
        receiver.slow = None
        wait_until(lambda: [row.state for row in messages(app)] == ["delivered"], "the message to be delivered")
    assert len(receiver.received) >= 2
    assert {each.id for each in receiver.received} == {messages(app)[0].id}
    assert receiver.received[-1].verified(secret)["type"] == "session.started"
    assert one(app, "SELECT count(*) FROM webhook_attempts") >= 1
