"""The worker's queues in the database itself: filled in the application's own transaction, emptied by workers."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.store.db import db, session_on

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

DELIVERY_QUEUE, DELIVERY_WORKFLOW = "upstreams", "advance"
READING_QUEUE, READING_WORKFLOW = "readings", "read_document"
WEBHOOK_QUEUE, WEBHOOK_WORKFLOW = "webhooks", "send_webhook"
WORKFLOW_VERSION = "2"
ALIVE = ["DELAYED", "ENQUEUED", "PENDING"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
FORGOTTEN_AT_ONCE = 500


class WorkerQueue:
    """The worker's queues, as those who put something into them see them."""

    @staticmethod
    def load() -> None:
        """Import what enqueueing needs now, so that nobody's request waits for it."""
        import dbos

        assert dbos

    def enqueue(self, connection: Connection, place: str, delivery_id: str, run: int, *, wait: float) -> None:
        """Have a run of a delivery begin after `wait` seconds, once the caller's transaction commits.

        Once, however often it is asked. A run that waits takes no thread and no turn of the queue.
        """
        options: EnqueueOptions = {
            "queue_name": DELIVERY_QUEUE,
            "queue_partition_key": place,
            "workflow_name": DELIVERY_WORKFLOW,
            "workflow_id": workflow_id(delivery_id, run),
            "app_version": WORKFLOW_VERSION,
        }
        if wait > 0:
            options["delay_seconds"] = wait
        with session_on(connection) as session:
            self._client.enqueue_in_transaction(session, options, delivery_id, run)

    def read_document(self, connection: Connection, photo_id: str) -> None:
        """Have the document in a photo read, once the caller's transaction commits; once, however often it is asked."""
        options: EnqueueOptions = {
            "queue_name": READING_QUEUE,
            "workflow_name": READING_WORKFLOW,
            "workflow_id": photo_id,
            "app_version": WORKFLOW_VERSION,
        }
        with session_on(connection) as session:
            self._client.enqueue_in_transaction(session, options, photo_id)

    def send_webhook(self, connection: Connection, place: str, message_id: str, run: int, *, wait: float) -> None:
        """Have an attempt at a webhook's message begin after `wait` seconds, once the caller's transaction commits.

        `place` names the receiver: a slow one takes up no other's turn.
        """
        options: EnqueueOptions = {
            "queue_name": WEBHOOK_QUEUE,
            "queue_partition_key": place,
            "workflow_name": WEBHOOK_WORKFLOW,
            "workflow_id": workflow_id(message_id, run),
            "app_version": WORKFLOW_VERSION,
        }
        if wait > 0:
            options["delay_seconds"] = wait
        with session_on(connection) as session:
            self._client.enqueue_in_transaction(session, options, message_id, run)

    def alive(self, runs: list[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those runs of deliveries or of webhooks that wait in the queue, or are under way."""
        by_id = {workflow_id(*run): run for run in runs}
        found = self._client.list_workflows(workflow_ids=list(by_id), status=ALIVE, load_input=False, load_output=False)
        return {by_id[each.workflow_id] for each in found}

    def forget_ended(self, before: datetime) -> int:
        """Delete what ended before then: its outcome is in the deliveries' rows; return how many."""
        count = 0
        while True:
            found = self._client.list_workflows(
                status=ENDED,
                completed_before=before.isoformat(),
                limit=FORGOTTEN_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if not found:
                return count
            self._client.delete_workflows([each.workflow_id for each in found])
            count += len(found)

    @cached_property
    def _client(self) -> DBOSClient:
        # Made on first use: importing DBOS takes longer than everything else of a web process together.
        from dbos import DBOSClient

        return DBOSClient(system_database_engine=db.engine, lazy=True)


def workflow_id(delivery_id: str, run: int) -> str:
    """The name of a run in the queue."""
    return f"{delivery_id}:{run}"
