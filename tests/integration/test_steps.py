"""Owns the tests of each step's rules over HTTP: refusals, limits, odd text, and the attributes of controls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import time_machine
from flask import Flask
from markupsafe import escape

from app.apis.kyc.contract import income_ranges
from tests.support.journey import PERSONAL, Applicant, Page
from tests.support.naughty import HARMLESS, HIDDEN
from tests.support.quick import entries, faults, hasten, secrets_of
from tests.support.rows import rows

HIDDEN_SENTENCE = "Delete this and type it again: it holds hidden characters"
EXPOSED = {
    "politically_exposed": "true",
    "exposure_relation": "own",
    "exposure_post": "Mayor",
    "exposure_body": "Town hall",
    "exposure_since-month": "3",
    "exposure_since-year": "2019",
}
CASES = Path(__file__).parents[1] / "fixtures" / "steps"


def cases(name: str) -> list[list[str]]:
    """The lines of a table, tab by tab: country, step, what is posted (as a query string), what comes of it."""
    return [line.split("\t") for line in (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]


def fields_of(query: str) -> dict[str, str]:
    """A query string's fields, empty ones included."""
    return dict(parse_qsl(query, keep_blank_values=True))


@pytest.fixture(scope="module")
def people(sqlite_app: Flask) -> dict[str, Applicant]:
    """A person of each country at review, from where every step may be posted."""
    return {country: hasten(Applicant(sqlite_app), country) for country in ("AR", "BR")}


def post(person: Applicant, country: str, step: str, changes: dict[str, Any]) -> Page:
    """Open a step as it was saved, change some of it, and post it."""
    person.get(f"/apply/{step}")
    assert person.page.path == f"/apply/{step}"
    return person.send(changes, follow=False)


@pytest.mark.parametrize(("country", "step", "posted", "field", "sentence"), cases("refused"))
def test_refusal_says_what_to_do(
    people: dict[str, Applicant], country: str, step: str, posted: str, field: str, sentence: str
) -> None:
    """One sentence, beside the one field that is wrong, and in the summary; what was typed stays."""
    changes = fields_of(posted)
    page = post(people[country], country, step, changes)
    assert page.status == 422
    assert faults(page) == {field: sentence}
    assert [each for _target, each in entries(page)] == [sentence]
    for name, value in changes.items():
        if name in page.fields:
            assert page.fields[name].strip() == value.strip()


@pytest.mark.parametrize(("country", "step", "posted", "expected"), cases("accepted"))
def test_accepted_answer_is_shown_back_in_its_own_form(
    people: dict[str, Applicant], country: str, step: str, posted: str, expected: str
) -> None:
    """Normalised, and the same once more when it is posted again as shown."""
    changes, shown = fields_of(posted), fields_of(expected)
    for again in ({"phone_country": country, **changes} if step == "phone" else changes, {}):
        assert post(people[country], country, step, again).status == 303
        page = people[country].get(f"/apply/{step}")
        assert {name: page.fields[name] for name in shown} == shown


@pytest.mark.parametrize("country", ["AR", "BR"])
@pytest.mark.parametrize(
    ("born", "fine"),
    [
        (date(2008, 11, 23), True),
        (date(2008, 11, 24), False),
        (date(1906, 11, 23), True),
        (date(1905, 11, 24), True),
        (date(1905, 11, 23), False),
    ],
)
def test_age_counts_in_the_countrys_time_zone(sqlite_app: Flask, country: str, born: date, fine: bool) -> None:
    """At two in the morning UTC it is still the day before there: 18 and 120 years are both included."""
    with time_machine.travel(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), tick=False):
        person = Applicant(sqlite_app)
        person.start(country)
        parts = {"birthday-day": f"{born:%d}", "birthday-month": f"{born:%m}", "birthday-year": f"{born:%Y}"}
        assert person.send({**PERSONAL, **parts}, follow=False).status == (303 if fine else 422)


def test_time_zone_is_a_setting(make_app: Callable[..., Flask]) -> None:
    """Where it is tomorrow already, an eighteenth birthday is today."""
    person = Applicant(make_app(argentina_time_zone="Pacific/Auckland"))
    with time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), tick=False):
        person.start("AR")
        young = {**PERSONAL, "birthday-day": "24", "birthday-month": "11", "birthday-year": "2008"}
        assert person.send(young, follow=False).status == 303


