"""Owns another site: pages of a team's own, served from another host than Alta's, with the headers a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Host:
    """A site that serves what is put there; `near` and `far` are two origins of it."""

    port: int
    pages: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    @property
    def near(self) -> str:
        """Where it is another site than Alta's, which tests reach as localhost."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def far(self) -> str:
        """The same pages from an origin that no team registered."""
        return f"http://localhost:{self.port}"

    def put(self, path: str, body: str, **headers: str) -> str:
        """Serve a page's body at a path; its address. `Content_Security_Policy="…"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title></head>'
        page = body if path.endswith(".js") else f"{head}<body>{body}</body></html>"
        self.pages[path] = (page, named)
        return self.near + path


@contextmanager
def running() -> Iterator[Host]:
    """A host on a free port."""
    host: Host

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            text, headers = host.pages.get(path, ("", {}))
            body = text.encode()
            # Browsers ask for an icon by themselves.
            self.send_response(200 if path in host.pages or path == "/favicon.ico" else 404)
            kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Host(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
