"""The embedded installation in one file, copied while it works, and put back: everything is there and can be read."""

from __future__ import annotations

import json
import stat
import tarfile
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from app import config, create_app
from app.onboarding.photos import VARIANTS, blob_key
from app.store.backup import back_up, restore
from app.store.db import utc_now, write
from app.store.models.photos import Photo
from tests.support import databases
from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.processes import command, wait_until
from tests.support.quick import hasten
from tests.support.rows import one, rows
from tests.support.server import LIMITS, running

PHOTOS, PICTURE = 150, b"\xff\xd8\xff\xd9"


def opened(instance: Path) -> Flask:
    """The application on an instance folder, with the keys that lie there."""
    app = create_app(config.load({"ALTA_INSTANCE": str(instance), "ALTA_LOG_LEVEL": "error", **LIMITS}))
    app.testing = True
    databases.migrate(app)
    return app


class Churn:
    """Replaces photos one after the other, as fast as it can: stored before its row, deleted after its row is gone."""

    def __init__(self, app: Flask, application_id: str) -> None:
        self._app, self._application_id, self._enough = app, application_id, threading.Event()
        self._ids = {f"slot-{number}": "" for number in range(PHOTOS)}
        self.replaced = 0
        for slot in self._ids:
            self._replace(slot)

    def run(self) -> None:
        """Until there are copies enough."""
        for slot in cycle(self._ids):
            if self._enough.is_set():
                return
            self._replace(slot)
            self.replaced += 1

    def end(self) -> None:
        """Enough."""
        self._enough.set()

    def _replace(self, slot: str) -> None:
        old, new = self._ids[slot], str(uuid.uuid4())
        blobs = self._app.extensions["alta"].blobs
        for variant in VARIANTS:
            blobs.put(blob_key(self._application_id, new, variant), PICTURE)
        row = {"slot": slot, "sha256": "", "byte_count": 4, "width": 1, "height": 1, "created_at": utc_now()}
        with self._app.app_context(), write() as connection:
            connection.execute(delete(Photo).where(Photo.id == old))
            connection.execute(insert(Photo).values(id=new, application_id=self._application_id, **row))
        for variant in VARIANTS if old else ():
            blobs.delete(blob_key(self._application_id, old, variant))
        self._ids[slot] = new


def require_whole(app: Flask) -> int:
    """Fail unless every photo that a row names can be read; how many."""
    found = rows(app, "SELECT application_id, id FROM photos")
    blobs = app.extensions["alta"].blobs
    for application_id, photo_id in found:
        for variant in VARIANTS:
            assert blobs.get(blob_key(application_id, photo_id, variant))[:2] == b"\xff\xd8"
    return len(found)


def test_copies_made_while_people_write_are_each_whole(tmp_path: Path) -> None:
    app = opened(tmp_path / "instance")
    Applicant(app).start()
    churn = Churn(app, str(one(app, "SELECT id FROM applications")))
    copies = [tmp_path / f"copy-{number}.tar" for number in range(4)]
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(churn.run)
        try:
            for copy in copies:
                back_up(tmp_path / "instance" / "alta.sqlite3", tmp_path / "instance", copy)
        finally:
            churn.end()
        busy.result()
    assert churn.replaced > len(copies)
    for number, copy in enumerate(copies):
        instance = tmp_path / f"restored-{number}"
        instance.mkdir()
        restore(copy, instance / "alta.sqlite3", instance)
        assert require_whole(opened(instance)) == PHOTOS


def test_restored_installation_delivers_what_was_on_its_way_and_goes_on(tmp_path: Path) -> None:
    first = tmp_path / "first"
    app = opened(first)
    sent = hasten(Applicant(app))
    sent.submit()
    (reference,) = (row[0] for row in rows(app, "SELECT reference FROM applications"))
    draft = hasten(Applicant(app), until="phone")
    copy = tmp_path / "copy.tar"
    assert "It holds the keys too" in command(first, "backup", str(copy)).stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    assert command(tmp_path / "second" / "instance", "restore", str(copy)).returncode == 0
    with running(tmp_path / "second") as server:
        assert set(server.delivered(reference)) == {"personal_informations", "kyc"}
        browser = Applicant(cast(Any, Site(server.address)))
        browser.browser.set_cookie("alta", draft.browser.get_cookie("alta").value)
        assert browser.answer("phone").path == "/apply/income"
        shown = json.loads(server.flask("applications", "show", reference))
        assert [each["state"] for each in shown["deliveries"]] == ["delivered"] * 2
        wait_until(lambda: "worker-1  alive" in server.flask("worker", "slots"), "the worker's slot")
    second = tmp_path / "second" / "instance"
    assert stat.S_IMODE((second / "alta.sqlite3").stat().st_mode) == 0o600
    assert not [path for path in second.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance folder with something in it."""
    hasten(Applicant(opened(tmp_path / "instance")), until="selfies")
    return tmp_path / "instance"


def test_copy_without_keys_holds_none(instance: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    assert "It holds no keys" in command(instance, "backup", str(copy), "--without-keys").stdout
    with tarfile.open(copy) as archive:
        assert not [name for name in archive.getnames() if name.endswith(".key")]
    elsewhere = tmp_path / "elsewhere"
    assert command(elsewhere, "restore", str(copy)).returncode == 0
    started = command(elsewhere, "prepare")
    assert (started.returncode, "ALTA_ENCRYPTION_KEYS" in started.stderr) == (1, True)
    for key in instance.glob("*.key"):
        (elsewhere / key.name).write_bytes(key.read_bytes())
    assert require_whole(opened(elsewhere)) == 2


def said(ended: Any) -> str:
    """The one sentence of a command that refused."""
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    return str(ended.stderr)


def test_nothing_is_written_over(instance: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    assert command(instance, "backup", str(copy)).returncode == 0
    before = copy.read_bytes()
    assert "is there already" in said(command(instance, "backup", str(copy)))
    assert copy.read_bytes() == before
    assert "restore into an empty instance folder" in said(command(instance, "restore", str(copy)))
    assert require_whole(opened(instance)) == 2


@pytest.mark.parametrize("harm", ["cut off", "no archive", "other archive", "missing"])
def test_what_is_no_whole_copy_is_refused_and_changes_nothing(instance: Path, tmp_path: Path, harm: str) -> None:
    copy, elsewhere = tmp_path / "copy.tar", tmp_path / "elsewhere"
    assert command(instance, "backup", str(copy)).returncode == 0
    if harm == "cut off":
        copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    elif harm == "no archive":
        copy.write_text("nothing")
    elif harm == "other archive":
        with tarfile.open(copy, "w") as archive:
            archive.add(instance / "secret_key.key", "secret_key.key")
    else:
        copy.unlink()
    assert "cop" in said(command(elsewhere, "restore", str(copy))) or harm == "missing"
    assert {path.suffix for path in elsewhere.iterdir() if path.is_file()} <= {".key", ".id"}
    assert not (elsewhere / "alta.sqlite3").exists()
    assert command(elsewhere, "prepare").returncode == 0


def test_copy_of_a_postgresql_is_its_own_tools_matter(
    make_app: Callable[..., Flask], postgresql: str, tmp_path: Path
) -> None:
    settings = {"ALTA_DATABASE_URL": databases.create_database(postgresql, "alta_no_copy")}
    ended = command(tmp_path / "instance", "backup", str(tmp_path / "copy.tar"), settings=settings)
    assert "pg_dump" in said(ended)
