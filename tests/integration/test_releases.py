"""Machines are renewed one after the other: the release before this one goes on working on this one's tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from tests.support.databases import create_database
from tests.support.fleet import KEYS
from tests.support.http_browser import Site
from tests.support.journey import Applicant
from tests.support.previous_release import unpack
from tests.support.processes import command, wait_until
from tests.support.quick import hasten
from tests.support.server import running

SELFIES = {"selfies": "1"}


@pytest.mark.timeout(300)
def test_previous_release_works_on_this_ones_tables_while_machines_are_renewed(postgresql: str, tmp_path: Path) -> None:
    """Old web server and worker run; the tables are brought up; both go on; then a new worker joins them."""
    url = create_database(postgresql, "alta_releases")
    settings = {"database_url": url, **KEYS, **SELFIES, "public_url": "http://localhost"}
    old = unpack(tmp_path / "old")
    compile_words(old)
    with running(tmp_path / "old-machine", code=old, **settings) as server:
        site = cast(Any, Site(server.address))
        begun = hasten(Applicant(site), until="document")
        environment = {f"ALTA_{name.upper()}": value for name, value in settings.items()}
        renewed = command(tmp_path / "new-machine" / "instance", "prepare", settings=environment)
        assert renewed.returncode == 0, renewed.stderr
        begun.answer("document")
        begun.answer("selfies")
        assert begun.submit().path == "/apply/status"
        wait_until(lambda: states(url) == {"delivered": 2}, "the old worker's deliveries", seconds=90)
        hasten(Applicant(site)).submit()
    # The old machine is the last to be renewed: its photos lie in its own folder.
    kept = str(tmp_path / "old-machine" / "instance")
    with running(tmp_path / "renewed", "--worker", instance=kept, **settings):
        wait_until(lambda: states(url) == {"delivered": 4}, "what the old machine left", seconds=90)


def states(url: str) -> dict[str, int]:
    """How many deliveries are in each state."""
    with psycopg.connect(url) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())


def compile_words(code: Path) -> None:
    """Make the catalogues that a release's own `make` makes."""
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run([str(pybabel), "-q", "compile", "-d", str(code / "app" / "translations")], check=True)
