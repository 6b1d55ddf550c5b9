"""Keeps a worker's slot alive, lets the worker end when it lost it, and takes over the deliveries of dead workers."""

from __future__ import annotations

import threading
import time

from dbos import DBOS
from flask import Flask

from app.onboarding.slots import Slot, Slots
from app.web.logs import describe, log
from app.wiring import Services

BEATS_BEFORE_DEATH = 12
WAIT_SECONDS = 1.0


def claim(app: Flask, stop: threading.Event) -> Slot | None:
    """Wait for a slot: a name that another living worker has is stood by for. None if told to stop meanwhile."""
    services: Services = app.extensions["alta"]
    wanted, told = services.settings.worker_slot, False
    while not stop.is_set():
        try:
            with app.app_context():
                slot = services.slots.claim(wanted)
            if slot is not None:
                return slot
            if not told:
                log.warning("worker_stands_by", slot=wanted)
                told = True
        except Exception as error:
            log.error("slot_claim_broke", **describe(error))
        stop.wait(WAIT_SECONDS)
    return None


class Keeper:
    """The thread of a worker that holds a slot."""

    def __init__(self, app: Flask, slot: Slot, stop: threading.Event) -> None:
        """Keep `slot` until told to end; `stop` ends the worker."""
        self._app, self._slot, self._stop = app, slot, stop
        services: Services = app.extensions["alta"]
        self._slots: Slots = services.slots
        self._period = services.settings.worker_dead_seconds / BEATS_BEFORE_DEATH
        self._ended = threading.Event()
        self._steady_since: float | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Give the slot back; what is still undone is taken over by others at once."""
        self._ended.set()
        self._thread.join(timeout=10)
        try:
            with self._app.app_context():
                self._slots.release(self._slot)
        except Exception as error:
            log.error("slot_release_broke", **describe(error))

    def _keep(self) -> None:
        while not self._ended.wait(self._period):
            try:
                with self._app.app_context():
                    if not self._slots.beat(self._slot):
                        log.error("worker_slot_lost", slot=self._slot.name)
                        self._stop.set()
                        return
                    self._note_steady()
                    if self._is_steady():
                        self._take_over_the_dead()
            except Exception as error:
                self._steady_since = None
                log.error("worker_beat_broke", slot=self._slot.name, **describe(error))

    def _note_steady(self) -> None:
        if self._steady_since is None:
            self._steady_since = time.monotonic()

    def _is_steady(self) -> bool:
        """Whether the others had time to speak up as well: after an outage of the database nobody has, for a moment."""
        return self._steady_since is not None and time.monotonic() - self._steady_since >= 2 * self._period

    def _take_over_the_dead(self) -> None:
        for name in self._slots.abandoned(self._pending_names()):
            if not self._slots.take_over(name, self._slot):
                continue
            workflows = DBOS.list_workflows(status="PENDING", executor_id=name, load_input=False, load_output=False)
            for queue in {each.queue_name for each in workflows}:
                ids = [each.workflow_id for each in workflows if each.queue_name == queue]
                DBOS.resume_workflows(ids, queue_name=queue)
            self._slots.let_go(name, self._slot)
            log.warning("worker_slot_taken_over", slot=name, by=self._slot.name, workflows=len(workflows))

    def _pending_names(self) -> set[str]:
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in pending if each.executor_id} - {self._slot.name}
