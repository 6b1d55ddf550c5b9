"""Owns taking a case to review and deciding on it as the console does, without its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.onboarding.deciding.case import Case
from app.onboarding.staff.members import StaffMember
from app.store.db import db
from tests.support.deliveries import advance, deliver
from tests.support.journey import Applicant, Page
from tests.support.quick import hasten
from tests.support.rows import one
from tests.support.staff import make_member, staff_browser

COOKIES = ("alta", "alta_language")
# By application and country: what the wizard and the worker left behind, and the person's cookies.
_made: dict[tuple[int, str], tuple[list[tuple[Any, list[Any]]], dict[str, str]]] = {}


def to_review(app: Flask, country: str = "AR") -> Applicant:
    """A person whose one application was sent and delivered.

    Filled in once on each database; later tests begin with a copy of the rows, over empty tables.
    """
    key = (id(app), country)
    if key not in _made:
        _made[key] = _fill_in(app, country)
    kept, cookies = _made[key]
    with app.app_context(), db.engine.begin() as connection:
        for table, rows in kept:
            if connection.execute(select(table).limit(1)).first() is None:
                connection.execute(table.insert(), rows)
    applicant = Applicant(app)
    for name, value in cookies.items():
        applicant.browser.set_cookie(name, value)
    return applicant


def _fill_in(app: Flask, country: str) -> Any:
    applicant = hasten(Applicant(app), country)
    assert applicant.submit().path == "/apply/status"
    assert set(deliver(app).values()) == {"delivered"}
    kept = []
    with app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            if rows:
                kept.append((table, rows))
    cookies = {name: applicant.browser.get_cookie(name) for name in COOKIES}
    return kept, {name: cookie.value for name, cookie in cookies.items() if cookie}


def application_id(app: Flask) -> str:
    """The id of the one application."""
    return str(one(app, "SELECT id FROM applications"))


class Console:
    """A member of staff with the case's pages open."""

    def __init__(self, app: Flask, role: str = "reviewer", **of: Any) -> None:
        self.app, self.who = app, make_member(app, role, **of)
        self.browser = staff_browser(app, self.who)
        self.address = f"/staff/cases/{application_id(app)}"

    def case(self) -> Page:
        """Open the case."""
        return self.browser.get(self.address)

    def open(self, kind: str) -> Page:
        """Open the page of a decision from the open case."""
        (link,) = [link for link in self.browser.page.links if f"/{kind}?" in link]
        return self.browser.get(link.replace("&amp;", "&"))

    def send(self, **fields: Any) -> Page:
        """Post the open page's form."""
        return self.browser.send(fields)


class Desk:
    """One member of staff at work on the one application."""

    def __init__(self, app: Flask, who: StaffMember) -> None:
        self.app, self.who = app, who
        self.decisions = app.extensions["alta"].decisions

    @property
    def case(self) -> Case:
        """The case as a page would show it now."""
        with self.app.app_context():
            return self.decisions.case(self.who, application_id(self.app))

    @property
    def options(self) -> Any:
        """What may be decided on it."""
        return self.decisions.options(self.who, self.case)

    def approve(self, **options: Any) -> str:
        """Approve what a page shows now, or showed (`seen`)."""
        return self._do("approve", **options)

    def reject(self, reason: str = "data_contradicts", **options: Any) -> str:
        """Reject it."""
        return self._do("reject", reason=reason, **options)

    def ask(self, asked: Mapping[str, str], **options: Any) -> str:
        """Ask again."""
        return self._do("ask_again", asked=asked, **options)

    def withdraw(self, **options: Any) -> None:
        """Take back one's own decision."""
        self._do("withdraw", **options)

    def _do(self, name: str, *, seen: str | None = None, **options: Any) -> Any:
        shown = self.case.seen if seen is None else seen
        with self.app.app_context():
            return getattr(self.decisions, name)(self.who, application_id(self.app), seen=shown, **options)


def deliver_again(app: Flask, number: int = 2) -> dict[str, str]:
    """Attempt what waits of a later submission."""
    return advance(app, number=number, state="waiting")
