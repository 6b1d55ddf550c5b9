"""Owns the tests of who gave each answer: whoever gave it as it stands, however often its page is sent since."""

from __future__ import annotations

import html
import re

from flask import Flask

from tests.integration.embed.test_frames import fill
from tests.integration.staff.test_assist_rescue import reference_of, rescue
from tests.support.barcodes import card_photo, text
from tests.support.embedding import PREFILL, Framed, Team
from tests.support.helping import Helper, code_of, helper
from tests.support.journey import Applicant
from tests.support.quick import hasten, sample, secrets_of
from tests.support.reader import read_all
from tests.support.rows import one, rows
from tests.support.staff import signed_in

_ROW = re.compile(
    r"<tr>\s*<th scope=\"row\">(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td>.*?</td>\s*<td[^>]*>(.*?)</td>", re.S
)


def givers(app: Flask) -> dict[str, tuple[str, str]]:
    """Each answer on the case's page, and who gave it."""
    page = signed_in(app, "agent", name="Somebody else").get(f"/staff/cases/{one(app, 'SELECT id FROM applications')}")
    plain = [
        [" ".join(html.unescape(re.sub("<br>.*|<[^>]+>", " ", cell)).split()) for cell in row]
        for row in _ROW.findall(page.text)
    ]
    return {label: (value, who) for label, value, who in plain}


def helped(app: Flask, person: Applicant) -> Helper:
    """An agent whom the person let in."""
    return rescue(helper(app), reference_of(app), code_of(person))


def answer(person: Applicant, step: str, **changes: str) -> None:
    """The person answers a step."""
    given = {**secrets_of(person.get(f"/apply/{step}")), **sample(person, step, "AR"), **changes}
    assert person.send(given, path=f"/apply/{step}", follow=False).status == 303


def test_answer_stays_whose_it_is_while_it_stays_as_it_is(app: Flask) -> None:
    """An agent who sends an unchanged page gave nothing; one answer corrected is one answer given, and back again."""
    person = hasten(Applicant(app), until="address")
    agent = helped(app, person)
    assert agent.answer("personal").status == 303
    assert {who for _value, who in givers(app).values()} == {"Applicant"}
    agent.answer("personal", first_name="Joana")
    assert givers(app)["Given names"] == ("Joana", "Ana Pérez")
    assert givers(app)["Surnames"] == ("Fernández", "Applicant")
    case = signed_in(app).get(f"/staff/cases/{one(app, 'SELECT id FROM applications')}").text
    assert "Phone call · " in case.partition("Identity document")[0]
    assert "Applicant<br>Web · " in case
    answer(person, "personal", last_name="Núñez", first_name="Joana")
    assert givers(app)["Given names"] == ("Joana", "Ana Pérez")
    assert givers(app)["Surnames"] == ("Núñez", "Applicant")
    answer(person, "personal", last_name="Núñez")
    assert givers(app)["Given names"] == ("Juana", "Applicant")
    agent.answer("personal", last_name="Núñez", **{"birthday-day": "11"})
    assert givers(app)["Birth date"] == ("August 11, 1990", "Ana Pérez")
    assert givers(app)["Given names"] == ("Juana", "Applicant")
    assert [by for (by,) in rows(app, "SELECT given_by FROM answers WHERE name = 'personal'")] == [agent.member.id]


def test_integration_applicant_document_and_agent_each_have_their_answers(app: Flask) -> None:
    """What the team gave beforehand, what the person typed, what they took from the document, what an agent mended."""
    person = fill(Framed(app, Team(app).session(country="AR", locale="en", prefill=PREFILL)))
    person.answer("document", front_document=card_photo(text(born="12/08/1990")))
    read_all(app)
    choices = re.findall(r'name="settle" value="(birthday/document/[^"]+)"', person.get("/apply/review").html)
    person.send({"settle": choices[0]}, follow=False)
    agent = helped(app, person)
    agent.answer("address", street="Avenida Mitre")
    agent.answer("personal", **{"birthday-day": "12", "last_name": "Núñez"})
    found = givers(app)
    assert found["Given names"] == ("Juana", "bank")
    assert found["Surnames"] == ("Núñez", "Ana Pérez")
    assert found["Birth date"] == ("August 12, 1990", "Document")
    assert found["Street"] == ("Avenida Mitre", "Ana Pérez")
    assert found["City or town"][1] == "Applicant"
    assert found["Politically exposed person"] == ("No", "Applicant")
    person.get("/apply/review")
    assert person.send({"declaration": "1"}).path.endswith("/status")
    assert re.findall(r"<dt>Personal data</dt><dd[^>]*>(.*?)</dd>", person.page.html) == ["You, Ana Pérez"]


def test_document_that_says_nothing_leaves_its_answers_unknown(app: Flask) -> None:
    """In Argentina where no barcode was found, in Brazil always; not before there is a photo of it."""
    for country, label in (("AR", "CUIL"), ("BR", "CPF")):
        person = hasten(Applicant(app), country, until="document")
        case = f"/staff/cases/{rows(app, 'SELECT id FROM applications ORDER BY created_at DESC')[0][0]}"
        reviewer = signed_in(app, "reviewer")
        assert "not read" not in reviewer.get(case).text
        person.answer("document", country)
        read_all(app)
        told = " ".join(re.sub("<[^>]+>", " ", reviewer.get(case).text).split())
        assert told.count("not read") == 5
        assert re.search(rf"{label} \S+ not read Applicant", told), told
        assert "Marital status Single Applicant" in told
