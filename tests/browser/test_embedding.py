"""Alta in other people's pages, on two sites: whatever a browser blocks, the journey goes on in its frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, expect

from tests.browser.cameras import Camera, show
from tests.browser.checks import is_fine
from tests.browser.embedding import (
    COOKIES,
    PREFILL,
    SCRIPT,
    FramedWizard,
    Site,
    colour,
    complaints,
    content_of,
    framed,
    is_fine_inside,
)
from tests.browser.moving import NOTE, until
from tests.browser.pages import PATIENCE, REFERENCE, TITLES, photo_of
from tests.browser.people import Words
from tests.support import hosts, server
from tests.support.cards import card_jpeg

# The frame is as high as its page said last, and at least as high as the window.
AS_HIGH_AS_TOLD = """frame => {
  const { height } = window.told.findLast(({ type }) => type === "resize").detail;
  return getComputedStyle(frame).height === `${Math.max(height, innerHeight)}px`;
}"""

# An element as a script makes it.
EARLY = """token => {
  const element = document.createElement("alta-onboarding");
  element.id = "one";
  element.launchToken = token;
  document.body.append(element);
  element.setLocale("en");
  element.setTheme({ accent: "#7a3cff" });
}"""


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
        context.add_init_script(NOTE)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


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
        # Continue stands far below a page's beginning, where the next one is read.
        page.wait_for_function("Math.abs(one.getBoundingClientRect().top) < innerHeight / 2")
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
    # What the frame tells arrives after its page.
    page.wait_for_function("window.told.some(({ type }) => type === 'submitted')")
    assert wizard.told("submitted") == [{"session_id": made["id"], "reference": reference[0]}]
    steps = [(each["step"], each["number"]) for each in wizard.told("step")]
    names = ("personal", "identity", "exposure", "address", "phone", "income", "document", "selfies", "review")
    assert steps == [(name, number) for number, name in enumerate(names, 1)]
    assert {each["of"] for each in wizard.told("step")} == {9}
    assert (len(wizard.told("ready")), wizard.told("error")) == (1, [])
    page.wait_for_function(AS_HIGH_AS_TOLD, arg=page.locator("#one iframe").element_handle())
    assert site.show(made["id"])["reference"] == reference[0]
    log = site.alta.log.read_text()
    assert "~" not in log and made["launch_token"] not in log


def test_strict_policies_nested_pages_and_two_frames(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """A host whose policy allows no more than what the docs name shows two sessions, which do not mix; within a page of
    the same team they go on as well, and one that nobody registered sees neither."""
    policy = f"default-src 'none'; script-src 'self' {site.address}; frame-src {site.address}"
    policy += "; require-trusted-types-for 'script'; trusted-types 'none'"
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
    until(within, "window.told.filter(({ type }) => type === 'step').length >= 2")
    steps = within.evaluate("window.told.filter(({ type }) => type === 'step').map(({ of }) => of)")
    assert sorted(steps) == ["one", "two"]
    assert wrong == []
    strangers = browse()
    site.page("/two", site.element(site.call()["launch_token"]))
    opened = []
    for path in ("/outer", "/two"):
        stranger = strangers.new_page()
        refused = complaints(stranger)
        stranger.goto(site.host.far + path)
        opened.append((stranger if path == "/two" else stranger.frame_locator("iframe"), refused))
    for place, refused in opened:
        expect(place.locator("#one")).to_have_text("The form could not be loaded. Reload the page, or try again later.")
        assert any("frame-ancestors" in each for each in refused), refused


def test_sandboxed_frames(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """With an origin of its own left to it, a sandboxed frame works; without, it leads into a tab and follows it."""
    rights = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
    page = browse().new_page()
    for more, title in ((" allow-same-origin", TITLES["personal"]), ("", "Continue in a new tab")):
        token = site.call(locale="en")["launch_token"]
        source = f"{site.address}/embed/launch?token={token}"
        frame = f'<iframe id="one" title="Alta" sandbox="{rights}{more}" allow="camera" src="{source}"></iframe>'
        page.goto(site.host.put("/box", frame))
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
    expect(content.get_by_text("Nothing was sent from the other tab yet.")).to_be_visible()
    other = FramedWizard(tab, tab.main_frame, Words("en"))
    other.agree()
    other.sees("personal")
    expect(content.get_by_text("In the other tab: step 1 of 9.")).to_be_visible()


def test_theme_and_language_change_midway_without_loss(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """What was typed and where the cursor is stay; the next pages look and speak the same. What is wanted before there
    is a page waits for it, and an element whose frame was closed can be opened again."""
    made = site.call(locale="pt-BR", theme={"accent": "#b3261e", "radius": 4})
    page = browse("all blocked").new_page()
    wrong = complaints(page)
    page.goto(site.page("/bank"))
    page.evaluate(EARLY, made["launch_token"])
    wizard = framed(page)
    expect(wizard.page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#one iframe")).to_have_attribute("title", "Identity verification")
    # From its first moment a page is as it stays: else its edges and a bar to scroll it would come and go.
    expect(wizard.page.locator("html")).to_have_class("framed sizing sized")
    wizard.agree()
    wizard.sees("personal")
    name = wizard.field("Given names")
    name.fill("Ana")
    expect(wizard.page.locator(".actions .button").last).to_have_css("background-color", "rgb(122, 60, 255)")
    page.evaluate("one.setTheme({ accent: '#b3261e', scheme: 'dark', radius: 0 })")
    expect(wizard.page.locator("html")).to_have_css("color-scheme", "dark")
    expect(name).to_have_value("Ana")
    expect(name).to_be_focused()
    dark = colour(wizard)
    assert dark not in ("rgb(122, 60, 255)", "rgb(179, 38, 30)")
    page.evaluate("one.setLocale('es')")
    wizard.words = Words("es")
    wizard.sees("personal")
    expect(page.locator("#one iframe")).to_have_attribute("title", "Verificación de identidad")
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
    assert all("422" in each for each in wrong), wrong
    page.evaluate("token => { one.launchToken = token; }", site.call(f"/{made['id']}/launch")["launch_token"])
    expect(page.locator("#one")).to_be_visible()
    again = framed(page, language="es")
    again.sees("personal")
    expect(again.field("Surnames")).to_have_value("Paz")


def test_spent_tokens_and_a_frame_whose_time_is_over(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """The page around is told, and hands in a fresh token: the person goes on where they were, with what they typed;
    the photo that could not be sent is sent. A page that does not come is said to be missing, until there is one."""
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
    wizard.button("Continue").click()
    expect(wizard.page.get_by_role("alert")).to_contain_text("Your time here is over")
    fresh = site.call(f"/{made['id']}/launch")["launch_token"]
    page.evaluate("token => { one.launchToken = token; }", fresh)
    expect(wizard.page.get_by_role("alert")).to_have_count(0)
    expect(wizard.field("Given names")).to_have_value("Ana")
    wizard.fill("personal")
    wizard.press()
    wizard.sees("identity")
    page.route("**/identity", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    wizard.press()
    expect(wizard.page.get_by_role("heading", level=1)).to_have_text("Bad gateway")
    page.clock.fast_forward(6000)
    missing = page.locator("#one").get_by_role("alert")
    expect(missing).to_have_text("The form could not be loaded. Reload the page, or try again later.")
    page.unroute("**/identity")
    page.evaluate("history.back()")
    wizard.sees("identity")
    expect(missing).to_have_count(0)
    page.reload()
    page.wait_for_function("window.told.filter(({ type }) => type === 'expired' || type === 'error').length === 2")
    assert [each["code"] for each in wizard.told("error")] == ["launch_used"]
    assert wizard.told("expired") == [{"code": "launch_used", "renew": False}]
    fresh = site.call(f"/{made['id']}/launch")["launch_token"]
    page.evaluate("token => { one.launchToken = token; }", fresh)
    again = framed(page)
    again.sees("identity")
    made = site.call(locale="en")
    page.goto(site.page("/bank", site.element(made["launch_token"])))
    wizard = framed(page)
    wizard.agree("Start with your document")
    wizard.sees("document")
    site.end_frames()
    wizard.choose_photo("Front side", photo_of("Front side"))
    expect(wizard.card("Front side").get_by_text("Your time here is over")).to_be_visible()
    page.wait_for_function("window.told.some(({ type }) => type === 'expired')")
    assert wizard.told("expired") == [{"code": "frame_expired", "renew": True}]
    fresh = site.call(f"/{made['id']}/launch")["launch_token"]
    page.evaluate("token => { one.launchToken = token; }", fresh)
    expect(wizard.card("Front side").get_by_text("Saved", exact=True)).to_be_visible()
    assert wizard.told("error") == []


def test_demo_and_doctor(site: Site, browse: Callable[..., BrowserContext]) -> None:
    """What `make run` has there: the demo logs events and renews by itself; the doctor finds nothing wrong with it, and
    says what to change in a page where something is."""
    page = browse(viewport={"width": 1280, "height": 1400}).new_page()
    wrong = complaints(page)
    page.goto(f"{site.alta.address}/embed/demo")
    is_fine(page)
    page.get_by_label("Prefill").check()
    page.get_by_role("button", name="New session").click()
    wizard = FramedWizard(page, content_of(page, "alta-onboarding"), Words("en"))
    is_fine_inside(wizard)
    wizard.agree()
    wizard.sees("personal")
    is_fine_inside(wizard)
    expect(wizard.field("Given names")).to_have_value("Juana")
    expect(page.locator("#log")).to_contain_text('alta:step {"step":"personal","number":1,"of":9}')
    page.get_by_role("button", name="New token").click()
    expect(page.locator("#log").get_by_text("alta:ready")).to_have_count(2)
    FramedWizard(page, content_of(page, "alta-onboarding"), Words("en")).sees("personal")
    page.get_by_role("button", name="Doctor").click()
    report = page.frame_locator("alta-onboarding iframe").locator("#report")
    checks = ["Launch token", "Framing", "Cookies", "Path fallback", "Camera", "postMessage", "Content-Security-Policy"]
    expect(report.locator("li")).to_have_count(len(checks))
    assert [each.get_attribute("class") for each in report.locator("li").all()] == ["good"] * len(checks)
    assert wrong == []
    source = f"{site.address}/embed/doctor?token={site.call()['launch_token']}"
    sandbox = "allow-scripts allow-forms"
    formless = f'<iframe id="two" title="out" sandbox="allow-scripts allow-same-origin" src="{source}"></iframe>'
    bare = site.host.put("/bare", f'<iframe id="one" title="in" sandbox="{sandbox}" src="{source}"></iframe>{formless}')
    page.goto(bare.replace(site.host.near, site.host.far))
    inside = page.frame_locator("#one").locator("#report li")
    expect(inside).to_have_count(len(checks))
    said = {each.get_attribute("data-check"): each.inner_text() for each in inside.all()}
    assert f"integrations origin NAME {site.host.far}" in said["Framing"]
    assert 'sandbox="allow-scripts allow-forms allow-same-origin' in said["Path fallback"]
    assert f'Permissions-Policy: camera=(self "{site.address}")' in said["Camera"]
    assert f'<script type="module" src="{site.address}/embed.js"></script>' in said["postMessage"]
    assert f"frame-src {site.address}" in said["Content-Security-Policy"]
    posts = page.frame_locator("#two").locator('#report li[data-check="Path fallback"]')
    expect(posts).to_contain_text("may not send forms")
    # Where the policy refuses the frame itself, the element says what the doctor cannot.
    page.clock.install()
    element = f'<script type="module" src="{site.address}/embed.js"></script><alta-onboarding doctor launch-token="x">'
    page.goto(site.host.put("/strict", element, Content_Security_Policy=f"script-src {site.address}; frame-src 'none'"))
    expect(page.locator("alta-onboarding iframe")).to_be_attached()
    page.clock.fast_forward(25_000)
    expect(page.locator("alta-onboarding pre")).to_contain_text(f"frame-src {site.address}", timeout=30_000)
