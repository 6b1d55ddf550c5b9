"""Owns the tests of coming back: saving, personal links, confirming after a pause, and purging."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import segno
import time_machine
from flask import Flask

from tests.support.journey import PERSONAL, Applicant, Page
from tests.support.quick import faults, hasten, secrets_of
from tests.support.rows import alter, count, one, rows

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RIGHT = {"birthday-day": "10", "birthday-month": "08", "birthday-year": "1990"}
WRONG = {**RIGHT, "birthday-year": "1991"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Every clock, stopped at noon; `clock.shift` moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def make_link(applicant: Applicant) -> str:
    """Make a personal link on the page that offers it; its path."""
    applicant.get("/apply/save")
    page = applicant.send({})
    found = re.search(r'<input id="link" value="([^"]+)" readonly>', page.html)
    assert found, page.html
    return html.unescape(found[1]).removeprefix("http://localhost")


def open_link(app: Flask, link: str, birthday: dict[str, str]) -> tuple[Applicant, Page]:
    """Open a link on another device and give a birth date."""
    other = Applicant(app)
    other.browser.set_cookie("alta_language", "en")
    other.get(link)
    return other, other.send(birthday) if other.page.status == 200 else other.page


def test_save_on_a_valid_step_saves_it(person: Applicant) -> None:
    """Then the personal link is offered, and how long it works."""
    person.start()
    page = person.send({**PERSONAL, "save": "1"})
    assert page.path == "/apply/save"
    assert "It works for 30 days." in page.html
    assert person.get("/apply").path == "/apply/identity"


@pytest.mark.parametrize("step", ["personal", "address", "exposure", "phone", "identity"])
def test_save_keeps_what_was_typed_so_far(sqlite_app: Flask, step: str) -> None:
    """Half filled in or wrong, it is there again, and counts as no answer."""
    person = hasten(Applicant(sqlite_app), "BR", until=step)
    half = {
        "personal": {"first_name": "Ana", "birthday-day": "40", "gender": "X"},
        "identity": {"document_type": "cpf", "document_number": "123"},
        "exposure": {"politically_exposed": "true", "exposure_post": "Mayor"},
        "address": {"street": "Rua", "postal_code": "1", "state": "RJ"},
        "phone": {"phone_country": "UY", "phone_number": "09"},
    }[step]
    assert person.send({**half, "save": "1"}).path == "/apply/save"
    page = person.get(f"/apply/{step}")
    assert {name: page.fields.get(name) for name in half} == half
    assert faults(page) == {}
    assert person.get("/apply").path == f"/apply/{step}"
    assert person.get("/apply/review").path == f"/apply/{step}"


def test_saved_answer_takes_the_place_of_what_was_typed(applicant: Applicant, app: Flask) -> None:
    """Nothing of the draft's draft stays behind."""
    applicant.start()
    applicant.send({"first_name": "Zzz", "save": "1"})
    assert [row.name for row in rows(app, "SELECT name FROM answers")] == ["typed:personal"]
    applicant.answer("personal")
    assert [row.name for row in rows(app, "SELECT name FROM answers")] == ["personal"]


def test_link_reopens_the_draft_on_another_device(applicant: Applicant, app: Flask) -> None:
    """After the birth date is confirmed, at the first open step, in its language; the first device goes on too."""
    hasten(applicant, until="address", language="pt_BR")
    link = make_link(applicant)
    other, page = open_link(app, link, RIGHT)
    assert page.path == "/apply/address"
    assert '<html lang="pt-BR"' in page.html
    assert other.get("/apply/personal").fields["last_name"] == "Fernández"
    assert applicant.get("/apply").path == "/apply/address"


def test_link_shows_nothing_before_the_birth_date(app: Flask, applicant: Applicant) -> None:
    """Not even to a browser that has an application of its own."""
    hasten(applicant, until="address")
    link = make_link(applicant)
    other = Applicant(app)
    page = other.get(link)
    assert page.status == 200
    assert "Juana" not in page.html
    assert other.get("/apply/personal").path == "/apply/start"


def test_qr_code_is_the_link(person: Applicant) -> None:
    """Drawn as the very code of the address."""
    hasten(person, until="identity")
    link = make_link(person)
    drawn = re.search(r'<svg[^>]*class="qr".*?</svg>', person.page.html, re.DOTALL)
    assert drawn is not None
    code = segno.make(f"http://localhost{link}", error="m", micro=False)
    expected = re.findall(r' d="([^"]+)"', code.svg_inline(scale=4, border=3))
    assert expected[-1] in drawn[0]


