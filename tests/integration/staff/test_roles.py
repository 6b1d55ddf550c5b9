"""Walks every route of the console for every role, for own objects, foreign ones, and such that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.domain.roles import GRANTED, Permission, Role
from app.onboarding.staff.members import StaffMember
from app.staff.guard import ANYBODY, SIGNED_IN, wanted_of
from tests.support.roles import MEANING, PAGE, methods_of, staff_rules, written
from tests.support.staff import csrf_of, make_member, signed_in
from tests.support.staff_samples import FIXED, MAKERS, missing

OWN, OTHER = "own-team", "other-team"
# The pages on the way in, and nothing else.
OPEN_TO_ANYBODY = {
    "staff.sign_in",
    "staff.code",
    "staff.to_provider",
    "staff.provider_return",
    "staff.enrol",
    "staff.join",
    "staff.sign_out",
    "staff.language",
}
_CHANGING = re.compile(r'name="csrf_token" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/integrations/)\d+')


def names_objects(rule: Any) -> bool:
    """Whether the address names something that may be somebody else's."""
    return any(argument not in FIXED for argument in rule.arguments)


def address(app: Flask, rule: Any, values: dict[str, str]) -> str:
    """The rule's address with these values."""
    with app.test_request_context():
        return str(rule.build({**{name: FIXED.get(name, "") for name in rule.arguments}, **values})[1])


def cases(app: Flask, member: StaffMember, rule: Any) -> Iterator[tuple[str, str]]:
    """Addresses of the rule: naming nothing that exists, somebody else's, and the member's own."""
    wanted = [argument for argument in rule.arguments if argument not in FIXED]
    unknown = [argument for argument in wanted if argument not in MAKERS]
    assert not unknown, f"{rule.rule}: add how to make {unknown} to tests/support/staff_samples.py"
    if not wanted:
        yield "own", address(app, rule, {})
        return
    stranger = make_member(app, member.role, integrations=[OTHER])
    yield "missing", address(app, rule, {name: missing(name) for name in wanted})
    yield "other", address(app, rule, {name: MAKERS[name](app, stranger, OTHER) for name in wanted})
    yield "own", address(app, rule, {name: MAKERS[name](app, member, OWN) for name in wanted})


def ask(app: Flask, member: StaffMember | None, path: str, method: str) -> TestResponse:
    """Ask as a member with a session of its own, as what is asked may end it."""
    client = signed_in(app, member) if member is not None else app.test_client()
    token = csrf_of(client, "/staff/me" if member is not None else "/staff/sign-in")
    return client.open(path, method=method, data={"csrf_token": token} if method != "GET" else None)


def said(answer: TestResponse) -> tuple[int, str, str]:
    """What an answer tells, without what is different each time: ids, in the page's own address too, and tokens."""
    return answer.status_code, answer.mimetype, _CHANGING.sub("", answer.text)


def assert_closed(answer: TestResponse, where: str) -> None:
    """Never kept, never framed."""
    assert answer.headers["Cache-Control"] == "no-store", where
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], where
    assert answer.headers["X-Frame-Options"] == "DENY", where


@pytest.mark.parametrize("role", list(Role))
def test_every_route_answers_as_the_role_and_the_object_say(sqlite_app: Flask, role: Role) -> None:
    app, walked = sqlite_app, 0
    member = make_member(app, role, integrations=[OWN])
    for rule in staff_rules(app):
        wanted = wanted_of(app.view_functions[rule.endpoint])
        if wanted == ANYBODY:
            continue
        may = wanted == SIGNED_IN or (isinstance(wanted, Permission) and wanted in GRANTED[role])
        for method in methods_of(rule):
            answers = {}
            for kind, path in cases(app, member, rule):
                where = f"{role}: {method} {rule.rule} ({kind})"
                answers[kind] = answer = ask(app, member, path, method)
                assert_closed(answer, where)
                assert answer.status_code < 500, where
                assert (answer.status_code == 403) == (not may), where
                walked += 1
            if "other" in answers:
                assert said(answers["other"]) == said(answers["missing"]), f"{role}: {method} {rule.rule}"
                assert answers["missing"].status_code == (404 if may else 403), f"{role}: {method} {rule.rule}"
            assert answers["own"].status_code != 404, f"{role}: {method} {rule.rule}"
    assert walked >= 20


def test_nobody_gets_past_the_sign_in(sqlite_app: Flask) -> None:
    for rule in staff_rules(sqlite_app):
        if wanted_of(sqlite_app.view_functions[rule.endpoint]) == ANYBODY:
            continue
        path = address(sqlite_app, rule, {name: missing(name) for name in rule.arguments if name not in FIXED})
        for method in methods_of(rule):
            answer = ask(sqlite_app, None, path, method)
            assert_closed(answer, path)
            assert answer.status_code == 303, (method, path)
            assert answer.location.startswith("/staff/sign-in"), (method, path)


def test_every_route_says_whom_it_is_for(sqlite_app: Flask) -> None:
    """A view that was forgotten is closed to everybody, and fails here."""
    views = {rule.endpoint: wanted_of(sqlite_app.view_functions[rule.endpoint]) for rule in staff_rules(sqlite_app)}
    assert [endpoint for endpoint, wanted in views.items() if wanted is None] == []
    assert {endpoint for endpoint, wanted in views.items() if wanted == ANYBODY} == OPEN_TO_ANYBODY


def test_view_that_names_nobody_is_closed_to_everybody(make_app: Any) -> None:
    app = make_app()
    app.add_url_rule("/staff/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/staff/forgotten").status_code == 303
    assert signed_in(app, "admin").get("/staff/forgotten").status_code == 403


def test_page_of_roles_says_what_the_code_says(sqlite_app: Flask) -> None:
    assert PAGE.read_text(encoding="utf-8") == written(sqlite_app), "run `python -m tests.support.roles`"
    assert set(MEANING) == set(Permission)
