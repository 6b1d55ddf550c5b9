"""Blobs in a folder and in a real S3 server: the same behaviour, and nothing in plain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.blobs import Blobs, StoreError
from app.store.crypto import DecryptionError, Keyring
from app.store.stores import StoreAccess, s3_options
from tests.conftest import KEY
from tests.support.services import BUCKET, KEY_ID, SECRET, Daemon, s3_server

PICTURE = b"\xff\xd8\xff not really a picture, but personal" * 50


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with s3_server(tmp_path_factory.mktemp("s3")) as daemon:
        yield daemon


def access_to(s3: Daemon) -> StoreAccess:
    """As the settings describe it."""
    return StoreAccess(endpoint=f"http://127.0.0.1:{s3.port}", region="us-east-1", key_id=KEY_ID, secret=SECRET)


@pytest.fixture(params=["folder", "s3 by settings", "s3 by the machine's own variables"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    keyring = Keyring([KEY], KEY)
    if request.param == "folder":
        return Blobs("", tmp_path / "blobs", keyring)
    s3 = request.getfixturevalue("s3")
    url = f"s3://{BUCKET}/{tmp_path.name}"
    if request.param == "s3 by settings":
        return Blobs(url, tmp_path / "unused", keyring, access_to(s3))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{s3.port}")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    return Blobs(url, tmp_path / "unused", keyring)


def test_what_was_put_comes_back_and_is_replaced(blobs: Blobs) -> None:
    blobs.put("photos/a/1/stored", PICTURE)
    assert blobs.get("photos/a/1/stored") == PICTURE
    blobs.put("photos/a/1/stored", b"other")
    assert blobs.get("photos/a/1/stored") == b"other"


def test_deleting_a_prefix_leaves_its_neighbours(blobs: Blobs) -> None:
    for key in ("photos/a/1/stored", "photos/a/1/thumbnail", "photos/ab/1/stored"):
        blobs.put(key, PICTURE)
    blobs.delete_prefix("photos/a")
    assert blobs.keys("photos") == ["photos/ab/1/stored"]
    with pytest.raises(FileNotFoundError):
        blobs.get("photos/a/1/stored")


def test_deleting_what_is_gone_is_fine(blobs: Blobs) -> None:
    blobs.put("photos/a/1/stored", PICTURE)
    blobs.delete("photos/a/1/stored")
    blobs.delete("photos/a/1/stored")
    assert blobs.keys("photos") == []


def test_a_blob_moved_to_another_key_does_not_decrypt(tmp_path: Path) -> None:
    blobs = Blobs("", tmp_path, Keyring([KEY], KEY))
    blobs.put("photos/a/1/stored", PICTURE)
    blobs.put("photos/b/1/stored", PICTURE)
    shutil.copy(tmp_path / "photos/a/1/stored", tmp_path / "photos/b/1/stored")
    with pytest.raises(DecryptionError):
        blobs.get("photos/b/1/stored")


def test_a_folder_holds_nothing_in_plain_and_nothing_open_to_others(tmp_path: Path) -> None:
    os.umask(0o077)  # As the application does when it is made.
    blobs = Blobs("", tmp_path / "blobs", Keyring([KEY], KEY))
    blobs.put("photos/a/1/stored", PICTURE)
    file = tmp_path / "blobs/photos/a/1/stored"
    assert b"personal" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_wrong_secret_is_a_fault_of_the_store_without_any_key_in_it(s3: Daemon, tmp_path: Path) -> None:
    wrong = StoreAccess(endpoint=f"http://127.0.0.1:{s3.port}", region="us-east-1", key_id=KEY_ID, secret="wrong")
    blobs = Blobs(f"s3://{BUCKET}/x", tmp_path, Keyring([KEY], KEY), wrong)
    with pytest.raises(StoreError) as caught:
        blobs.put("photos/a/1/stored", PICTURE)
    assert "photos" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_virtual_hosted_style_names_the_bucket_before_the_host() -> None:
    access = StoreAccess(endpoint="https://s3.example", style="virtual", key_id="k", secret="s")
    assert s3_options("s3://bucket/prefix", access) == {
        "endpoint": "https://bucket.s3.example",
        "virtual_hosted_style_request": True,
        "access_key_id": "k",
        "secret_access_key": "s",
    }


def test_probe_tells_a_store_that_works_from_one_that_is_gone(s3: Daemon, tmp_path: Path) -> None:
    blobs = Blobs(f"s3://{BUCKET}/x", tmp_path, Keyring([KEY], KEY), access_to(s3))
    blobs.probe()
    s3.kill()
    try:
        with pytest.raises(StoreError):
            blobs.probe()
    finally:
        s3.start()
