"""Owns the tests of the team: made and changed by admins within their own integrations, or by the operator."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.onboarding import integrations
from tests.conftest import KEY
from tests.support.cases import begin, listed
from tests.support.journey import Applicant
from tests.support.quick import faults
from tests.support.rows import one, rows
from tests.support.staff import PASSWORD, code_of, make_member, post, signed_in, staff_browser

OTHER = base64.urlsafe_b64encode(b"\x07" * 32).decode().rstrip("=")
SECRET = "JBSWY3DPEHPK3PXP" * 2
NEW = {"name": "Bruno Lima", "email": "Bruno@Staff.example ", "role": "agent", "integrations": "*"}


def actions(app: Flask) -> list[tuple[str, str]]:
    """Who did what, but for who came into being by a fixture."""
    return [tuple(row) for row in rows(app, "SELECT who, action FROM audit_rows WHERE address <> '' ORDER BY number")]


def test_admin_adds_somebody_who_chooses_a_password_by_link(app: Flask) -> None:
    admin = make_member(app, "admin")
    person = staff_browser(app, admin)
    person.get("/staff/team/new")
    page = person.send(NEW)
    link = re.search(r'value="http://localhost(/staff/join/[^"]+)"', page.html)[1]
    bruno = Applicant(app)
    assert "bruno@staff.example" in bruno.get(link).html
    bruno.send({"password": PASSWORD, "again": PASSWORD})
    assert "Bruno Lima" in bruno.page.html
    assert "Bruno Lima" in person.get("/staff/team").html
    assert actions(app)[0] == (admin.id, "member_created")
    person.get("/staff/team/new")
    assert faults(person.send(NEW)) == {"email": "There already is a member with this e-mail address"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": "bruno"}, "email"),
        ({"email": "x" * 250 + "@y.example"}, "email"),
        ({"role": "owner"}, "role"),
        ({"role": ""}, "role"),
        ({"integrations": None}, "integrations"),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field(sqlite_app: Flask, changes: dict[str, str], field: str) -> None:
    person = staff_browser(sqlite_app, "admin")
    person.get("/staff/team/new")
    page = person.send({**NEW, **changes})
    assert page.status == 422
    assert set(faults(page)) == {field}


def test_everything_that_is_wrong_is_said_at_once(sqlite_app: Flask) -> None:
    person = staff_browser(sqlite_app, "admin")
    person.get("/staff/team/new")
    assert list(faults(person.send({"name": "", "email": "", "integrations": None}))) == [
        "name",
        "email",
        "role",
        "integrations",
    ]


def test_limited_admin_looks_after_their_own_integrations_only(app: Flask) -> None:
    """Somebody who sees more, or others, is as good as nobody."""
    admin = make_member(app, "admin", integrations=["north", "west"])
    inside = make_member(app, "agent", name="In Side", integrations=["north"])
    outside = [
        make_member(app, "agent", name=f"Out Side {number}", integrations=whose)
        for number, whose in enumerate((None, ["south"], ["north", "south"]))
    ]
    browser = signed_in(app, admin)
    page = browser.get("/staff/team").text
    assert "In Side" in page and "Out Side" not in page
    assert post(browser, f"/staff/team/{inside.id}/disable").status_code == 303
    for other in outside:
        assert browser.get(f"/staff/team/{other.id}").status_code == 404
        assert post(browser, f"/staff/team/{other.id}/disable").status_code == 404
    for limits in ("*", "south"):
        wanted = {"name": "New", "email": "new@staff.example", "role": "agent", "integrations": limits}
        assert post(browser, "/staff/team/new", **wanted).status_code == 422
        assert post(browser, f"/staff/team/{inside.id}", **wanted).status_code == 422
    assert one(app, "SELECT count(*) FROM staff_members WHERE disabled_at IS NULL") == 4


def test_other_role_ends_the_sessions_and_wants_the_second_step(app: Flask) -> None:
    admin, agent = make_member(app, "admin"), make_member(app, "agent", password=PASSWORD)
    theirs = signed_in(app, agent)
    given = {"name": agent.name, "role": "reviewer", "integrations": "*"}
    assert post(signed_in(app, admin), f"/staff/team/{agent.id}", **given).status_code == 303
    assert theirs.get("/staff/me").status_code == 303
    person = Applicant(app)
    person.get("/staff/sign-in")
    assert person.send({"email": agent.email, "password": PASSWORD}).path == "/staff/sign-in/set-up"
    assert (admin.id, "member_changed") in actions(app)
    other_name = {**given, "name": "Another Name"}
    theirs = signed_in(app, agent)
    assert post(signed_in(app, admin), f"/staff/team/{agent.id}", **other_name).status_code == 303
    assert "Another Name" in theirs.get("/staff/me").text, "a name ends no session"


def test_nobody_shuts_themselves_out_and_an_admin_stays(app: Flask) -> None:
    admin = make_member(app, "admin")
    browser = signed_in(app, admin)
    assert post(browser, f"/staff/team/{admin.id}/disable").status_code == 422
    given = {"name": admin.name, "role": "agent", "integrations": "*"}
    assert post(browser, f"/staff/team/{admin.id}", **given).status_code == 422
    result = app.test_cli_runner().invoke(args=["staff", "disable", admin.email])
    assert result.exit_code == 1
    assert "the last admin" in result.output
    other = make_member(app, "admin")
    assert post(browser, f"/staff/team/{other.id}/disable").status_code == 303
    assert post(browser, f"/staff/team/{other.id}/enable").status_code == 303


def test_reset_of_the_second_step_has_it_set_up_anew(app: Flask) -> None:
    reviewer = make_member(app, "reviewer", password=PASSWORD, totp=SECRET)
    theirs, browser = signed_in(app, reviewer), signed_in(app, "admin")
    assert post(browser, f"/staff/team/{reviewer.id}/second-step").status_code == 303
    assert theirs.get("/staff/me").status_code == 303
    person = Applicant(app)
    person.get("/staff/sign-in")
    assert person.send({"email": reviewer.email, "password": PASSWORD}).path == "/staff/sign-in/set-up"


def test_operator_makes_lists_disables_and_resets(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["staff", "create", "ana@staff.example", "--name", "Ana"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert one(app, "SELECT role FROM staff_members") == "admin"
    listed = run(args=["staff", "list"]).output
    assert "ana@staff.example  Ana  admin  all  active  password  never signed in" in listed
    options = ["--role", "reviewer", "--integration", "north", "--language", "es", "--link", "--name", "Eva"]
    link = run(args=["staff", "create", "eva@staff.example", *options]).stdout.strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/staff/join/[\w-]{43}", link)
    assert run(args=["staff", "disable", "EVA@staff.example"]).exit_code == 0
    assert "disabled" in run(args=["staff", "list"]).output
    assert Applicant(app).get(link.partition(":8000")[2]).status == 410
    assert run(args=["staff", "enable", "eva@staff.example"]).exit_code == 0
    again = run(args=["staff", "reset", "eva@staff.example", "--second-step"]).stdout.strip()
    assert Applicant(app).get(again.partition(":8000")[2]).status == 200
    for wrong in (
        ["staff", "disable", "nobody@staff.example"],
        ["staff", "create", "ana@staff.example", "--name", "Ana", "--link"],
        ["staff", "create", "nonsense", "--name", "Ana", "--link"],
    ):
        assert run(args=wrong).exit_code == 1
    short = run(args=["staff", "create", "x@staff.example", "--name", "X"], input="short\nshort\n")
    assert (short.exit_code, "at least 12 characters" in short.output) == (1, True)


def test_console_with_its_own_host_is_named_in_links(make_app: Callable[..., Flask]) -> None:
    app = make_app(staff_host="console.alta.example")
    made = app.test_cli_runner().invoke(args=["staff", "create", "ana@staff.example", "--name", "Ana", "--link"])
    assert made.stdout.startswith("http://console.alta.example/staff/join/")


def test_names_and_addresses_of_staff_are_encrypted(app: Flask) -> None:
    make_member(app, "agent", name="Ana Díaz", email="ana@staff.example")
    held = str(rows(app, "SELECT * FROM staff_members")) + str(rows(app, "SELECT * FROM audit_rows"))
    assert "Ana" not in held and "ana@" not in held


def test_new_key_seals_staff_anew(make_app: Callable[..., Flask]) -> None:
    """They stay for ever, so the old key could never be taken away."""
    app = make_app()
    member = make_member(app, "reviewer", name="Ana Díaz", password=PASSWORD, totp=SECRET)
    app = make_app(encryption_keys=f"{OTHER},{KEY}")
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    app = make_app(encryption_keys=OTHER)
    assert "Ana Díaz" in app.test_cli_runner().invoke(args=["staff", "list"]).output
    person = Applicant(app)
    person.get("/staff/sign-in")
    person.send({"email": member.email, "password": PASSWORD})
    assert "Ana Díaz" in person.send({"code": code_of(SECRET)}).html


def test_cases_of_who_is_shut_out_or_sees_them_no_more_are_nobodys(app: Flask) -> None:
    """What is to be decided still, so that somebody takes it on; what is decided stays theirs."""
    admin, ana, bruno = (make_member(app, role) for role in ("admin", "reviewer", "reviewer"))
    hers, decided = (
        begin(app, assigned_to=ana.id),
        begin(app, assigned_to=ana.id, state="submitted", decision="approved"),
    )
    his, foreign = (begin(app, integration=name, assigned_to=bruno.id) for name in ("bank", "other"))
    browser = signed_in(app, admin)
    assert post(browser, f"/staff/team/{ana.id}/disable").status_code == 303
    given = {"name": bruno.name, "role": "reviewer", "integrations": "bank"}
    with app.app_context():
        integrations.create("bank")
    assert post(browser, f"/staff/team/{bruno.id}", **given).status_code == 303
    assigned = {row.id: row.assigned_to for row in rows(app, "SELECT id, assigned_to FROM applications")}
    assert assigned == {hers: None, decided: ana.id, his: bruno.id, foreign: None}
    assert set(listed(browser, assigned="nobody")) == {hers, foreign}
    told = rows(app, "SELECT who, application_id, subject FROM audit_rows WHERE action = 'case_assigned'")
    assert {tuple(row) for row in told} == {(admin.id, hers, ""), (admin.id, foreign, "")}
