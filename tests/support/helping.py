"""Agents and those they help, for tests: begun in a moment, with both sides' browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app import config, create_app
from app.onboarding.staff.members import StaffMember
from tests.support.journey import STEPS, Applicant, Page
from tests.support.quick import faults, sample, secrets_of
from tests.support.server import Server
from tests.support.staff import make_member, staff_browser

SMS_SECRET = "whsec_" + "c2VjcmV0" * 5
# What an agent may answer, in a branch before the person agreed and on the phone always.
OWN = tuple(step for step in STEPS if step not in ("exposure", "document", "selfies"))
_ADDRESS = re.compile(r'id="link" value="https?://[^/"]+(/apply/yours/[^"]+)"')
_DIGITS = re.compile(r"<dd class=\"match\" translate=\"no\">(\d{3}) (\d{3})</dd>")


@dataclass
class Helper:
    """An agent who helps with one application."""

    app: Flask
    member: StaffMember
    browser: Applicant
    home: str = ""

    @property
    def page(self) -> Page:
        """What the agent sees."""
        return self.browser.page

    @property
    def assistance(self) -> str:
        """The id of the help."""
        return self.home.rpartition("/")[2]

    def begin(self, way: str = "branch", country: str = "AR", language: str = "es", **changes: Any) -> Page:
        """Begin for a person."""
        self.browser.get("/staff/assist")
        given = {"way": way, "country": country, "language": language, "asked": "1", **changes}
        page = self.browser.send({"csrf_token": self.page.fields["csrf_token"], **given}, path="/staff/assist")
        self.home = page.path
        return page

    def answer(self, step: str, country: str = "AR", **changes: Any) -> Page:
        """Answer one step for the person."""
        page = self.browser.get(f"{self.home}/{step}")
        given = {**self.browser.sample(step, country), **changes}
        return self.browser.send({**secrets_of(page), **given}, path=f"{self.home}/{step}", follow=False)

    def answer_all(self, country: str = "AR") -> None:
        """Answer all that an agent may answer from afar."""
        for step in OWN:
            page = self.answer(step, country)
            assert page.status == 303, (step, page.status, faults(page))

    def link(self, **press: str) -> str:
        """Make the person's link; its path."""
        page = self.browser.get(f"{self.home}/link")
        page = self.browser.send({**secrets_of(page), **(press or {"make": "1"})}, path=f"{self.home}/link")
        found = _ADDRESS.search(page.html)
        assert found is not None, page.html
        return found[1]


def helper(app: Flask, *, name: str = "Ana Pérez", **of: Any) -> Helper:
    """An agent of the staff."""
    member = make_member(app, of.pop("role", "agent"), name=name, **of)
    return Helper(app, member, staff_browser(app, member))


def person_with(app: Flask, link: str, birthday: tuple[str, str, str] = ("10", "8", "1990")) -> Applicant:
    """The person, who opened their link."""
    person = Applicant(app)
    person.get(link)
    parts = zip(("day", "month", "year"), birthday, strict=True)
    person.send({f"birthday-{part}": text for part, text in parts})
    return person


def agree(person: Applicant) -> Page:
    """The person's consents."""
    person.get("/apply/agree")
    return person.send({"privacy": "1", "biometric": "1"})


def give_part(person: Applicant, country: str = "AR") -> None:
    """The declaration and the photos of the person."""
    for step in ("exposure", "document", "selfies"):
        given = {**secrets_of(person.get(f"/apply/{step}")), **sample(person, step, country)}
        page = person.send(given, path=f"/apply/{step}", follow=False)
        assert page.status == 303, (step, page.status, faults(page))


def code_of(person: Applicant) -> str:
    """A code that the person makes for an agent."""
    person.get("/apply/help")
    page = person.send({})
    found = _DIGITS.search(page.html)
    assert found is not None, page.html
    return found[1] + found[2]


def app_of(server: Server) -> Flask:
    """An application on a running Alta's database, to make members of its staff."""
    return create_app(config.load({k: v for k, v in server.environment.items() if k.startswith("ALTA_")}))
