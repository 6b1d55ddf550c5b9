"""What the database knows about deliveries and the queue, counted when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import column, func, select, table
from sqlalchemy.exc import SQLAlchemyError

from app.onboarding.slots import Slots
from app.store.database_time import database_time
from app.store.db import read
from app.store.models.submissions import FAILED, REOPENED, WAITING, Delivery, is_latest

UNFINISHED = (WAITING, REOPENED, FAILED)
QUEUED = ("ENQUEUED", "DELAYED", "PENDING")


class Figures(Collector):
    """Gauges that are read from rows; what has ended well is counted by the processes, as it only ever grows."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def collect(self) -> Iterator[Metric]:
        """Deliveries by API and state, the oldest of each, the queue, workers; nothing while the database is away."""
        try:
            deliveries, queued, living = self._deliveries(), self._queued(), self._slots.living()
        except SQLAlchemyError:
            return
        count = GaugeMetricFamily("alta_deliveries", "Deliveries that are not done.", labels=("api", "state"))
        oldest = GaugeMetricFamily(
            "alta_delivery_oldest_seconds", "Seconds since the oldest of them was made.", labels=("api", "state")
        )
        for row in deliveries:
            count.add_metric((row.api, row.state), row.number)
            oldest.add_metric((row.api, row.state), max(0.0, (row.present - row.oldest).total_seconds()))
        depth = GaugeMetricFamily("alta_queue_depth", "Workflows in the delivery queue.", labels=("status",))
        for status in QUEUED:
            depth.add_metric((status.lower(),), queued.get(status, 0))
        yield count
        yield oldest
        yield depth
        yield GaugeMetricFamily("alta_workers_alive", "Workers that gave a sign of life lately.", value=living)

    def _deliveries(self) -> Sequence[Any]:
        statement = (
            select(
                Delivery.api,
                Delivery.state,
                func.count().label("number"),
                func.min(Delivery.created_at).label("oldest"),
                database_time().label("present"),
            )
            .where(Delivery.state.in_(UNFINISHED), is_latest())
            .group_by(Delivery.api, Delivery.state)
        )
        with read() as connection:
            return connection.execute(statement).all()

    def _queued(self) -> dict[str, int]:
        with read() as connection:
            # The queue's own table, which its library keeps where it likes best.
            schema = "dbos" if connection.dialect.name == "postgresql" else None
            queue = table("workflow_status", column("status"), schema=schema)
            counted = select(queue.c.status, func.count()).where(queue.c.status.in_(QUEUED)).group_by(queue.c.status)
            return {row[0]: row[1] for row in connection.execute(counted)}
