"""Owns the tests of an agent who fills in for a person in a branch: same rules, own name on each answer, own limits."""

from __future__ import annotations

import pytest
from flask import Flask

from app.onboarding import integrations
from tests.support.helping import OWN, agree, give_part, helper, person_with
from tests.support.journey import Applicant, photo_for
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import alter, count, one, rows


def test_agent_fills_in_and_the_person_sends(app: Flask) -> None:
    """Every answer bears who gave it and how; consents, declarations and sending are the person's."""
    agent = helper(app)
    page = agent.begin()
    assert "Where the person is" in page.html
    agent.answer_all()
    assert "Your part is complete" in agent.browser.get(agent.home).html
    given = {name: (by, channel) for name, by, channel in rows(app, "SELECT name, given_by, channel FROM answers")}
    assert set(given.values()) == {(agent.member.id, "branch")}
    assert len(given) == len(OWN)
    assert one(app, "SELECT channel FROM applications") == "branch"
    assert one(app, "SELECT language FROM applications") == "es"
    person = person_with(app, agent.link())
    assert person.page.path == "/apply/agree"
    agree(person)
    give_part(person)
    review = person.get("/apply/review")
    assert "Ana Pérez" in review.html
    assert "/apply/personal" not in review.links
    sent = person.send({"declaration": "1"})
    assert sent.path == "/apply/status"
    assert "Ana Pérez" in sent.html
    assert one(app, "SELECT ended_by FROM assistances") == "sent"
    assert rows(app, "SELECT given_by, channel FROM answers WHERE name LIKE 'exposure%'") == [("", "link")]
    over = agent.browser.get(agent.home)
    assert over.status == 410
    assert "The application was sent." in over.html
    deeds = [action for (action,) in rows(app, "SELECT action FROM audit_rows ORDER BY number")]
    assert deeds[1:3] == ["assistance_begun", "case_viewed"]
    assert deeds.count("answered_for") == len(OWN)
    assert [deed for deed in deeds if deed not in ("answered_for", "case_viewed")] == [
        "member_created",
        "assistance_begun",
        "person_link_made",
        "assistance_ended",
    ]


def test_same_rules_for_an_agent(app: Flask) -> None:
    """A wrong answer is refused with the same sentence, in the agent's own language, and nothing is kept."""
    agent = helper(app, language="pt_BR")
    agent.begin()
    page = agent.answer("personal", **{"birthday-year": "2020"})
    assert page.status == 422
    assert faults(page).keys() == {"birthday"}
    assert count(app, "answers") == 0
    assert 'lang="pt-BR"' in page.html
    # Out of order leads to where the application stands.
    assert agent.browser.get(f"{agent.home}/phone").path == f"{agent.home}/personal"


@pytest.mark.parametrize("step", ["exposure", "document", "selfies"])
def test_agent_never_gives_what_is_the_persons(app: Flask, step: str) -> None:
    """Neither declarations nor photos before the consents, whatever is posted; reading such a page says whose it is."""
    agent = helper(app)
    agent.begin()
    agent.answer_all()
    secrets = secrets_of(agent.browser.page)
    shown = agent.browser.get(f"{agent.home}/{step}")
    assert shown.status == 200
    assert "They do with their link." in shown.html
    secrets = secrets_of(agent.browser.get(f"{agent.home}/personal"))
    given = {**secrets, "politically_exposed": "false", "text_hash": "x", "front_document": photo_for("front_document")}
    assert agent.browser.send(given, path=f"{agent.home}/{step}").status == 403
    photo = {**secrets, "file": photo_for("selfie_1")}
    assert agent.browser.send(photo, path=f"{agent.home}/photos/selfie_1").status == 403
    assert agent.browser.send(secrets, path=f"{agent.home}/handoff/document").status == 403
    for path in ("review", "agree", "start", "status"):
        assert agent.browser.send(
            {**secrets, "declaration": "1", "privacy": "1"}, path=f"{agent.home}/{path}"
        ).status in (
            404,
            303,
        )
    assert count(app, "consents") == count(app, "submissions") == count(app, "photos") == 0


