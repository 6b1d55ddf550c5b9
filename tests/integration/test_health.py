"""What machines ask: alive, ready, figures; and what they are told while a part is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.http_browser import TIMEOUT_SECONDS
from tests.support.journey import Applicant
from tests.support.processes import wait_until
from tests.support.quick import hasten
from tests.support.server import Server, free_port, running
from tests.support.services import BUCKET, KEY_ID, SECRET, s3_server

TOKEN = "a-token-for-prometheus"


def ready(client: FlaskClient, parts: str = "") -> tuple[int, dict[str, str]]:
    """What `/readyz` answers."""
    client.application.extensions["alta"].readiness._known_until = 0.0
    response = client.get("/readyz", query_string={"parts": parts} if parts else None)
    return response.status_code, response.get_json()


@pytest.fixture
def worked(app: Flask, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser of an installation where a worker lives."""
    slots = app.extensions["alta"].slots
    with app.app_context():
        slot = slots.claim()
        assert slot is not None
    yield app.test_client()
    slot.lock.release()


def test_process_is_alive_whatever_else_is(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "alive"})
    assert "Set-Cookie" not in response.headers


def test_installation_is_ready_when_all_parts_work(worked: FlaskClient) -> None:
    assert ready(worked) == (200, {"status": "ready", "database": "ok", "store": "ok", "worker": "ok"})


def test_installation_without_a_worker_says_so(client: FlaskClient) -> None:
    status, told = ready(client)
    assert (status, told["worker"], told["database"], told["store"]) == (503, "failing", "ok", "ok")


def test_balancer_may_ask_for_what_a_web_server_needs_only(client: FlaskClient) -> None:
    assert ready(client, "database,store") == (200, {"status": "ready", "database": "ok", "store": "ok"})
    assert ready(client, "nonsense")[0] == 503


def test_store_that_is_away_is_named_and_uploads_are_put_off(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    with s3_server(tmp_path / "s3") as s3:
        address = f"http://127.0.0.1:{s3.port}"
        access = {"blob_key_id": KEY_ID, "blob_secret": SECRET, "blob_region": "us-east-1", "blob_endpoint": address}
        app = make_app(blob_url=f"s3://{BUCKET}/a", blob_seconds="2", **access)
        applicant = hasten(Applicant(app), until="document")
        s3.kill()
        status, told = ready(app.test_client(), "database,store")
        assert (status, told) == (503, {"status": "not ready", "database": "ok", "store": "failing"})
        page = applicant.answer("document")
        assert (page.status, "We cannot answer just now" in page.html) == (503, True)
        s3.start()
        assert ready(app.test_client(), "database,store")[0] == 200
        assert applicant.answer("document").path == "/apply/selfies"


def test_metrics_without_a_token_set_are_for_this_computer_in_local_mode(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    for address, status in (("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 404), ("nonsense", 404)):
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == status
    assert (
        make_app(mode="production", public_url="https://alta.example")
        .test_client()
        .get("/metrics", base_url="https://alta.example")
        .status_code
        == 404
    )


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"}])
def test_metrics_are_for_those_with_the_token(make_app: Callable[..., Flask], given: dict[str, str]) -> None:
    client = make_app(metrics_token=TOKEN).test_client()
    assert client.get("/metrics", headers=given).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def series(text: str) -> dict[str, float]:
    """Each series by its name with labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def scraped(address: str) -> dict[str, float]:
    """What Prometheus would read."""
    response = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=TIMEOUT_SECONDS)
    assert response.status_code == 200, response.text
    return series(response.text)


def walk(server: Server, count: int) -> None:
    """Ask for the start page on so many connections, so that every web process gets some."""
    for _ in range(count):
        assert httpx.get(f"{server.address}/apply/start", timeout=TIMEOUT_SECONDS).status_code == 200


def test_figures_add_up_whichever_process_is_asked_and_survive_its_death(tmp_path: Path) -> None:
    asked = 'alta_requests_total{method="GET",route="/apply/start",status="200"}'
    settings = {"web_processes": "2", "worker_processes": "2", "metrics_token": TOKEN}
    with running(tmp_path, **settings) as server:
        before = scraped(server.address)[asked]
        walk(server, 40)
        assert {scraped(server.address)[asked] for _ in range(8)} == {before + 40}
        for part in server.processes():
            if part.name() == "alta-web" and part.ppid() != server.process.pid:
                part.kill()
        wait_until(lambda: is_up(server), "the web processes")
        assert scraped(server.address)[asked] >= before + 40
        wait_until(lambda: scraped(server.address)["alta_workers_alive"] == 2, "both workers")
        assert len({line.split()[0] for line in server.flask("worker", "slots").splitlines()}) == 2


def is_up(server: Server) -> bool:
    """Whether the health page is answered."""
    try:
        return httpx.get(f"{server.address}/healthz", timeout=TIMEOUT_SECONDS).status_code == 200
    except httpx.TransportError:
        return False


def test_figures_tell_steps_intake_deliveries_and_queue(make_app: Callable[..., Flask]) -> None:
    app = make_app(metrics_token=TOKEN, selfies="1")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    before = series(app.test_client().get("/metrics", headers=headers).text)
    assert not any(name.startswith("alta_deliveries{") for name in before)
    hasten(Applicant(app)).submit()
    after = series(app.test_client().get("/metrics", headers=headers).text)
    assert after['alta_step_seconds_count{method="POST",step="personal"}'] >= 1
    assert after['alta_intake_seconds_count{outcome="taken"}'] >= 4
    assert after['alta_deliveries{api="kyc",state="waiting"}'] == 1
    assert after['alta_deliveries{api="personal_informations",state="waiting"}'] == 1
    assert 0 <= after['alta_delivery_oldest_seconds{api="kyc",state="waiting"}'] < 60
    assert after['alta_queue_depth{status="enqueued"}'] >= 1
    assert after["alta_workers_alive"] == 0


def test_worker_alone_answers_where_it_is_told_to(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    with running(tmp_path, "--worker", worker_listen=listen, metrics_token=TOKEN):
        address = f"http://{listen}"
        assert httpx.get(f"{address}/healthz", timeout=TIMEOUT_SECONDS).json() == {"status": "alive"}
        assert httpx.get(f"{address}/readyz", timeout=TIMEOUT_SECONDS).json()["worker"] == "ok"
        assert scraped(address)["alta_workers_alive"] == 1
        assert httpx.get(f"{address}/apply/start", timeout=TIMEOUT_SECONDS).status_code == 404
        assert httpx.get(f"{address}/metrics", timeout=TIMEOUT_SECONDS).status_code == 401
