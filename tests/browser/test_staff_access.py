"""Staff come in: by password and second step, through an OpenID provider, and after too many tries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from app.store.db import utc_now, write
from app.store.models.staff import FailedTries
from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import NOTE, follow, leaving
from tests.browser.pages import PATIENCE
from tests.support import oidc, server
from tests.support.staff import PASSWORD, code_of, enter, make_member


def heading(page: Page, words: str) -> None:
    """The page's title says this."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def sign_in(page: Page, email: str, password: str, labels: tuple[str, str, str]) -> None:
    """Fill in the sign-in page."""
    page.get_by_label(labels[0]).fill(email)
    page.get_by_label(labels[1]).fill(password)
    follow(page.get_by_role("button", name=labels[2], exact=True))


def wait_longer(app: Flask) -> None:
    """Have the wait that began last a minute more, so that no slow machine outlasts it."""
    waits = FailedTries.locked_until > FailedTries.last_at
    with app.app_context(), write() as connection:
        connection.execute(update(FailedTries).where(waits).values(locked_until=utc_now() + timedelta(minutes=1)))


ES = ("Correo electrónico", "Contraseña", "Iniciar sesión")
PT = ("E-mail", "Senha", "Entrar")


def test_first_admin_comes_in_by_link_and_with_a_second_step(visit: Visit, alta: server.Server) -> None:
    """From the command line to the console, out, and in again; every page fine in the longest language."""
    made = alta.flask("staff", "create", "eva@staff.example", "--name", "Eva", "--language", "pt_BR", "--link")
    page = visit("BR", language="pt_BR").page
    page.goto(alta.address + made.strip().partition(":8000")[2])
    heading(page, "Escolha a sua senha")
    page.get_by_label("Nova senha").fill(PASSWORD)
    page.get_by_label("A mesma senha outra vez").fill(PASSWORD)
    follow(page.get_by_role("button", name="Continuar"))
    heading(page, "Configure a segunda etapa")
    expect(page.locator("svg.qr")).to_be_visible()
    is_fine(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Código").fill(code_of(secret))
    follow(page.get_by_role("button", name="Continuar"))
    heading(page, "Seus códigos de recuperação")
    expect(page.locator(".codes li")).to_have_count(10)
    follow(page.get_by_role("link", name="Já os guardei"))
    page.locator("summary", has_text="Eva").click()
    follow(page.get_by_role("button", name="Sair"))
    heading(page, "Entrar")
    sign_in(page, "eva@staff.example", PASSWORD, PT)
    heading(page, "Segunda etapa")
    page.get_by_label("Código").fill(code_of(secret, 1))
    follow(page.get_by_role("button", name="Entrar", exact=True))
    follow(page.get_by_role("link", name="Auditoria"))
    heading(page, "Auditoria")
    expect(page.locator("tbody tr").first).to_contain_text("Entrou")
    for path in ("team/new", "audit?reference=x", "me"):
        page.goto(f"{alta.address}/staff/{path}")
        is_fine(page)
    follow(page.get_by_role("link", name="Equipe"))
    follow(page.get_by_role("link", name="Eva"))
    heading(page, "Eva")
    is_fine(page)


def test_person_comes_in_through_the_provider(new_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    """There and back over another site, which the Strict cookie does not cross, and later by a link from there."""
    with oidc.running() as provider:
        provider.person["groups"] = ["alta-admins"]
        with server.running(tmp_path, "--web", **provider.settings(staff_passwords="false")) as alta:
            context = new_context(locale="en", reduced_motion="reduce")
            context.set_default_timeout(PATIENCE)
            context.add_init_script(NOTE)
            page = context.new_page()
            page.goto(f"{alta.address}/staff/audit")
            is_fine(page)
            follow(page.get_by_role("link", name="Sign in with Bank"))
            heading(page, "Provider")
            follow(page.get_by_role("link", name="Continue"))
            heading(page, "Record")
            expect(page.locator("tbody tr").first).to_contain_text("Ana Díaz")
            page.goto(f"{provider.address}/keys")
            with leaving(page):
                page.evaluate("address => { location.href = address }", f"{alta.address}/staff/me")
            heading(page, "Your sign-in and sessions")
            provider.person["groups"] = []
            follow(page.get_by_role("button", name="Sign out everywhere"))
            follow(page.get_by_role("link", name="Sign in with Bank"))
            follow(page.get_by_role("link", name="Continue"))
            heading(page, "You cannot sign in")


def test_tries_that_fail_wait_and_sessions_are_seen_and_ended(
    visit: Visit, alta: server.Server, staff_app: Flask
) -> None:
    """The page says when to try again; the owner sees what failed, where they are signed in, and ends all of it."""
    member = make_member(staff_app, "agent", name="Ana Díaz", language="es", password=PASSWORD)
    page, other = visit(language="es").page, visit("AR", "phone", language="es").page
    page.goto(f"{alta.address}/staff/me")
    for _ in range(2):
        sign_in(page, member.email, "otra", ES)
        expect(page.get_by_role("alert")).to_be_focused()
    sign_in(page, member.email, PASSWORD, ES)
    heading(page, "Tu acceso y tus sesiones")
    notice = page.get_by_role("status").filter(has_text="fallaron 2 intentos")
    expect(notice).to_be_visible()
    is_fine(page)
    follow(notice.get_by_role("button", name="Entendido"))
    expect(notice).to_have_count(0)
    enter(other.context, alta.address, staff_app, member)
    other.goto(f"{alta.address}/staff/me")
    expect(other.locator("tbody tr")).to_have_count(2)
    is_fine(other)
    follow(other.get_by_role("button", name="Cerrar sesión en todos lados"))
    heading(other, "Iniciar sesión")
    page.reload()
    heading(page, "Iniciar sesión")
    other.context.clear_cookies()
    other.goto(f"{alta.address}/staff/sign-in")
    # The browser complains of an answer that says Too Many Requests.
    for _ in range(5):
        sign_in(other, member.email, "otra", ES)
        expect(other.get_by_role("alert")).to_be_visible()
    wait_longer(staff_app)
    sign_in(other, member.email, PASSWORD, ES)
    expect(other.get_by_role("alert")).to_contain_text(re.compile(r"Probá de nuevo en \d\d segundos"))
    is_fine(other)
