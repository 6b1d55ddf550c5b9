"""A case reviewed by keyboard alone: found in the list, asked again, answered by the person, approved; two at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.console import Console, app_of, make_member, serving
from tests.browser.moving import follow
from tests.browser.pages import photo_of
from tests.support.deciding import application_id, to_review
from tests.support.server import Server


def test_case_is_reviewed_by_keyboard_alone_and_who_is_second_is_told(visit: Visit, alta: Server) -> None:
    wizard = visit("AR", "phone", language="es")
    wizard.skip_until("review")
    reference = wizard.send()
    alta.delivered(reference)
    app = app_of(alta)
    ana, bruno = (
        Console(visit(scripts=True).page, alta.address, app, make_member(app, "reviewer", name=name))
        for name in ("Ana", "Bruno")
    )

    ana.open("/cases")
    row = ana.page.get_by_role("row").filter(has_text=reference)
    ana.tab_to(row.get_by_role("link").first)
    ana.press("Enter")
    ana.heading("Fernández")
    is_fine(ana.page)
    address = ana.page.url.partition("/staff")[2].partition("?")[0]
    bruno.open(address)
    bruno.heading("Fernández")

    # r: tick a photo and an answer, a reason each.
    ana.press("r")
    ana.heading("What is asked again")
    for name, reason in (("phone", "We could not reach"), ("selfie_1", "Your face was too dark")):
        ana.tab_to(ana.page.locator(f"#ask-{name}"))
        ana.press("Space", "Tab")
        choice = ana.page.locator(f"#reason-{name}")
        expect(choice).to_be_focused()
        ana.page.keyboard.type(reason)
        expect(choice.locator("option:checked")).to_have_text(re.compile(f"^{reason}"))
    is_fine(ana.page)
    ana.tab_to(ana.page.get_by_role("button", name="Ask again", exact=True))
    ana.press("Enter")
    ana.heading("Fernández")
    expect(ana.page.get_by_text("it can be approved once the person has answered")).to_be_visible()

    # The other reviewer still has the case as it was.
    bruno.press("a")
    bruno.heading("Nothing was changed")
    expect(bruno.page.get_by_role("alert")).to_contain_text("Ana was faster")
    is_fine(bruno.page)

    # Only the two open for the person, with the reason in their language.
    wizard.page.reload()
    expect(wizard.page.get_by_text("Tu cara salió muy oscura.")).to_be_visible()
    follow(wizard.link("Do it now").first)
    wizard.sees("phone")
    expect(wizard.page.get_by_text("No pudimos comunicarnos a ese número.")).to_be_visible()
    wizard.press()
    wizard.sees("selfies")
    expect(wizard.card("Look straight ahead").get_by_text("Tu cara salió muy oscura.")).to_be_visible()
    is_fine(wizard.page)
    wizard.press()
    expect(wizard.summary.get_by_role("link")).to_have_count(1)
    wizard.put_photo("Look straight ahead", photo_of("Look straight ahead", 8))
    wizard.press()
    wizard.sees("review")
    assert wizard.send() == reference
    alta.delivered(reference)

    # It is Ana's again: she approves it.
    ana.open(address)
    expect(ana.page.get_by_role("button", name="Yours")).to_be_visible()
    bruno.open(address)
    bruno.heading("Fernández")
    follow(bruno.page.get_by_role("link", name="Reject…"))
    bruno.heading("Reject this application")
    is_fine(bruno.page)
    ana.press("a")
    ana.heading("Approve this application")
    is_fine(ana.page)
    ana.press("Enter")
    ana.heading("Fernández")
    expect(ana.page.locator(".decisions")).to_contain_text("Approved")
    is_fine(ana.page)

    # Bruno had the page of rejecting open all the while.
    bruno.page.get_by_label("Document is not genuine").check()
    bruno.page.get_by_label("Note for staff").fill("Holes in the hologram.")
    follow(bruno.page.get_by_role("button", name="Reject", exact=True))
    bruno.heading("Nothing was changed")
    expect(bruno.page.get_by_text("Holes in the hologram.")).to_be_visible()

    wizard.page.reload()
    expect(wizard.page.get_by_text(wizard.words("Your application was approved."))).to_be_visible()


def test_two_reviewers_reject_without_scripts_and_the_person_reads_why(
    visit: Visit, make_app: Callable[..., Flask]
) -> None:
    """What the first decides waits; the second agrees with it, and writes the sentence anew."""
    app = make_app(four_eyes="true")
    person = to_review(app, "BR")
    with serving(app) as address:
        ana, bruno = (
            Console(visit(scripts=False, address=address).page, address, app, make_member(app, "reviewer", name=name))
            for name in ("Ana", "Bruno")
        )
        case = f"/cases/{application_id(app)}"
        ana.open(case)
        follow(ana.page.get_by_role("link", name="Reject…"))
        ana.page.get_by_label("Risk or match on a list (not told)").check()
        ana.page.get_by_label("Your own sentence to the person").fill("Volte em junho.")
        follow(ana.page.get_by_role("button", name="Reject", exact=True))
        expect(ana.page.get_by_text("Ana rejected this first.")).to_be_visible()
        expect(ana.page.get_by_role("link", name="Reject…")).to_have_count(0)
        expect(ana.page.get_by_role("button", name="Take it back")).to_be_visible()
        assert "not approved" not in person.get("/apply/status").html

        bruno.open(case)
        expect(bruno.page.get_by_text("Ana rejected this first.")).to_be_visible()
        follow(bruno.page.get_by_role("link", name="Reject…"))
        expect(bruno.page.get_by_label("Risk or match on a list (not told)")).to_be_checked()
        sentence = bruno.page.get_by_label("Your own sentence to the person")
        expect(sentence).to_have_value("Volte em junho.")
        sentence.fill("Volte em julho.")
        follow(bruno.page.get_by_role("button", name="Reject", exact=True))
        expect(bruno.page.locator(".decisions")).to_contain_text("as the first of two")
        expect(bruno.page.get_by_role("link", name="Approve…")).to_have_count(0)
    assert "Your application was not approved. Volte em julho." in person.get("/apply/status").html