def test_link_stays_when_the_language_changes(person: Applicant, sqlite_app: Flask) -> None:
    """The same one is shown in other words, and still opens; a link of somebody else's is not shown."""
    hasten(person, until="identity")
    link = make_link(person)
    page = person.send({"language": "es"}, path="/apply/save")
    assert '<html lang="es-AR"' in page.html
    assert f'value="http://localhost{link}"' in page.html
    assert open_link(sqlite_app, link, RIGHT)[1].path == "/apply/identity"
    stranger = hasten(Applicant(sqlite_app), until="identity")
    page = stranger.send({"language": "es", "link": link.rpartition("/")[2]}, path="/apply/save")
    assert page.status == 200
    assert "/apply/resume/" not in page.html


def test_link_bears_the_public_address(make_app: Callable[..., Flask]) -> None:
    """Where the setting names one, whatever the request's own host."""
    person = hasten(Applicant(make_app(public_url="https://alta.example")), until="identity")
    person.get("/apply/save")
    assert 'value="https://alta.example/apply/resume/' in person.send({}).html


def test_new_link_ends_the_one_before(applicant: Applicant, app: Flask) -> None:
    """And the page of the old one says how to go on."""
    hasten(applicant, until="identity")
    first, second = make_link(applicant), make_link(applicant)
    _other, page = open_link(app, first, RIGHT)
    assert page.status == 410
    assert "This link no longer opens an application" in page.html
    assert open_link(app, second, RIGHT)[1].path == "/apply/identity"


def test_link_takes_five_tries(applicant: Applicant, app: Flask) -> None:
    """Counted over all devices; the fifth wrong one closes it, for the right date as well."""
    hasten(applicant, until="identity")
    link = make_link(applicant)
    for left in (4, 3, 2, 1):
        page = open_link(app, link, WRONG)[1]
        assert page.status == 422
        assert faults(page) == {"birthday": "That is not the birth date of this application: check it"}
        assert re.search(rf"{left} (try is|tries are) left", page.html)
    assert open_link(app, link, WRONG)[1].status == 410
    assert open_link(app, link, RIGHT)[1].status == 410
    assert applicant.get("/apply").path == "/apply/identity"
    assert open_link(app, make_link(applicant), RIGHT)[1].path == "/apply/identity"


def test_right_birth_date_gives_the_tries_back(applicant: Applicant, app: Flask) -> None:
    """A link that was opened can be opened again."""
    hasten(applicant, until="identity")
    link = make_link(applicant)
    for _round in range(2):
        for _try in range(4):
            assert open_link(app, link, WRONG)[1].status == 422
        assert open_link(app, link, RIGHT)[1].path == "/apply/identity"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"birthday-day": "10"},
        {"birthday-day": "x", "birthday-year": "²"},
        {**RIGHT, "birthday-year": "90"},
        {**RIGHT, "birthday-day": "31", "birthday-month": "2"},
        {**RIGHT, "birthday-day": "9" * 5000},
    ],
)
def test_no_birth_date_is_no_open_link_and_no_try(applicant: Applicant, app: Flask, given: dict[str, str]) -> None:
    """Empty, half, nonsense and no real date: what to mend is said, as often as it takes."""
    hasten(applicant, until="identity")
    link = make_link(applicant)
    for _time in range(6):
        page = open_link(app, link, given)[1]
        assert page.status == 422
        assert set(faults(page)) == {"birthday"}
    assert open_link(app, link, RIGHT)[1].path == "/apply/identity"


@pytest.mark.parametrize("part", ["birthday-day", "birthday-month", "birthday-year"])
def test_number_of_thousands_of_digits_is_no_birth_date(applicant: Applicant, app: Flask, part: str) -> None:
    """On a link and when idle."""
    hasten(applicant, until="identity")
    _other, page = open_link(app, make_link(applicant), {**RIGHT, part: "9" * 5000})
    assert page.status == 422
    alter(app, "UPDATE browser_sessions SET seen_at = :long_ago", long_ago="2026-01-01 00:00:00")
    applicant.get("/apply/personal")
    assert applicant.send({**RIGHT, part: "9" * 5000}).status == 422


