"""Where messages may go and how long they may take: inner addresses, rebinding, certificates, redirects, slowness."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Callable

import pytest
import trustme

from app.apis import outside
from app.apis.outside import Outside
from app.domain.network import is_at_home, is_outside
from app.domain.web_addresses import AddressError, webhook_url_of
from tests.support.webhooks import receiving

INNER = (
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
)


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address: str) -> None:
    assert not is_outside(address)
    refusing = Outside(near=False, resolve=lambda _host, _port: ["93.184.216.34", address])
    assert refusing.post("https://bank.example/", b"{}", {}).error == outside.REFUSED


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_outer_addresses_are_not(address: str) -> None:
    assert is_outside(address)


def test_local_mode_lets_this_computer_in_and_no_metadata() -> None:
    assert all(is_at_home(each) for each in ("127.0.0.1", "::1", "10.0.0.1", "::ffff:127.0.0.1"))
    assert not any(is_at_home(each) for each in ("169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example/",
        "http://localhost/",
        "https://localhost/x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.1./",
        "https://localhost./",
        "https://user@bank.example/",
        "https://bank.example/#x",
        "ftp://bank.example/",
        "",
    ],
)
def test_production_takes_addresses_of_the_internet_only(url: str) -> None:
    with pytest.raises(AddressError):
        webhook_url_of(url, is_local_allowed=False)


def test_address_keeps_its_query() -> None:
    url = webhook_url_of(" https://Bank.example:443/hooks?team=1 ", is_local_allowed=False)
    assert url == "https://bank.example/hooks?team=1"
    assert webhook_url_of("http://localhost:8000", is_local_allowed=True) == "http://localhost:8000/"


def test_name_is_looked_up_once_and_what_was_looked_at_is_connected_to() -> None:
    """A name server that says something else the second time is not asked a second time."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with receiving() as receiver:
        url = f"http://hooks.bank.example:{receiver.port}/x"
        assert Outside(near=True, resolve=rebinding).post(url, b"{}", {}).status == 204
        assert asked == [("hooks.bank.example", receiver.port)]
        assert receiver.received[0].headers["host"] == f"hooks.bank.example:{receiver.port}"


def tls(name: str, seen: list[str | None]) -> tuple[Callable[[http.server.HTTPServer], None], ssl.SSLContext]:
    """Puts TLS around a server for a name, noting what is asked for; and who trusts it."""
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.sni_callback = lambda _socket, asked, _context: seen.append(asked)

    def wrap(server: http.server.HTTPServer) -> None:
        server.socket = context.wrap_socket(server.socket, server_side=True)

    return wrap, trusting


def test_pinned_address_keeps_the_name_in_tls() -> None:
    seen: list[str | None] = []
    wrap, trusting = tls("hooks.bank.example", seen)
    with receiving(wrap) as receiver:
        there = Outside(near=True, resolve=lambda _host, _port: ["127.0.0.1"], trusted=trusting)
        assert there.post(f"https://hooks.bank.example:{receiver.port}/", b"{}", {}).status == 204
        assert there.post(f"https://other.example:{receiver.port}/", b"{}", {}).error == outside.TLS
        assert seen == ["hooks.bank.example", "other.example"]
        unknown = Outside(near=True, resolve=lambda _host, _port: ["127.0.0.1"])
        assert unknown.post(f"https://hooks.bank.example:{receiver.port}/", b"{}", {}).error == outside.TLS
    assert len(receiver.received) == 1


def test_redirect_is_not_followed_and_long_answers_are_not_read() -> None:
    with receiving() as receiver:
        receiver.answers, receiver.talks = [302], b"x" * 3_000_000
        there = Outside(near=True)
        assert [there.post(receiver.url, b"{}", {}).status for _ in range(2)] == [302, 204]
        assert len(receiver.received) == 2


def test_slow_receiver_is_given_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outside.SECONDS == 5.0
    monkeypatch.setattr(outside, "SECONDS", 0.4)
    with receiving() as receiver:
        receiver.slow, began = threading.Event(), time.monotonic()
        posted = Outside(near=True).post(receiver.url, b"{}", {})
        assert (posted.status, posted.error) == (None, outside.TIMEOUT)
        # The receiver and the resolver would take twenty seconds each.
        assert 300 <= posted.milliseconds <= 15_000
        never = threading.Event()
        silent = Outside(near=True, resolve=lambda _host, _port: [str(never.wait(20))])
        assert silent.post("https://bank.example/", b"{}", {}).error == outside.TIMEOUT
        never.set()
        assert time.monotonic() - began < 20


def test_what_does_not_answer_is_said_by_its_kind() -> None:
    with receiving() as receiver:
        url = receiver.url
    assert Outside(near=True).post(url, b"{}", {}).error == outside.NO_ANSWER
    nowhere = Outside(near=True, resolve=lambda _host, _port: [])
    assert nowhere.post("https://bank.example/", b"{}", {}).error == outside.UNKNOWN_HOST
