"""Finds, counts and kills the processes of one running Alta, and waits for what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil

from tests.support.server import ROOT, Server

WAIT_SECONDS = 60.0
# Several at once on a busy machine take their time, and nothing is shown by how long.
COMMAND_SECONDS = 300.0
SUPERVISOR, WEB, WEB_WORKER, DELIVERY_WORKER = "supervisor", "web", "web worker", "delivery worker"


def wait_until(condition: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Look again and again until the condition holds; fail naming `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        pause.wait(0.05)


def roles(server: Server) -> dict[str, psutil.Process]:
    """The processes of a running Alta by what they do; one that is not there now is left out."""
    found: dict[str, psutil.Process] = {}
    for process in server.processes():
        try:
            name, parent = process.name(), process.ppid()
        except psutil.Error:
            continue
        if name == "alta-supervisor":
            found[SUPERVISOR] = process
        elif name == "alta-web":
            found[WEB if parent == server.process.pid else WEB_WORKER] = process
        elif name == "alta-worker":
            found[DELIVERY_WORKER] = process
    return found


def answers(address: str) -> bool:
    """Whether the start page is answered."""
    try:
        return httpx.get(f"{address}/apply/start").status_code == 200
    except httpx.TransportError:
        return False


def delivery_worker_starts(server: Server) -> int:
    """How many delivery workers have said that they began."""
    return server.log.read_text().count("worker_started")


def command(instance: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess:
    """Run one `flask` command to its end with exactly these settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALTA_")}
    environment = {**inherited, "ALTA_INSTANCE": str(instance), **(settings or {})}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
