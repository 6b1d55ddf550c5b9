"""Frames: a launch opens one once, the whole journey goes on in it, with a cookie or without any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.integration.test_queries import listening
from tests.support.embedding import BACK, HOST, NAVIGATION, OWN, PREFILL, Framed, Team
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import one, rows


@pytest.fixture
def team(app: Flask) -> Team:
    """A team whose pages may frame Alta."""
    return Team(app)


def fill(person: Framed, country: str = "AR") -> Framed:
    """Answer every step and stand before review."""
    person.begin()
    for step in ("personal", "identity", "exposure", "address", "phone", "income", "document", "selfies"):
        if not person.page.path.endswith(f"/{step}"):
            continue
        page = person.send(person.sample(step, country))
        assert not page.path.endswith(f"/{step}"), page.html
    assert person.page.path.endswith("/review")
    return person


@pytest.mark.parametrize("cookies", [True, False])
def test_whole_journey_in_a_frame(team: Team, cookies: bool) -> None:
    """To "received": the pages may be framed by the team alone, and tell what happens without anything personal."""
    made = team.session(country="AR", locale="es", return_url=f"{BACK}?customer=1")
    person = Framed(team.app, made, cookies=cookies)
    assert person.page.path.startswith("/frame/~" if not cookies else f"/frame/{made['id']}/")
    assert person.told["origins"] == [HOST]
    assert 'lang="es-AR"' in person.page.html
    fill(person)
    assert person.told["event"] == {"type": "alta:step", "step": "review", "number": 9, "of": 9}
    person.send({"declaration": "1"})
    shown = team.show(made["id"])
    assert person.told["event"] == {
        "type": "alta:submitted",
        "session_id": made["id"],
        "reference": shown["reference"],
    }
    assert f'href="{BACK}?customer=1&amp;session={made["id"]}&amp;state=submitted" target="_top"' in person.page.html
    assert (shown["state"], shown["submitted_at"] is not None) == ("submitted", True)
    assert {check["status"] for check in shown["checks"]} == {"answered"}
    assert [each["state"] for each in shown["deliveries"]] == ["waiting", "waiting"]
    assert team.history(made["id"]) == ["created", "started", "submitted"]
    for word in ("Juana", "Fern", "12345678", "1990"):
        assert word not in repr(shown)
    assert one(team.app, "SELECT integration FROM applications") == "bank"


def test_launch_leads_to_a_clean_address_with_a_partitioned_cookie(team: Team) -> None:
    """Secure, HttpOnly, SameSite=None and bound to its host by its name; the token is in no address any more."""
    made = team.session()
    browser = team.app.test_client()
    answer = browser.get(f"/embed/launch?token={made['launch_token']}", headers=NAVIGATION)
    assert (answer.status_code, made["launch_token"] in answer.location) == (303, False)
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-")]
    parts = set(cookie.split("; "))
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    onward = browser.get(answer.location, headers=NAVIGATION)
    assert (onward.status_code, onward.location) == (303, f"/frame/{made['id']}/")
    again = browser.get(answer.location, headers=NAVIGATION)
    assert again.status_code == 410


def test_only_registered_origins_may_frame(team: Team) -> None:
    """Every page, those that say no as well; ports included. A team without origins is framed by nobody."""
    with team.app.app_context():
        team.app.extensions["alta"].embedding.registry.add_origin("bank", "http://localhost:3000")
    made = team.session()
    person = Framed(team.app, made)
    for path in ("/begin", "/personal", "/theme.css", "/elsewhere"):
        answer = person.browser.get(f"{person.prefix}{path}")
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert f"frame-ancestors {HOST} http://localhost:3000" in policy, path
        assert "X-Frame-Options" not in answer.headers
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
    used = person.browser.get(f"/embed/launch?token={made['launch_token']}", headers=NAVIGATION)
    assert (used.status_code, HOST in used.headers["Content-Security-Policy"]) == (410, True)
    alone = Team(team.app, "shop", origins=())
    other = Framed(team.app, alone.session())
    for path in (f"{other.prefix}/begin", f"/frame/{made['id']}/begin", "/frame/~wrong/begin", "/apply/start"):
        answer = other.browser.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_launch_opens_once(team: Team) -> None:
    """A used or old one says so to the page around too, an unknown one to nobody."""
    made = team.session(locale="pt-BR")
    person = Framed(team.app, made)
    person.enter(made["launch_token"])
    assert person.page.status == 410
    assert [event["type"] for event in person.told["events"]] == ["alta:error", "alta:expired"]
    assert person.told["events"][0]["code"] == "launch_used"
    fresh = team.call("POST", f"/{made['id']}/launch").json["launch_token"]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        person.enter(fresh)
    assert person.told["events"][0]["code"] == "launch_expired"
    person.enter("alta_launch_wrong")
    assert (person.page.status, "alta-frame" in person.page.html) == (410, False)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", NAVIGATION),
        ("GET", {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}),
        ("GET", {"User-Agent": "WhatsApp/2.23.20"}),
        ("GET", NAVIGATION | {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Fetch-Mode": "no-cors"}),
    ],
)
def test_who_only_looks_at_a_link_uses_nothing_up(team: Team, method: str, headers: dict[str, str]) -> None:
    """A robot, or a browser that fetches ahead of time; a person without such fields presses a button."""
    made = team.session()
    path = f"/embed/launch?token={made['launch_token']}"
    browser = team.app.test_client()
    assert browser.open(path, method=method, headers=headers).status_code == 200
    assert one(team.app, "SELECT used_at FROM embed_launches") is None
    answer = browser.post("/embed/launch", data={"token": made["launch_token"]})
    assert answer.location.startswith("/embed/enter/")


def test_what_was_given_is_confirmed_and_marked(team: Team) -> None:
    """Filled in on its page, named as the team's on review as long as it is what the team gave; a vouched step is
    passed over, and its answer stands."""
    made = team.session(locale="en", prefill=PREFILL, skip=["phone", "identity"])
    person = Framed(team.app, made)
    person.begin()
    assert person.page.fields["first_name"] == "Juana"
    assert (person.page.fields["birthday-day"], person.page.fields["gender"]) == ("10", "Mujer")
    assert person.page.html.count("Given by bank") >= 4
    assert "bank filled in" in person.page.html
    assert person.told["event"] == {"type": "alta:step", "step": "personal", "number": 1, "of": 7}
    person.send({"first_name": "Juana Inés"})
    assert person.page.path.endswith("/exposure")
    fill_rest(person)
    review = person.page.html
    assert "20-12345678-6" in review
    assert "011 15-2345-6789" in review
    assert review.count("Given by bank") == 5 + 2
    person.get("/personal")
    assert person.page.fields["first_name"] == "Juana Inés"
    person.get("/phone?from=review")
    assert (person.page.status, "11" in person.page.fields["phone_number"]) == (200, True)
    assert team.show(made["id"])["vouched"] == ["identity", "phone"]
    person.get("/review")
    person.send({"declaration": "1"})
    assert person.page.path.endswith("/status")


def fill_rest(person: Framed, first: str = "exposure") -> None:
    """Answer what is left; of who begins with the identity, send it too."""
    for step in ("identity", "exposure", "address", "phone", "income", "document", "selfies"):
        if person.page.path.endswith(f"/{step}"):
            person.send(person.sample(step, "AR"))
    assert person.page.path.endswith("/review")
    if first == "identity":
        assert person.send({"declaration": "1"}).path.endswith("/status")


def test_a_post_from_elsewhere_is_refused(team: Team) -> None:
    """By its origin or by what the browser says of it; a sandboxed frame without cookies is let out into a tab."""
    made = team.session()
    person = Framed(team.app, made)
    fields = dict(person.page.fields)
    for headers in (
        OWN | {"Origin": "https://evil.example"},
        OWN | {"Sec-Fetch-Site": "cross-site"},
        OWN | {"Sec-Fetch-Site": "same-site"},
        {},
    ):
        answer = person.browser.post(
            person.page.path, data=fields | {"privacy": "1", "biometric": "1"}, headers=headers
        )
        assert (answer.status_code, "/embed/launch" in answer.text) == (403, False)
    assert rows(team.app, "SELECT * FROM applications") == []
    for cookies in (True, False):
        out_of_the_box(team, cookies)


def out_of_the_box(team: Team, cookies: bool) -> None:
    """Be led into a tab from a sandboxed frame."""
    boxed = Framed(team.app, team.session(), cookies=cookies)
    boxed.headers = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    page = boxed.begin()
    assert (page.status, boxed.told["event"]["code"]) == (403, "frame_blocked")
    (link,) = [each for each in page.links if each.startswith("/embed/launch?token=alta_tab_")]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        late = boxed.browser.post(boxed.page.path, data=boxed.page.fields, headers=boxed.headers)
        assert (late.status_code, "alta_tab_" in late.text) == (403, False)
    tab = Framed(team.app, {"id": boxed.session_id, "launch_token": link.partition("=")[2]})
    assert tab.page.path.endswith("/begin")


def test_csrf_token_is_the_flows_own(team: Team) -> None:
    """One of another frame's is none."""
    one_frame, other = Framed(team.app, team.session()), Framed(team.app, team.session())
    other.page.fields["csrf_token"] = one_frame.page.fields["csrf_token"]
    assert other.begin().status == 403
    assert rows(team.app, "SELECT * FROM applications") == []