def test_agent_takes_photos_once_the_person_agreed(app: Flask) -> None:
    """In the branch: by file or camera, or with the person's phone; each says who took it."""
    agent = helper(app)
    agent.begin()
    agent.answer_all()
    agree(person_with(app, agent.link()))
    page = agent.answer("document")
    assert page.status == 303, faults(page)
    assert page.path == f"{agent.home}/selfies"
    assert rows(app, "SELECT DISTINCT given_by, channel FROM photos") == [(agent.member.id, "branch")]
    selfies = agent.browser.get(f"{agent.home}/selfies")
    assert "Better with the person's phone?" in selfies.html
    agent.browser.send({**secrets_of(selfies), "handoff": "begin"}, path=f"{agent.home}/handoff/selfies")
    assert "/phone/" in agent.browser.page.html
    (photo,) = rows(app, "SELECT id FROM photos WHERE slot = 'front_document'")
    answer = agent.browser.browser.get(f"{agent.home}/photos/{photo[0]}/thumbnail")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action = 'photo_viewed'") == 1


def test_agent_changes_neither_language_nor_country(app: Flask) -> None:
    """A posted language is the agent's page's own matter."""
    agent = helper(app)
    agent.begin(language="pt_BR")
    page = agent.browser.get(f"{agent.home}/personal")
    agent.browser.send({**secrets_of(page), "language": "en", "country": "BR"}, path=f"{agent.home}/personal")
    assert one(app, "SELECT language, country FROM applications") == "pt_BR"
    assert one(app, "SELECT country FROM applications") == "AR"


def test_nobody_else_sees_an_assistance(app: Flask) -> None:
    """Another agent, one of another integration, and one that does not exist: the same page."""
    with app.app_context():
        integrations.create("north")
        integrations.create("south")
    agent = helper(app, integrations=["north"])
    agent.begin()
    assert one(app, "SELECT integration FROM applications") == "north"
    for other in (helper(app), helper(app, integrations=["south"])):
        found = other.browser.get(agent.home)
        nobodys = "00000000-0000-0000-0000-000000000000"
        missing = other.browser.get(f"/staff/assist/{nobodys}")
        assert (found.status, missing.status) == (404, 404)
        assert found.html.replace(agent.assistance, nobodys) == missing.html


def test_integration_is_chosen_where_there_are_several(app: Flask) -> None:
    """One that is not the agent's is refused."""
    with app.app_context():
        for name in ("north", "south", "east"):
            integrations.create(name)
    agent = helper(app, integrations=["north", "south"])
    assert agent.begin(integration="east").status == 422
    assert agent.begin().status == 422
    assert count(app, "applications") == 0
    agent.begin(integration="south")
    assert one(app, "SELECT integration FROM applications") == "south"
    # Who sees all begins for none of them, unless they choose.
    helper(app).begin()
    assert rows(app, "SELECT count(*) FROM applications WHERE integration IS NULL") == [(1,)]


def test_handing_back_ends_the_access_at_once(app: Flask) -> None:
    """What was given is kept, for the person."""
    agent = helper(app)
    agent.begin()
    agent.answer("personal")
    link = agent.link()
    secrets = secrets_of(agent.browser.get(f"{agent.home}/identity"))
    agent.browser.send(secrets, path=f"{agent.home}/end")
    assert agent.browser.page.path == "/staff/assist"
    for step in ("personal", "identity"):
        page = agent.browser.send({**secrets, "first_name": "X"}, path=f"{agent.home}/{step}")
        assert page.status == 410
        assert "You handed the application back." in page.html
    person = person_with(app, link)
    agree(person)
    assert "Ana Pérez" not in person.get("/apply/exposure").html
    assert person.get("/apply/personal").path == "/apply/exposure"


def test_nothing_is_sent_that_the_person_did_not_agree_to(app: Flask) -> None:
    """Whatever became of the consents: they are asked for again, and then it goes out."""
    person = hasten(Applicant(app))
    alter(app, "DELETE FROM consents WHERE kind = 'biometric'")
    assert person.submit().path == "/apply/agree"
    assert count(app, "submissions") == 0
    agree(person)
    assert person.submit().path == "/apply/status"


def test_integration_without_apis_has_its_people_go_to_the_default_ones(app: Flask) -> None:
    """What an agent began for it is delivered, not held up for want of a place to go to."""
    with app.app_context():
        integrations.create("north")
    agent = helper(app, integrations=["north"])
    agent.begin()
    agent.answer_all()
    person = person_with(app, agent.link())
    agree(person)
    give_part(person)
    assert person.submit().path == "/apply/status"
    assert one(app, "SELECT default_upstreams FROM applications") in (True, 1)
    with app.app_context():
        assert integrations.list_all()[0].name == "north"
