"""What docs/embedding.md tells teams to paste does what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import brotli
import httpx
import pytest
from flask import Flask

from tests.support import server
from tests.support.embedding import Team
from tests.support.processes import wait_until

PAGE = Path(__file__).resolve().parents[3] / "docs" / "embedding.md"
MOST_BYTES = 4096


def snippet(name: str) -> str:
    """The code below a mark of the page."""
    found = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, name
    return found[1]


def is_listening(port: int) -> bool:
    """Whether somebody answers there."""
    with suppress(OSError), socket.create_connection(("localhost", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def alta(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A running Alta as `make run` starts it."""
    with server.running(tmp_path_factory.mktemp("docs"), "--web") as running:
        yield running


def test_page_from_zero_to_working_does_what_it_says(alta: server.Server, tmp_path: Path) -> None:
    """A team's two files as they are pasted, with the test integration, on a free port in the place of the page's."""
    port, token = server.free_port(), (Path(alta.environment["ALTA_INSTANCE"]) / "sandbox.token").read_text().strip()
    environment = {**os.environ, "ALTA": alta.address, "TOKEN": token}
    commands = snippet("token").replace("5500", str(port)).splitlines()
    registering = shlex.split(commands[1], comments=True)
    assert (commands[0].split()[0], registering[:3]) == ("export", [".venv/bin/flask", "--app", "wsgi"])
    alta.flask(*registering[3:])
    asked = subprocess.run(["bash", "-euc", snippet("curl")], env=environment, capture_output=True, check=True)
    made = json.loads(asked.stdout)
    assert set(made) == {"id", "url", "launch_token", "expires_at"}
    (tmp_path / "server.py").write_text(snippet("python").replace("5500", str(port)), encoding="utf-8")
    (tmp_path / "index.html").write_text(snippet("html"), encoding="utf-8")
    site = f"http://localhost:{port}"
    with subprocess.Popen([sys.executable, "server.py"], cwd=tmp_path, env=environment) as running:
        try:
            wait_until(lambda: is_listening(port), "the team's server")
            page = httpx.get(site).text
            assert f'src="{alta.address}/embed.js"' in page
            assert f'launch-token="{made["launch_token"]}"' in page
            navigation = {"Sec-Fetch-Mode": "navigate"}
            opened = httpx.get(f"{alta.address}/embed/launch?token={made['launch_token']}", headers=navigation)
            assert opened.status_code == 303
            assert site in opened.headers["Content-Security-Policy"].partition("frame-ancestors")[2].split()
            fresh = httpx.post(f"{site}/launch").json()["launch_token"]
            assert fresh.startswith("alta_launch_")
            assert fresh != made["launch_token"]
        finally:
            running.kill()