def test_going_on_in_a_tab_is_followed(team: Team) -> None:
    """The frame shows where the tab stands, then that it was sent; a link works once."""
    made = team.session(locale="en")
    person = Framed(team.app, made)
    person.begin()
    person.send({}, path="/elsewhere")
    (link,) = [each for each in person.page.links if "alta_tab_" in each]
    tab = Framed(team.app, {"id": made["id"], "launch_token": link.partition("=")[2]})
    assert tab.page.path.endswith("/personal")
    person.get("/personal")
    assert person.page.path.endswith("/elsewhere")
    assert "step 1 of 9" in person.page.html
    tab.send(tab.sample("personal", "AR"))
    person.get("/elsewhere")
    assert "step 2 of 9" in person.page.html
    tab.enter(link.partition("=")[2])
    assert tab.page.status == 410
    person.send({"stay": "1"})
    assert person.page.path.endswith("/identity")
    person.send({}, path="/elsewhere")
    fill_rest(person_in_tab(team, person), "identity")
    looking = OWN | {"X-Looks-By-Itself": "1"}
    assert person.browser.get(f"{person.prefix}/elsewhere", headers=looking).text == ""
    person.get("/elsewhere")
    assert (person.page.path.endswith("/status"), person.told["event"]["type"]) == (True, "alta:submitted")


