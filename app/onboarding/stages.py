"""Stages: where each application stands for staff, its place in their lists and the counters kept in step with it.

Whoever changes an application's state, decision, channel, country, assignment or deliveries calls `Stages.refresh` in
the same transaction; whoever deletes it calls `Stages.forget` before.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.config import Settings
from app.domain.dates import today_in
from app.domain.stage import Channel, Flag, Stage
from app.onboarding.embedding.history import History
from app.onboarding.funnel.milestones import Standing, note_passed
from app.store.models.applications import PURGING, REOPENED, SUBMITTED, Application
from app.store.models.listing import Listing, ListingCount, ListingDay, ListingFlag, SearchTerm
from app.store.models.submissions import CANCELLED, DELIVERED, FAILED, Delivery, Submission

__all__ = ["Flag", "Stage", "Stages", "group_key"]

DECISIONS = {"approved": Stage.APPROVED, "rejected": Stage.REJECTED}
# Sent for the first time or again, or asked again: what singles it out may be other than before.
MAY_CHANGE_FLAGS = (Stage.DELIVERING, Stage.ASKED_AGAIN)
TERM_BYTES = 9
# PostgreSQL locks a counter's row until its transaction ends; SQLite has one writer anyway.
SHARDS = 4
_APPLICATION: Any = select(
    Application.state,
    Application.country,
    Application.integration,
    Application.channel,
    Application.assigned_to,
    Application.decision,
    Application.stage,
    Application.created_at,
    Application.submitted_at,
).where(Application.id == bindparam("application_id"))
# Everybody locks the application's row before its listing's; its children may still be added meanwhile.
_APPLICATION = _APPLICATION.with_for_update(key_share=True)
_LISTING = select(Listing.__table__).where(Listing.application_id == bindparam("application_id"))
_DELIVERIES = (
    select(Delivery.api, Delivery.state, Delivery.upstream_state)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(Submission.application_id == bindparam("application_id"))
    .order_by(Submission.number)
)
_ADD = insert(Listing)
_MOVE = update(Listing).where(Listing.id == bindparam("listing_id"))
_MOVE_FLAGS = update(ListingFlag).where(ListingFlag.id == bindparam("listing_id"))
_NAME_STAGE = update(Application).where(Application.id == bindparam("application_id_"))
_DROP_TERM = delete(SearchTerm).where(
    SearchTerm.term == bindparam("b_term"), SearchTerm.listing_id == bindparam("b_listing_id")
)


def group_key(integration: str, country: str, channel: str, stage: str) -> int:
    """The number that stands for these four together: the same everywhere, so that nobody need look it up."""
    text = "\0".join((integration, country, channel, stage))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def stage_of(state: str, decision: str | None, deliveries: Iterable[Any]) -> Stage:
    """The stage that an application's state, its decision and its deliveries (the oldest submission's first) make."""
    if state == PURGING:
        return Stage.EXPIRED
    if state == REOPENED:
        return Stage.ASKED_AGAIN
    if state != SUBMITTED:
        return Stage.IN_PROGRESS
    # A later submission takes the place of an earlier one for the same API.
    newest = {row.api: row for row in deliveries}.values()
    decided = decision or next((row.upstream_state for row in newest if row.upstream_state in DECISIONS), None)
    if decided:
        return DECISIONS[decided]
    states = {row.state for row in newest}
    if states & {FAILED, CANCELLED}:
        return Stage.NOT_DELIVERED
    return Stage.TO_REVIEW if states == {DELIVERED} else Stage.DELIVERING


class Stages:
    """Keeps stage, place and counters."""

    def __init__(self, *, settings: Settings, history: History, clock: Callable[[], datetime]) -> None:
        self.settings, self.history, self.clock = settings, history, clock

    def refresh(self, connection: Connection, application_id: str) -> Stage | None:
        """Note where an application stands now; None where there is no such application. Repeating changes nothing."""
        found = connection.execute(_APPLICATION, {"application_id": application_id}).first()
        if found is None:
            return None
        # Only now: who comes second reads what the first has written.
        listing = connection.execute(_LISTING, {"application_id": application_id}).first()
        deliveries: Sequence[Any] = ()
        if found.state == SUBMITTED:
            deliveries = connection.execute(_DELIVERIES, {"application_id": application_id}).all()
        stage = stage_of(found.state, found.decision, deliveries)
        if stage != found.stage:
            connection.execute(_NAME_STAGE, {"application_id_": application_id, "stage": stage})
        group = {
            "integration": found.integration or "",
            "country": found.country,
            "channel": found.channel,
            "stage": str(stage),
        }
        if listing is None:
            self._add(connection, application_id, found, group)
        else:
            self._move(connection, listing, found, group)
        if found.channel == Channel.EMBEDDED:
            self.history.refresh(connection, application_id)
        return stage

    def listing(self, connection: Connection, application_id: str) -> Row[Any] | None:
        """An application's place in the lists, to be changed: nobody else changes it before this transaction ends."""
        connection.execute(_APPLICATION, {"application_id": application_id}).first()
        return connection.execute(_LISTING, {"application_id": application_id}).first()

    def forget(self, connection: Connection, application_id: str) -> None:
        """Take an application that is about to be deleted out of the lists, the counters and the search."""
        listing = self.listing(connection, application_id)
        if listing is None:
            return
        self._count(connection, [(self._group_at(connection, listing.group_key), -1)])
        drop_terms(connection, listing.id, {term for _kind, term in terms_in(listing.terms)})
        connection.execute(delete(ListingFlag).where(ListingFlag.id == listing.id))
        connection.execute(delete(Listing).where(Listing.id == listing.id))

    def set_flags(self, connection: Connection, application_id: str, flags: Mapping[Flag, bool]) -> None:
        """Set or take away these flags of an application, and leave its others."""
        listing = self.listing(connection, application_id)
        if listing is None:
            return
        before = {Flag(each) for each in listing.flags.split()}
        after = (before | {flag for flag, is_set in flags.items() if is_set}) - {
            flag for flag, is_set in flags.items() if not is_set
        }
        if after == before:
            return
        connection.execute(_MOVE, {"listing_id": listing.id, "flags": written(after)})
        for flag in before - after:
            connection.execute(delete(ListingFlag).where(ListingFlag.id == listing.id, ListingFlag.flag == flag))
        place = {name: getattr(listing, name) for name in ("id", "group_key", "since", "assigned_to")}
        if after - before:
            connection.execute(insert(ListingFlag), [{"flag": flag, **place} for flag in sorted(after - before)])

    def _add(self, connection: Connection, application_id: str, found: Row[Any], group: dict[str, str]) -> None:
        is_finished = found.submitted_at is not None
        connection.execute(
            _ADD,
            {
                "application_id": application_id,
                "group_key": group_key(**group),
                "stage": group["stage"],
                "since": found.submitted_at or found.created_at,
                "assigned_to": found.assigned_to or "",
                "flags": "",
                "flags_wanted": int(is_finished),
                "is_finished": is_finished,
                "terms": b"",
            },
        )
        self._count(connection, [(group, 1)])
        note_passed(connection, self.settings, found.created_at, None, Standing.of(group, is_finished=is_finished))
        self._note_day(connection, found, group, found.created_at, {"started": 1})
        if is_finished:
            self._note_finished(connection, found, group)

    def _move(self, connection: Connection, listing: Row[Any], found: Row[Any], group: dict[str, str]) -> None:
        place: dict[str, Any] = {"group_key": group_key(**group), "assigned_to": found.assigned_to or ""}
        place["since"] = listing.since if group["stage"] == listing.stage else self.clock()
        finished = found.submitted_at is not None and not listing.is_finished
        if not finished and all(getattr(listing, name) == value for name, value in place.items()):
            return
        changed = place | {"stage": group["stage"], "is_finished": listing.is_finished or finished}
        if group["stage"] != listing.stage and group["stage"] in MAY_CHANGE_FLAGS:
            changed["flags_wanted"] = listing.flags_wanted + 1
        connection.execute(_MOVE, {"listing_id": listing.id, **changed})
        if listing.flags:
            connection.execute(_MOVE_FLAGS, {"listing_id": listing.id, **place})
        before = group
        if place["group_key"] != listing.group_key:
            before = self._group_at(connection, listing.group_key)
            self._count(connection, [(before, -1), (group, 1)])
        standings = (
            Standing.of(before, is_finished=listing.is_finished),
            Standing.of(group, is_finished=listing.is_finished or finished),
        )
        note_passed(connection, self.settings, found.created_at, *standings)
        if finished:
            self._note_finished(connection, found, group)

    def _note_finished(self, connection: Connection, found: Row[Any], group: dict[str, str]) -> None:
        self._note_day(connection, found, group, found.created_at, {"of_these_finished": 1})
        self._note_day(connection, found, group, found.submitted_at, {"finished": 1})

    def _note_day(
        self, connection: Connection, found: Row[Any], group: dict[str, str], at: datetime, more: dict[str, int]
    ) -> None:
        key = {
            "day": today_in(self.settings.time_zone(found.country), at),
            "integration": group["integration"],
            "country": found.country,
            "shard": _shard(connection),
        }
        numbers = {"started": 0, "of_these_finished": 0, "finished": 0} | more
        connection.execute(_upsert_day(connection.dialect.name), key | numbers)

    def _count(self, connection: Connection, changes: list[tuple[dict[str, str], int]]) -> None:
        """Change counters, always in the same order: two transactions never wait for each other in a ring."""
        shard = _shard(connection)
        keyed = {group_key(**group): {**group, "number": more} for group, more in changes}
        for key, row in sorted(keyed.items()):
            connection.execute(_upsert_count(connection.dialect.name), {**row, "group_key": key, "shard": shard})

    def _group_at(self, connection: Connection, key: int) -> dict[str, str]:
        """What a group's number stands for."""
        columns = (ListingCount.integration, ListingCount.country, ListingCount.channel, ListingCount.stage)
        row = connection.execute(select(*columns).where(ListingCount.group_key == key).limit(1)).one()
        return dict(row._mapping)


