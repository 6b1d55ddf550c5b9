"""What we run on fails and comes back: database, photo store, limits, disk, clock; nothing is lost by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.store.blobs import StoreError
from app.store.db import utc_now
from app.store.outage import is_outage, through_outages
from tests.support.databases import Postgresql, create_database, mortal_postgresql
from tests.support.deliveries import advance, deliver
from tests.support.fleet import fleet
from tests.support.http_browser import TIMEOUT_SECONDS, Site
from tests.support.journey import Applicant
from tests.support.processes import wait_until
from tests.support.quick import hasten
from tests.support.rows import count, rows
from tests.support.server import ROOT
from tests.support.services import redis_server


def states_in(url: str) -> dict[str, str]:
    """Each delivery's state by API."""
    with psycopg.connect(url) as connection:
        return dict(connection.execute("SELECT api, state FROM deliveries").fetchall())


def asked(address: str, path: str) -> httpx.Response:
    """What a page answers."""
    return httpx.get(f"{address}{path}", timeout=60)


@pytest.mark.timeout(300)
def test_restarted_database_costs_only_the_requests_meanwhile(tmp_path: Path) -> None:
    """Web server and worker go on by themselves, and what was on its way arrives, once."""
    delivered = {"personal_informations": "delivered", "kyc": "delivered"}
    with mortal_postgresql() as server:
        url = create_database(server.url, "alta_restarted")
        with fleet(tmp_path, url, webs=1, workers=1, selfies="1", database_wait_seconds="2") as machines:
            address = machines.webs[0].address
            applicant = hasten(Applicant(cast(Any, Site(address))))
            restart(server, lambda: require_not_ready(address))
            assert asked(address, "/apply/start").status_code == 200
            wait_until(lambda: asked(address, "/readyz?parts=database").is_success, "readiness that is known anew")
            assert applicant.submit().path == "/apply/status"
            restart(server, lambda: None)
            wait_until(lambda: states_in(url) == delivered, "both deliveries", seconds=120)
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT count(*) FROM personal_informations").fetchone() == (1,)
            log = machines.webs[0].log.read_text() + machines.workers[0].log.read_text()
    assert '"not_ready"' in log
    assert "Juana" not in log


def restart(server: Postgresql, meanwhile: Callable[[], None]) -> None:
    """Crash the database, look around, and start it again."""
    server.kill()
    meanwhile()
    server.start()


def require_not_ready(address: str) -> None:
    """Fail unless everybody is told to try again, in the way that suits them."""
    page = asked(address, "/apply/resume/some-token")
    assert (page.status_code, page.headers.get("Retry-After")) == (503, "5")
    assert "We cannot answer just now" in page.text
    api = httpx.get(
        f"{address}/api/v1/users/{UUID(int=1)}/kyc/request",
        headers={"Authorization": "alta_token"},
        timeout=TIMEOUT_SECONDS,
    )
    assert (api.status_code, api.headers.get("Retry-After")) == (503, "5")
    assert api.json() == {"type": "srn:error:unavailable"}
    assert asked(address, "/healthz").status_code == 200
    told = asked(address, "/readyz?parts=database,store")
    assert (told.status_code, told.json()["database"], told.json()["store"]) == (503, "failing", "ok")


def test_step_of_a_delivery_waits_for_the_database_instead_of_failing() -> None:
    left = [psycopg.OperationalError(), psycopg.OperationalError()]

    def work() -> str:
        if left:
            raise OperationalError("SELECT 1", None, left.pop())
        return "done"

    assert through_outages(work) == "done"


def test_fault_of_ours_is_no_outage(make_app: Callable[..., Flask]) -> None:
    """Waiting would not mend it."""
    app = make_app()
    with pytest.raises(OperationalError) as caught:
        rows(app, "SELECT * FROM a_table_that_is_not_there")
    assert not is_outage(caught.value)


def test_step_does_not_wait_for_the_photo_store() -> None:
    """Its failure can be written down, and tried again with growing waits that hold no thread."""
    calls = []

    def work() -> None:
        calls.append(1)
        raise StoreError("GenericError")

    with pytest.raises(StoreError):
        through_outages(work)
    assert len(calls) == 1


