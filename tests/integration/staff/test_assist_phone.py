"""Owns the tests of helping on the phone: words to read, numbers read back, and the link to the person's own part."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest
from flask import Flask
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook

from tests.support.helping import SMS_SECRET, agree, give_part, helper, person_with
from tests.support.journey import photo_for
from tests.support.quick import secrets_of
from tests.support.rows import alter, count, one

SAID = re.compile(r'<div class="aloud" lang="([\w-]+)">\s*<p><svg.*?</svg> <span>(.*?)</span>', re.DOTALL)


def test_words_are_the_persons_language_whatever_the_agents(app: Flask) -> None:
    """Portuguese words on a Spanish page; every question has its own."""
    agent = helper(app, language="es")
    agent.begin("phone", "BR", "pt_BR")
    page = agent.browser.get(f"{agent.home}/personal")
    assert '<html lang="es' in page.html
    said = SAID.findall(page.html)
    assert {tag for tag, _words in said} == {"pt-BR"}
    assert len(said) == 7
    assert any("data de nascimento" in words for _tag, words in said)
    assert "Ana Pérez" in said[0][1]
    assert "<li>Homem</li>" in page.html.replace("\n", "")


def test_numbers_are_read_back_in_groups(app: Flask) -> None:
    """On the page that follows."""
    agent = helper(app)
    agent.begin("phone")
    agent.answer("personal")
    assert "10 de agosto de 1990" in agent.browser.get(f"{agent.home}/identity").html
    agent.answer("identity")
    page = agent.browser.get(f"{agent.home}/address")
    shown = re.findall(r"<b>(\w+)</b>", page.html.partition('class="groups"')[2].partition("</span>")[0])
    assert shown == ["20", "12", "345", "678", "6"]


def test_what_was_given_last_is_read_back_on_the_overview(app: Flask) -> None:
    """No page of a question follows there."""
    agent = helper(app, language="pt_BR")
    agent.begin("phone")
    assert "Te lo repito" not in agent.page.html
    agent.answer_all()
    assert "Te lo repito:" in agent.browser.get(agent.home).html
    agent.answer("phone", phone_number="011 15-2345-6780")
    said = agent.browser.get(agent.home).html.partition("Te lo repito:")[2].partition("¿Está bien?")[0]
    assert re.findall(r"<b>(\w+)</b>", said) == ["011", "15", "2345", "6780"]


def test_nothing_is_read_aloud_in_a_branch(app: Flask) -> None:
    """There the person sees the screen."""
    agent = helper(app)
    agent.begin("branch")
    assert "aloud" not in agent.browser.get(f"{agent.home}/personal").html
    agent.answer("personal")
    assert "aloud" not in agent.browser.get(agent.home).html


def test_agent_takes_no_photos_from_afar(app: Flask) -> None:
    """Not even once the person agreed."""
    agent = helper(app)
    agent.begin("phone")
    agent.answer_all()
    agree(person_with(app, agent.link()))
    secrets = secrets_of(agent.browser.get(f"{agent.home}/personal"))
    for path in ("document", "photos/front_document", "handoff/document"):
        given = {**secrets, "file": photo_for("front_document"), "front_document": photo_for("front_document")}
        assert agent.browser.send(given, path=f"{agent.home}/{path}").status == 403
    assert count(app, "photos") == 0


def test_link_leads_to_the_persons_part_and_nothing_else(app: Flask) -> None:
    """Consents first; no step of the agent's, no other application, no personal link; the rest by choice only."""
    agent = helper(app)
    agent.begin("phone")
    agent.answer_all()
    person = person_with(app, agent.link())
    for path in ("exposure", "document", "review", "personal", "start", "save", "status"):
        assert person.get(f"/apply/{path}").path == "/apply/agree"
    secrets = secrets_of(person.page)
    photo = person.send(
        {**secrets, "file": photo_for("front_document")}, path="/apply/photos/front_document", follow=False
    )
    assert (photo.status, photo.path) == (303, "/apply/agree")
    assert person.send({**secrets, "privacy": "1"}, path="/apply/agree").status == 422
    agree(person)
    assert one(app, "SELECT count(*) FROM consents") == 2
    for path in ("personal", "identity", "address", "phone", "income", "start", "save"):
        assert person.get(f"/apply/{path}").path == "/apply/exposure"
        posted = person.send({**secrets, "first_name": "X", "country": "BR"}, path=f"/apply/{path}", follow=False)
        assert posted.status == 303
    give_part(person)
    review = person.get("/apply/review")
    assert "Juana" in review.html
    assert "Change" not in re.sub(r"<span class=\"hide\">.*?</span>", "", review.html.partition("<h1>")[2])[:400]
    person.send(secrets_of(review), path="/apply/yours")
    assert person.get("/apply/personal").path == "/apply/personal"