@pytest.mark.parametrize("text", HARMLESS)
def test_odd_text_is_kept_as_text(people: dict[str, Applicant], text: str) -> None:
    """Taken whole by a box that takes any line; shown escaped; and the same when it is posted again as shown."""
    person = people["BR"]
    expected = " ".join(unicodedata.normalize("NFC", text).split())
    for changes in ({"reference_point": text}, {}):
        assert post(person, "BR", "address", changes).status == 303
        assert person.get("/apply/address").fields["reference_point"] == expected
    shown = f'<dd dir="auto">{escape(expected)}</dd>'
    assert shown in person.get("/apply/review").html
    assert post(person, "BR", "personal", {"first_name": f"Ana {text}"}).status == 303


@pytest.mark.parametrize("text", HIDDEN)
def test_hidden_characters_are_refused(people: dict[str, Applicant], text: str) -> None:
    """Controls, direction overrides, zero-width marks and halves of pairs, in a name as in an address."""
    for step, field in (("personal", "last_name"), ("address", "city")):
        page = post(people["AR"], "AR", step, {field: f"Ana {text} B"})
        assert (page.status, faults(page)) == (422, {field: HIDDEN_SENTENCE})


@pytest.mark.parametrize("size", [1_000, 20_000, 200_000])
@pytest.mark.parametrize("unit", ["x", "\u0301", "👩‍👩‍👧", " "])
def test_very_long_text_is_refused_quickly(people: dict[str, Applicant], unit: str, size: int) -> None:
    """Without an error of ours, in every field of a page at once."""
    person = people["AR"]
    for step in ("personal", "identity", "address", "phone"):
        person.get(f"/apply/{step}")
        fields = [name for name in person.page.fields if name not in ("csrf_token", "application")]
        long = (unit * size)[: size // (len(unit.encode()) * len(fields))]
        page = person.send(dict.fromkeys(fields, long), follow=False)
        assert page.status == 422


@pytest.mark.parametrize("step", ["personal", "identity", "exposure", "address", "phone", "income"])
def test_bytes_that_are_no_text_never_fail(people: dict[str, Applicant], step: str) -> None:
    """Broken UTF-8, NUL and repeated fields in a posted form."""
    person = people["AR"]
    page = person.get(f"/apply/{step}")
    secrets = secrets_of(page)
    prefix = "&".join(f"{name}={value}" for name, value in secrets.items())
    names = [name for name in page.fields if name not in secrets]
    for bad in (b"%ff%fe", b"%ed%a0%80", b"%00", b"%c0%80", b"a&%s=b"):
        body = prefix.encode() + b"".join(b"&" + name.encode() + b"=" + bad for name in names)
        response = person.browser.post(f"/apply/{step}", data=body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 422


@pytest.mark.parametrize(
    ("country", "step", "changes", "words"),
    [
        ("BR", "address", {"state": "SP"}, "The CEP 22220-030 does not belong to SP: check both"),
        ("AR", "address", {"state": "Salta"}, "The postal code S2000ABC is in Santa Fe, not in Salta: check both"),
    ],
)
def test_what_does_not_fit_together_warns_and_never_blocks(
    sqlite_app: Flask, country: str, step: str, changes: dict[str, str], words: str
) -> None:
    """On the next page, with a way back, and on review; gone once corrected."""
    person = hasten(Applicant(sqlite_app), country, answers={step: changes})
    assert words in person.page.html
    person.get(f"/apply/{step}")
    page = person.send({})
    assert words in page.html
    assert f"/apply/{step}" in page.links


def test_cuil_whose_middle_is_not_the_dni_given_before_warns(sqlite_app: Flask) -> None:
    """The DNI was given first, then the CUIL took its place."""
    person = hasten(Applicant(sqlite_app), "AR", until="exposure")
    words = "The middle of your CUIL or CUIT is not your DNI number: check both"
    person.answer("identity", document_type="dni", document_number="30.111.222")
    assert words not in person.page.html
    page = person.answer("identity", document_type="cuil", document_number="20-12345678-6")
    assert page.path == "/apply/exposure"
    assert words in page.html
    person.answer("identity", document_type="dni", document_number="12.345.678")
    page = person.answer("identity", document_type="cuil", document_number="20-12345678-6")
    assert words not in page.html


@pytest.mark.parametrize("country", ["AR", "BR"])
def test_income_offers_the_checks_own_ranges(sqlite_app: Flask, country: str) -> None:
    """Worded as they came, in their order, none chosen beforehand."""
    page = hasten(Applicant(sqlite_app), country, until="income").page
    assert "total_income_range" not in page.fields
    offered = income_ranges(country).income_ranges
    assert len(offered) == len(page.choices["total_income_range"])
    places = [page.html.index(f"<span>{escape(each.formatted)}</span>") for each in offered]
    assert places == sorted(places)


def test_no_exposure_keeps_no_details(sqlite_app: Flask) -> None:
    """What was typed for Yes does not matter for No."""
    person = hasten(Applicant(sqlite_app), "BR", until="exposure")
    broken = {**EXPOSED, "politically_exposed": "false", "exposure_since-month": "99", "exposure_post": "x" * 999}
    assert person.send(broken, follow=False).status == 303
    shown = person.get("/apply/exposure").fields
    assert {text for name, text in shown.items() if name.startswith("exposure_")} == {""}


def test_phone_is_stored_as_e164_only_in_the_snapshot(sqlite_app: Flask) -> None:
    """And no answer is stored in plain."""
    hasten(Applicant(sqlite_app), "BR", until="income")
    for row in rows(sqlite_app, "SELECT value FROM answers"):
        assert b"97169" not in bytes(row.value)


CONTROLS = {
    "personal": {
        "first_name": 'dir="auto" maxlength="150" autocomplete="given-name"',
        "last_name": 'dir="auto" maxlength="150" autocomplete="family-name"',
        "birthday-day": 'inputmode="numeric" maxlength="2" autocomplete="bday-day"',
        "birthday-month": 'inputmode="numeric" maxlength="2" autocomplete="bday-month"',
        "birthday-year": 'inputmode="numeric" maxlength="4" autocomplete="bday-year"',
        "nationality": 'list="nationality-list"',
    },
    "identity": {"document_number": "maxlength="},
    "exposure": {"exposure_post": 'dir="auto" maxlength="150"', "exposure_since-year": 'inputmode="numeric"'},
    "phone": {
        "phone_country": 'autocomplete="tel-country-code"',
        "phone_number": 'maxlength= inputmode="tel" autocomplete="tel-national"',
    },
    "AR": {
        "street": 'dir="auto" maxlength="150" autocomplete="address-line1"',
        "extra": 'maxlength="60" autocomplete="address-line2"',
        "city": 'maxlength="100" autocomplete="address-level2"',
        "state": 'autocomplete="address-level1"',
        "postal_code": 'maxlength="12" autocomplete="postal-code"',
    },
    "BR": {
        "postal_code": 'maxlength="12" inputmode="numeric" autocomplete="postal-code"',
        "street": 'autocomplete="address-line1"',
        "neighborhood": 'autocomplete="address-level3"',
        "state": 'autocomplete="address-level1"',
    },
}


@pytest.mark.parametrize("country", ["AR", "BR"])
@pytest.mark.parametrize("step", ["personal", "identity", "exposure", "address", "phone"])
def test_controls_carry_what_keyboards_and_browsers_need(people: dict[str, Applicant], country: str, step: str) -> None:
    """The right autocomplete, inputmode, maxlength and direction; the page its language."""
    page = people[country].get(f"/apply/{step}")
    assert '<html lang="en"' in page.html
    for name, wanted in CONTROLS[country if step == "address" else step].items():
        control = re.search(rf'<(?:input|select)[^>]* name="{name}"[^>]*>', page.html)
        assert control is not None, name
        assert [each for each in wanted.split() if each not in control[0]] == [], name


def test_lists_are_complete_and_begin_with_the_countrys_own(people: dict[str, Applicant]) -> None:
    """24 provinces, 27 states, the country's own demonym and calling code first."""
    argentine, brazilian = people["AR"], people["BR"]
    assert len([each for each in argentine.get("/apply/address").choices["state"] if each]) == 24
    assert len([each for each in brazilian.get("/apply/address").choices["state"] if each]) == 27
    assert '<datalist id="nationality-list"><option>Argentine<' in argentine.get("/apply/personal").html
    assert '<datalist id="nationality-list"><option>Brazilian<' in brazilian.get("/apply/personal").html
    assert argentine.get("/apply/phone").choices["phone_country"][:2] == ["AR", "BR"]
