"""Owns a second Alta that serves both APIs over real HTTP, and an Alta that delivers to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.onboarding import integrations
from tests.conftest import settings_for
from tests.support import databases

KEY_ID = "tests-1"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: Any) -> None:
        """Say nothing."""


@dataclass
class Upstream:
    """A serving Alta; `loses` names calls whose answers do not arrive, `calls` those that came, as method and path."""

    app: Flask
    address: str
    token: str
    client_id: int
    key_file: Path
    calls: list[tuple[str, str]] = field(default_factory=list)
    loses: Callable[[str, str], bool] = lambda _method, _path: False

    def settings(self) -> dict[str, str]:
        """The settings of an Alta that delivers here, as arguments of `make_app`."""
        return {
            "personal_informations_url": self.address,
            "personal_informations_token": self.token,
            "kyc_url": self.address,
            "kyc_token_url": f"{self.address}/api/v1/oauth/token",
            "kyc_client_id": str(self.client_id),
            "kyc_key_file": str(self.key_file),
            "kyc_key_id": KEY_ID,
            "kyc_realm": "tests",
        }

    @property
    def services(self) -> Any:
        """What the serving Alta works with; within `app.app_context()`."""
        return self.app.extensions["alta"]

    def count(self, method: str, ending: str) -> int:
        """How many calls came whose path ends so."""
        return len([each for each in self.calls if each[0] == method and each[1].endswith(ending)])


def make_key(folder: Path) -> tuple[Path, str]:
    """A fresh RSA key: the file of the private one, the text of the public one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = folder / "client.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return file, public.decode()


@contextmanager
def serving(folder: Path, *, country: str = "BR", **changes: str) -> Iterator[Upstream]:
    """A second Alta on SQLite in `folder`, with one integration that may call both of its APIs."""
    folder.mkdir(exist_ok=True)
    named = {f"ALTA_{name.upper()}": value for name, value in changes.items()}
    app = create_app(settings_for(folder / "instance", **named))
    databases.migrate(app)
    key_file, public_key = make_key(folder)
    with app.app_context():
        made, token = integrations.create("downstream", country=country)
        integrations.register_key("downstream", public_key, KEY_ID)
    upstream = Upstream(app, "", token, made.client_id, key_file)

    def watched(environ: dict[str, Any], start_response: Any) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        upstream.calls.append((method, path))
        answer = app.wsgi_app(environ, start_response)
        if upstream.loses(method, path):
            # The work is done; what was to be said of it goes nowhere.
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        return answer

    server = make_server("127.0.0.1", 0, watched, threaded=True, request_handler=_Quiet)
    upstream.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