def test_part_waits_for_the_agent(app: Flask) -> None:
    """All of the person's is there, the rest is not yet: the page says so and goes on by itself."""
    agent = helper(app)
    agent.begin("phone")
    agent.answer("personal")
    agent.answer("identity")
    person = person_with(app, agent.link())
    agree(person)
    give_part(person)
    page = person.get("/apply/review")
    assert "data-poll" in page.html
    assert "Ana Pérez" in page.html
    page = person.send({**secrets_of(page), "declaration": "1"}, path="/apply/review")
    assert count(app, "submissions") == 0
    for step in ("address", "phone", "income"):
        agent.answer(step)
    assert 'name="declaration"' in person.get("/apply/review").html


def test_link_wants_the_birth_date_and_ends(app: Flask) -> None:
    """Few tries; a newer link ends it; it ends by itself."""
    agent = helper(app)
    agent.begin("phone")
    page = agent.browser.get(f"{agent.home}/link")
    assert "Fill in the personal data first" in page.html
    agent.browser.send({**secrets_of(page), "make": "1"}, path=f"{agent.home}/link")
    assert count(app, "person_links") == 0
    agent.answer("personal")
    first = agent.link()
    assert person_with(app, first, ("1", "1", "1980")).page.status == 422
    second = agent.link()
    assert person_with(app, first).page.status == 410
    assert person_with(app, second).page.path == "/apply/agree"
    alter(app, "UPDATE person_links SET failed_tries = 5")
    assert person_with(app, second).page.status == 410
    third = agent.link()
    alter(app, "UPDATE person_links SET expires_at = '2020-01-01 00:00:00'")
    assert person_with(app, third).page.status == 410
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action = 'person_link_made'") == 3


def test_link_does_not_open_in_the_browser_that_made_it(app: Flask) -> None:
    """Whoever is signed in there would agree for somebody else; any other device opens it."""
    agent = helper(app)
    agent.begin("phone")
    agent.answer_all()
    link = agent.link()
    cookie = agent.browser.browser.get_cookie("alta_makes_links", path="/apply/yours")
    assert cookie is not None and (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert agent.browser.get(link).status == 403
    assert "This link is for the person" in agent.page.html
    assert person_with(app, link).page.path == "/apply/agree"


@pytest.fixture
def texting(make_app: Callable[..., Flask], httpserver: HTTPServer) -> Flask:
    """An Alta whose text messages go to a server of the test."""
    return make_app(sms_url=httpserver.url_for("/sms"), sms_secret=SMS_SECRET)


def test_text_message_carries_the_link_in_the_persons_language(texting: Flask, httpserver: HTTPServer) -> None:
    """Signed, to the number given, once; the page says so."""
    httpserver.expect_request("/sms", method="POST").respond_with_data("", status=202)
    agent = helper(texting, language="en")
    agent.begin("phone", "BR", "pt_BR")
    agent.answer("personal", "BR")
    page = agent.browser.get(f"{agent.home}/link")
    assert 'name="text"' not in page.html
    agent.answer_all("BR")
    link = agent.link(text="1")
    assert "is on its way" in agent.browser.page.html
    ((request, _response),) = httpserver.log
    body = json.loads(request.data)
    assert Webhook(SMS_SECRET).verify(request.data, dict(request.headers)) == body
    assert body["to"] == "+5521971697123"
    assert link in body["text"]
    assert "data de nascimento" in body["text"]
    assert "+5521971697123" not in agent.browser.page.html


@contextmanager
def stopped(server: HTTPServer) -> Iterator[None]:
    """Nobody answers there; later tests share the server."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@pytest.mark.parametrize("status", [500, 302, None])
def test_failing_text_message_is_said_plainly(texting: Flask, httpserver: HTTPServer, status: int | None) -> None:
    """And the link is there all the same."""
    if status is not None:
        httpserver.expect_request("/sms").respond_with_data("", status=status)
    with nullcontext() if status is not None else stopped(httpserver):
        agent = helper(texting)
        agent.begin("phone")
        agent.answer_all()
        link = agent.link(text="1")
        assert "The text message was not sent" in agent.browser.page.html
        assert person_with(texting, link).page.path == "/apply/agree"
