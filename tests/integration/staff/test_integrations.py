"""The Integrations pages: addresses, tokens, the look with its preview, and what comes of it in a frame."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from flask import Flask
from PIL import Image

from tests.support import html
from tests.support.embedding import PERSONAL, Framed, Team
from tests.support.rows import alter, one, rows
from tests.support.staff import post, signed_in, staff_browser

ACCENT, PALE = "#7a1f5c", "#ffd400"


def logo(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    """A picture, with something in it that is not one's to pass on."""
    out = io.BytesIO()
    options: dict[str, Any] = {"exif": b"Exif\x00\x00secret-place"} if kind != "PNG" else {}
    Image.new("RGB", size, "#7a1f5c").save(out, kind, **options)
    return out.getvalue()


def look(client: Any, path: str, content: bytes | None = None, **fields: str) -> Any:
    """Post a look, with a logo where there is content."""
    more = {"logo": (io.BytesIO(content), "logo.png")} if content else {}
    return post(client, f"{path}/look", **{"accent": ACCENT, "product": "Banco Sur", **fields, **more})


def path_of(team: Team) -> str:
    """Where the console shows it."""
    return f"/staff/integrations/{team.integration.id}"


def test_addresses_are_added_and_removed(app: Flask) -> None:
    team, admin = Team(app), signed_in(app, "admin", integrations=["bank"])
    path = path_of(team)
    assert "bank" in admin.get("/staff/integrations").text
    added = post(admin, f"{path}/addresses", kind="origin", address="https://Other.example:8443/")
    assert added.status_code == 303
    post(admin, f"{path}/addresses", kind="return_url", address="https://other.example/back?x=1")
    page = admin.get(path).text
    assert "https://other.example:8443<" in page
    assert "https://other.example/back<" in page
    for kind in ("origin", "return_url"):
        refused = post(admin, f"{path}/addresses", kind=kind, address="http://other.example/a")
        assert refused.status_code == 422
        assert 'aria-invalid="true"' in refused.text
    for _twice in range(2):
        gone = post(admin, f"{path}/addresses", kind="origin", address="https://other.example:8443", deed="remove")
        assert gone.status_code == 303
    assert "https://other.example:8443<" not in admin.get(path).text
    changed = "SELECT subject, reason FROM audit_rows WHERE action = 'integration_address_changed' ORDER BY number"
    deeds = rows(app, changed)
    assert [tuple(each) for each in deeds] == [
        ("bank", "add origin: https://Other.example:8443/"),
        ("bank", "add return_url: https://other.example/back?x=1"),
        ("bank", "remove origin: https://other.example:8443"),
    ]


def test_integration_is_made_with_a_token_that_works_and_marked(app: Flask) -> None:
    """As at the command line; a name is given once, also to a revoked one, and what is wrong is said beside it."""
    admin = signed_in(app, "admin")
    assert "/staff/integrations/new" in admin.get("/staff/integrations").text
    for fields in (
        {"name": " ", "country": "AR"},
        {"name": "caja\x07", "country": "AR"},
        {"name": "x" * 101, "country": "AR"},
        {"name": "*", "country": "AR"},
        {"name": "caja", "country": "UY"},
        {"name": "caja"},
    ):
        refused = post(admin, "/staff/integrations/new", **fields)
        assert refused.status_code == 422 and '-error"' in refused.text, fields
    assert rows(app, "SELECT name FROM integrations") == []
    made = post(admin, "/staff/integrations/new", name=" Caja Ñandú 🏦 ", country="AR", is_test="1")
    token = re.search(r'id="token">(alta_[^<]+)<', made.text)
    assert made.status_code == 200 and token is not None
    taken = post(admin, "/staff/integrations/new", name="Caja Ñandú 🏦", country="BR")
    assert taken.status_code == 422 and "has that name already" in taken.text
    path = f"/staff/integrations/{one(app, 'SELECT id FROM integrations')}"
    assert token[1] not in admin.get(path).text and "Make a test session" in admin.get(path).text
    asked = app.test_client().post("/v1/sessions", json={}, headers={"Authorization": f"Bearer {token[1]}"})
    assert asked.status_code == 201, asked.text
    for kind in ("real", "real", "nothing", "test"):
        assert post(admin, f"{path}/kind", kind=kind).status_code == (422 if kind == "nothing" else 303)
        assert ("Make a test session" in admin.get(path).text) == (kind == "test")
    post(admin, f"{path}/revoke", name="Caja Ñandú 🏦")
    assert post(admin, f"{path}/kind", kind="real").status_code == 422
    deeds = rows(
        app, "SELECT subject, action, reason FROM audit_rows WHERE action LIKE 'integration_%' ORDER BY number"
    )
    assert [tuple(each) for each in deeds] == [
        ("Caja Ñandú 🏦", "integration_made", "for tests"),
        ("Caja Ñandú 🏦", "integration_kind_changed", "real"),
        ("Caja Ñandú 🏦", "integration_kind_changed", "for tests"),
        ("Caja Ñandú 🏦", "integration_revoked", ""),
    ]


