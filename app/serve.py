"""The supervisor of one machine: starts the web server and the worker, restarts what dies, and stops both cleanly."""

from __future__ import annotations

import contextvars
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

STOP_SECONDS = 20.0
RESTART_SECONDS = 1.0
SUPERVISOR, WEB, WORKER = "supervisor", "web", "worker"
# Of <linux/prctl.h> and glibc's <malloc.h>.
PARENT_DEATH_SIGNAL, PROCESS_NAME, MOST_ARENAS = 1, 15, -8


def web(host: str, port: int, *, threads: int, processes: int = 1, application: str = "wsgi:app") -> Callable[[], None]:
    """The work of the web server: so many processes, of so many threads each."""

    def run() -> None:
        Granian(
            application,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            websockets=False,
            workers_kill_timeout=15,
            respawn_failed_workers=True,
            respawn_interval=RESTART_SECONDS,
            log_level=LogLevels.error,
        ).serve()

    return run


def worker(app: Flask, listen: str = "") -> Callable[[], None]:
    """The work of a delivery worker, which answers at `listen` (host:port) whether it lives."""

    def run() -> None:
        from app import worker as process

        process.run(app, listen)

    return run


def roles_of(app: Flask, host: str, port: int, only: str | None = None) -> dict[str, Callable[[], None]]:
    """The work of each process of this machine, all of them or those of the web server or of the workers only."""
    settings = app.extensions["alta"].settings
    roles: dict[str, Callable[[], None]] = {}
    if only in (None, WEB):
        roles[WEB] = web(host, port, threads=settings.web_threads, processes=settings.web_processes)
    if only in (None, WORKER):
        listen = settings.worker_listen if only == WORKER else ""
        roles[WORKER] = worker(app, listen)
        roles |= {f"{WORKER}-{number}": worker(app) for number in range(2, settings.worker_processes + 1)}
    return roles


class Supervisor:
    """Keeps a process running for each role until told to stop.

    Processes are forked from this one, which has loaded everything: a start, and a restart, costs no second loading,
    and what was loaded is in memory once.
    """

    def __init__(self, roles: dict[str, Callable[[], None]]) -> None:
        self._roles = roles
        self._running: dict[str, int] = {}
        self._stopping = False

    def run(self) -> None:
        """Run until SIGINT or SIGTERM."""
        _name_process(SUPERVISOR)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        started = dict.fromkeys(self._roles, -RESTART_SECONDS)
        while not self._stopping:
            for role in self._roles:
                if role in self._running or time.monotonic() - started[role] < RESTART_SECONDS:
                    continue
                started[role] = time.monotonic()
                self._running[role] = self._fork(role)
            time.sleep(0.05)
            self._bury_the_dead()
        self._end()

    def _fork(self, role: str) -> int:
        supervisor = os.getpid()
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            _prepare_child(role, supervisor)
            # An empty context: the command's own application context ends with the supervisor.
            contextvars.Context().run(self._roles[role])
            status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 1
        except BaseException as error:
            sys.stderr.write(f"The {role} process ended: {type(error).__name__}\n")
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _bury_the_dead(self) -> None:
        for role, process in list(self._running.items()):
            if _has_ended(process):
                _kill_group(process)
                del self._running[role]

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _end(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            while not _has_ended(process) and time.monotonic() < deadline:
                time.sleep(0.02)
            _kill_group(process)


def _prepare_child(role: str, supervisor: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # A group of its own: Ctrl-C reaches the supervisor alone, which stops its processes in order.
    os.setsid()
    _name_process(role)
    if sys.platform == "linux":
        # The kernel stops this process when the supervisor is killed, so that none is left behind.
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
        # Photos come and go in many threads: more arenas of the allocator would only hold on to memory.
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(MOST_ARENAS, 2)
    if os.getppid() != supervisor:
        os._exit(1)


def _name_process(role: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PROCESS_NAME, f"alta-{role}".encode())


def _has_ended(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True


def _kill_group(group: int) -> None:
    """Kill what a process that ended, or would not end, has left of its group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
