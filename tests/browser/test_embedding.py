"""Alta in other people's pages, on two sites: whatever a browser blocks, the journey goes on in its frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, BrowserType, Frame, Page, expect

from tests.browser.cameras import Camera, show
from tests.browser.pages import PATIENCE, REFERENCE, TITLES, Wizard, photo_of
from tests.browser.people import JUANA, Words
from tests.support import hosts, server
from tests.support.cards import card_jpeg

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
        answer = httpx.post(f"{self.alta.address}/v1/sessions{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def show(self, session_id: str) -> dict[str, Any]:
        """How a session stands."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return dict(httpx.get(f"{self.alta.address}/v1/sessions/{session_id}", headers=headers).json())

    def element(self, token: str, name: str = "one") -> str:
        """The element, as docs/embedding.md has it."""
        return f'<alta-onboarding id="{name}" launch-token="{token}"></alta-onboarding>'

    def page(self, path: str, *elements: str, **headers: str) -> str:
        """A page of the team's with elements; its address."""
        script = f'<script type="module" src="{self.address}/embed.js"></script>'
        return self.host.put(path, LISTEN + script + "<h1>Bank</h1>" + "".join(elements) + "<p>The end.</p>", **headers)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Alta on one site, the team on another, which is registered."""
    with server.running(tmp_path_factory.mktemp("embedding"), selfies="0") as alta, hosts.running() as host:
        host.put("/listen.js", SCRIPT)
        token = alta.new_token("bank", "AR")
        alta.flask("integrations", "origin", "bank", host.near)
        yield Site(alta, host, token)
    log = alta.log.read_text()
    assert '"level": "error"' not in log and "Traceback" not in log, log


@pytest.fixture
def browse(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of one's own with its cookies set: `browse("all blocked")`."""
    opened: list[BrowserContext] = []

    def make(cookies: str = "third-party blocked", **options: Any) -> BrowserContext:
        profile = tmp_path / f"profile-{len(opened)}"
        (profile / "Default").mkdir(parents=True)
        (profile / "Default" / "Preferences").write_text(json.dumps(COOKIES[cookies]))
        wanted = {"permissions": ["camera"], "reduced_motion": "reduce", "locale": "en", **options}
        context = browser_type.launch_persistent_context(str(profile), **browser_type_launch_args, **wanted)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


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

    def agree(self) -> None:
        """Give the consents and start."""
        self.field("I have read the privacy notice and agree to it.").check()
        self.field("I agree to the use of photos of my face to verify my identity.").check()
        self.press("Start")

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


