"""How much memory the whole of a running Alta takes while phones send big photos."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import psutil

from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.pictures import photo_jpeg
from tests.support.server import Server, running

UPLOADS, ROUNDS = 8, 3
MAXIMUM_BYTES = 600 * 1024 * 1024


class Peak:
    """Watches the proportional set size of all processes together."""

    def __init__(self, server: Server) -> None:
        self.bytes = 0
        self._processes, self._enough = server.processes(), threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._enough.wait(0.02):
            self.bytes = max(self.bytes, sum(pss(process) for process in self._processes))


def pss(process: psutil.Process) -> int:
    """A process's own memory and its share of what it shares, in bytes."""
    return int(process.memory_full_info().pss)


def at_document(server: Server) -> Applicant:
    """Somebody who is asked for the photos of the document."""
    applicant = Applicant(cast(Any, Site(server.address)))
    applicant.start("AR")
    for step in ("personal", "identity", "exposure", "address", "phone", "income"):
        applicant.answer(step)
    applicant.get("/apply/document")
    return applicant


def test_eight_big_photos_at_once_stay_under_600_megabytes(tmp_path: Path) -> None:
    photo = photo_jpeg(4000, 3000)
    together = threading.Barrier(UPLOADS)

    def upload(applicant: Applicant) -> list[int]:
        statuses, page = [], applicant.page
        for _round in range(ROUNDS):
            # The answer is the photo's card only; the page around it stays.
            applicant.page = page
            together.wait()
            statuses.append(applicant.send({"file": photo}, path="/apply/photos/front_document").status)
        return statuses

    with running(tmp_path) as server:
        people = [at_document(server) for _person in range(UPLOADS)]
        with Peak(server) as peak, ThreadPoolExecutor(UPLOADS) as pool:
            statuses = [status for each in pool.map(upload, people) for status in each]
    print(f"peak of all processes: {peak.bytes / 2**20:.0f} MiB")
    assert statuses == [200] * UPLOADS * ROUNDS
    assert 0 < peak.bytes < MAXIMUM_BYTES
