"""What is counted and timed, for Prometheus: one set of series for all processes of a machine.

Each process writes into files of its own in the instance folder, which whichever process is asked adds up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram
    from prometheus_client.registry import Collector

# The library reads it when it is imported.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The series of this process."""

    @cached_property
    def _registry(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry

        return CollectorRegistry()

    def _histogram(self, name: str, what: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
        from prometheus_client import Histogram

        return Histogram(name, what, labels, buckets=buckets, registry=self._registry)

    @cached_property
    def requests(self) -> Counter:
        """Requests by method, route and status."""
        from prometheus_client import Counter

        labels = ("method", "route", "status")
        return Counter("alta_requests", "Requests answered.", labels, registry=self._registry)

    @cached_property
    def request_seconds(self) -> Histogram:
        """How long requests took, by route."""
        return self._histogram("alta_request_seconds", "Seconds to answer a request.", ("route",), FAST)

    @cached_property
    def step_seconds(self) -> Histogram:
        """How long the wizard's steps took, by step and method."""
        what = "Seconds to show (GET) or to take (POST) a step of the wizard."
        return self._histogram("alta_step_seconds", what, ("step", "method"), FAST)

    @cached_property
    def intake_seconds(self) -> Histogram:
        """How long a photo took from upload to stored, by outcome."""
        return self._histogram("alta_intake_seconds", "Seconds to take in one photo.", ("outcome",), FAST)

    @cached_property
    def delivery_seconds(self) -> Histogram:
        """How long the steps of a delivery took, by step."""
        what = "Seconds of one durable step of a delivery."
        return self._histogram("alta_delivery_step_seconds", what, ("step",), SLOW)

    @contextmanager
    def intake(self) -> Iterator[None]:
        """Time one photo's intake."""
        began, outcome = perf_counter(), "refused"
        try:
            yield
            outcome = "taken"
        finally:
            self.intake_seconds.labels(outcome).observe(perf_counter() - began)

    @contextmanager
    def delivery_step(self, step: str) -> Iterator[None]:
        """Time one step of a delivery, however it ends."""
        began = perf_counter()
        try:
            yield
        finally:
            self.delivery_seconds.labels(step).observe(perf_counter() - began)


metrics = Metrics()


def open_metrics(folder: Path) -> None:
    """Have this process write its series into `folder`; the first folder named in a process stays."""
    if FOLDER_VARIABLE not in os.environ:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ[FOLDER_VARIABLE] = str(folder)


def forget_the_dead() -> None:
    """Delete the files of processes that are no more, when a machine starts: its counters begin anew."""
    for file in Path(os.environ[FOLDER_VARIABLE]).glob("*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            with suppress(FileNotFoundError):
                file.unlink()


def written(*collectors: Collector) -> bytes:
    """Every series of this machine, and what `collectors` find out now, as Prometheus reads it."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    return bytes(generate_latest(registry))
