"""Whether this installation can work: the database answers, the photo store does, a worker is alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sqlalchemy import select

from app.onboarding.slots import Slots
from app.store.blobs import Blobs
from app.store.db import read

DATABASE, STORE, WORKER = PARTS = ("database", "store", "worker")
# Anybody may ask: within this time the answer is the same, and costs nothing.
FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 3.0


class NoWorkerError(Exception):
    """No worker gave a sign of life lately."""


class Readiness:
    """The use case of looking after oneself."""

    def __init__(self, *, blobs: Blobs, slots: Slots) -> None:
        self._blobs, self._slots = blobs, slots
        self._lock = threading.Lock()
        self._known: dict[str, bool] = {}
        self._known_until = 0.0
        self._running: dict[str, Future[None]] = {}

    def of(self, parts: Iterable[str], within: Callable[[Callable[[], None]], Callable[[], None]]) -> dict[str, bool]:
        """Whether each part works; one that does not say within 3 seconds does not.

        `within` puts a check into what it needs around it in another thread.
        """
        with self._lock:
            if time.monotonic() >= self._known_until:
                self._known = self._look(within)
                self._known_until = time.monotonic() + FRESH_SECONDS
            return {part: self._known[part] for part in parts}

    def _look(self, within: Callable[[Callable[[], None]], Callable[[], None]]) -> dict[str, bool]:
        checks = {DATABASE: self._database, STORE: self._blobs.probe, WORKER: self._worker}
        pool = ThreadPoolExecutor(len(checks), thread_name_prefix="readiness")
        for part, check in checks.items():
            # A check that still hangs is waited for, not joined by another.
            if part not in self._running or self._running[part].done():
                self._running[part] = pool.submit(within(check))
        wait(self._running.values(), timeout=PATIENCE_SECONDS)
        pool.shutdown(wait=False)
        return {part: _is_well(self._running[part]) for part in checks}

    def _database(self) -> None:
        with read() as connection:
            connection.execute(select(1))

    def _worker(self) -> None:
        if not self._slots.living():
            raise NoWorkerError


def _is_well(check: Future[None]) -> bool:
    return check.done() and check.exception() is None
