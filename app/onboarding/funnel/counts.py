"""What happens at each step, counted in memory and written every few seconds: no page waits for a counter.

A process that is killed loses what it had counted since; one that ends writes it. Milestones are not counted here.
"""

from __future__ import annotations

import os
import threading
from collections import Counter as Tally
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from multiprocessing.util import Finalize

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.domain.figures import Figure, class_of
from app.onboarding.draft import Draft
from app.onboarding.funnel.milestones import cohort_of
from app.onboarding.funnel.rows import Cohort, Counter, add
from app.store.db import write

GOOD, BAD = 1, 0
# While the database is away, this many different counters are kept, and no more: nothing may grow without end.
MOST_COUNTERS = 20_000
log = structlog.get_logger("alta")


class Counts:
    """The counters of this process that are not written yet."""

    def __init__(self, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self._context: Callable[[], AbstractContextManager[object]] | None = None
        self._waiting: Tally[Counter] = Tally()
        self._lock = threading.Lock()
        self._process = 0

    def open(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        """Have what is counted written by itself, within `context`."""
        self._context = context

    def answered(self, draft: Draft, step: str) -> None:
        """A step's answers were taken; `draft` is as it was before. It lasted from when the step before it was."""
        cohort = self._cohort(draft)
        happened = [Counter(cohort, Figure.TAKEN, step)]
        if not any(name.partition(":")[0] == step for name in draft.answers):
            since = max(
                (last.at for name, last in draft.givers.items() if name in draft.answers), default=draft.created_at
            )
            lasted = (self.clock() - since).total_seconds()
            happened += [
                Counter(cohort, Figure.ANSWERED, step),
                Counter(cohort, Figure.LASTED, step, class_of(lasted)),
            ]
        self._count(happened)

    def refused(self, draft: Draft, step: str, messages: Iterable[str]) -> None:
        """A step's answers were refused with these messages, as the catalogues know them."""
        cohort = self._cohort(draft)
        self._count([Counter(cohort, Figure.REFUSED, step), *(_said(cohort, step, message) for message in messages)])

    def photographed(self, draft: Draft, slot: str, *, step: str, is_first: bool, message: str = "") -> None:
        """A photo was taken for a slot, the first one or another; `message` is what there was to say against it."""
        cohort = self._cohort(draft)
        happened = [Counter(cohort, Figure.PHOTO, slot, BAD if message else GOOD)] if is_first else []
        self._count([*happened, *([_said(cohort, step, message)] if message else [])])

    def flush(self) -> None:
        """Write what was counted; while the database cannot take it, keep it for later."""
        with self._lock:
            taken, self._waiting = self._waiting, Tally()
        if not taken:
            return
        try:
            with write() as connection:
                add(connection, taken)
        except (SQLAlchemyError, OSError) as error:
            with self._lock:
                self._waiting.update(taken)
            log.warning("figures_wait", error=type(error).__name__)

    def _cohort(self, draft: Draft) -> Cohort:
        return cohort_of(
            self.settings,
            draft.created_at,
            country=draft.country,
            channel=draft.channel,
            integration=draft.integration,
        )

    def _count(self, happened: Iterable[Counter]) -> None:
        if self._process != os.getpid():
            self._begin()
        with self._lock:
            for counter in happened:
                if counter in self._waiting or len(self._waiting) < MOST_COUNTERS:
                    self._waiting[counter] += 1

    def _begin(self) -> None:
        """Start this process's own thread: none survives a fork, and what a parent counted is the parent's."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._process, self._waiting = os.getpid(), Tally()
        if self._context is not None:
            threading.Thread(target=self._keep, name="figures", daemon=True).start()
            # Called when the process ends in order, also one of the web server's.
            Finalize(None, self._end, exitpriority=10)

    def _keep(self) -> None:
        pause = threading.Event()
        while not pause.wait(self.settings.figures_seconds):
            self._end()

    def _end(self) -> None:
        assert self._context is not None, "there is a thread only with one"
        with self._context():
            self.flush()


def _said(cohort: Cohort, step: str, message: str) -> Counter:
    return Counter(cohort, Figure.SAID, f"{step} {message}")
