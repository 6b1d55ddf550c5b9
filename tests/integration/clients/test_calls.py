"""Hostile upstreams: whatever they do, a call ends in time, in bounded memory, as a typed error."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Response

from app.apis.calls import Caller, Patience
from app.apis.errors import (
    ApiError,
    ConflictError,
    KeyTooLongError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UnexpectedAnswerError,
)
from tests.support.hostile import drip, say, silence, speaking
from tests.support.server import free_port

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
BRIEF = Patience(connect=0.5, read=0.4, whole=1.0)


@pytest.fixture
def caller() -> Caller:
    """One with little patience."""
    return Caller(BRIEF)


def fails(caller: Caller, address: str) -> str:
    """What is said of a call that finds nobody."""
    with pytest.raises(UnavailableError) as caught:
        caller.call("GET", f"{address}/secret-path", headers={"Authorization": "secret-token"})
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_refused_connection(caller: Caller) -> None:
    assert fails(caller, f"http://127.0.0.1:{free_port()}") == "ConnectError"


def test_name_that_does_not_resolve(caller: Caller) -> None:
    assert fails(caller, "http://nowhere.invalid") == "ConnectError"


def test_connection_that_hangs(caller: Caller) -> None:
    """A full backlog: the kernel answers nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        assert fails(caller, f"http://127.0.0.1:{listener.getsockname()[1]}") in ("ConnectTimeout", "ReadTimeout")
        for each in crowd:
            each.close()


def test_silence_after_the_request(caller: Caller) -> None:
    with speaking(silence) as address:
        assert fails(caller, address) == "ReadTimeout"


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (HEAD + b"content-length: 100000\r\n\r\n{", b" "),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD, b"x-more: y\r\n"),
    ],
    ids=["body", "chunks", "headers"],
)
def test_drip_is_cut_off_when_the_whole_call_has_taken_too_long(caller: Caller, head: bytes, piece: bytes) -> None:
    """Each byte comes in time; together they never end."""
    with speaking(drip(head, piece, 0.1)) as address:
        assert fails(caller, address) == "ReadTimeout"


def test_upstream_that_takes_the_body_too_slowly_is_cut_off(caller: Caller) -> None:
    with speaking(silence) as address, pytest.raises(UnavailableError):
        caller.call("PUT", address, content=b"x" * 30_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"content-length: 100\r\n\r\n{}",
        HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"",
        b"\x16\x03\x01nonsense\r\n\r\n",
    ],
    ids=["truncated", "truncated chunks", "nothing", "no HTTP"],
)
def test_broken_answers(caller: Caller, answer: bytes) -> None:
    with speaking(say(answer)) as address:
        assert fails(caller, address) == "RemoteProtocolError"


def test_endless_body_is_cut_off(caller: Caller) -> None:
    with speaking(drip(HEAD + b"\r\n", b"x" * 500_000, 0.0)) as address:
        assert fails(caller, address) == "answered with too much"


def test_compressed_bomb_is_not_unpacked(caller: Caller, httpserver: HTTPServer) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    httpserver.expect_request("/secret-path").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    assert fails(caller, httpserver.url_for("").rstrip("/")) == "answered in an encoding that was not asked for"


@pytest.fixture
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def secured(authority: trustme.CA) -> Iterator[HTTPServer]:
    """A server with a certificate of that authority, for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with HTTPServer(host="localhost", port=0, ssl_context=context) as server:
        server.expect_request("/").respond_with_data("{}")
        yield server


def test_certificate_that_nobody_vouches_for(caller: Caller, secured: HTTPServer) -> None:
    assert fails(caller, f"https://localhost:{secured.port}") == "ConnectError"


def test_certificate_of_another_name(authority: trustme.CA, secured: HTTPServer, tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    assert fails(Caller(BRIEF, authority=file), f"https://127.0.0.1:{secured.port}") == "ConnectError"


def test_certificate_of_the_named_authority_is_trusted(
    authority: trustme.CA, secured: HTTPServer, tmp_path: Path
) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    assert Caller(BRIEF, authority=file).call("GET", f"https://localhost:{secured.port}/").json() == {}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(caller: Caller, httpserver: HTTPServer, status: int) -> None:
    target = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Location": target})
    answer = caller.call("GET", httpserver.url_for("/"))
    with pytest.raises(UnavailableError, match=f"HTTP {status}"):
        answer.require_done()
    assert [request.path for request, _response in httpserver.log] == ["/"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, NotAllowedError),
        (403, NotAllowedError),
        (404, NotFoundError),
        (405, UnexpectedAnswerError),
        (408, UnavailableError),
        (409, ConflictError),
        (413, UnexpectedAnswerError),
        (423, UnavailableError),
        (425, UnavailableError),
        (429, UnavailableError),
        (431, KeyTooLongError),
        (500, UnavailableError),
        (502, UnavailableError),
        (503, UnavailableError),
        (504, UnavailableError),
        (599, UnavailableError),
    ],
)
def test_statuses_become_typed_errors(
    caller: Caller, httpserver: HTTPServer, status: int, error: type[ApiError]
) -> None:
    httpserver.expect_request("/").respond_with_data("Juana is not welcome", status=status)
    with pytest.raises(ApiError) as caught:
        caller.call("GET", httpserver.url_for("/")).require_done()
    assert type(caught.value) is error
    assert str(caught.value) == f"HTTP {status}"


def soon(seconds: float) -> str:
    """A moment as HTTP writes it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [
        ("7", 7, 7),
        (" 120 ", 120, 120),
        ("999999999", 86400, 86400),
        (3600, 3000, 3600),
        (-60, 0, 0),
    ],
    ids=["seconds", "with spaces", "too long", "a moment", "a moment gone by"],
)
def test_retry_after_is_read(httpserver: HTTPServer, given: str | int, least: float, most: float) -> None:
    given = given if isinstance(given, str) else soon(given)
    httpserver.expect_request("/").respond_with_response(Response("", 503, headers={"Retry-After": given}))
    with pytest.raises(UnavailableError) as caught:
        Caller(BRIEF).call("GET", httpserver.url_for("/")).require_done()
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("given", ["", "soon", "-5", "1.5", "٣", "Mon, 99 Foo 2026"])
def test_retry_after_that_says_nothing_is_left_out(httpserver: HTTPServer, given: str) -> None:
    headers = {"Retry-After": given.encode().decode("latin-1")}
    httpserver.expect_request("/").respond_with_response(Response("", 429, headers=headers))
    with pytest.raises(UnavailableError) as caught:
        Caller(BRIEF).call("GET", httpserver.url_for("/")).require_done()
    assert caught.value.retry_after is None


@pytest.mark.parametrize("body", ["<!doctype html><h1>Welcome", "", "{", "nul", "[" * 100_000])
def test_body_that_is_no_json(caller: Caller, httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/").respond_with_data(body, content_type="application/json")
    with pytest.raises(UnavailableError, match="not JSON"):
        caller.call("GET", httpserver.url_for("/")).json()