def test_element_is_small_and_loads_from_any_page(sqlite_app: Flask) -> None:
    """At most 4 KB compressed, as a module that every origin may load; its types and the package beside it."""
    browser = sqlite_app.test_client()
    answer = browser.get("/embed.js", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= MOST_BYTES
    script = brotli.decompress(answer.data).decode()
    assert 'customElements.define("alta-onboarding"' in script
    for path in ("/embed.js", "/embed.d.ts", "/embed.tgz"):
        shown = browser.get(path)
        assert (shown.status_code, shown.headers["Access-Control-Allow-Origin"]) == (200, "*")
        assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "max-age=300" in shown.headers["Cache-Control"]
    known = browser.get("/embed.js").headers["ETag"]
    assert browser.get("/embed.js", headers={"If-None-Match": known}).status_code == 304


def test_package_knows_where_alta_is(sqlite_app: Flask) -> None:
    """With a manifest that points to its module and its types."""
    import io
    import tarfile

    content = sqlite_app.test_client().get("/embed.tgz").data
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = {each.name: archive.extractfile(each).read().decode() for each in archive}
    manifest = json.loads(files["package/package.json"])
    assert manifest["exports"]["."] == {"types": "./embed.d.ts", "default": "./embed.js"}
    # Said in the module itself: elements that are in a page already begin as soon as it runs.
    assert 'static host = "http://localhost";' in files["package/embed.js"]
    assert set(files) == {"package/package.json", "package/embed.js", "package/embed.d.ts"}


def test_page_names_every_field_and_event(sqlite_app: Flask) -> None:
    """Nothing that a call takes or the element tells is missing from the page."""
    page = PAGE.read_text(encoding="utf-8")
    document = sqlite_app.test_client().get("/openapi.json").json
    for name in document["components"]["schemas"]["NewSession"]["properties"]:
        assert f"`{name}`" in page, name
    types = sqlite_app.test_client().get("/embed.d.ts").text
    for event in re.findall(r'"(alta:\w+)":', types):
        assert f"`{event}`" in page, event


def test_types_name_what_the_element_has(sqlite_app: Flask) -> None:
    """Its members, those that a browser calls apart; and the page names its methods."""
    browser, page = sqlite_app.test_client(), PAGE.read_text(encoding="utf-8")
    script, types = browser.get("/embed.js").text, browser.get("/embed.d.ts").text
    members = set(re.findall(r"^  (?:get |set )?([a-z]\w*)\(", script, re.MULTILINE)) - {"constructor", "handleEvent"}
    members = {each for each in members if not each.endswith("Callback")}
    typed = set(
        re.findall(r"^  (?:readonly )?([a-z]\w*)[(:]", types.partition("class AltaOnboarding")[2], re.MULTILINE)
    )
    assert members == typed
    assert {"setLocale", "setTheme", "close"} <= {each for each in members if f"{each}(" in page}


def test_demo_is_there_in_local_mode_only(make_app: object) -> None:
    """And only once the test integration is."""
    local = make_app()  # type: ignore[operator]
    browser = local.test_client()
    assert browser.get("/embed/demo", base_url="http://127.0.0.1:8000").status_code == 404
    with local.app_context():
        local.extensions["alta"].embedding.sandbox.prepare(8000)
        local.extensions["alta"].embedding.sandbox.prepare(8000)
    page = browser.get("/embed/demo", base_url="http://127.0.0.1:8000")
    assert (page.status_code, "http://localhost:8000/embed.js" in page.text) == (200, True)
    assert "frame-src http://localhost:8000" in page.headers["Content-Security-Policy"]
    assert browser.get("/embed/demo", base_url="http://alta.example").status_code == 404
    production = make_app(mode="production", public_url="https://alta.example")  # type: ignore[operator]
    assert production.test_client().get("/embed/demo", base_url="https://alta.example").status_code == 404


def test_doctor_opens_anywhere_without_using_a_token_up(sqlite_app: Flask) -> None:
    """For who has one; others are told nothing of any integration, and that the token is what is wrong."""
    team = Team(sqlite_app, "doctored")
    made = team.session()
    browser = sqlite_app.test_client()
    page = browser.get(f"/embed/doctor?token={made['launch_token']}")
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert "https://bank.example" in page.text
    path = re.search(r"/embed/doctor/path/[\w.-]+", page.text)[0]
    assert browser.post(path, headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}).json == {
        "works": True
    }
    assert browser.post(path, headers={"Origin": "null"}).json == {"works": False}
    assert browser.post("/embed/doctor/path/x").status_code == 403
    assert Team(sqlite_app, "again").session()["id"]
    answer = browser.post("/embed/launch", data={"token": made["launch_token"]})
    assert answer.status_code == 303
    unknown = browser.get("/embed/doctor?token=x")
    assert "frame-ancestors *" in unknown.headers["Content-Security-Policy"]
    assert browser.get("/embed/doctor").headers["X-Frame-Options"] == "DENY"
    assert ("launch_unknown" in unknown.text, "bank.example" in unknown.text) == (True, False)
