"""Owns a small application with nothing but the two APIs, whose clock and ids a test may set."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, Response, request
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.exceptions import HTTPException

from app.apis.access import AccessTokens
from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.routes import kyc_blueprint
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.openapi import documentation_blueprint
from app.apis.personal_informations.routes import personal_informations_blueprint
from app.apis.personal_informations.service import PersonalInformationsService
from app.apis.responses import api_error_response
from app.onboarding import integrations
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import db, init_database, read, write

BASE_URL = "http://localhost"
RECORDS = "/internal/v1/clients/personal_informations"
KEY_HEADER = "x-stone-idempotency-key"
DOCUMENT_TYPES = ("CNH", "RG", "CIN", "CRNM", "PASSPORT", "DNI")


@dataclass
class Clock:
    """A clock that shows `now` and moves by `tick` each time it is read."""

    now: datetime = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
    tick: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        shown, self.now = self.now, self.now + self.tick
        return shown


@dataclass
class Ids:
    """Gives the ids of `queue`, then random ones."""

    queue: list[str] = field(default_factory=list)

    def __call__(self) -> str:
        return self.queue.pop(0) if self.queue else str(uuid4())


@dataclass
class Apis:
    """The application and what a test wants to reach of it."""

    app: Flask
    client: FlaskClient
    clock: Clock
    ids: Ids
    blobs: Blobs
    records: PersonalInformationsService
    calls: IdempotentCalls
    storage: PhotoStorage
    kyc: KycService
    integration: integrations.Integration
    token: str
    folder: Path

    @property
    def headers(self) -> dict[str, str]:
        """Those of a call by the integration."""
        return {"Authorization": f"Bearer {self.token}"}

    def open(self, user_id: str, headers: dict[str, str] | None = None) -> Any:
        """The user's KYC request, over HTTP."""
        answer = self.client.get(f"/api/v1/users/{user_id}/kyc/request", headers=headers or self.headers)
        assert answer.status_code == 200, answer.data
        return answer.json

    def answer(self, user_id: str, answers: list[Any], **headers: str) -> Any:
        """POST answers over HTTP."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/api/v1/users/{user_id}/kyc/answer"
        return self.client.post(path, json={"answers": answers}, headers={**self.headers, **extra})

    def stored_photo(self, name: str = "photo.jpg") -> str:
        """The public URL of a picture put into the storage over HTTP."""
        place = self.client.post(f"/api/v1/storage/{name}", headers=self.headers).json
        put = self.client.put(place["upload_info"]["url"], data=jpeg(), headers=place["upload_info"]["headers"])
        assert put.status_code == 200, put.data
        return str(place["public_url"])


def jpeg(colour: str = "navy") -> bytes:
    """A small real JPEG."""
    target = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(target, "JPEG")
    return target.getvalue()


def chunked(body: bytes) -> dict[str, Any]:
    """What the test client needs to send `body` as a server gives one that came in chunks: its length is unknown."""
    overrides = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return {"input_stream": io.BytesIO(body), "environ_overrides": overrides}


def cut_short(body: bytes, announced: int) -> dict[str, Any]:
    """What it needs to send `body` as a server gives what came of `announced` bytes before the connection broke."""
    overrides = {"wsgi.input_terminated": True, "CONTENT_LENGTH": str(announced)}
    return {"input_stream": io.BytesIO(body), "environ_overrides": overrides}


def form(**changes: Any) -> dict[str, Any]:
    """The parts of a good multipart call."""
    parts = {
        "birthday": "1990-08-10",
        "first_name": "Juan",
        "last_name": "Fernandez",
        "gender": "Hombre",
        "marital_status": "divorcee",
        "nationality": "Argentino",
        "politically_exposed": "false",
        "document_type": "cuil",
        "document_number": "9999999",
        "front_document": (io.BytesIO(jpeg("red")), "test.jpg", "text/plain"),
        "back_document": (io.BytesIO(jpeg("green")), "test.jpg", "text/plain"),
        "dni_selfie": (io.BytesIO(jpeg("blue")), "test.jpg", "text/plain"),
        **changes,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _empty() -> None:
    """Leave a PostgreSQL that the next test shares as it was; a SQLite file is every test's own."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        names = ", ".join(table.name for table in db.metadata.sorted_tables)
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    db.engine.dispose()


def _keyring() -> Keyring:
    key = base64.urlsafe_b64encode(bytes(range(32))).decode()
    return Keyring([key], key)


@contextmanager
def running(database_url: str, folder: Path, *, photo_hosts: tuple[str, ...] = ()) -> Iterator[Apis]:
    """The application over an empty database."""
    app = Flask("apis", template_folder=str(Path(__file__).parents[2] / "templates"))
    app.config.update(SQLALCHEMY_DATABASE_URI=database_url, TESTING=True)
    init_database(app)
    clock, ids, keyring = Clock(), Ids(), _keyring()
    blobs = Blobs("", folder / "blobs", keyring)
    over: dict[str, Any] = {"read": read, "write": write, "clock": clock, "new_id": ids}
    records = PersonalInformationsService(keyring=keyring, blobs=blobs, **over)
    calls = IdempotentCalls(keyring=keyring, **over)
    storage = PhotoStorage(
        blobs=blobs, calls=calls, secret_key="s" * 32, base_url=BASE_URL, lifetime_seconds=900, **over
    )
    kyc = KycService(
        keyring=keyring,
        storage=storage,
        calls=calls,
        document_types=DOCUMENT_TYPES,
        photo_hosts=photo_hosts,
        **over,
    )
    app.register_blueprint(personal_informations_blueprint(records, integrations.authenticate))
    app.register_blueprint(
        kyc_blueprint(kyc, storage, AccessTokens(secret_key="s" * 32, read=read, write=write, clock=clock))
    )
    app.register_blueprint(documentation_blueprint())

    @app.errorhandler(HTTPException)
    def _failed(error: HTTPException) -> Response | HTTPException:
        return api_error_response(request, error) or error

    with app.app_context():
        db.create_all()
        integration, token = integrations.create("first")
        yield Apis(
            app=app,
            client=app.test_client(),
            clock=clock,
            ids=ids,
            blobs=blobs,
            records=records,
            calls=calls,
            storage=storage,
            kyc=kyc,
            integration=integration,
            token=token,
            folder=folder,
        )
        _empty()