def person_in_tab(team: Team, person: Framed) -> Framed:
    """Whoever opens the link that the frame shows."""
    (link,) = [each for each in person.page.links if "alta_tab_" in each]
    return Framed(team.app, {"id": person.session_id, "launch_token": link.partition("=")[2]})


def test_expired_frame_goes_on_with_a_fresh_token(team: Team) -> None:
    """At the same page; another session's token does not do, and is not used up."""
    made = team.session()
    person = Framed(team.app, made)
    person.begin()
    person.send(person.sample("personal", "AR"))
    page = person.page.path
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        person.get("/identity")
        assert (person.page.status, person.told["event"]) == (
            410,
            {"type": "alta:expired", "code": "frame_expired", "renew": True},
        )
        foreign = renew(person, team.session()["launch_token"])
        assert (foreign.status_code, foreign.json) == (409, {"error": "launch_unknown"})
        fresh = team.call("POST", f"/{made['id']}/launch").json["launch_token"]
        assert renew(person, fresh).status_code == 200
        person.get("/identity")
        assert (person.page.status, person.page.path) == (200, page)
        assert one(team.app, "SELECT count(*) FROM embed_launches WHERE used_at IS NULL") == 1


def renew(person: Framed, token: str) -> Any:
    """Hand in a fresh token, as the page's script does."""
    data = {"csrf_token": person.page.fields["csrf_token"], "token": token}
    return person.browser.post(f"{person.prefix}/renew", data=data, headers=OWN | {"X-Requested-With": "alta"})


def test_two_tabs_of_one_session_share_their_cookie(team: Team) -> None:
    """A second launch in the same browser does not end the first page's form."""
    made = team.session()
    person = Framed(team.app, made)
    first = dict(person.page.fields)
    person.enter(team.call("POST", f"/{made['id']}/launch").json["launch_token"])
    person.page.fields = first
    assert person.begin().path.endswith("/personal")


def test_language_and_theme_are_kept_with_the_frame(team: Team) -> None:
    """No other cookie is set; what was typed stays."""
    person = Framed(team.app, team.session(locale="es"), cookies=False)
    person.begin()
    person.send({"first_name": "Ana", "language": "pt_BR"})
    assert ('lang="pt-BR"' in person.page.html, person.page.fields["first_name"]) == (True, "Ana")
    person.get("/personal")
    assert 'lang="pt-BR"' in person.page.html
    fields = {"csrf_token": person.page.fields["csrf_token"]}
    headers = OWN | {"X-Requested-With": "alta"}
    for theme, status in (('{"accent":"#7a3cff","scheme":"dark"}', 204), ('{"accent":"#ff6600"}', 422), ("{", 422)):
        answer = person.browser.post(f"{person.prefix}/theme", data={**fields, "theme": theme}, headers=headers)
        assert answer.status_code == status
    sheet = person.browser.get(f"{person.prefix}/theme.css")
    assert "--accent: light-dark(#7a3cff," in sheet.text and "color-scheme: dark" in sheet.text
    # A sandboxed frame without an origin is another site even to its own style sheet.
    assert sheet.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_cancelled_session_closes_its_frames(team: Team) -> None:
    """At once, and its draft is gone with the next purge."""
    made = team.session()
    person = Framed(team.app, made)
    person.begin()
    team.call("POST", f"/{made['id']}/cancel")
    person.get("/personal")
    assert (person.page.status, person.told["event"]["code"]) == (410, "session_cancelled")
    with team.app.app_context():
        team.app.extensions["alta"].purge.run()
    assert rows(team.app, "SELECT * FROM applications") == []
    assert team.show(made["id"])["state"] == "cancelled"