def test_who_sees_some_integrations_adds_none(app: Flask) -> None:
    """They could not look after it; nor do they learn which names are taken."""
    Team(app)
    admin = signed_in(app, "admin", integrations=["bank"])
    assert "/staff/integrations/new" not in admin.get("/staff/integrations").text
    for name in ("bank", "another"):
        refused = post(admin, "/staff/integrations/new", name=name, country="AR")
        assert refused.status_code == 422 and "Only who sees all integrations can add one." in refused.text
    assert len(rows(app, "SELECT name FROM integrations")) == 1


def test_token_is_renewed_with_overlap_ended_and_revoked(app: Flask) -> None:
    team, admin = Team(app), signed_in(app, "admin")
    path, first = path_of(team), team.token
    team.session()
    shown = post(admin, f"{path}/token", days="7")
    found = re.search(r'id="token">(alta_[^<]+)<', shown.text)
    assert found is not None
    assert found[1] not in admin.get(path).text
    second = found[1]
    for each in (first, second):
        team.token = each
        team.session()
    used = rows(app, "SELECT last_used_at, earlier_used_at FROM integrations WHERE name = 'bank'")[0]
    assert None not in tuple(used)
    assert "Earlier token" in admin.get(path).text
    alter(app, "UPDATE integrations SET earlier_until = created_at")
    team.token = first
    assert team.create().status_code == 401
    third = re.search(r'id="token">(alta_[^<]+)<', post(admin, f"{path}/token", days="1").text)
    assert third is not None
    team.token = second
    team.session()
    assert post(admin, f"{path}/token/end").status_code == 303
    assert team.create().status_code == 401
    team.token = third[1]
    team.session()
    assert post(admin, f"{path}/token", days="99").status_code == 422
    assert post(admin, f"{path}/revoke", name="other").status_code == 422
    assert post(admin, f"{path}/revoke", name="bank").status_code == 303
    assert team.create().status_code == 401
    assert post(admin, f"{path}/token", days="1").status_code == 422
    deeds = [
        each[0] for each in rows(app, "SELECT action FROM audit_rows WHERE action LIKE 'integration%' ORDER BY number")
    ]
    made = "integration_token_made"
    assert deeds == [made, made, "integration_token_ended", "integration_revoked"]


def test_look_is_in_every_frame_and_the_session_goes_over_it(app: Flask) -> None:
    team, admin = Team(app), signed_in(app, "admin")
    path = path_of(team)
    privacy = "https://bank.example/privacy?lang=es"
    saved = look(admin, path, logo(), radius="4", font="serif", privacy_url=privacy)
    assert saved.status_code == 303
    page = admin.get(path).text
    assert ACCENT in page
    made = team.session(locale="en", theme={"radius": 20}, prefill={"personal": PERSONAL})
    person = Framed(app, made)
    shown = person.page.html
    assert "– Banco Sur</title>" in shown
    assert f'href="{privacy}"' in shown
    assert "Privacy at Banco Sur" in shown
    css = person.browser.get(re.search(r'href="([^"]+theme\.css[^"]*)"', shown)[1]).text  # type: ignore[index]
    assert f"--accent: light-dark({ACCENT}, #" in css
    assert "--radius: 20px" in css
    assert "--font: ui-serif" in css
    spent = person.browser.post("/embed/launch", data={"token": made["launch_token"]})
    assert (spent.status_code, "– Banco Sur</title>" in spent.text) == (410, True)
    source = re.search(r'<img class="logo" src="([^"]+)"', shown)
    assert source is not None
    answer = person.browser.get(source[1])
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert Image.open(io.BytesIO(answer.data)).size == (288, 96)
    assert look(admin, path, drop_logo="1").status_code == 303
    assert person.browser.get(source[1]).status_code == 404
    assert one(app, "SELECT count(*) FROM audit_rows WHERE action = 'integration_look_changed'") == 2


def test_logo_is_encoded_anew_or_refused(sqlite_app: Flask) -> None:
    team, admin = Team(sqlite_app, "logos"), signed_in(sqlite_app, "admin")
    path = path_of(team)
    for kind in ("JPEG", "WEBP"):
        assert look(admin, path, logo(kind)).status_code == 303
        assert b"secret-place" not in admin.get(f"{path}/logo").data
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    gif = io.BytesIO()
    Image.new("RGB", (20, 20)).save(gif, "GIF")
    for content in (svg, gif.getvalue(), logo()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"x" * 2_000_001):
        refused = look(admin, path, content)
        assert refused.status_code == 422, content[:20]
        assert 'id="logo-error"' in refused.text
    assert look(admin, path, logo(size=(5000, 4000))).status_code == 422


