"""Searches: what a member looked for, kept encrypted under an opaque id, and what it finds, newest first.

A hashed term leads to candidates by key; each is then compared with what was typed, so that a page costs the same
however many applications there are. Where many candidates differ, the page says how to go on with older ones.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, literal, literal_column, select, true
from sqlalchemy.orm import aliased

from app.domain.search import Wanted, answer_terms, fits, understand
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.cases.cards import Card, Cards
from app.onboarding.cases.filters import WAITING, Filters
from app.onboarding.cases.lists import PAGE, Group, assigned_of, chosen_of
from app.onboarding.cases.terms import Terms
from app.onboarding.purge import SEARCHES_KEPT
from app.onboarding.staff.members import StaffMember
from app.store.crypto import DecryptionError, Keyring
from app.store.db import read, write
from app.store.models.applications import Answer, Application
from app.store.models.listing import Listing, SearchRecord, SearchTerm

TEXT_MAXIMUM = 120
# Candidates looked at first, then at once, and at most for one page; those that fit are opened so many at once.
FIRST, CHUNK, COMPARED, OPENED = 150, 1000, 3000, 60
LAST = 2**62
_FIND = select(SearchRecord.value).where(
    SearchRecord.id == bindparam("search_id"),
    SearchRecord.member_id == bindparam("member_id"),
    SearchRecord.created_at > bindparam("since"),
)
_PLACE = (Listing.id, Listing.group_key, Listing.assigned_to, Listing.flags, Listing.since)
_BY_REFERENCE = (
    select(*_PLACE)
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
            connection.execute(
                insert(SearchRecord).values(id=search_id, member_id=member.id, value=sealed, created_at=now)
            )
            self.audit.record(connection, who=member, action=AuditAction.CASES_SEARCHED, address=address)
        return search_id

    def find(self, member: StaffMember, search_id: str) -> str | None:
        """What the member typed; None for a search that is over, or somebody else's."""
        values = {"search_id": search_id, "member_id": member.id, "since": self.clock() - SEARCHES_KEPT}
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
            size = CHUNK if compared else FIRST
            candidates = self._candidates(wanted, number, size, backwards=backwards)
            compared += len(candidates)
            number = candidates[-1].id if len(candidates) == size else None
            numbers = [row.id for row in candidates if fitting.passes(row)]
            for start in range(0, len(numbers), OPENED):
                if len(found) <= limit:
                    found += fitting.of(wanted, numbers[start : start + OPENED])
        if len(found) > limit:
            found = found[:limit]
            number = found[-1].place.number
        return Found(cards=found[::-1] if backwards else found, last=number)

    def _candidates(self, wanted: Wanted, number: int, size: int, *, backwards: bool) -> Sequence[Any]:
        """Applications that a term leads to, from a number on, each with whether all other terms do too."""
        with read() as connection:
            if wanted.reference:
                found = connection.execute(_BY_REFERENCE, {"reference": wanted.reference}).all()
                return [row for row in found if row.id != number and (row.id > number) is backwards]
            terms, also = ([self.terms.hashed(term) for term in each] for each in (wanted.driving, wanted.also))
            if not terms:
                return []
            values = {"number": number} | {f"also_{place}": term for place, term in enumerate(also)}
            values |= {f"term_{place}": term for place, term in enumerate(terms)}
            return connection.execute(_leading(len(terms), len(also), size, backwards), values).all()

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
        self.groups = {group.key for group in groups}
        self.assigned = assigned_of(member, filters)
        self.latest = searches.clock() - WAITING[filters.waiting] if filters.waiting else None

    def passes(self, row: Any) -> bool:
        """Whether a candidate has all terms, and stands where the filters want it."""
        return (
            getattr(row, "has_all", True)
            and row.group_key in self.groups
            and (not self.filters.assigned or row.assigned_to == self.assigned)
            and (not self.filters.flag or self.filters.flag in row.flags.split())
            and (self.latest is None or row.since <= self.latest)
        )

    def of(self, wanted: Wanted, numbers: list[int]) -> list[Card]:
        """The lines of those candidates whose very answers fit: a part of a hash may stand for other ones too."""
        cards = self.searches.cards.of(numbers)
        if wanted.words:
            return [card for card in cards if fits(wanted.words, (card.first_name, card.last_name))]
        if not wanted.numbers:
            return cards
        with read() as connection:
            theirs = self.searches.numbers_of(connection, numbers)
        return [card for card in cards if not theirs.get(card.place.number, set()).isdisjoint(wanted.numbers)]


@lru_cache(maxsize=64)
def _leading(terms: int, also: int, size: int, backwards: bool) -> Any:
    """A run of the index of terms, and for each in it whether the other terms lead there too."""
    order = SearchTerm.listing_id.asc() if backwards else SearchTerm.listing_id.desc()
    beyond = SearchTerm.listing_id > bindparam("number") if backwards else SearchTerm.listing_id < bindparam("number")
    either: list[Any] = [bindparam(f"term_{place}") for place in range(terms)]
    wanted = SearchTerm.term == either[0] if terms == 1 else SearchTerm.term.in_(either)
    run = select(SearchTerm.listing_id).where(wanted, beyond).order_by(order).limit(literal_column(str(size)))
    candidates = (run if terms == 1 else run.distinct()).subquery("candidates")
    number = candidates.c.listing_id
    others = [aliased(SearchTerm) for _ in range(also)]
    # One look into the index for each candidate: PostgreSQL would gather all that an EXISTS might find beforehand,
    # as a prepared statement knows nothing of how common a term is.
    has_all = and_(
        true(),
        *(
            select(literal(1))
            .where(other.term == bindparam(f"also_{place}"), other.listing_id == number)
            .limit(1)
            .scalar_subquery()
            .is_not(None)
            for place, other in enumerate(others)
        ),
    )
    statement = select(*_PLACE, has_all.label("has_all")).join(candidates, Listing.id == number)
    return statement.order_by(Listing.id.asc() if backwards else Listing.id.desc())


def _context(search_id: str) -> str:
    return f"searches.value:{search_id}"
