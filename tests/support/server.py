"""Starts the real thing: `flask serve`, web server and worker, on a free port and an instance of its own."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = STOP_SECONDS = DELIVER_SECONDS = 60.0
DELIVERIES = """
SELECT deliveries.api, deliveries.state, deliveries.upstream_id, deliveries.upstream_state, deliveries.attention
FROM deliveries
JOIN submissions ON submissions.id = deliveries.submission_id
JOIN applications ON applications.id = submissions.application_id
WHERE applications.reference = ?
ORDER BY submissions.number
"""
GENEROUS = "1000000 per minute"
LIMITS = {f"ALTA_LIMIT_{name}": GENEROUS for name in ("START", "UPLOAD", "RESUME", "API")}
# Not known to the previous release.
NEW_LIMITS = {f"ALTA_LIMIT_{name}": GENEROUS for name in ("SIGN_IN", "HELP")}
# Below those that systems give to whoever asks for any, and others for each process of the tests.
_FIRST_PORT = 20_000 + os.getpid() % 100 * 100
_PORTS = itertools.cycle(range(_FIRST_PORT, _FIRST_PORT + 100))


class Delivered(NamedTuple):
    """How the way to one API stands."""

    state: str
    upstream_id: str
    upstream_state: str | None
    attention: str | None


@dataclass
class Server:
    """A running Alta."""

    address: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def flask(self, *arguments: str) -> str:
        """What one of the operator's commands prints."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def new_token(self, name: str, country: str) -> str:
        """The token of a fresh integration."""
        return self.flask("integrations", "create", name, "--country", country).strip()

    def delivered(self, reference: str) -> dict[str, str]:
        """The application's ids by API, once the worker has delivered it to both."""
        deadline = time.monotonic() + DELIVER_SECONDS
        while True:
            found = self.deliveries(reference)
            if found and all(each.state == "delivered" for each in found.values()):
                return {api: each.upstream_id for api, each in found.items()}
            assert time.monotonic() < deadline, f"not delivered: {found}"
            self._pass_time(0.05)

    def deliveries(self, reference: str) -> dict[str, Delivered]:
        """An application's latest delivery to each API; not by a command, whose start takes longer than a delivery."""
        return {api: Delivered(*rest) for api, *rest in self._deliveries(reference)}

    def _deliveries(self, reference: str) -> list[tuple[Any, ...]]:
        """The rows; those of the latest submission come last."""
        url = self.environment.get("ALTA_DATABASE_URL")
        if url:
            with psycopg.connect(url) as connection:
                return connection.execute(DELIVERIES.replace("?", "%s"), [reference]).fetchall()
        database = Path(self.environment["ALTA_INSTANCE"]) / "alta.sqlite3"
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(DELIVERIES, [reference]).fetchall()

    def processes(self) -> list[psutil.Process]:
        """Every process that runs for this instance, whoever its parent is."""
        mine = self.environment["ALTA_INSTANCE"]
        return [process for process in psutil.process_iter() if _instance_of(process) == mine]

    def wait_until_up(self) -> None:
        """Ask for the start page until it is answered."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{self.address}/apply/start").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            self._pass_time(0.05)

    def wait_for_words(self, words: str) -> None:
        """Wait until they stand in the log."""
        deadline = time.monotonic() + START_SECONDS
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            self._pass_time(0.05)

    def stop(self) -> None:
        """Press Ctrl-C; nothing may be left."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(STOP_SECONDS)
        left = self.processes()
        for process in left:
            process.kill()
        assert status == 0, self.log.read_text()
        assert not left, f"still running: {left}"

    def _pass_time(self, seconds: float) -> None:
        """Wait a little, but not on a server that has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)


def _instance_of(process: psutil.Process) -> str | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.environ().get("ALTA_INSTANCE")
    except psutil.Error:
        return None


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given before the server that it is meant for takes it."""
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(
    folder: Path, *options: str, host: str = "127.0.0.1", code: Path = ROOT, **settings: str
) -> Iterator[Server]:
    """A started Alta whose instance and log are in `folder`: `running(tmp_path, selfies="0")`; stopped at the end.

    `options` are those of `flask serve`; with `--worker` there is no address to ask at. `code` is another release's.
    """
    named = {f"ALTA_{name.upper()}": value for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALTA_")}
    limits = LIMITS | (NEW_LIMITS if code == ROOT else {})
    environment = {**inherited, **limits, "ALTA_INSTANCE": str(folder / "instance"), **named}
    folder.mkdir(exist_ok=True)
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--host", host, "--port", str(port)]
    command += options
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=code,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A Ctrl-C meant for the tests reaches the server through `stop` only.
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", environment, process, log)
    try:
        if "--worker" in options:
            server.wait_for_words("worker_started")
        else:
            server.wait_until_up()
        yield server
    finally:
        if process.poll() is None:
            server.stop()
