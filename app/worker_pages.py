"""The few pages of a worker that runs without a web server: whether it lives, whether it can work, its figures."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask

PATHS = ("/healthz", "/readyz", "/metrics")


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: the application writes its own line."""


def serve_pages(app: Flask, listen: str) -> None:
    """Answer at `host:port` in the background, for as long as the process lives."""
    host, _, port = listen.rpartition(":")

    def only_these(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in PATHS:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"There is no such page.\n"]
        return app.wsgi_app(environ, start_response)

    server = make_server(host.strip("[]"), int(port), only_these, server_class=_Server, handler_class=_Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
