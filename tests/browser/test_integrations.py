"""The look of an integration is tried out in the console: the preview follows, before anything is saved."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect

from app.onboarding import integrations
from tests.browser.checks import is_fine
from tests.browser.consoles import enter
from tests.browser.moving import follow
from tests.browser.pages import Wizard


def test_preview_follows_what_is_chosen(visit: Callable[..., Wizard], staff_app: Flask) -> None:
    with staff_app.app_context():
        made, _token = integrations.create("bank-look", country="AR")
        staff_app.extensions["alta"].embedding.webhooks.set_url(made, "https://bank.example/hooks", by=None)
    visitor = enter(visit, staff_app, "admin", language="pt_BR")
    page = visitor.page
    page.goto(f"{visitor.address}/staff/integrations/{made.id}")
    sample = page.frame_locator("#preview")
    button = sample.get_by_role("button", name="Continuar")
    expect(button).to_be_visible()
    page.get_by_label("Cor de destaque").fill("#7a1f5c")
    page.get_by_label("Cantos, em pixels").fill("0")
    page.get_by_label("Nome do produto").fill("Banco Sul")
    expect(sample.get_by_text("Banco Sul")).to_be_visible()
    expect(button).to_have_css("background-color", "rgb(122, 31, 92)")
    expect(button).to_have_css("border-radius", "0px")
    use = page.get_by_role("button", name="Usar a mais próxima que alcança")
    expect(use).to_be_hidden()
    page.get_by_label("Cor de destaque").fill("#ffd400")
    expect(use).to_be_visible()
    expect(page.get_by_text("#ffd400 tem um contraste de 1.")).to_be_visible()
    is_fine(page)
    use.click()
    expect(use).to_be_hidden()
    follow(page.get_by_role("button", name="Salvar a aparência").last)
    expect(page.get_by_role("status").filter(has_text="A aparência foi salva")).to_be_visible()
    assert page.get_by_label("Cor de destaque").input_value() not in ("#ffd400", "#7a1f5c")
    page.goto(f"{visitor.address}/staff/integrations/{made.id}/webhook")
    expect(page.get_by_label("Endereço", exact=True)).to_have_value("https://bank.example/hooks")
    is_fine(page)
    page.goto(f"{visitor.address}/staff/integrations/new")
    page.get_by_role("button", name="Adicionar e criar um token").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_fine(page)
