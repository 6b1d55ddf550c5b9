"""The full circle against a second Alta as the upstream: sent, asked again, answered, decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.checks import is_fine, no_sideways_scroll
from tests.browser.conftest import Visit
from tests.browser.moving import follow
from tests.browser.pages import Wizard, photo
from tests.support.http_browser import TIMEOUT_SECONDS
from tests.support.processes import wait_until
from tests.support.server import Delivered, Server, running
from tests.support.signed import SECRET, signed
from tests.support.upstream import KEY_ID, make_key

KYC_USER, RECORD = "kyc", "personal_informations"
# Milliseconds until a page that waits has looked again, however long it has waited.
LONGEST_ROUND = 45_000


@dataclass
class Circle:
    """The Alta that people use, and the one that it delivers to."""

    own: Server
    upstream: Server

    def delivery(self, reference: str, api: str) -> Delivered:
        """The newest delivery of an application to one API."""
        return self.own.deliveries(reference)[api]

    def tell(self, api: str, upstream_id: str) -> None:
        """Say, as an upstream does, that something has changed."""
        data = {"user_id": upstream_id} if api == KYC_USER else {"id": upstream_id}
        kind = "kyc.request.updated" if api == KYC_USER else "personal_informations.updated"
        body = json.dumps({"type": kind, "data": data}).encode()
        answer = httpx.post(
            f"{self.own.address}/hooks/upstream", content=body, headers=signed(body), timeout=TIMEOUT_SECONDS
        )
        assert answer.status_code == 204, answer.text

    def ask_again(self, reference: str, field_type: str, reason: str) -> None:
        """Have the upstream ask a check again; until the wizard knows."""
        user_id = self.delivery(reference, KYC_USER).upstream_id
        self.upstream.flask("kyc", "ask-again", user_id, field_type, reason)
        self.tell(KYC_USER, user_id)
        wait_until(lambda: self.delivery(reference, KYC_USER).state == "reopened", "the wizard to know")

    def decide(self, reference: str, state: str) -> None:
        """Have the upstream decide; until the wizard knows."""
        record_id = self.delivery(reference, RECORD).upstream_id
        self.upstream.flask("records", "decide", record_id, state)
        self.tell(RECORD, record_id)
        wait_until(lambda: self.delivery(reference, RECORD).upstream_state == state, "the wizard to know")


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Circle]:
    """Both, running."""
    folder = tmp_path_factory.mktemp("circle")
    key_file, public_key = make_key(folder)
    (folder / "public.pem").write_text(public_key)
    (folder / "upstream").mkdir()
    (folder / "own").mkdir()
    with running(folder / "upstream") as upstream:
        token = upstream.new_token("downstream", "BR")
        upstream.flask("integrations", "key", "downstream", str(folder / "public.pem"), "--key-id", KEY_ID)
        settings = {
            "personal_informations_url": upstream.address,
            "personal_informations_token": token,
            "kyc_url": upstream.address,
            "kyc_token_url": f"{upstream.address}/api/v1/oauth/token",
            "kyc_client_id": "7777",
            "kyc_key_file": str(key_file),
            "kyc_key_id": KEY_ID,
            "hook_secret": SECRET,
        }
        with running(folder / "own", **settings) as own:
            yield Circle(own, upstream)
        for server in (own, upstream):
            log = server.log.read_text()
            assert '"level": "error"' not in log and "Traceback" not in log, log


def personal_link(wizard: Wizard) -> str:
    """Make a personal link from the open step, and come back to it."""
    here = wizard.page.url
    wizard.press("Save and continue later")
    wizard.press("Make a personal link")
    link = wizard.field("Your personal link").input_value()
    wizard.page.goto(here)
    return link


@pytest.mark.parametrize(
    ("screen", "language", "scripts"), [("phone", "pt_BR", True), ("desktop", "es", False)], ids=["phone", "no scripts"]
)
def test_person_gives_again_only_what_the_upstream_asks_and_sees_its_decision(
    visit: Visit, circle: Circle, screen: str, language: str, scripts: bool
) -> None:
    wizard = visit("BR", screen, language=language, scripts=scripts, address=circle.own.address)
    wizard.skip_until("review")
    reference = wizard.send()
    circle.own.delivered(reference)
    first = circle.delivery(reference, KYC_USER).upstream_id

    circle.ask_again(reference, "document_selfies", "selfie_dark")
    if not scripts:  # with them the page finds out by itself
        wizard.page.reload()
    why = {
        "pt_BR": "Seu rosto ficou escuro demais. Tire as selfies de novo, com luz de frente.",
        "es": "Tu cara salió muy oscura. Sacate las selfies de nuevo, con luz de frente.",
    }[language]
    expect(wizard.page.get_by_text(why)).to_be_visible(timeout=LONGEST_ROUND)
    if scripts:
        is_fine(wizard.page)
    no_sideways_scroll(wizard.page)
    follow(wizard.link("Do it now"))
    wizard.sees("selfies")
    expect(wizard.page.get_by_text(why)).to_be_visible()
    no_sideways_scroll(wizard.page)
    # Every other step is closed.
    wizard.open("/personal")
    wizard.sees("selfies")
    wizard.put_photo("Look straight ahead", photo(8))
    wizard.press()
    wizard.sees("review")
    expect(wizard.page.get_by_text(wizard.person.first_name)).to_have_count(0)
    assert wizard.send() == reference
    wait_until(lambda: circle.delivery(reference, KYC_USER).state == "delivered", "the answer to arrive")
    assert circle.delivery(reference, KYC_USER).upstream_id == first

    circle.decide(reference, "approved")
    wizard.page.reload()
    expect(wizard.page.get_by_text(wizard.words("Your application was approved."))).to_be_visible()
    if scripts:
        is_fine(wizard.page)


def test_person_comes_back_by_their_personal_link_on_another_device(visit: Visit, circle: Circle) -> None:
    wizard = visit("BR", "desktop", address=circle.own.address)
    wizard.answer_until("phone")
    link = personal_link(wizard)
    wizard.sees("phone")
    for step in ("phone", "income", "document", "selfies"):
        wizard.answer(step)
    reference = wizard.send()
    circle.own.delivered(reference)
    circle.ask_again(reference, "phone_number", "moon_phase")
    wait_until(lambda: circle.delivery(reference, KYC_USER).attention is not None, "the operator to be told")

    other = visit("BR", "phone", address=circle.own.address)
    other.page.goto(link)
    other.fill_date(other.person.birthday)
    other.press()
    other.sees("phone")
    expect(other.page.get_by_text(other.words("This is asked again: check it and send it once more."))).to_be_visible()
    other.field("Mobile number").fill("(21) 97169-7124")
    other.press()
    other.sees("review")
    assert other.send() == reference
    wait_until(lambda: circle.delivery(reference, KYC_USER).state == "delivered", "the answer to arrive")

    circle.decide(reference, "rejected")
    other.page.reload()
    expect(other.page.get_by_text(re.compile("was not approved"))).to_be_visible()
