"""The worker process: runs the delivery workflow durably, and purges on its own timer."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from dbos import DBOS, DBOSConfig
from flask import Flask

from app.keeper import Keeper, claim
from app.metrics import metrics
from app.store.models.submissions import WAITING
from app.store.outage import through_outages
from app.store.pool import queue_engine_options
from app.web.logs import describe, log
from app.wiring import DELIVERY_QUEUE, DELIVERY_WORKFLOW, WORKFLOW_VERSION, Services
from app.worker_pages import serve_pages

# A workflow waits between attempts without using a thread: from seconds to an hour, for three days in all.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, WHOLE_WAIT_SECONDS = 2.0, 3600.0, 3 * 24 * 3600.0
WORKFLOWS_AT_ONCE = 4


def configuration(app: Flask, slot: str) -> DBOSConfig:
    """How DBOS finds its tables: in Alta's own database, under the worker's stable name."""
    settings = app.extensions["alta"].settings
    return DBOSConfig(
        name="alta",
        system_database_url=settings.resolved_database_url,
        application_version=WORKFLOW_VERSION,
        executor_id=slot,
        sys_db_pool_size=settings.database_pool,
        db_engine_kwargs=queue_engine_options(settings.resolved_database_url),
        log_level="WARNING",
        run_migrations=False,
        max_executor_threads=WORKFLOWS_AT_ONCE * 2,
        notification_listener_polling_interval_sec=1.0,
    )


def register(app: Flask) -> None:
    """Define the workflow and its steps; to be called once, before DBOS is launched."""
    services: Services = app.extensions["alta"]

    @DBOS.step(name="waiting")
    def waiting(submission_id: str) -> list[str]:
        with app.app_context():
            return through_outages(lambda: services.deliveries.waiting(submission_id))

    @DBOS.step(name="attempt")
    def attempt(submission_id: str, api: str) -> str:
        with app.app_context():
            try:
                with metrics.delivery_step("attempt", api):
                    return through_outages(lambda: services.deliveries.attempt(submission_id, api))
            except Exception as error:
                # Its text may hold a person's data and would be kept with the workflow: only its kind goes on.
                kind = type(error).__name__
                log.error("delivery_attempt_broke", submission_id=submission_id, api=api, **describe(error))
                through_outages(lambda: services.deliveries.note_fault(submission_id, api, kind))
                return WAITING

    @DBOS.step(name="give_up")
    def give_up(submission_id: str) -> None:
        with app.app_context():
            through_outages(lambda: services.deliveries.give_up(submission_id))
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


def run(app: Flask, listen: str = "") -> None:
    """Work until told to stop by SIGTERM or SIGINT, or until the process that started this one is gone.

    `listen` (host:port) is where this process answers whether it lives; empty where a web server of its machine does.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    slot = claim(app, stop)
    if slot is None:
        return
    keeper = Keeper(app, slot, stop)
    keeper.start()
    DBOS(config=configuration(app, slot.name))
    register(app)
    DBOS.launch()
    DBOS.register_queue(DELIVERY_QUEUE, worker_concurrency=WORKFLOWS_AT_ONCE, polling_interval_sec=0.5)
    if listen:
        serve_pages(app, listen)
    log.info("worker_started", slot=slot.name)
    parent = os.getppid()
    purging = threading.Thread(target=_purge_regularly, args=(app, stop), daemon=True)
    purging.start()
    while not stop.wait(1.0):
        if os.getppid() != parent:
            break
    stop.set()
    purging.join(timeout=10)
    DBOS.destroy(workflow_completion_timeout_sec=10)
    keeper.end()


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