def test_number_of_thousands_of_digits_that_was_only_typed_is_no_birth_date(applicant: Applicant, app: Flask) -> None:
    """The link opens as before one is known, without what was typed."""
    applicant.start()
    applicant.send({"birthday-day": "1", "birthday-month": "1", "birthday-year": "9" * 5000, "save": "1"})
    other, _page = open_link(app, make_link(applicant), RIGHT)
    assert other.get("/apply").path == "/apply/personal"


def test_page_that_looks_for_news_by_itself_keeps_no_absent_person_present(
    applicant: Applicant, app: Flask, clock: time_machine.Traveller
) -> None:
    """The status page left open: after the idle time its own questions lead to the birth date as well."""
    hasten(applicant).submit()
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        answer = applicant.browser.get("/apply/status", headers={"X-Looks-By-Itself": "1"})
    assert (answer.status_code, answer.location) == (303, "/apply/confirm?next=%2Fapply%2Fstatus")


def test_link_works_for_thirty_days(applicant: Applicant, app: Flask, clock: time_machine.Traveller) -> None:
    """A second before they are over, and no more after."""
    hasten(applicant, until="identity")
    link = make_link(applicant)
    clock.shift(timedelta(days=30) - timedelta(seconds=1))
    assert open_link(app, link, RIGHT)[1].path == "/apply/identity"
    clock.shift(timedelta(seconds=1))
    assert open_link(app, link, RIGHT)[1].status == 410


def test_unknown_link_is_gone(person: Applicant) -> None:
    """Whatever it looks like."""
    for token in ("x", "é" * 300, "A" * 43):
        assert person.get(f"/apply/resume/{token}").status == 410


def test_link_guards_what_was_only_typed(applicant: Applicant, app: Flask) -> None:
    """Saved half-way with a birth date in it: another date opens nothing."""
    applicant.start()
    applicant.send({"first_name": "Juana", **RIGHT, "save": "1"})
    _other, page = open_link(app, make_link(applicant), WRONG)
    assert page.status == 422
    assert "Juana" not in page.html


def test_link_that_cannot_be_guarded_shows_no_answers(applicant: Applicant, app: Flask) -> None:
    """Saved before a birth date was given: whoever has the link does not see what was typed."""
    applicant.start()
    applicant.send({"first_name": "Juana", "save": "1"})
    other, _page = open_link(app, make_link(applicant), WRONG)
    assert "Juana" not in other.get("/apply/personal").html


@pytest.mark.parametrize("minutes", [29, 31])
def test_idle_asks_for_the_birth_date(applicant: Applicant, clock: time_machine.Traveller, minutes: int) -> None:
    """After 30 minutes, before any page with answers, which then follows."""
    hasten(applicant, until="phone")
    clock.shift(timedelta(minutes=minutes))
    page = applicant.get("/apply/address")
    if minutes < 30:
        assert page.path == "/apply/address"
        return
    assert page.path == "/apply/confirm"
    assert "Calle Falsa" not in page.html
    for address in ("review", "status", "save", "personal", "phone"):
        assert applicant.get(f"/apply/{address}").path == "/apply/confirm"
    applicant.get("/apply/address?from=review")
    assert applicant.send(WRONG).status == 422
    assert applicant.send(RIGHT).path == "/apply/address"
    assert applicant.page.fields["street"] == "Calle Falsa"


def test_pages_keep_a_browser_awake(applicant: Applicant, clock: time_machine.Traveller) -> None:
    """Idle is the time since the last page, not since the first."""
    hasten(applicant, until="phone")
    for _page in range(4):
        clock.shift(timedelta(minutes=20))
        assert applicant.get("/apply/phone").path == "/apply/phone"


def test_idle_guards_what_was_only_typed(applicant: Applicant, clock: time_machine.Traveller) -> None:
    """Saved half-way, then away for long: it is not shown to whoever sits there."""
    applicant.start()
    applicant.send({"first_name": "Juana", **RIGHT, "save": "1"})
    clock.shift(timedelta(minutes=31))
    assert "Juana" not in applicant.get("/apply/personal").html


def test_idle_post_is_taken_and_shows_no_answers(applicant: Applicant, clock: time_machine.Traveller) -> None:
    """What somebody typed for half an hour is not lost; then the birth date is asked."""
    hasten(applicant, until="phone")
    clock.shift(timedelta(minutes=31))
    page = applicant.send({"phone_number": "011 15-2345-6789"})
    assert page.path == "/apply/confirm"
    assert applicant.send(RIGHT).path == "/apply/income"


