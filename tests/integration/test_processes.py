"""`flask serve` as an operator lives with it: starting, stopping, dying parts, refusals."""

from __future__ import annotations

import os
import signal
import socket
import stat
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from click import ClickException

from app.cli import hold_address
from tests.support.processes import (
    DELIVERY_WORKER,
    SUPERVISOR,
    WEB,
    WEB_WORKER,
    answers,
    command,
    delivery_worker_starts,
    roles,
    wait_until,
)
from tests.support.server import STOP_SECONDS, Server, free_port, running

ALL = {SUPERVISOR, WEB, WEB_WORKER, DELIVERY_WORKER}
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def wait_for_all(server: Server, worker_starts: int = 1) -> None:
    """Wait until every part runs and works."""
    wait_until(lambda: delivery_worker_starts(server) >= worker_starts, "the delivery worker")
    wait_until(lambda: set(roles(server)) == ALL and answers(server.address), "all processes")


def require_free(server: Server) -> None:
    """Fail unless the server's port can be listened on again, by a plain socket."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", int(server.address.rpartition(":")[2])))


def test_every_part_that_dies_is_started_again_and_answers(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        wait_for_all(server)
        for number, role in enumerate((WEB_WORKER, WEB, DELIVERY_WORKER), start=1):
            dead = roles(server)[role]
            dead.kill()
            wait_until(lambda dead=dead: not dead.is_running(), f"{role} to end")
            wait_for_all(server, 2 if role == DELIVERY_WORKER else 1)
            assert roles(server)[role].pid != dead.pid
            assert len(server.processes()) == len(ALL), f"after the death of {number} parts, others are left over"
    require_free(server)


def test_start_says_one_line_with_the_address_and_closes_the_instance_to_others(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with running(tmp_path, log_level="error") as server:
        wait_until(lambda: set(roles(server)) == ALL, "all processes")
        found = [instance, *instance.rglob("*")]
        open_ones = [str(path.relative_to(tmp_path)) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
        said = server.log.read_text().splitlines()
    assert said == [f"Alta is at {server.address}/ (Ctrl-C stops it)"]
    assert any(path.name == "alta.sqlite3" for path in found)
    assert open_ones == []


# SIGINT to the supervisor alone is how every other test here ends, in `running`.
@pytest.mark.parametrize(
    ("number", "to_whole_group"),
    [(signal.SIGINT, True), (signal.SIGTERM, False)],
    ids=["Ctrl-C in a terminal", "SIGTERM to the supervisor"],
)
def test_signal_stops_everything(tmp_path: Path, number: signal.Signals, to_whole_group: bool) -> None:
    with running(tmp_path) as server:
        wait_for_all(server)
        if to_whole_group:
            os.killpg(server.process.pid, number)
        else:
            server.process.send_signal(number)
        assert server.process.wait(STOP_SECONDS) == 0
        assert server.processes() == []
        require_free(server)
        assert "Traceback" not in server.log.read_text()


def test_killed_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        wait_for_all(server)
        parts = server.processes()
        server.process.kill()
        try:
            wait_until(lambda: server.processes() == [], "the parts to end with their supervisor")
        finally:
            for part in parts:
                with suppress(psutil.NoSuchProcess):
                    part.kill()
        require_free(server)


def test_busy_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = command(tmp_path / "instance", "serve", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use. Set HOST or PORT."
    )


def test_port_is_taken_by_whoever_starts_first_before_it_listens() -> None:
    port = free_port()
    address, held = hold_address("localhost", port)
    with held:
        assert address == "127.0.0.1"
        with pytest.raises(ClickException, match=f"Cannot listen on 127.0.0.1:{port}: Address already in use"):
            hold_address("127.0.0.1", port)
    hold_address("127.0.0.1", port)[1].close()


def test_host_may_be_a_name(tmp_path: Path) -> None:
    with running(tmp_path, host="localhost") as server:
        assert f"Alta is at http://localhost:{server.address.rpartition(':')[2]}/" in server.log.read_text()


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 70])
def test_name_of_no_host_is_a_sentence(tmp_path: Path, host: str) -> None:
    ended = command(tmp_path / "instance", "serve", "--host", host, "--port", str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: Cannot listen on {host}:")
    assert ended.stderr.count("\n") == 1


def test_wrong_host_is_a_sentence(tmp_path: Path) -> None:
    ended = command(tmp_path / "instance", "serve", "--host", "192.0.2.7", "--port", str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: Cannot listen on 192.0.2.7:")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ALTA_DRAFT_DAYS": "soon"}, "ALTA_DRAFT_DAYS is wrong:"),
        ({"ALTA_SELFIE": "2"}, "ALTA_SELFIE is not a setting of Alta; did you mean ALTA_SELFIES?"),
        ({"ALTA_MODE": "production"}, "ALTA_SECRET_KEY is missing:"),
        (
            {"ALTA_MODE": "production", "ALTA_SECRET_KEY": KEY, "ALTA_INDEX_KEY": KEY},
            "ALTA_ENCRYPTION_KEYS is missing:",
        ),
        ({"ALTA_DATABASE_URL": "mysterious://db"}, "ALTA_DATABASE_URL is wrong:"),
        ({"ALTA_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/db"}, "The database cannot be used (OperationalError)"),
    ],
    ids=["no number", "unknown", "production without secrets", "production without one", "database", "no database"],
)
def test_wrong_setting_stops_the_start_with_a_sentence(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    ended = command(tmp_path / "instance", "serve", "--port", str(free_port()), settings=settings)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Alta is at" not in ended.stdout


def test_operators_commands_work_before_the_first_start(tmp_path: Path) -> None:
    """The database is made then; a token is printed alone, once."""
    made = command(tmp_path / "instance", "integrations", "create", "partner")
    assert (made.returncode, made.stdout.count("\n")) == (0, 1), made.stderr
    assert made.stdout.startswith("alta_")
    listed = command(tmp_path / "instance", "integrations", "list")
    assert listed.returncode == 0 and "partner" in listed.stdout
    assert made.stdout.strip() not in listed.stdout + listed.stderr
    assert command(tmp_path / "instance", "purge").stdout == "0 drafts purged.\n"


def test_stop_in_good_order_lets_a_request_that_is_under_way_end(tmp_path: Path) -> None:
    """Somebody's form is still arriving when the machine is told to stop."""
    form = b"csrf_token=x&country=AR"
    head = (
        "POST /apply/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\nConnection: close\r\n\r\n"
    )
    with running(tmp_path) as server:
        wait_for_all(server)
        with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2])), timeout=30) as caller:
            caller.sendall(head.encode() + form[:5])
            # Behind the first half in the same queue: once this is answered, that has been taken in.
            assert answers(server.address)
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not answers(server.address), "no further callers to be taken")
            caller.sendall(form[5:])
            answer = b"".join(iter(lambda: caller.recv(65536), b""))
        assert server.process.wait(STOP_SECONDS) == 0
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert b"The page could not be sent" in answer or b"content-encoding" in answer.lower()
