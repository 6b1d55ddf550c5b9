"""The list of applications: filters, search, figures, views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.errors import InvalidError
from app.domain.roles import Permission
from app.domain.search import understand
from app.onboarding.cases.cards import Card
from app.onboarding.cases.filters import WAITING, Filters, Place
from app.onboarding.cases.lists import PAGE, Group
from app.staff import labels
from app.staff.blueprint import staff
from app.staff.case_words import full_name
from app.staff.guard import allow, me, source
from app.staff.list_query import AFTER, BEFORE, case_address, filters, list_address, place
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l

WAITS = {
    "1h": _l("over an hour"),
    "4h": _l("over 4 hours"),
    "1d": _l("over a day"),
    "3d": _l("over 3 days"),
    "7d": _l("over a week"),
    "30d": _l("over a month"),
}
assert WAITS.keys() == WAITING.keys()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the list; `earlier` and `later` are the addresses of its neighbours, `goes_on` where a search has not
    seen all candidates though the page is not full."""

    cards: list[Card]
    earlier: str | None = None
    later: str | None = None
    goes_on: bool = False


@staff.get("/cases")
@allow(Permission.SEE_CASES)
def cases() -> Any:
    """Show a page of it."""
    return list_page()


def list_page(status: int = 200, **more: Any) -> Any:
    """The whole page; `more` is what a refused post adds to it."""
    own, kept = services().cases, filters()
    typed = own.searches.find(me(), kept.search) if kept.search else None
    is_over = bool(kept.search) and typed is None
    if is_over:
        kept = Filters.of(kept.query(search=""))
    groups = own.lists.groups(me())
    page = _found(kept, groups, typed) if typed is not None else _listed(kept, groups)
    shown = render_template(
        "staff/cases.html",
        page=page,
        filters=kept,
        typed=typed or "",
        is_short=typed is not None and understand(typed).is_short,
        is_over=is_over,
        tiles=own.lists.tiles(me(), groups),
        choices=_choices(groups),
        views=own.views.of(me()),
        names=services().staff.members.names(card.assigned_to for card in page.cards),
        labels=labels,
        full_name=lambda card: full_name({"first_name": card.first_name, "last_name": card.last_name}),
        address=lambda card: case_address(card.id, kept, card.place),
        with_filters=lambda **changes: list_address(Filters.of(kept.query(**changes))),
        **{"fault": "", **more},
    )
    return shown, status


@staff.post("/cases/search")
@allow(Permission.SEE_CASES)
def search() -> Any:
    """Look for what was typed: the address carries only its id, beside the filters."""
    typed = request.form.get("text", "").strip()
    kept = filters()
    search_id = services().cases.searches.keep(me(), typed, address=source()) if typed else ""
    return go(list_address(Filters.of(kept.query(search=search_id))))


@staff.post("/cases/views")
@allow(Permission.SEE_CASES)
def keep_view() -> Any:
    """Keep the filters of this address under a name."""
    try:
        services().cases.views.keep(me(), request.form.get("name", ""), filters())
    except InvalidError as error:
        return list_page(422, fault=_(error.message, **error.parameters))
    return go(list_address(filters()))


@staff.post("/cases/views/<view_id>/forget")
@allow(Permission.SEE_CASES)
def forget_view(view_id: str) -> Any:
    """Remove a view."""
    if not services().cases.views.forget(me(), view_id):
        abort(404)
    return go(url_for("staff.cases"))


def _listed(kept: Filters, groups: list[Group]) -> Page:
    own, after, before = services().cases, place(AFTER), place(BEFORE)
    if after is not None:
        before = None
    places = own.lists.places(me(), kept, groups, after=after, before=before, limit=PAGE + 1)
    more = len(places) > PAGE
    if more:
        places = places[1:] if before is not None else places[:PAGE]
    # Backwards, the page one came from is always there.
    is_later, is_earlier = (True, more) if before is not None else (more, after is not None)
    return Page(
        cards=own.cards.of(each.number for each in places),
        earlier=list_address(kept, **{BEFORE: str(places[0])}) if places and is_earlier else None,
        later=list_address(kept, **{AFTER: str(places[-1])}) if places and is_later else None,
    )


def _found(kept: Filters, groups: list[Group], typed: str) -> Page:
    own, after, before = services().cases, place(AFTER), place(BEFORE)
    where: dict[str, Any] = {}
    if after is not None:
        where = {"after": after.number}
    elif before is not None:
        where = {"before": before.number}
    found = own.searches.page(me(), typed, kept, groups, **where)
    is_backwards = "before" in where
    first = found.cards[0].place if found.cards else None
    end = Place(since=own.lists.clock(), number=found.last) if found.last is not None else None
    if is_backwards:
        last = found.cards[-1].place if found.cards else None
        return Page(
            cards=found.cards,
            earlier=list_address(kept, **{BEFORE: str(end)}) if end else None,
            later=list_address(kept, **{AFTER: str(last)}) if last else None,
        )
    return Page(
        cards=found.cards,
        earlier=list_address(kept, **{BEFORE: str(first)}) if first and after is not None else None,
        later=list_address(kept, **{AFTER: str(end)}) if end else None,
        goes_on=end is not None and len(found.cards) < PAGE,
    )


def _choices(groups: list[Group]) -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers: what the member's applications have."""
    integrations = sorted({group.integration for group in groups if group.integration})
    return {
        "state": list(labels.STAGES.items()),
        "country": [(code, labels.country_name(code)) for code in ("AR", "BR")],
        "channel": list(labels.CHANNELS.items()),
        "integration": [(name, name) for name in integrations],
        "assigned": [("me", _("Me")), ("nobody", _("Nobody")), *_colleagues()],
        "waiting": list(WAITS.items()),
        "flag": list(labels.FLAGS.items()),
    }


def _colleagues() -> list[tuple[str, str]]:
    """Those whose applications the member sees all of, by name."""
    others = [each.member for each in services().staff.team.overseen(me()) if each.member.id != me().id]
    return sorted(((other.id, other.name) for other in others), key=lambda other: other[1].casefold())
