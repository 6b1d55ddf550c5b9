"""The weight of the first step: all that it needs fits the first window of a connection."""

from __future__ import annotations

import httpx
import pytest

from tests.browser.conftest import Visit

FIRST_WINDOW_BYTES = 14 * 1024
LINKED = "[...document.querySelectorAll('[src], link[href]')].map(element => element.src || element.href)"


@pytest.mark.parametrize(
    ("country", "language", "encoding"), [("AR", "es", "br"), ("BR", "pt_BR", "gzip"), ("BR", "en", "br")]
)
def test_the_first_step_weighs_no_more_than_one_window(
    visit: Visit, country: str, language: str, encoding: str
) -> None:
    """HTML, CSS, scripts and icons as they travel, headers apart; compressed, and kept by the browser for ever."""
    wizard = visit(country, "phone", language=language)
    wizard.start()
    page = wizard.page
    cookies = {each["name"]: each["value"] for each in page.context.cookies() if "name" in each and "value" in each}
    addresses = [page.url, *page.evaluate(LINKED)]
    weights = {}
    with httpx.Client(cookies=cookies, headers={"Accept-Encoding": encoding, "Accept-Language": "en"}) as client:
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Content-Encoding"] == encoding
            if address != page.url:
                assert "immutable" in answer.headers["Cache-Control"]
            weights[address] = answer.num_bytes_downloaded
    assert {address.rpartition(".")[2] for address in addresses[1:]} == {"css", "js", "svg"}
    assert sum(weights.values()) <= FIRST_WINDOW_BYTES, weights


def test_the_first_step_asks_for_nothing_else(visit: Visit) -> None:
    """The browser, coming with an empty cache, asks for the page and what it links to, once each."""
    wizard = visit("AR", "phone")
    wizard.start()
    session = wizard.page.context.new_cdp_session(wizard.page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: list[str] = []
    wizard.page.on("request", lambda request: asked.append(request.url))
    wizard.page.reload(wait_until="networkidle")
    allowed = [wizard.page.url, *wizard.page.evaluate(LINKED)]
    assert len(asked) == len(set(asked)) and set(asked) <= set(allowed)
