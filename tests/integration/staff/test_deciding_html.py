"""The pages of deciding are valid HTML in every state."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.support import html
from tests.support.deciding import Console, Desk, to_review


def test_every_page_of_deciding_is_valid(make_app: Callable[..., Flask]) -> None:
    app = make_app(four_eyes="true")
    to_review(app, "BR")
    ana, bruno = Console(app, name="Ana", language="pt_BR"), Console(app, name="Bruno <i>", language="es")
    pages: dict[str, str] = {}

    def keep(state: str, console: Console, status: int = 200) -> None:
        assert console.browser.page.status == status, state
        pages[state] = console.browser.page.html

    for kind in ("approve", "ask-again", "reject"):
        ana.case()
        ana.open(kind)
        keep(kind, ana)
    ana.send()
    keep("reject with a fault", ana, 422)
    ana.case()
    ana.open("ask-again")
    ana.send(ask="phone", note="\u202e")
    keep("ask again with faults", ana, 422)
    ana.case()
    ana.open("approve")
    bruno.case()
    bruno.open("reject")
    bruno.send(reason="risk", note="A <b>note</b>.", sentence='"Sentence" & more.')
    keep("waits for a second", bruno)
    ana.send(note="Mine.")
    keep("overtaken", ana, 409)
    ana.case()
    ana.open("reject")
    keep("second of two", ana)
    Desk(app, ana.who).ask({"phone": "phone_unreachable", "selfie_1": "selfie_dark"})
    ana.case()
    keep("asked again", ana)
    person = to_review(app, "BR")
    for step in ("phone", "selfies"):
        person.get(f"/apply/{step}")
        pages[f"{step} asked again"] = person.page.html
        person.send({})
    pages["photo that is still the one that was sent"] = person.page.html
    Desk(app, ana.who).reject("no_answer")
    Desk(app, bruno.who).reject("no_answer")
    ana.case()
    keep("rejected", ana)
    person.get("/apply/status")
    pages["status"] = person.page.html
    assert html.faults(pages) == []
