"""Alta in somebody else's page, as visitors see it: the team's site, the element, and the wizard in its frame."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Frame, Page, expect

from tests.browser.pages import TITLES, Wizard
from tests.browser.people import JUANA, Words
from tests.support import hosts, server
from tests.support.http_browser import TIMEOUT_SECONDS

AXE = Axe()
# What each setting of a browser's cookies is called in its profile.
COOKIES: dict[str, dict[str, Any]] = {
    "allowed": {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}},
    "third-party blocked": {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}},
    "all blocked": {"profile": {"default_content_setting_values": {"cookies": 2}}},
}
PREFILL = {
    "personal": {
        "first_name": "Juana",
        "last_name": "Fernández",
        "birthday": "1990-08-10",
        "gender": "Mujer",
        "marital_status": "single",
        "nationality": "Argentina",
    },
    "identity": {"document_type": "passport", "document_number": "AAA123456"},
    "address": {
        "street": "Calle Falsa",
        "street_number": "123",
        "city": "Rosario",
        "state": "Santa Fe",
        "postal_code": "S2000ABC",
    },
    "phone": {"number": "+5491123456789"},
}
LISTEN = """<script type="module" src="/listen.js"></script>"""
SCRIPT = """
window.told = [];
for (const kind of ["ready", "step", "submitted", "closed", "error", "expired", "resize"]) {
  document.addEventListener(`alta:${kind}`, (event) => {
    window.told.push({ type: kind, of: event.target.id, detail: event.detail });
  });
}
"""


@dataclass
class Site:
    """A running Alta that a team on another site embeds."""

    alta: server.Server
    host: hosts.Host
    token: str

    @property
    def address(self) -> str:
        """Alta, as another site than the host's."""
        return self.alta.address.replace("127.0.0.1", "localhost")

    def call(self, path: str = "", **body: Any) -> dict[str, Any]:
        """Call the sessions API as the team's server does."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.post(
            f"{self.alta.address}/v1/sessions{path}", json=body, headers=headers, timeout=TIMEOUT_SECONDS
        )
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def show(self, session_id: str) -> dict[str, Any]:
        """How a session stands."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return dict(
            httpx.get(f"{self.alta.address}/v1/sessions/{session_id}", headers=headers, timeout=TIMEOUT_SECONDS).json()
        )

    def end_frames(self) -> None:
        """Let the time of every frame be over, as if nobody had come by for long; none of their pages knows."""
        with closing(sqlite3.connect(Path(self.alta.environment["ALTA_INSTANCE"]) / "alta.sqlite3")) as connection:
            connection.execute("UPDATE embed_frames SET expires_at = '2020-01-01 00:00:00.000000'")
            connection.commit()

    def element(self, token: str, name: str = "one") -> str:
        """The element, as docs/embedding.md has it."""
        return f'<alta-onboarding id="{name}" launch-token="{token}"></alta-onboarding>'

    def page(self, path: str, *elements: str, **headers: str) -> str:
        """A page of the team's with elements; its address."""
        script = f'<script type="module" src="{self.address}/embed.js"></script>'
        return self.host.put(path, LISTEN + script + "<h1>Bank</h1>" + "".join(elements) + "<p>The end.</p>", **headers)


class FramedWizard(Wizard):
    """The wizard in a frame of somebody's page."""

    def __init__(self, page: Page, frame: Frame, words: Words) -> None:
        super().__init__(frame, JUANA, words)  # type: ignore[arg-type]  # a frame finds things as a page does
        self.around = page

    def sees(self, step: str) -> None:
        """This step's page is what the frame shows."""
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(self.words(TITLES[step]))
        self.page.wait_for_load_state()

    def agree(self, start: str = "Start") -> None:
        """Give the consents and start."""
        self.field("I have read the privacy notice and agree to it.").check()
        self.field("I agree to the use of photos of my face to verify my identity.").check()
        self.press(start)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The details of what the page around was told."""
        return [each["detail"] for each in self.around.evaluate("window.told") if each["type"] == kind]


def framed(page: Page, name: str = "one", language: str = "en") -> FramedWizard:
    """The wizard in an element's frame."""
    handle = page.locator(f"#{name} iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    wizard = FramedWizard(page, frame, Words(language))
    wizard.page.get_by_role("heading", level=1).wait_for()
    return wizard


def complaints(page: Page) -> list[str]:
    """What the browser says is wrong, from here on."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    return found


def colour(wizard: FramedWizard) -> str:
    """What buttons look like."""
    found = wizard.page.locator(".actions .button").last.evaluate("each => getComputedStyle(each).backgroundColor")
    return str(found)


def content_of(page: Page, element: str) -> Frame:
    """The frame within an element, once its page is there."""
    frame = page.locator(f"{element} iframe").element_handle().content_frame()
    assert frame is not None
    frame.get_by_role("heading", level=1).wait_for()
    return frame


def is_fine_inside(wizard: FramedWizard) -> None:
    """The framed page is accessible, and nothing of it is wider than the frame."""
    frame = wizard.page
    frame.evaluate(AXE.axe_script)
    found = AxeResults(frame.evaluate("axe.run({ resultTypes: ['violations'] })"))
    assert found.violations_count == 0, found.generate_report()
    needed, given = frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert needed <= given