def test_pale_colour_is_refused_with_the_nearest_that_passes(sqlite_app: Flask) -> None:
    team, admin = Team(sqlite_app, "pale"), signed_in(sqlite_app, "admin")
    path = path_of(team)
    refused = look(admin, path, accent=PALE)
    assert refused.status_code == 422
    nearest = re.search(r'name="use" value="(#[0-9a-f]{6})"', refused.text)
    assert nearest is not None
    assert f"{PALE} has a contrast of 1." in refused.text
    used = look(admin, path, accent=PALE, use=nearest[1])
    assert f'type="color" value="{nearest[1]}"' in used.text
    assert "Contrast: 4." in used.text
    assert look(admin, path, accent=nearest[1]).status_code == 303
    wrong = look(admin, path, accent="red", radius="99", font="Comic", scheme="x", privacy_url="javascript:alert(1)")
    assert wrong.status_code == 422
    assert wrong.text.count('aria-invalid="true"') == 5
    assert look(admin, path, product="x" * 61).status_code == 422
    assert look(admin, path, radius="9" * 5000).status_code == 422
    assert look(admin, path, product="👨\u200d👩\u200d👧 <b>Familia</b>").status_code == 303
    assert "👨\u200d👩\u200d👧 &lt;b&gt;Familia&lt;/b&gt;" in admin.get(path).text


def test_preview_shows_what_is_not_saved_within_the_page(sqlite_app: Flask) -> None:
    team, admin = Team(sqlite_app, "previewed"), signed_in(sqlite_app, "admin")
    path = path_of(team)
    page = look(admin, path, preview="1", product="Never <saved>")
    frame = re.search(r'<iframe id="preview"[^>]* data-address="([^"]+)" srcdoc="([^"]+)"', page.text)
    assert frame is not None
    sample = unescape(frame[2])
    assert "Never &lt;saved&gt;" in sample
    assert "Never &lt;saved&gt;" in admin.get(f"{frame[1]}?product=Never+%3Csaved%3E").text
    sheet = re.search(r'href="(/staff/[^"]+preview\.css[^"]+)"', sample)
    assert sheet is not None
    assert ACCENT in admin.get(sheet[1].replace("&amp;", "&")).text
    assert "Never" not in admin.get(path).text
    pale = admin.get(f"{path}/preview.css?accent=%23ffd400&radius=4")
    assert PALE not in pale.text
    assert "--radius: 4px" in pale.text
    assert admin.get(f"{path}/preview.css?accent=x%7D&radius=").text == ""


def test_test_session_opens_and_live_integrations_have_none(sqlite_app: Flask) -> None:
    team, admin = Team(sqlite_app, "trying"), signed_in(sqlite_app, "admin")
    path = path_of(team)
    assert "Make a test session" not in admin.get(path).text
    assert post(admin, f"{path}/session").status_code == 422
    with sqlite_app.app_context():
        sqlite_app.extensions["alta"].embedding.registry.mark_test("trying", is_test=True)
    made = post(admin, f"{path}/session")
    link = re.search(r'href="([^"]+/embed/launch\?token=[^"]+)"', made.text)
    assert link is not None
    opened = sqlite_app.test_client().get(link[1], headers={"Sec-Fetch-Mode": "navigate"})
    assert opened.status_code == 303


def test_pages_are_valid(sqlite_app: Flask) -> None:
    team, pages = Team(sqlite_app, "pages"), {}
    with sqlite_app.app_context():
        sqlite_app.extensions["alta"].embedding.registry.mark_test("pages", is_test=True)
    look(signed_in(sqlite_app, "admin"), path_of(team), logo(), privacy_url="https://bank.example/p")
    for language in ("es", "pt_BR", "en"):
        admin, path = staff_browser(sqlite_app, "admin", language=language).browser, path_of(team)
        pages[f"{language} list"] = admin.get("/staff/integrations").text
        pages[f"{language} adding"] = admin.get("/staff/integrations/new").text
        pages[f"{language} adding refused"] = post(admin, "/staff/integrations/new").text
        pages[f"{language} saved"] = admin.get(f"{path}?saved=look").text
        pages[f"{language} token"] = post(admin, f"{path}/token", days="7").text
        pages[f"{language} session"] = post(admin, f"{path}/session").text
        pages[f"{language} preview"] = admin.get(f"{path}/preview?accent=%23ffd400").text
        pages[f"{language} refused"] = look(admin, path, b"x", accent=PALE, radius="", privacy_url="x").text
        pages[f"{language} address"] = post(admin, f"{path}/addresses", kind="origin", address="x").text
        pages[f"{language} name"] = post(admin, f"{path}/revoke", name="x").text
    assert html.faults(pages) == []
