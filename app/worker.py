"""The worker process: runs deliveries and readings of documents durably, and purges on its own timer."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from dbos import DBOS, DBOSConfig
from flask import Flask

from app.store.models.readings import NOTHING
from app.store.models.submissions import WAITING
from app.web.logs import describe, log
from app.wiring import (
    DELIVERY_QUEUE,
    DELIVERY_WORKFLOW,
    READING_QUEUE,
    READING_WORKFLOW,
    WORKFLOW_VERSION,
    Services,
)

# A workflow waits between attempts without using a thread: from seconds to an hour, for three days in all.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, WHOLE_WAIT_SECONDS = 2.0, 3600.0, 3 * 24 * 3600.0
WORKFLOWS_AT_ONCE = 4
# A reading keeps a processor busy; people wait for it, so that it is looked for more often than deliveries are.
READINGS_AT_ONCE, READINGS_POLL_SECONDS = 1, 0.2


def configuration(app: Flask) -> DBOSConfig:
    """How DBOS finds its tables: in Alta's own database, under the worker's stable name."""
    settings = app.extensions["alta"].settings
    return DBOSConfig(
        name="alta",
        system_database_url=settings.resolved_database_url,
        application_version=WORKFLOW_VERSION,
        executor_id=settings.worker_slot,
        log_level="WARNING",
        run_migrations=False,
        max_executor_threads=(WORKFLOWS_AT_ONCE + READINGS_AT_ONCE) * 2,
        notification_listener_polling_interval_sec=1.0,
    )


def register(app: Flask) -> None:
    """Define the workflows and their steps; to be called once, before DBOS is launched."""
    _register_deliveries(app)
    _register_readings(app)


def _register_readings(app: Flask) -> None:
    services: Services = app.extensions["alta"]

    @DBOS.step(name="read_photo")
    def read_photo(photo_id: str) -> str:
        with app.app_context():
            try:
                return services.readings.read_photo(photo_id)
            except Exception as error:
                log.error("reading_broke", photo_id=photo_id, **describe(error))
                services.readings.give_up(photo_id)
                return NOTHING

    @DBOS.workflow(name=READING_WORKFLOW, max_recovery_attempts=None)
    def read_document(photo_id: str) -> None:
        log.info("document_read", photo_id=photo_id, state=read_photo(photo_id))


def _register_deliveries(app: Flask) -> None:
    services: Services = app.extensions["alta"]

    @DBOS.step(name="waiting")
    def waiting(submission_id: str) -> list[str]:
        with app.app_context():
            return services.deliveries.waiting(submission_id)

    @DBOS.step(name="attempt")
    def attempt(submission_id: str, api: str) -> str:
        with app.app_context():
            try:
                return services.deliveries.attempt(submission_id, api)
            except Exception as error:
                # Its text may hold a person's data and would be kept with the workflow: only its kind goes on.
                log.error("delivery_attempt_broke", submission_id=submission_id, api=api, **describe(error))
                services.deliveries.note_fault(submission_id, api, type(error).__name__)
                return WAITING

    @DBOS.step(name="give_up")
    def give_up(submission_id: str) -> None:
        with app.app_context():
            services.deliveries.give_up(submission_id)
        log.error("delivery_given_up", submission_id=submission_id)

    @DBOS.workflow(name=DELIVERY_WORKFLOW, max_recovery_attempts=None)
    def deliver(submission_id: str) -> None:
        wait, waited = FIRST_WAIT_SECONDS, 0.0
        while apis := waiting(submission_id):
            states = {api: attempt(submission_id, api) for api in apis}
            log.info("delivered", submission_id=submission_id, **states)
            if WAITING not in states.values():
                return
            if waited > WHOLE_WAIT_SECONDS:
                give_up(submission_id)
                return
            DBOS.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, LONGEST_WAIT_SECONDS)


def run(app: Flask) -> None:
    """Work until told to stop by SIGTERM or SIGINT, or until the process that started this one is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    DBOS(config=configuration(app))
    register(app)
    DBOS.launch()
    DBOS.register_queue(DELIVERY_QUEUE, worker_concurrency=WORKFLOWS_AT_ONCE, polling_interval_sec=0.5)
    DBOS.register_queue(READING_QUEUE, worker_concurrency=READINGS_AT_ONCE, polling_interval_sec=READINGS_POLL_SECONDS)
    log.info("worker_started", slot=app.extensions["alta"].settings.worker_slot)
    parent = os.getppid()
    purging = threading.Thread(target=_purge_regularly, args=(app, stop), daemon=True)
    purging.start()
    while not stop.wait(1.0):
        if os.getppid() != parent:
            break
    stop.set()
    purging.join(timeout=10)
    DBOS.destroy(workflow_completion_timeout_sec=10)


def _purge_regularly(app: Flask, stop: threading.Event) -> None:
    services: Any = app.extensions["alta"]
    while not stop.is_set():
        try:
            with app.app_context():
                count = services.purge.run()
            if count:
                log.info("purged", drafts=count)
        except Exception as error:
            log.error("purge_broke", **describe(error))
        stop.wait(services.settings.purge_minutes * 60)