def written(flags: Iterable[Flag]) -> str:
    """Flags as a listing keeps them."""
    return "".join(f" {flag}" for flag in sorted(flags))


def terms_in(kept: bytes) -> list[tuple[int, int]]:
    """The search terms that a listing keeps: of which kind, and the term."""
    each = [kept[start : start + TERM_BYTES] for start in range(0, len(kept), TERM_BYTES)]
    return [(part[0], int.from_bytes(part[1:], signed=True)) for part in each]


def drop_terms(connection: Connection, listing_id: int, terms: Iterable[int]) -> None:
    """Delete these search terms of a listing."""
    rows = [{"b_term": term, "b_listing_id": listing_id} for term in sorted(terms)]
    if rows:
        connection.execute(_DROP_TERM, rows)


def _shard(connection: Connection) -> int:
    return 0 if connection.dialect.name == "sqlite" else os.urandom(1)[0] % SHARDS


@cache
def _upsert_count(dialect_name: str) -> Any:
    statement = _insert_for(dialect_name, ListingCount)
    more = {"number": ListingCount.number + statement.excluded.number}
    return statement.on_conflict_do_update(index_elements=["group_key", "shard"], set_=more)


@cache
def _upsert_day(dialect_name: str) -> Any:
    statement = _insert_for(dialect_name, ListingDay)
    names = ("started", "of_these_finished", "finished")
    more = {name: getattr(ListingDay, name) + getattr(statement.excluded, name) for name in names}
    return statement.on_conflict_do_update(index_elements=["day", "integration", "country", "shard"], set_=more)


def _insert_for(dialect_name: str, model: Any) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(model)
