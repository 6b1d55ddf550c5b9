"""Blobs in a folder and in a real S3 server: the same behaviour, and nothing in plain."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.blobs import Blobs
from app.store.crypto import DecryptionError, Keyring
from tests.conftest import KEY

KEY_ID, SECRET = "alta-test-access-key", "alta-test-secret"
PICTURE = b"\xff\xd8\xff not really a picture, but personal" * 50


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(10_000):
        assert process.poll() is None, "the S3 server ended"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            continue
        return
    raise AssertionError("the S3 server does not answer")


@pytest.fixture(scope="module")
def s3_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    folder, port = tmp_path_factory.mktemp("s3"), _free_port()
    (folder / "alta-photos").mkdir()
    command = [str(Path(sys.executable).with_name("rclone")), "serve", "s3"]
    command += ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY_ID},{SECRET}", "--vfs-cache-mode", "writes"]
    process = subprocess.Popen([*command, str(folder)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield folder, port
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    keyring = Keyring([KEY], KEY)
    if request.param == "folder":
        return Blobs("", tmp_path / "blobs", keyring)
    _folder, port = request.getfixturevalue("s3_folder")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "false")
    return Blobs(f"s3://alta-photos/{tmp_path.name}", tmp_path / "unused", keyring)


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
    blobs = Blobs("", tmp_path / "blobs", Keyring([KEY], KEY))
    blobs.put("photos/a/1/stored", PICTURE)
    file = tmp_path / "blobs/photos/a/1/stored"
    assert b"personal" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