@pytest.mark.parametrize("cookies", COOKIES)
def test_whole_journey_in_the_frame_whatever_is_blocked(
    site: Site, browse: Callable[..., BrowserContext], lens: Path, cookies: str
) -> None:
    """With the camera; the page around hears of each step, and its frame is as high as what is in it."""
    made = site.call(country="AR", locale="en", prefill=PREFILL)
    page = browse(cookies, viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    page.goto(site.page("/bank", site.element(made["launch_token"])))
    wizard = framed(page)
    assert ("/frame/~" in wizard.page.url) == (cookies == "all blocked"), wizard.page.url
    wizard.agree()
    for step in ("personal", "identity"):
        wizard.sees(step)
        wizard.press()
    wizard.answer("exposure")
    for step in ("address", "phone"):
        wizard.sees(step)
        wizard.press()
    wizard.answer("income")
    wizard.sees("document")
    show(lens, card_jpeg("front", size=(1536, 2048)))
    camera = Camera(wizard)
    camera.opener("Page with your photo").click()
    expect(camera.shutter).to_be_visible()
    expect(page.locator("#one iframe")).to_have_class("full")
    camera.take()
    expect(camera.dialog).to_be_hidden()
    expect(page.locator("#one iframe")).not_to_have_class("full")
    wizard.press()
    wizard.sees("selfies")
    wizard.put_photo("Holding your document", photo_of("Holding your document"))
    wizard.press()
    wizard.sees("review")
    wizard.field("I declare that what I gave is true, and I accept that it is verified.").check()
    wizard.press("Send application")
    wizard.sees("status")
    reference = REFERENCE.search(wizard.page.get_by_role("main").inner_text())
    assert reference is not None
    assert wizard.told("submitted") == [{"session_id": made["id"], "reference": reference[0]}]
    steps = [(each["step"], each["number"]) for each in wizard.told("step")]
    names = ("personal", "identity", "exposure", "address", "phone", "income", "document", "selfies", "review")
    assert steps == [(name, number) for number, name in enumerate(names, 1)]
    assert {each["of"] for each in wizard.told("step")} == {9}
    assert (len(wizard.told("ready")), wizard.told("error")) == (1, [])
    height = wizard.told("resize")[-1]["height"]
    expect(page.locator("#one iframe")).to_have_css("height", f"{max(height, 844)}px")
    assert site.show(made["id"])["reference"] == reference[0]
    log = site.alta.log.read_text()
    assert "~" not in log and made["launch_token"] not in log


def complaints(page: Page) -> list[str]:
    """What the browser says is wrong, from here on."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    return found


def test_strict_policies_nested_pages_and_two_frames(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """A host whose policy allows no more than what the docs name shows two sessions, which do not mix; within a page of
    the same team they go on as well, and one that nobody registered sees neither."""
    policy = f"default-src 'none'; script-src 'self' {site.address}; frame-src {site.address}"
    one, two = site.call(locale="en"), site.call(country="BR", locale="pt-BR")
    inner = site.page(
        "/two",
        site.element(one["launch_token"]),
        site.element(two["launch_token"], "two"),
        Content_Security_Policy=policy,
    )
    outer = site.host.put(
        "/outer", f'<h1>Around</h1><iframe title="in" src="{inner}" width="900" height="900"></iframe>'
    )
    page = browse().new_page()
    wrong = complaints(page)
    page.goto(outer)
    within = page.locator("iframe").element_handle().content_frame()
    assert within is not None
    wizards = []
    for name, language in (("one", "en"), ("two", "pt_BR")):
        frame = within.locator(f"#{name} iframe").element_handle().content_frame()
        assert frame is not None
        wizards.append(FramedWizard(page, frame, Words(language)))
    for wizard in wizards:
        wizard.agree()
        wizard.sees("personal")
        wizard.field("Given names").fill("Ana")
    wizards[0].press("Save and continue later")
    expect(wizards[0].page.get_by_role("heading", level=1)).not_to_have_text(TITLES["personal"])
    expect(wizards[1].field("Given names")).to_have_value("Ana")
    steps = within.evaluate("window.told.filter(({ type }) => type === 'step').map(({ of }) => of)")
    assert sorted(steps) == ["one", "two"]
    assert wrong == []
    for path in ("/outer", "/two"):
        stranger = browse().new_page()
        refused = complaints(stranger)
        site.page("/two", site.element(site.call()["launch_token"]))
        site.host.put("/outer", f'<iframe title="in" src="{inner}"></iframe>')
        stranger.goto(site.host.far + path)
        sentence = stranger.locator("#one") if path == "/two" else stranger.frame_locator("iframe").locator("#one")
        expect(sentence).to_have_text("The form could not be loaded. Reload the page, or try again later.")
        assert any("frame-ancestors" in each for each in refused), refused


def test_sandboxed_frames(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """With an origin of its own left to it, a sandboxed frame works; without, it leads into a tab and follows it."""
    rights = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
    page = browse().new_page()
    for more, title in ((" allow-same-origin", TITLES["personal"]), ("", "Continue in a new tab")):
        token = site.call(locale="en")["launch_token"]
        source = f"{site.address}/embed/launch?token={token}"
        frame = f'<iframe id="one" title="Alta" sandbox="{rights}{more}" allow="camera" src="{source}"></iframe>'
        page.goto(site.host.put("/box", LISTEN + f"<div>{frame}</div>"))
        content = page.locator("#one").element_handle().content_frame()
        assert content is not None
        wizard = FramedWizard(page, content, Words("en"))
        wizard.agree()
        expect(content.get_by_role("heading", level=1)).to_have_text(title)
    with page.context.expect_page() as opened:
        wizard.link("Continue in a new tab").click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text("Open your account")
    assert "/frame/" in tab.url


def test_theme_and_language_change_midway_without_loss(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """What was typed and where the cursor is stay; the next pages look and speak the same."""
    made = site.call(locale="en", theme={"accent": "#7a3cff", "radius": 4})
    page = browse("all blocked").new_page()
    page.goto(site.page("/bank", site.element(made["launch_token"])))
    wizard = framed(page)
    wizard.agree()
    wizard.sees("personal")
    name = wizard.field("Given names")
    name.fill("Ana")
    assert colour(wizard) == "rgb(122, 60, 255)"
    page.evaluate("one.setTheme({ accent: '#b3261e', scheme: 'dark', radius: 0 })")
    expect(wizard.page.locator("html")).to_have_css("color-scheme", "dark")
    expect(name).to_have_value("Ana")
    expect(name).to_be_focused()
    dark = colour(wizard)
    assert dark not in ("rgb(122, 60, 255)", "rgb(179, 38, 30)")
    page.evaluate("one.setLocale('es')")
    wizard.words = Words("es")
    wizard.sees("personal")
    expect(wizard.field("Given names")).to_have_value("Ana")
    assert colour(wizard) == dark
    page.evaluate("one.setTheme({ accent: '#ffff00' })")
    page.evaluate("one.setLocale('xx')")
    page.wait_for_function("window.told.filter(({ type }) => type === 'error').length === 2")
    codes = {each["code"] for each in wizard.told("error")}
    assert codes == {"theme_refused", "locale_unknown"}
    wizard.field("Surnames").fill("Paz")
    page.evaluate("one.close()")
    page.wait_for_function("window.told.some(({ type }) => type === 'closed')")
    expect(page.locator("#one iframe")).to_have_count(0)
    page.goto(site.page("/bank", site.element(site.call(f"/{made['id']}/launch")["launch_token"])))
    again = framed(page, language="es")
    again.sees("personal")
    expect(again.field("Surnames")).to_have_value("Paz")


def colour(wizard: FramedWizard) -> str:
    """What buttons look like."""
    found = wizard.page.locator(".actions .button").last.evaluate("each => getComputedStyle(each).backgroundColor")
    return str(found)


def test_spent_tokens_and_a_frame_whose_time_is_over(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """The page around is told, and hands in a fresh token: the person goes on where they were, with what they typed."""
    made = site.call(locale="en")
    page = browse().new_page()
    page.clock.install()
    page.goto(site.page("/bank", site.element(made["launch_token"])))
    wizard = framed(page)
    wizard.agree()
    wizard.sees("personal")
    wizard.field("Given names").fill("Ana")
    page.clock.fast_forward("31:00")
    page.wait_for_function("window.told.some(({ type }) => type === 'expired')")
    assert wizard.told("expired")[-1] == {"code": "frame_expired", "renew": True}
    wizard.press()
    expect(wizard.page.get_by_role("alert")).to_contain_text("Your time here is over")
    fresh = site.call(f"/{made['id']}/launch")["launch_token"]
    page.evaluate("token => { one.launchToken = token; }", fresh)
    expect(wizard.page.get_by_role("alert")).to_have_count(0)
    expect(wizard.field("Given names")).to_have_value("Ana")
    wizard.fill("personal")
    wizard.press()
    wizard.sees("identity")
    page.reload()
    page.wait_for_function("window.told.some(({ type }) => type === 'expired')")
    assert [each["code"] for each in wizard.told("error")] == ["launch_used"]
    assert wizard.told("expired") == [{"code": "launch_used", "renew": False}]
    fresh = site.call(f"/{made['id']}/launch")["launch_token"]
    page.evaluate("token => { one.launchToken = token; }", fresh)
    again = framed(page)
    again.sees("identity")
