"""The pictures of the staff console: a running Alta with the demo in it, looked at as its own staff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page

from tests.support.server import Server

DESKTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1}
COUNT = "120"


def shoot_console(chromium: Browser, alta: Server, save: Callable[[bytes, Path], None], folder: Path) -> None:
    """The list, a case and the figures, as `console-<page>.png`; `save(png, path)` writes one."""
    told = alta.flask("demo", "--count", COUNT)
    ways = {line.split()[0]: line.split()[1:4] for line in told.splitlines() if "@demo.example" in line}
    context = chromium.new_context(**DESKTOP, base_url=alta.address, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, *ways["supervisor"])
    for name, path in (("list", "/staff/cases"), ("figures", "/staff/figures")):
        page.goto(f"{alta.address}{path}")
        page.wait_for_load_state("networkidle")
        save(page.screenshot(), folder / f"console-{name}.png")
    page.goto(f"{alta.address}/staff/cases?state=to_review&country=AR")
    page.locator("tbody a").first.click()
    page.wait_for_load_state("networkidle")
    save(page.screenshot(), folder / "console-case.png")
    context.close()


def sign_in(page: Page, email: str, password: str, secret: str) -> None:
    """Come in with both steps."""
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/staff/**")
