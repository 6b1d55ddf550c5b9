"""The worker process: runs deliveries and readings durably, rouses what was lost, and purges on a timer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfig
from flask import Flask

from app.keeper import Keeper, claim
from app.metrics import metrics
from app.onboarding.outcome import broken
from app.queue import (
    DELIVERY_QUEUE,
    DELIVERY_WORKFLOW,
    READING_QUEUE,
    READING_WORKFLOW,
    WEBHOOK_QUEUE,
    WEBHOOK_WORKFLOW,
    WORKFLOW_VERSION,
)
from app.store.db import utc_now
from app.store.models.readings import NOTHING
from app.store.outage import through_outages
from app.store.pool import queue_engine_options
from app.web.logs import describe, log
from app.wiring import Services
from app.worker_pages import serve_pages

# Of each upstream at once, and of all together: while one is silent, the others go on.
RUNS_OF_ONE_UPSTREAM, RUNS_AT_ONCE = 8, 32
QUEUE_SECONDS = 0.25
# A reading keeps a processor busy; people wait for it, so that it is looked for more often than deliveries are.
READINGS_AT_ONCE, READINGS_POLL_SECONDS = 1, 0.2
# Of each receiver at once, and of all together.
MESSAGES_OF_ONE_RECEIVER, MESSAGES_AT_ONCE, MESSAGES_POLL_SECONDS = 4, 16, 0.5
ROUSE_SECONDS = 30.0
FLAG_SECONDS = 5.0
ENDED_KEPT = timedelta(days=1)


class BrokenStepError(Exception):
    """A fault of ours in a delivery's step; the message is its kind."""


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
        max_executor_threads=RUNS_AT_ONCE + READINGS_AT_ONCE + MESSAGES_AT_ONCE + 8,
        notification_listener_polling_interval_sec=1.0,
    )


def register(app: Flask) -> None:
    """Define the workflows and their steps; to be called once, before DBOS is launched."""
    _register_deliveries(app)
    _register_readings(app)
    _register_webhooks(app)


def _register_webhooks(app: Flask) -> None:
    services: Services = app.extensions["alta"]

    def within(work: Callable[..., Any], *arguments: Any) -> Any:
        with app.app_context():
            try:
                return through_outages(lambda: work(*arguments))
            except Exception as error:
                log.error("webhook_broke", message_id=arguments[0], **describe(error))
                # What is kept with the workflow is its kind only; it is roused later.
                raise BrokenStepError(type(error).__name__) from None

    @DBOS.workflow(name=WEBHOOK_WORKFLOW, max_recovery_attempts=None)
    def send_webhook(message_id: str, run: int) -> None:
        sending = services.embedding.webhooks.sending
        told = DBOS.run_step({"name": "post"}, partial(within, sending.attempt, message_id, run))
        if told is not None:
            state = within(sending.record, message_id, run, told)
            log.info("webhook", message_id=message_id, run=run, state=state)


def _register_readings(app: Flask) -> None:
    services: Services = app.extensions["alta"]

    @DBOS.step(name="read_photo")
    def read_photo(photo_id: str) -> str:
        with app.app_context():
            try:
                return through_outages(lambda: services.readings.read_photo(photo_id))
            except Exception as error:
                log.error("reading_broke", photo_id=photo_id, **describe(error))
                through_outages(lambda: services.readings.give_up(photo_id))
                return NOTHING

    @DBOS.workflow(name=READING_WORKFLOW, max_recovery_attempts=None)
    def read_document(photo_id: str) -> None:
        log.info("document_read", photo_id=photo_id, state=read_photo(photo_id))


def _register_deliveries(app: Flask) -> None:
    services: Services = app.extensions["alta"]

    def within(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        with app.app_context():
            try:
                with metrics.delivery_step(name):
                    return through_outages(lambda: work(*arguments))
            except Exception as error:
                log.error("delivery_step_broke", step=name, delivery_id=arguments[0], **describe(error))
                # Its text may hold a person's data and would be kept with the workflow; it is roused later.
                raise BrokenStepError(type(error).__name__) from None

    def told(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return within(name, work, *arguments)
        except BrokenStepError as error:
            return {"outcome": broken(str(error)).to_json()}

    def step(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        return DBOS.run_step({"name": name}, partial(told, name, work, *arguments))

    @DBOS.workflow(name=DELIVERY_WORKFLOW, max_recovery_attempts=None)
    def advance(delivery_id: str, run: int) -> None:
        state = services.deliveries.advance(delivery_id, run, step, within)
        log.info("delivery", delivery_id=delivery_id, run=run, state=state)


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
    _register_queues()
    if listen:
        serve_pages(app, listen)
    log.info("worker_started", slot=slot.name)
    timers = (
        _timer(app, stop, "purge", app.extensions["alta"].settings.purge_minutes * 60, _purge),
        _timer(app, stop, "rouse", ROUSE_SECONDS, _rouse),
        _timer(app, stop, "flag", FLAG_SECONDS, _flag),
    )
    parent = os.getppid()
    while not stop.wait(1.0):
        if os.getppid() != parent:
            break
    stop.set()
    for timer in timers:
        timer.join(timeout=10)
    DBOS.destroy(workflow_completion_timeout_sec=10)
    keeper.end()


def _register_queues() -> None:
    DBOS.register_queue(
        DELIVERY_QUEUE,
        worker_concurrency=RUNS_AT_ONCE,
        partition_worker_concurrency=RUNS_OF_ONE_UPSTREAM,
        polling_interval_sec=QUEUE_SECONDS,
    )
    DBOS.register_queue(READING_QUEUE, worker_concurrency=READINGS_AT_ONCE, polling_interval_sec=READINGS_POLL_SECONDS)
    DBOS.register_queue(
        WEBHOOK_QUEUE,
        worker_concurrency=MESSAGES_AT_ONCE,
        partition_worker_concurrency=MESSAGES_OF_ONE_RECEIVER,
        polling_interval_sec=MESSAGES_POLL_SECONDS,
    )


def _timer(
    app: Flask, stop: threading.Event, name: str, seconds: float, work: Callable[[Services], None]
) -> threading.Thread:
    """Do some work again and again until stopped, whatever becomes of it."""

    def again() -> None:
        while not stop.is_set():
            try:
                with app.app_context():
                    work(app.extensions["alta"])
            except Exception as error:
                log.error(f"{name}_broke", **describe(error))
            stop.wait(seconds)

    thread = threading.Thread(target=again, name=name, daemon=True)
    thread.start()
    return thread


def _purge(services: Services) -> None:
    count = services.purge.run()
    if count:
        log.info("purged", drafts=count)
    services.queue.forget_ended(utc_now() - ENDED_KEPT)


def _rouse(services: Services) -> None:
    count = services.deliveries.ledger.rouse()
    if count:
        log.warning("roused", deliveries=count)
    messages = services.embedding.webhooks.sending.rouse()
    if messages:
        log.warning("roused_webhooks", messages=messages)


def _flag(services: Services) -> None:
    services.cases.flags.catch_up()
