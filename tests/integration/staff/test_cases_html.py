"""The list and the case are valid HTML in every state and language."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from app.onboarding.stages import Flag
from app.store.db import write
from tests.support import html
from tests.support.cases import LIST, begin, change
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.staff import post, signed_in


def test_every_page_of_the_list_and_of_a_case_is_valid(make_app: Callable[..., Flask]) -> None:
    app, pages = make_app(), {}
    for language in ("es", "pt_BR", "en"):
        staff = signed_in(app, "reviewer", name="Ana <i>", language=language, integrations=[f"a<b {language}"])

        def get(state: str, path: str) -> None:
            answer = staff.get(path)
            assert answer.status_code == 200, state
            pages[f"{language} {state}"] = answer.text

        get("empty list", LIST)
        bare = begin(app, integration=f"a<b {language}", channel="phone")
        get("case without answers", f"/staff/cases/{bare}")
        person = hasten(Applicant(app), "BR")
        with app.test_request_context("/apply/start"):
            draft = app.extensions["alta"].drafts.load(person.browser.get_cookie("alta").value.split(".")[1])
        change(app, draft.id, integration=f"a<b {language}")
        person.submit()
        with app.app_context(), write() as connection:
            app.extensions["alta"].stages.set_flags(connection, draft.id, dict.fromkeys(Flag, True))
        post(staff, f"/staff/cases/{draft.id}/assign", to="me")
        post(staff, f"{LIST}/views?state=delivering", name='"Mine" & <more>')
        post(staff, f"/staff/cases/{draft.id}/messages", text="<b>Hello</b> & more")
        get("list", LIST)
        get("filtered list", f"{LIST}?state=delivering&order=oldest&flag=exposed&assigned=me")
        get("empty filtered list", f"{LIST}?state=approved")
        get("search", post(staff, f"{LIST}/search", text="<silva>").location)
        get("search that is over", f"{LIST}?search=none")
        get("case", f"/staff/cases/{draft.id}")
        get("its photos", f"/staff/cases/{draft.id}/photos")
        get("no photos", f"/staff/cases/{bare}/photos")
        for state, path, fields in (
            ("view without a name", f"{LIST}/views?state=delivering", {"name": " "}),
            ("refused note", f"/staff/cases/{draft.id}/notes", {"text": " "}),
        ):
            answer = post(staff, path, **fields)
            assert answer.status_code == 422
            pages[f"{language} {state}"] = answer.text
        pages[f"{language} status"] = person.get("/apply/status").html
    assert html.faults(pages) == []
