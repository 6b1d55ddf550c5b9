"""Owns the search for personal data where none may be in plain: database, write-ahead log, folders and logs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.store.blobs import Blobs
from app.store.crypto import Keyring
from tests.conftest import KEY, LIMITS
from tests.support import databases
from tests.support.canaries import PLAIN, forms_of

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Traces:
    """What a journey left: each place's bytes by name, the log, and pieces of the stored photos."""

    places: dict[str, bytes]
    log: str
    photo_pieces: list[bytes]


def _dump(url: str) -> dict[str, bytes]:
    """Every column of every table, as its own bytes."""
    tables = (
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"
    )
    found = {}
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(tables).fetchall():
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))).fetchall()
            values = [value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row]
            found[f"{schema}.{table}"] = b"\n".join(values)
    return found


def _pieces(instance: Path) -> list[bytes]:
    """Some of each stored picture's bytes, decrypted."""
    blobs = Blobs("", instance / "blobs", Keyring([KEY], KEY))
    pictures = [blobs.get(key) for prefix in ("photos", "apis") for key in blobs.keys(prefix)]
    assert len(pictures) >= 10
    return [picture[start : start + 24] for picture in pictures for start in (len(picture) // 2, len(picture) - 90)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def traces(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """A journey of canaries in a process of its own, whose log is at its most talkative."""
    folder = tmp_path_factory.mktemp("canaries")
    url = ""
    if request.param == "postgresql":
        url = databases.create_database(request.getfixturevalue("postgresql"), "alta_canaries")
    settings = {
        "ALTA_INSTANCE": str(folder / "instance"),
        "ALTA_DATABASE_URL": url,
        "ALTA_SECRET_KEY": KEY,
        "ALTA_ENCRYPTION_KEYS": KEY,
        "ALTA_INDEX_KEY": KEY,
        "ALTA_LOG_LEVEL": "debug",
        "TMPDIR": str(folder),
        **LIMITS,
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.canaries"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        timeout=120,
        check=False,
    )
    log = (run.stdout + run.stderr).decode()
    assert run.returncode == 0, log[-3000:]
    places = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places |= _dump(url) if url else {}
    return Traces(places={**places, "log": log.encode()}, log=log, photo_pieces=_pieces(folder / "instance"))


@pytest.mark.parametrize("canary", PLAIN)
def test_canary_is_nowhere_in_plain(traces: Traces, canary: str) -> None:
    """Not in the database or its log of writes, not in a file, not in a log line; in no encoding."""
    places = {(name, form) for name, content in traces.places.items() for form in forms_of(canary) if form in content}
    assert places == set()


def test_photos_are_nowhere_in_plain(traces: Traces) -> None:
    """Bytes of the stored pictures, as they are, in base64 and in hex."""
    for piece in traces.photo_pieces:
        for form in (piece, piece.hex().encode()):
            assert [name for name, content in traces.places.items() if form in content] == []


def test_search_looks_at_something(traces: Traces) -> None:
    """The journey was logged with its refusals and failures, and its rows and files are there."""
    for status in (200, 303, 422, 500):
        assert f'"status": {status}' in traces.log
    assert '"event": "unexpected"' in traces.log
    assert any("blobs" in name for name in traces.places)
    tables = [name for name in traces.places if name.startswith("public.")]
    # What was not taken over into the file yet stands in its log of writes.
    files = tables or [name for name in traces.places if name.startswith("instance/alta.sqlite3")]
    database = b"".join(traces.places[name] for name in files)
    assert b"personal_informations" in database
    assert tables or len(traces.places["aside-delivered/alta.sqlite3-wal"]) > 10_000
    assert io.BytesIO(database).getbuffer().nbytes > 10_000


@pytest.mark.parametrize("text", ["Quetzalina Canaria", "27/3/1937"])
def test_search_finds_what_it_looks_for(text: str) -> None:
    """In each encoding, at each alignment."""
    import base64

    for lead in range(6):
        padded = b"x" * lead + text.encode() + b"yyyy"
        for place in (padded, base64.b64encode(padded), base64.urlsafe_b64encode(padded), padded.hex().encode()):
            assert any(form in place for form in forms_of(text)), (lead, place)
