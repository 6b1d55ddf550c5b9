"""Where in which list a request stands: filters and place, as addresses carry them on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.onboarding.cases.file import Case
from app.onboarding.cases.filters import Filters, Place
from app.staff.guard import me
from app.wiring import services

AT, AFTER, BEFORE = "at", "after", "before"


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The cases before and after one in its list; None at an end."""

    earlier: str | None
    later: str | None


def filters() -> Filters:
    """Those of the request's address."""
    return Filters.of(request.args)


def place(name: str) -> Place | None:
    """The place that the request's address names."""
    return Place.read(request.args.get(name, ""))


def list_address(kept: Filters, **more: Any) -> str:
    """The list with these filters."""
    query: dict[str, Any] = {**kept.query(), **more}
    return url_for("staff.cases", **query)


def case_address(application_id: str, kept: Filters, at: Place | None) -> str:
    """A case's page that knows its place in the list."""
    query: dict[str, Any] = {**kept.query(), AT: str(at) if at else None}
    return url_for("staff.case", application_id=application_id, **query)


def neighbours(case: Case) -> Neighbours:
    """The cases beside `case` in the list that it was opened from, at the place that it had then."""
    kept, at = filters(), place(AT)
    at = at or Place(since=case.since, number=case.number)
    typed = services().cases.searches.find(me(), kept.search) if kept.search else None
    found = [_beside(kept, at, typed, backwards=backwards) for backwards in (True, False)]
    earlier, later = (card and case_address(card.id, kept, card.place) for card in found)
    return Neighbours(earlier=earlier, later=later)


def _beside(kept: Filters, at: Place, typed: str | None, *, backwards: bool) -> Any:
    own = services().cases
    groups = own.lists.groups(me())
    if typed is not None:
        where: dict[str, Any] = {"before" if backwards else "after": at.number}
        cards = own.searches.page(me(), typed, kept, groups, limit=1, **where).cards
    else:
        where = {"before" if backwards else "after": at}
        cards = own.cards.of(each.number for each in own.lists.places(me(), kept, groups, limit=1, **where))
    return cards[0] if cards else None
