"""Every page in every state is valid HTML, in the three languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.support import html
from tests.support.barcodes import card_photo, text
from tests.support.embedding import BACK, PREFILL, Framed, Team
from tests.support.journey import STEPS, Applicant
from tests.support.phones import hand_over, press
from tests.support.reader import read_all

LANGUAGES = {"es": "AR", "pt_BR": "BR", "en": "AR"}


class Collector:
    """Somebody who keeps the source of every page, under the state it was in."""

    def __init__(self, app: Flask, language: str) -> None:
        self.person, self.language, self.pages = Applicant(app), language, {}

    def keep(self, state: str, status: int = 200) -> None:
        """Keep the open page."""
        page = self.person.page
        assert page.status == status, f"{state}: {page.status}"
        self.pages[f"{self.language} {state}"] = page.html

    def walk(self, country: str) -> None:
        """Every step empty, with errors and filled in, the pages beside them, review and status."""
        person = self.person
        person.get(f"/apply/start?country={country}&language={self.language}")
        self.keep("start")
        person.send({"country": "", "privacy": None})
        self.keep("start with errors", 422)
        person.start(country, self.language)
        for step in STEPS:
            self._step(step, country)
        person.get("/apply/start")
        self.keep("start again")
        person.get("/apply/review")
        self.keep("review")
        self._ask_about_the_document(country)
        person.send({"declaration": None})
        self.keep("review with errors", 422)
        self._come_back()
        person.submit()
        self.keep("status")

    def _step(self, step: str, country: str) -> None:
        person = self.person
        person.get(f"/apply/{step}")
        self.keep(step)
        kept = ("csrf_token", "application", "text_hash")
        person.send({name: "" for name in person.page.fields if name not in kept})
        self.keep(f"{step} with errors", 422)
        if step == "exposure":
            person.send({"politically_exposed": "true"})
            self.keep("exposure with Yes", 422)
        if step in ("document", "selfies"):
            slot = "front_document" if step == "document" else "dni_selfie"
            person.send({slot: b"no picture"})
            self.keep(f"{step} with a refused file", 422)
            self._hand_over(step)
        person.answer(step, country)
        person.get(f"/apply/{step}?from=review")
        self.keep(f"{step} filled in")

    def _ask_about_the_document(self, country: str) -> None:
        """A question, what was kept instead, and a match; the page that waits for a document, and what it offers."""
        if country != "AR":
            return
        person = self.person
        person.answer("document", front_document=card_photo(text(born="12/08/1990", first_name="JOSEFA")))
        read_all(person.app)
        person.get("/apply/review")
        self.keep("review with questions")
        person.send({"settle": re.findall(r'name="settle" value="([^"]+)"', person.page.html)[0]})
        self.keep("review with something kept")
        self.person = other = Applicant(person.app)
        other.browser.set_cookie("alta_language", self.language)
        other.get("/apply/start?country=AR")
        other.send({"country": "AR", "privacy": "1", "biometric": "1", "first": "document"})
        self.keep("document first")
        other.send({"front_document": card_photo(text()), "back_document": card_photo("nothing")})
        self.keep("waiting for the document")
        read_all(person.app)
        other.get("/apply/personal")
        self.keep("personal from the document")
        self.person = person
        person.get("/apply/review")

    def _hand_over(self, step: str) -> None:
        """The block in each of its states, and the phone's pages."""
        person, link = self.person, hand_over(self.person, step)
        self.keep(f"{step} waiting for a phone")
        self.person = phone = Applicant(person.app)
        for path in (link, "/phone/x", "/phone"):
            status = 200 if path == link else 410
            phone.browser.set_cookie("alta_language", self.language)
            phone.get(path)
            self.keep(f"{step} phone {path[:8]}", status)
        phone.get(link)
        phone.send({})
        self.keep(f"{step} phone's photos")
        phone.send({"front_document": b"no picture", "dni_selfie": b"no picture"})
        self.keep(f"{step} phone's photos with a refused file", 422)
        self.person = person
        person.get(f"/apply/{step}")
        self.keep(f"{step} with a phone")
        press(person, "cancel", step)
        self.keep(f"{step} without the phone again")
        self.person = phone
        phone.get("/phone")
        self.keep(f"{step} phone cancelled", 410)
        self.person = person
        person.get(f"/apply/{step}")

    def embed(self, team: Team) -> None:
        """A frame's own pages, what it says when it cannot go on, and a developer's pages."""
        made = team.session(locale=self.language.replace("_", "-"), prefill=PREFILL, return_url=BACK)
        self.person = frame = Framed(team.app, made)
        self.keep("frame")
        frame.send({})
        self.keep("frame with errors", 422)
        frame.begin()
        self.keep("frame prefilled")
        frame.send({}, path="/elsewhere")
        self.keep("frame left")
        frame.get("/elsewhere")
        self.keep("frame that follows")
        frame.send({"stay": "1"})
        frame.headers = {"Origin": "null"}
        frame.send({})
        self.keep("frame in a sandbox", 403)
        frame.headers = {"Origin": "https://evil.example"}
        frame.send({}, path="/elsewhere")
        self.keep("frame's post from elsewhere", 403)
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
            frame.get("/personal")
            self.keep("frame expired", 410)
        frame.enter(made["launch_token"])
        self.keep("launch used", 410)
        link = team.session()["launch_token"]
        for path in (f"/embed/launch?token={link}", f"/embed/doctor?token={link}", "/embed/demo"):
            # A browser that does not say how it came is asked for a click.
            headers = {"User-Agent": "Mozilla/5.0"}
            frame._read(frame.browser.get(path, base_url="http://localhost:8000", headers=headers))
            self.keep(path[:13])

    def _come_back(self) -> None:
        person, other = self.person, Applicant(self.person.app)
        person.get("/apply/save")
        self.keep("save")
        person.send({})
        self.keep("personal link")
        link = re.search(r'value="https?://[^/"]+(/apply/resume/[^"]+)"', person.page.html)
        assert link is not None
        other.browser.set_cookie("alta_language", self.language)
        self.person = other
        other.get(link[1])
        self.keep("resume")
        other.send({"birthday-day": "1", "birthday-month": "1", "birthday-year": "1970"})
        self.keep("resume with errors", 422)
        other.get("/apply/resume/none")
        self.keep("no link", 410)
        for path, status in (("/apply/legal/privacy", 200), ("/nothing", 404)):
            other.get(path)
            self.keep(path, status)
        if self.language == "en":  # its text is English whatever surrounds it
            other.get("/docs/api")
            self.keep("/docs/api")
        self.person = person


@pytest.mark.timeout(300)
def test_every_page_in_every_state_is_valid(make_app: Callable[..., Flask]) -> None:
    """Errors and warnings of the W3C's validator: none."""
    app, pages = make_app(), {}
    team = Team(app)
    with app.app_context():
        app.extensions["alta"].embedding.sandbox.prepare(8000)
    for language, country in LANGUAGES.items():
        collector = Collector(app, language)
        collector.walk(country)
        collector.embed(team)
        pages |= collector.pages
    assert html.faults(pages) == []