def test_store_that_fails_while_delivering_leaves_the_delivery_waiting(make_app: Callable[..., Flask]) -> None:
    app = make_app(selfies="1")
    hasten(Applicant(app)).submit()
    photos = app.extensions["alta"].settings.instance / "blobs" / "photos"
    photos.rename(photos.with_name("away"))
    photos.write_text("no folder")
    with pytest.raises(StoreError):
        advance(app, "personal_informations")
    photos.unlink()
    photos.with_name("away").rename(photos)
    assert advance(app, "personal_informations") == {"personal_informations": "delivered"}
    assert count(app, "personal_informations") == 1


def test_limits_go_on_in_each_process_while_redis_is_away(make_app: Callable[..., Flask]) -> None:
    """Nobody is turned away for it, and nobody is let loose."""
    with redis_server() as redis:
        browser = make_app(limit_resume="2 per hour", limits_url=f"redis://127.0.0.1:{redis.port}/0").test_client()

        def limited() -> bool:
            return browser.get("/apply/resume/x").status_code == 429

        assert [limited() for _ in range(3)] == [False, False, True]
        redis.kill()
        assert [limited() for _ in range(3)] == [False, False, True]


def test_full_disk_refuses_what_cannot_be_kept_and_keeps_what_was(
    tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    app = make_app(selfies="1")
    applicant = hasten(Applicant(app))
    before = {table: rows(app, f"SELECT * FROM {table}") for table in ("answers", "photos", "deliveries")}
    cookies = {name: applicant.browser.get_cookie(name).value for name in ("alta", "alta_language")}
    (tmp_path / "cookies.json").write_text(json.dumps(cookies))
    settings = app.extensions["alta"].settings
    done = program("full_disk", tmp_path, settings.instance)
    assert json.loads(done.stdout) == {
        "healthz": 200,
        "photo": 503,
        "blob": "GenericError, as before, ['probe/full/disk']",
        "page": 200,
        "answer": 503,
    }
    assert "Juana" not in done.stderr
    after = {table: rows(app, f"SELECT * FROM {table}") for table in before}
    assert after == before
    assert applicant.submit().path == "/apply/status"


def program(name: str, folder: Path, instance: Path) -> subprocess.CompletedProcess[str]:
    """Run a test program on an instance whose keys are those of the tests."""
    from tests.conftest import KEY, LIMITS

    keys = {f"ALTA_{each}": KEY for each in ("SECRET_KEY", "ENCRYPTION_KEYS", "INDEX_KEY")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALTA_")}
    done = subprocess.run(
        [sys.executable, "-m", f"tests.support.{name}", str(folder)],
        cwd=ROOT,
        env={**inherited, **keys, **LIMITS, "ALTA_INSTANCE": str(instance), "ALTA_SELFIES": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


class TwoClocks:
    """Two web servers of one installation, the second one's clock wrong; every request goes to the other."""

    def __init__(self, apps: list[Flask], off: timedelta) -> None:
        self._apps, self._off, self._next = apps, off, 0
        self._client = apps[0].test_client()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        number, self._next = self._next, 1 - self._next
        self._client.application = self._apps[number]
        moment = utc_now() + (self._off if number else timedelta(0))
        with time_machine.travel(moment):
            return getattr(self._client, method)(path, **options)

    def get(self, path: str, **options: Any) -> Any:
        """Open an address."""
        return self._ask("get", path, **options)

    def post(self, path: str, **options: Any) -> Any:
        """Send a form."""
        return self._ask("post", path, **options)


@pytest.mark.parametrize("minutes", [10, -10])
def test_clocks_ten_minutes_apart_spoil_no_journey(make_app: Callable[..., Flask], minutes: int) -> None:
    one, other = make_app(selfies="1"), make_app(selfies="1")
    applicant = Applicant(one)
    applicant.browser = cast(Any, TwoClocks([one, other], timedelta(minutes=minutes)))
    hasten(applicant)
    assert applicant.submit().path == "/apply/status"
    with time_machine.travel(utc_now() + timedelta(minutes=minutes)):
        assert deliver(other) == {"personal_informations": "delivered", "kyc": "delivered"}
    assert count(one, "personal_informations") == 1
