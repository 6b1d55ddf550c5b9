"""Owns a receiver of webhooks over real HTTP, and sending what waits as the worker does, without a worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Flask
from standardwebhooks import Webhook

from tests.support.rows import rows

WHERE = "/webhooks?team=bank"


@dataclass(frozen=True)
class Received:
    """One message as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        """Which message it is."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, if it is signed with the secret; raises WebhookVerificationError."""
        told: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return told


@dataclass
class Receiver:
    """A server that notes what it gets; `answers` are the next statuses, 204 after them; `slow` is waited for."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: threading.Event | None = None
    talks: bytes = b""

    @property
    def url(self) -> str:
        """Where messages go."""
        return f"http://127.0.0.1:{self.port}{WHERE}"


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    """What answers for the receiver."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            if receiver.slow is not None:
                receiver.slow.wait(20)
            status = receiver.answers.pop(0) if receiver.answers else 204
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", str(len(receiver.talks)))
            self.end_headers()
            self.wfile.write(receiver.talks)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def receiving(wrap: Callable[[ThreadingHTTPServer], None] = lambda _server: None) -> Iterator[Receiver]:
    """A receiver on a free port; `wrap` may put TLS around its socket."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(receiver))
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    wrap(server)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.slow is not None:
            receiver.slow.set()
        server.shutdown()
        server.server_close()


def messages(app: Flask) -> list[Any]:
    """Every message, in the order in which they were made."""
    return rows(
        app,
        "SELECT id, kind, state, attempts, run, next_try_at, session_id, number, body FROM webhook_messages"
        " ORDER BY created_at, number",
    )


def send(app: Flask) -> list[str | None]:
    """Attempt once, as the worker does, everything that waits and is in the queue; the states then."""
    sending = app.extensions["alta"].embedding.webhooks.sending
    states = []
    for row in messages(app):
        if row.state == "waiting" and row.next_try_at is not None:
            with app.app_context():
                told = sending.attempt(row.id, row.run)
                states.append(sending.record(row.id, row.run, told) if told is not None else None)
    return states
