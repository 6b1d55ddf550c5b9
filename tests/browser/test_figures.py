"""How it goes, as a supervisor sees it: accessible, readable on a narrow window, filtered without a script."""

from __future__ import annotations

import re
import time
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.checks import is_fine
from tests.browser.conftest import Visit
from tests.browser.moving import leaving
from tests.support.helping import app_of
from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.server import DELIVER_SECONDS, Server
from tests.support.staff import COOKIE, make_member, new_session


def test_supervisor_sees_how_it_goes(visit: Visit, alta: Server) -> None:
    """Charts are pictures with names, tables scroll by keyboard, a filter leads to the same page with its query."""
    applicant = hasten(Applicant(cast(Any, Site(alta.address))), "BR", until="phone")
    # More often than any other test on this server is told anything, as only what is shown most is listed.
    for _ in range(40):
        assert applicant.send({"phone_number": ""}, follow=False).status == 422
    house, wizard = app_of(alta), visit("BR", language="pt_BR")
    cookie = new_session(house, make_member(house, "supervisor", language="pt_BR"))
    domain = urlsplit(alta.address).hostname
    wizard.page.context.add_cookies([{"name": COOKIE, "value": cookie, "path": "/staff", "domain": cast(str, domain)}])
    page = wizard.page
    page.goto(f"{alta.address}/staff/figures")
    expect(page.get_by_role("img", name="Do início à aprovação")).to_be_visible()
    said, deadline = page.get_by_role("row", name="Informe o número do seu celular"), time.monotonic() + DELIVER_SECONDS
    while not said.is_visible():
        # What is counted is written within seconds, whichever process of the server counted it.
        assert time.monotonic() < deadline
        page.reload()
    is_fine(page)
    page.get_by_label("País", exact=True).select_option("AR")
    with leaving(page):
        page.get_by_role("button", name="Filtrar").press("Enter")
    expect(page).to_have_url(re.compile("country=AR"))
    expect(page.get_by_role("row", name="Brasil")).to_have_count(0)
