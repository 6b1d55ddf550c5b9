"""Starts each compared application under the same server, and reads the CPU time that its processes have used."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.client import Browser, Naming
from tests.support.server import LIMITS, ROOT

FLASK, DJANGO, ALTA = "bare Flask", "Django + formtools", "Alta"
THREADS = 8
START_SECONDS = 60.0
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")


@dataclass(frozen=True)
class Kind:
    """How one application is started and spoken to; `prepare` makes its tables."""

    target: str
    prepare: tuple[str, ...]
    prefix: str
    naming: Naming


KINDS = {
    FLASK: Kind("tests.bench.bare_flask:app", (), "", lambda _step, name: name.replace("-", "_")),
    DJANGO: Kind(
        "tests.bench.django_wizard:app",
        ("-m", "tests.bench.django_wizard"),
        "",
        lambda step, name: f"{step}-{name.replace('-', '_')}",
    ),
    ALTA: Kind("wsgi:app", ("-m", "flask", "--app", "wsgi", "prepare"), "/apply", lambda _step, name: name),
}


@dataclass(frozen=True)
class Contender:
    """A running application."""

    kind: Kind
    port: int
    process: psutil.Process

    def browser(self) -> Browser:
        """A browser for it."""
        return Browser(self.port, self.kind.prefix, self.kind.naming)

    def cpu_seconds(self) -> float:
        """User and system time that the server's processes have used so far."""
        tree = [self.process, *self.process.children(recursive=True)]
        return sum(times.user + times.system for times in (each.cpu_times() for each in tree))


def environment(name: str, database_url: str, folder: Path) -> dict[str, str]:
    """What the application is told; an empty database URL means SQLite in `folder`."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("ALTA_")}
    if name != ALTA:
        return {**plain, "BENCH_DATABASE": database_url or str(folder / f"{KINDS[name].target.split(':')[0]}.sqlite3")}
    keys = dict.fromkeys(("ALTA_SECRET_KEY", "ALTA_ENCRYPTION_KEYS", "ALTA_INDEX_KEY"), KEY)
    # A line a request is left out, as neither of the others writes one.
    quiet = {"ALTA_LOG_LEVEL": "warning", "ALTA_INSTANCE": str(folder / "instance"), "ALTA_DATABASE_URL": database_url}
    return {**plain, **keys, **LIMITS, **quiet}


@contextmanager
def started(name: str, database_url: str, folder: Path) -> Iterator[Contender]:
    """The application called `name`, under the server and options of Alta's own."""
    kind, words = KINDS[name], environment(name, database_url, folder)
    if kind.prepare:
        subprocess.run([sys.executable, *kind.prepare], cwd=ROOT, env=words, check=True)
    port = _free_port()
    serving = f"from app.serve import web; web('127.0.0.1', {port}, threads={THREADS}, application='{kind.target}')()"
    server = subprocess.Popen([sys.executable, "-c", serving], cwd=ROOT, env=words)
    try:
        _wait_until_up(server, port)
        yield Contender(kind, port, psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert server.poll() is None, "the server did not start"
            assert time.monotonic() < deadline, "the server takes too long to start"
            time.sleep(0.05)
