"""The weight of pages: the first step fits the first window of a connection, photos cost little more."""

from __future__ import annotations

import httpx
import pytest

from tests.browser.conftest import Visit
from tests.browser.pages import Wizard
from tests.support.http_browser import TIMEOUT_SECONDS

FIRST_WINDOW_BYTES = 14 * 1024
PHOTO_BYTES = 12 * 1024
LINKED = "[...document.querySelectorAll('[src], link[href]')].map(element => element.src || element.href)"


def weighed(wizard: Wizard, addresses: list[str], encoding: str = "br") -> dict[str, int]:
    """The compressed bytes of what lies at these addresses; all but the page itself may be kept for ever."""
    cookies = {
        each["name"]: each["value"] for each in wizard.page.context.cookies() if "name" in each and "value" in each
    }
    weights = {}
    with httpx.Client(
        cookies=cookies, headers={"Accept-Encoding": encoding, "Accept-Language": "en"}, timeout=TIMEOUT_SECONDS
    ) as client:
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Content-Encoding"] == encoding
            if address != wizard.page.url:
                assert "immutable" in answer.headers["Cache-Control"]
            weights[address] = answer.num_bytes_downloaded
    return weights


@pytest.mark.parametrize(
    ("country", "language", "encoding"), [("AR", "es", "br"), ("BR", "pt_BR", "gzip"), ("BR", "en", "br")]
)
def test_the_first_step_weighs_no_more_than_one_window(
    visit: Visit, country: str, language: str, encoding: str
) -> None:
    """HTML, CSS, scripts and icons as they travel, headers apart; compressed, and kept by the browser for ever."""
    wizard = visit(country, "phone", language=language)
    wizard.start()
    weights = weighed(wizard, [wizard.page.url, *wizard.page.evaluate(LINKED)], encoding)
    assert {address.rpartition(".")[2] for address in list(weights)[1:]} == {"css", "js", "svg"}
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


def test_camera_and_upload_come_with_the_photo_steps_alone_and_weigh_little(visit: Visit) -> None:
    """Whatever a photo step loads beyond the steps before it, styles and the worker that shrinks photos included."""
    wizard = visit("AR", "phone")
    asked: list[str] = []
    wizard.page.on("request", lambda request: asked.append(request.url) if "/static/" in request.url else None)
    wizard.answer_until("income")
    before = set(asked)
    wizard.answer("income")
    wizard.answer("document")
    wizard.answer("selfies")
    wizard.sees("review")
    weights = weighed(wizard, sorted(set(asked) - before))
    names = {address.rpartition("/")[2] for address in weights}
    assert {"photos.js", "photos.css", "camera.js", "shrinker.js"} <= names
    assert sum(weights.values()) <= PHOTO_BYTES, weights