def test_idle_post_cannot_change_the_date_that_is_asked(
    applicant: Applicant, app: Flask, clock: time_machine.Traveller
) -> None:
    """Another birth date is kept as typed, and taken once the saved one was confirmed."""
    hasten(applicant, until="phone")
    applicant.get("/apply/personal")
    clock.shift(timedelta(minutes=31))
    page = applicant.send({**PERSONAL, **WRONG})
    assert page.path == "/apply/confirm"
    assert applicant.send(WRONG).status == 422
    assert applicant.send(RIGHT).path == "/apply/personal"
    assert applicant.page.fields["birthday-year"] == "1991"
    assert applicant.send({}).path == "/apply/identity"
    clock.shift(timedelta(minutes=31))
    applicant.get("/apply/personal")
    assert applicant.send(WRONG).path == "/apply/personal"


def test_five_wrong_dates_end_an_idle_session(applicant: Applicant, app: Flask, clock: time_machine.Traveller) -> None:
    """The draft stays, for a personal link."""
    hasten(applicant, until="phone")
    link = make_link(applicant)
    clock.shift(timedelta(minutes=31))
    applicant.get("/apply/phone")
    for _try in range(4):
        assert applicant.send(WRONG).status == 422
    assert applicant.send(WRONG).status == 410
    assert applicant.get("/apply/phone").status == 410
    assert open_link(app, link, RIGHT)[1].path == "/apply/phone"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil", "/apply/../x:", "/other"])
def test_confirm_leads_only_to_own_pages(person: Applicant, onward: str) -> None:
    """An address that was slipped in is left aside."""
    hasten(person, until="phone")
    response = person.browser.get("/apply/confirm", query_string={"next": onward})
    assert response.location == "/apply/phone"


def test_untouched_draft_is_purged_with_its_photos(
    make_app: Callable[..., Flask], clock: time_machine.Traveller
) -> None:
    """By the command, after 30 days; what was touched later, or was sent, stays."""
    app = make_app()
    blobs = app.extensions["alta"].settings.instance / "blobs"
    old = hasten(Applicant(app), until="selfies")
    make_link(old)
    sent = hasten(Applicant(app))
    sent.submit()
    assert len([each for each in blobs.rglob("*") if each.is_file()]) == 4 + 12
    clock.shift(timedelta(days=1))
    kept = hasten(Applicant(app), until="address")
    clock.shift(timedelta(days=29) - timedelta(seconds=1))
    assert app.test_cli_runner().invoke(args=["purge"]).output == "0 drafts purged.\n"
    clock.shift(timedelta(seconds=1))
    assert app.test_cli_runner().invoke(args=["purge"]).output == "1 drafts purged.\n"
    assert old.get("/apply/personal").status == 410
    assert len([each for each in blobs.rglob("*") if each.is_file()]) == 12
    for table, left in (("applications", 2), ("browser_sessions", 2), ("resume_links", 0), ("photos", 6)):
        assert count(app, table) == left
    kept.get("/apply")
    kept.send(RIGHT)
    assert kept.page.path == "/apply/address"


def test_purge_removes_ended_links_and_forgotten_blobs(
    applicant: Applicant, app: Flask, clock: time_machine.Traveller
) -> None:
    """What a killed process left behind, too; a draft that is being purged takes no more answers."""
    hasten(applicant, until="selfies")
    secrets = secrets_of(applicant.page)
    make_link(applicant)
    alter(
        app, "INSERT INTO blob_deletions (key, asked_at) VALUES ('photos/x/y/stored', :now)", now="2026-11-01 00:00:00"
    )
    clock.shift(timedelta(days=30))
    alter(app, "UPDATE applications SET touched_at = :now", now="2026-12-23 00:00:00")
    assert app.test_cli_runner().invoke(args=["purge"]).output == "0 drafts purged.\n"
    assert (count(app, "resume_links"), count(app, "blob_deletions")) == (0, 0)
    alter(app, "UPDATE applications SET state = 'purging'")
    late = applicant.send({**secrets, **PERSONAL, "first_name": "Late"}, path="/apply/personal")
    assert late.status in (303, 200, 410)
    assert app.test_cli_runner().invoke(args=["purge"]).output == "1 drafts purged.\n"
    assert one(app, "SELECT count(*) FROM answers") == 0
