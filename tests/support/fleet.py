"""An Alta on many machines: PostgreSQL, S3 and Redis shared, each web server and worker with a folder of its own."""

from __future__ import annotations

import base64
import os
import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.round_robin import RoundRobin
from tests.support.server import Server, running
from tests.support.services import BUCKET, KEY_ID, SECRET, Daemon, redis_server, s3_server

KEYS = {
    name: base64.urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=")
    for number, name in enumerate(("secret_key", "encryption_keys", "index_key"), start=1)
}


@dataclass
class Fleet:
    """The machines, and what they share."""

    folder: Path
    webs: list[Server]
    workers: list[Server]
    settings: dict[str, str]
    s3: Daemon
    redis: Daemon

    @property
    def address(self) -> str:
        """What browsers call it."""
        return "http://localhost"

    def way(self) -> RoundRobin:
        """A browser's way to it: each request to the other web server."""
        return RoundRobin([web.address for web in self.webs])


def shared_settings(database_url: str, s3: Daemon, redis: Daemon) -> dict[str, str]:
    """What every machine is told."""
    return {
        "database_url": database_url,
        "database_pool": "4",
        "blob_url": f"s3://{BUCKET}/alta",
        "blob_endpoint": f"http://127.0.0.1:{s3.port}",
        "blob_region": "us-east-1",
        "blob_key_id": KEY_ID,
        "blob_secret": SECRET,
        "limits_url": f"redis://127.0.0.1:{redis.port}/0",
        "public_url": "http://localhost",
        **KEYS,
    }


@contextmanager
def fleet(folder: Path, database_url: str, *, webs: int = 2, workers: int = 2, **changes: str) -> Iterator[Fleet]:
    """So many machines of each kind, running."""
    with ExitStack() as up:
        s3 = up.enter_context(s3_server(folder / "s3"))
        redis = up.enter_context(redis_server())
        settings = {**shared_settings(database_url, s3, redis), **changes}

        def machine(name: str, option: str) -> Server:
            return up.enter_context(running(folder / name, option, **settings))

        with ThreadPoolExecutor(webs + workers) as pool:
            started = [pool.submit(machine, f"web-{number}", "--web") for number in range(webs)]
            started += [pool.submit(machine, f"worker-{number}", "--worker") for number in range(workers)]
            servers = [each.result() for each in started]
        yield Fleet(folder, servers[:webs], servers[webs:], settings, s3, redis)


def lose(server: Server) -> None:
    """A machine is gone from one moment to the next: its supervisor and all it started."""
    parts = server.processes()
    server.process.kill()
    for part in parts:
        with suppress(psutil.Error):
            part.kill()
    server.process.wait()


class Reaper:
    """Kills some process of these machines with SIGKILL every few moments, for so many seconds, by a seed."""

    def __init__(self, servers: list[Server], *, seconds: float, seed: int) -> None:
        self._servers, self._seconds = servers, seconds
        self._random = random.Random(seed)
        self.killed: list[str] = []
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Reaper:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.join()

    def _run(self) -> None:
        pause, left = threading.Event(), self._seconds
        while left > 0:
            wait = self._random.uniform(0.5, 2.5)
            pause.wait(wait)
            left -= wait
            self._strike()
        self.over.set()

    def _strike(self) -> None:
        server = self._random.choice(self._servers)
        # Supervisors stay: what restarts a whole machine is not Alta's.
        parts = [each for each in server.processes() if each.pid != server.process.pid]
        if not parts:
            return
        part = self._random.choice(sorted(parts, key=lambda each: each.pid))
        with suppress(psutil.Error, ProcessLookupError):
            name = part.name()
            os.kill(part.pid, signal.SIGKILL)
            self.killed.append(name)