def test_untouched_session_expires_with_its_draft(team: Team) -> None:
    """And one that was never begun; both tell so, and keep nothing of the person."""
    begun, never = team.session(prefill=PREFILL), team.session(prefill=PREFILL, external_id="x")
    Framed(team.app, begun).begin()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        with team.app.app_context():
            team.app.extensions["alta"].purge.run()
        for made, history in ((begun, ["created", "started", "expired"]), (never, ["created", "expired"])):
            assert team.show(made["id"])["state"] == "expired"
            assert team.history(made["id"]) == history
        assert team.create(external_id="x").status_code == 201
    assert rows(team.app, "SELECT * FROM applications") == []


def test_session_is_resumed_by_its_id(team: Team) -> None:
    """`?session=`: where this browser has it open, it goes on; elsewhere nothing is told."""
    made = team.session()
    person = Framed(team.app, made)
    person.begin()
    for path in ("/", "/apply"):
        answer = person.browser.get(f"{path}?session={made['id']}", follow_redirects=True)
        assert answer.request.path == f"/frame/{made['id']}/personal"
        stranger = team.app.test_client()
        lost = stranger.get(f"{path}?session={made['id']}", follow_redirects=True)
        unknown = stranger.get(f"{path}?session=434e229d-2e1b-4bad-96a0-dbde8ca0b331", follow_redirects=True)
        assert (lost.status_code, unknown.status_code) == (410, 410)
        assert lost.text.replace(made["id"], "") == unknown.text.replace("434e229d-2e1b-4bad-96a0-dbde8ca0b331", "")


def test_personal_link_leads_out_of_the_frame(team: Team) -> None:
    """It is opened elsewhere, where the flow's token has no place."""
    person = Framed(team.app, team.session(), cookies=False)
    person.begin()
    person.get("/save")
    page = person.send({}, path="/save")
    link = page.html.partition('value="http://localhost')[2].partition('"')[0]
    assert link.startswith("/apply/resume/")


def test_personal_link_shows_nothing_that_a_team_gave_to_who_does_not_know_the_birth_date(team: Team) -> None:
    """It is asked for as the team gave it; where the team gave none, what it gave stays behind."""
    names = {"first_name": "Juana", "last_name": "Paz"}
    for given, asks in ((names | {"birthday": "1990-08-10"}, True), (names, False)):
        person = Framed(team.app, team.session(prefill={"personal": given}))
        person.begin()
        page = person.send({}, path="/save")
        link = page.html.partition('value="http://localhost')[2].partition('"')[0]
        stranger = Applicant(team.app)
        stranger.get(link)
        stranger.send({"birthday-day": "1", "birthday-month": "1", "birthday-year": "1990"})
        assert (stranger.page.status == 422) is asks
        if asks:
            stranger.send({"birthday-day": "10", "birthday-month": "8", "birthday-year": "1990"})
        assert stranger.page.path == "/apply/personal"
        assert ("Juana" in stranger.page.html) is asks


def test_a_framed_page_costs_one_select_more(team: Team) -> None:
    """And writes nothing, but for its end, once a minute at most; the style sheet of its theme is kept.

    What is saved is as without a frame: the touch, the answer, and what staff search for.
    """
    person = Framed(team.app, team.session())
    person.begin()
    with listening(team.app) as log:
        person.get("/personal")
    assert [each.split()[0] for each in log.statements] == ["SELECT", "SELECT"]
    with listening(team.app) as log:
        person.send(person.sample("personal", "AR"), follow=False)
    assert log.transactions == 1
    sheet = person.browser.get(f"{person.prefix}/theme.css")
    assert "max-age" in sheet.headers["Cache-Control"]


def test_ordinary_visitors_know_nothing_of_frames(app: Flask) -> None:
    """Their pages carry no frame's script, and are framed by nobody."""
    applicant = hasten(Applicant(app), until="identity")
    assert "alta-frame" not in applicant.page.html
    assert "frame.js" not in applicant.page.html
