"""Searches: what a member looked for, kept encrypted under an opaque id, and what it finds, newest first.

A hashed term leads to candidates by key; each is then compared with what was typed, so that a page costs the same
however many applications there are. Where many candidates differ, the page says how to go on with older ones.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.domain.search import Wanted, answer_terms, fits, understand
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.cases.cards import Card, Cards
from app.onboarding.cases.filters import WAITING, Filters
from app.onboarding.cases.lists import PAGE, Group, assigned_of, chosen_of
from app.onboarding.cases.terms import Terms
from app.onboarding.staff.members import StaffMember
from app.store.crypto import DecryptionError, Keyring
from app.store.db import read, write
from app.store.models.applications import Answer, Application
from app.store.models.listing import Listing, SearchRecord, SearchTerm

KEPT = timedelta(hours=12)
TEXT_MAXIMUM = 120
# Candidates compared at once, and at most for one page.
CHUNK, COMPARED = 100, 1000
LAST = 2**62
_FIND = select(SearchRecord.value).where(
    SearchRecord.id == bindparam("search_id"),
    SearchRecord.member_id == bindparam("member_id"),
    SearchRecord.created_at > bindparam("since"),
)
_TERMS = SearchTerm.term.in_(bindparam("terms", expanding=True))
_OLDER = (
    select(SearchTerm.listing_id)
    .where(_TERMS, SearchTerm.listing_id < bindparam("number"))
    .order_by(SearchTerm.listing_id.desc())
    .limit(CHUNK)
    .distinct()
)
_NEWER = (
    select(SearchTerm.listing_id)
    .where(_TERMS, SearchTerm.listing_id > bindparam("number"))
    .order_by(SearchTerm.listing_id)
    .limit(CHUNK)
    .distinct()
)
_BY_REFERENCE = (
    select(Listing.id)
    .join(Application, Application.id == Listing.application_id)
    .where(Application.reference == bindparam("reference"))
)
_NUMBERS = (
    select(Listing.id, Answer.application_id, Answer.name, Answer.value)
    .join(Answer, Answer.application_id == Listing.application_id)
    .where(
        Listing.id.in_(bindparam("numbers", expanding=True)),
        Answer.name.in_(("identity:AR", "identity:BR", "phone")),
    )
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of what a search found; `last` is the number of the candidate it ended with, None where it saw all."""

    cards: list[Card]
    last: int | None


class Searches:
    """The use cases of searching."""

    def __init__(
        self, *, keyring: Keyring, terms: Terms, cards: Cards, audit: Audit, clock: Callable[[], datetime]
    ) -> None:
        self.keyring, self.terms, self.cards, self.audit, self.clock = keyring, terms, cards, audit, clock

    def keep(self, member: StaffMember, typed: str, *, address: str) -> str:
        """Keep what was typed; return the id that the address carries instead."""
        search_id, now = str(uuid.uuid4()), self.clock()
        sealed = self.keyring.encrypt(typed.strip()[:TEXT_MAXIMUM].encode(), _context(search_id))
        with write() as connection:
            connection.execute(delete(SearchRecord).where(SearchRecord.created_at <= now - KEPT))
            connection.execute(
                insert(SearchRecord).values(id=search_id, member_id=member.id, value=sealed, created_at=now)
            )
            self.audit.record(connection, who=member, action=AuditAction.CASES_SEARCHED, address=address)
        return search_id

    def find(self, member: StaffMember, search_id: str) -> str | None:
        """What the member typed; None for a search that is over, or somebody else's."""
        values = {"search_id": search_id, "member_id": member.id, "since": self.clock() - KEPT}
        with read() as connection:
            sealed = connection.execute(_FIND, values).scalar()
        if sealed is None:
            return None
        try:
            return self.keyring.decrypt(sealed, _context(search_id)).decode()
        except DecryptionError:
            return None

    def page(
        self,
        member: StaffMember,
        typed: str,
        filters: Filters,
        groups: list[Group],
        *,
        after: int | None = None,
        before: int | None = None,
        limit: int = PAGE,
    ) -> Found:
        """Those of the member's that fit, older than the number `after` or newer than `before`, the newest first."""
        wanted, backwards = understand(typed), before is not None
        fitting = _Fitting(self, member, filters, chosen_of(groups, filters))
        found: list[Card] = []
        number: int | None = before if before is not None else LAST if after is None else after
        compared = 0
        while number is not None and compared < COMPARED and len(found) <= limit:
            numbers = self._candidates(wanted, number, backwards=backwards)
            found += fitting.of(wanted, numbers)
            compared += len(numbers)
            number = numbers[-1] if len(numbers) == CHUNK else None
        if len(found) > limit:
            found = found[:limit]
            number = found[-1].place.number
        return Found(cards=found[::-1] if backwards else found, last=number)

    def _candidates(self, wanted: Wanted, number: int, *, backwards: bool) -> list[int]:
        with read() as connection:
            if wanted.reference:
                found = connection.execute(_BY_REFERENCE, {"reference": wanted.reference}).scalars()
                return [each for each in found if (each > number) is backwards and each != number]
            terms = [self.terms.hashed(term) for term in wanted.driving]
            if not terms:
                return []
            statement = _NEWER if backwards else _OLDER
            return list(connection.execute(statement, {"terms": terms, "number": number}).scalars())

    def numbers_of(self, connection: Connection, numbers: list[int]) -> dict[int, set[tuple[str, str]]]:
        """The number terms of these applications, by their numbers in the list."""
        terms: dict[int, set[tuple[str, str]]] = {}
        for row in connection.execute(_NUMBERS, {"numbers": numbers}):
            sealed = self.keyring.decrypt(row.value, f"answers.value:{row.application_id}:{row.name}")
            answers = json.loads(sealed)["answers"]
            terms.setdefault(row.id, set()).update(answer_terms(row.name.partition(":")[0], answers) or ())
        return terms


class _Fitting:
    """Compares candidates with what was typed and what the filters let through."""

    def __init__(self, searches: Searches, member: StaffMember, filters: Filters, groups: list[Group]) -> None:
        self.searches, self.filters = searches, filters
        self.groups = {(each.integration, each.country, each.channel, each.stage) for each in groups}
        self.assigned = assigned_of(member, filters)
        self.latest = searches.clock() - WAITING[filters.waiting] if filters.waiting else None

    def of(self, wanted: Wanted, numbers: list[int]) -> list[Card]:
        """The lines of those candidates that fit."""
        if not numbers:
            return []
        cards = [card for card in self.searches.cards.of(numbers) if self._passes(card)]
        if wanted.words:
            return [card for card in cards if fits(wanted.words, (card.first_name, card.last_name))]
        if not wanted.numbers:
            return cards
        with read() as connection:
            theirs = self.searches.numbers_of(connection, [card.place.number for card in cards] or [0])
        return [card for card in cards if not theirs.get(card.place.number, set()).isdisjoint(wanted.numbers)]

    def _passes(self, card: Any) -> bool:
        return (
            (card.integration, card.country, card.channel, str(card.stage)) in self.groups
            and (not self.filters.assigned or card.assigned_to == self.assigned)
            and (not self.filters.flag or self.filters.flag in card.flags)
            and (self.latest is None or card.place.since <= self.latest)
        )


def _context(search_id: str) -> str:
    return f"searches.value:{search_id}"
