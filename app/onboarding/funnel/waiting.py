"""What waits now: applications to be reviewed, by age, and deliveries that fail; read from the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from app.domain.stage import Stage
from app.onboarding.staff.members import StaffMember
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.listing import Listing, ListingCount
from app.store.models.submissions import FAILED, WAITING, Delivery, Submission, is_latest

# The ages of what waits: up to an hour, four, a day, three days, and older.
AGES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3))


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits in one stage: since when the oldest does, and how many by age, as AGES tells."""

    stage: Stage
    oldest: datetime | None
    by_age: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many wait."""
        return sum(self.by_age)


@dataclass(frozen=True, kw_only=True)
class Failing:
    """Deliveries to one API of one integration ("" for none) that fail alike; `error` is without personal data."""

    api: str
    integration: str
    state: str
    error: str
    number: int
    oldest: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: "" for any country or channel, None for any integration; "" among them stands for none."""

    country: str = ""
    channel: str = ""
    integrations: frozenset[str] | None = None


class Waiting:
    """The use cases of looking at what waits; nobody sees that of an integration that is not theirs."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    def queues(self, by: StaffMember, asked: Asked) -> list[Queue]:
        """The stages in which somebody is waited for, those of staff and of machines."""
        return [self._queue(stage, by, asked) for stage in (Stage.TO_REVIEW, Stage.DELIVERING, Stage.NOT_DELIVERED)]

    def failing(self, by: StaffMember, asked: Asked) -> list[Failing]:
        """Deliveries that have failed, or wait after a try that did; the most frequent first."""
        error = func.coalesce(Delivery.error, "").label("error")
        integration = func.coalesce(Application.integration, "").label("integration")
        number = func.count().label("number")
        columns = (Delivery.api, integration, Delivery.state, error)
        statement = (
            select(*columns, number, func.min(Delivery.created_at).label("oldest"))
            .join(Submission, Submission.id == Delivery.submission_id)
            .join(Application, Application.id == Submission.application_id)
            .where(or_(Delivery.state == FAILED, and_(Delivery.state == WAITING, Delivery.attempts > 0)), is_latest())
            .group_by(*columns)
            .order_by(number.desc(), *columns)
        )
        for wanted in _allowed(by, asked):
            statement = statement.where(integration.in_(sorted(wanted)))
        if asked.country:
            statement = statement.where(Application.country == asked.country)
        if asked.channel:
            statement = statement.where(Application.channel == asked.channel)
        with read() as connection:
            return [Failing(**row._mapping) for row in connection.execute(statement)]

    def _queue(self, stage: Stage, by: StaffMember, asked: Asked) -> Queue:
        now = self.clock()
        age = case(*((Listing.since > now - limit, place) for place, limit in enumerate(AGES)), else_=len(AGES))
        place = age.label("place")
        statement = _seen(select(place, func.count(), func.min(Listing.since)), stage, by, asked).group_by(place)
        with read() as connection:
            found = {row[0]: (row[1], row[2]) for row in connection.execute(statement)}
        by_age = tuple(found[at][0] if at in found else 0 for at in range(len(AGES) + 1))
        return Queue(
            stage=stage, oldest=min((oldest for _count, oldest in found.values()), default=None), by_age=by_age
        )


def _seen(statement: Select[Any], stage: Stage, by: StaffMember, asked: Asked) -> Select[Any]:
    """Listings of a stage that the member sees, narrowed as asked; groups are named by the few rows that count them."""
    allowed = _allowed(by, asked)
    if not (allowed or asked.country or asked.channel):
        return statement.where(Listing.stage == stage)
    groups = select(ListingCount.group_key).where(ListingCount.stage == stage)
    for wanted in allowed:
        groups = groups.where(ListingCount.integration.in_(sorted(wanted)))
    if asked.country:
        groups = groups.where(ListingCount.country == asked.country)
    if asked.channel:
        groups = groups.where(ListingCount.channel == asked.channel)
    return statement.where(Listing.group_key.in_(groups.distinct()))


def _allowed(by: StaffMember, asked: Asked) -> list[Iterable[str]]:
    """The sets of integrations that an application must be in."""
    return [each for each in (by.integrations, asked.integrations) if each is not None]
