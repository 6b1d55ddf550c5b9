"""The list of applications: pages by key, neighbours and counts, each as fast at a million as at a thousand.

Filters on integration, country, channel and stage are turned into groups, of which the counters tell those that have
any application; each group has its own run in an index, and the runs are merged. Nothing is ever counted or skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, TextualSelect, bindparam, case, func, select, text

from app.config import Settings
from app.domain.countries import COUNTRIES
from app.domain.dates import today_in
from app.domain.stage import Stage
from app.onboarding.cases.filters import ME, NOBODY, WAITING, Filters, Place
from app.onboarding.staff.members import StaffMember
from app.store.db import UtcDateTime, read
from app.store.models.listing import ListingCount, ListingDay

PAGE = 50
# Runs merged by one statement.
RUNS = 100
SHARE_DAYS = 30
# The other columns say what the key stands for, so that any row of it tells them.
_GROUPS = (
    select(
        ListingCount.group_key,
        func.max(ListingCount.integration),
        func.max(ListingCount.country),
        func.max(ListingCount.channel),
        func.max(ListingCount.stage),
        func.sum(ListingCount.number),
    )
    .group_by(ListingCount.group_key)
    .having(func.sum(ListingCount.number) > 0)
)
_TODAY = case((ListingDay.country == "BR", bindparam("today_br", type_=Date)), else_=bindparam("today_ar", type_=Date))
_DAYS = (
    select(
        ListingDay.integration,
        func.sum(ListingDay.started).label("started"),
        func.sum(ListingDay.of_these_finished).label("of_these_finished"),
        func.sum(case((ListingDay.day == _TODAY, ListingDay.finished), else_=0)).label("finished_today"),
    )
    .where(ListingDay.day > bindparam("after"))
    .group_by(ListingDay.integration)
)


class Group(NamedTuple):
    """Applications that share integration ("" for none), country, channel and stage, and how many they are."""

    key: int
    integration: str
    country: str
    channel: str
    stage: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """The figures above the list; `share` of those begun in 30 days who sent theirs, None while nobody has begun."""

    in_progress: int
    to_review: int
    not_delivered: int
    finished_today: int
    share: float | None


class Lists:
    """The use cases of looking for what is to be done."""

    def __init__(self, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock

    def groups(self, member: StaffMember) -> list[Group]:
        """Every group that has applications the member may see."""
        with read() as connection:
            groups = map(Group._make, connection.execute(_GROUPS).all())
        return [group for group in groups if member.sees(group.integration or None)]

    def places(
        self,
        member: StaffMember,
        filters: Filters,
        groups: Iterable[Group],
        *,
        after: Place | None = None,
        before: Place | None = None,
        limit: int = PAGE,
    ) -> list[Place]:
        """The next places after one, or those before it, always in the list's order; of `groups` as the filters say."""
        backwards = before is not None
        descending = filters.is_oldest_first == backwards
        chosen = [group.key for group in chosen_of(groups, filters)]
        shape, values = self._shape(member, filters, after or before, limit=limit, descending=descending)
        everything = member.integrations is None and not (filters.country or filters.channel or filters.integration)
        found: list[Place] = []
        if everything and not (filters.state or (filters.flag and filters.assigned)):
            found = _run(shape, values, ())
        elif everything and filters.state and not (filters.flag or filters.assigned):
            found = _run((*shape, "stage = :stage"), values | {"stage": filters.state}, ())
        else:
            for start in range(0, len(chosen), RUNS):
                found += _run(shape, values, chosen[start : start + RUNS])
            found.sort(key=lambda place: (place.since, place.number), reverse=descending)
        found = found[:limit]
        return found[::-1] if backwards else found

    def tiles(self, member: StaffMember, groups: Iterable[Group]) -> Tiles:
        """The figures, from counters alone."""
        by_stage: dict[str, int] = {}
        for group in groups:
            by_stage[group.stage] = by_stage.get(group.stage, 0) + int(group.number)
        today = {f"today_{code.lower()}": today_in(self.settings.time_zone(code), self.clock()) for code in COUNTRIES}
        with read() as connection:
            rows = connection.execute(_DAYS, today | {"after": min(today.values()) - timedelta(days=SHARE_DAYS)}).all()
        theirs = [row for row in rows if member.sees(row.integration or None)]
        started = sum(int(row.started) for row in theirs)
        finished = sum(int(row.of_these_finished) for row in theirs)
        return Tiles(
            in_progress=by_stage.get(Stage.IN_PROGRESS, 0),
            to_review=by_stage.get(Stage.TO_REVIEW, 0),
            not_delivered=by_stage.get(Stage.NOT_DELIVERED, 0),
            finished_today=sum(int(row.finished_today) for row in theirs),
            share=finished / started if started else None,
        )

    def _shape(
        self, member: StaffMember, filters: Filters, place: Place | None, *, limit: int, descending: bool
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        """What a statement depends on: its table, its order, its conditions; and their values."""
        order = "DESC" if descending else "ASC"
        # Written out, as a prepared statement is planned for any limit.
        ordered = f"ORDER BY since {order}, id {order} LIMIT {limit:d}"
        shape = ["listing_flags" if filters.flag else "listings", ordered]
        values: dict[str, Any] = {}
        if filters.flag:
            shape.append("flag = :flag")
            values["flag"] = filters.flag
        if filters.assigned:
            shape.append("assigned_to = :assigned")
            values["assigned"] = assigned_of(member, filters)
        if filters.waiting:
            shape.append("since <= :waiting")
            values["waiting"] = self.clock() - WAITING[filters.waiting]
        if place is not None:
            shape.append(f"(since, id) {'<' if descending else '>'} (:since, :number)")
            values |= {"since": place.since, "number": place.number}
        return tuple(shape), values


def assigned_of(member: StaffMember, filters: Filters) -> str:
    """The id that the filter on whose it is means, "" for nobody's."""
    return {ME: member.id, NOBODY: ""}.get(filters.assigned, filters.assigned)


def chosen_of(groups: Iterable[Group], filters: Filters) -> list[Group]:
    """The groups that the filters let through."""
    wanted = {
        "stage": filters.state,
        "country": filters.country,
        "channel": filters.channel,
        "integration": filters.integration,
    }
    return [group for group in groups if all(value in ("", getattr(group, name)) for name, value in wanted.items())]


def _run(shape: tuple[str, ...], values: Mapping[str, Any], keys: Sequence[int]) -> list[Place]:
    named = {f"key_{number}": key for number, key in enumerate(keys)}
    with read() as connection:
        statement = _statement(shape, len(keys), connection.dialect.name == "sqlite")
        rows = connection.execute(statement, {**values, **named}).all()
    return [Place(since=row.since, number=row.id) for row in rows]


@lru_cache(maxsize=512)
def _statement(shape: tuple[str, ...], runs: int, merges: bool) -> TextualSelect:
    """One run of an index for each group, or a single one of all, joined in their order.

    A database that `merges` reads each run only as far as is wanted; any other is told how far that is at most.
    """
    table, ordered, *conditions = shape
    parts = []
    for run in range(runs) if runs else (None,):
        where = [*conditions, *([] if run is None else [f"group_key = :key_{run}"])]
        clause = f" WHERE {' AND '.join(where)}" if where else ""
        parts.append(f"SELECT since, id FROM {table}{clause}")  # noqa: S608
    if runs > 1 and not merges:
        parts = [f"SELECT * FROM ({part} {ordered}) AS run_{number}" for number, part in enumerate(parts)]  # noqa: S608
    written = text(f"{' UNION ALL '.join(parts)} {ordered}")
    times = [bindparam(name, type_=UtcDateTime) for name in ("since", "waiting") if f":{name}" in written.text]
    return written.bindparams(*times).columns(since=UtcDateTime)
