"""Owns posting to an address that somebody else chose: never inside, never redirected, bounded in time and size."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpcore

from app.apis.deadline import DeadlineBackend, whole_call
from app.domain.network import is_at_home, is_outside

SECONDS = 5.0
ANSWER_MAXIMUM_BYTES = 4096
REFUSED, UNKNOWN_HOST, TIMEOUT, TLS, NO_ANSWER = "refused_address", "unknown_host", "timeout", "tls", "no_answer"
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What came of it: the answer's status, or why there was none."""

    milliseconds: int
    status: int | None = None
    error: str | None = None


class RefusedAddressError(Exception):
    """The host is none that may be sent to."""


class UnknownHostError(Exception):
    """The host has no address."""


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses of a host, as the system finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Outside:
    """Posts to addresses of others. `near` lets this computer and its own network be such, for trying things out."""

    def __init__(self, *, near: bool, resolve: Resolve = addresses_of, trusted: ssl.SSLContext | None = None) -> None:
        self._backend = DeadlineBackend(_Pinned(near=near, resolve=resolve))
        self._trusted = trusted

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Post once. The body of the answer is not kept."""
        began = time.monotonic()
        status, error = None, None
        try:
            with whole_call(SECONDS):
                status = self._post(url, body, headers)
        except RefusedAddressError:
            error = REFUSED
        except UnknownHostError:
            error = UNKNOWN_HOST
        except httpcore.TimeoutException:
            error = TIMEOUT
        except httpcore.ConnectError as problem:
            error = TLS if isinstance(problem.__cause__ or problem.__context__, ssl.SSLError) else NO_ANSWER
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError):
            error = NO_ANSWER
        return Posted(milliseconds=round((time.monotonic() - began) * 1000), status=status, error=error)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        more = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
        given = list(headers.items())
        # A connection of its own: a kept one would go to where the name led the last time.
        with (
            httpcore.ConnectionPool(ssl_context=self._trusted, network_backend=self._backend) as pool,
            pool.stream("POST", url, headers=given, content=body, extensions=more) as answer,
        ):
            # Some servers take it ill when nobody listens to what they say; what it is does not matter.
            with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
                length = 0
                for piece in answer.iter_stream():
                    length += len(piece)
                    if length > ANSWER_MAXIMUM_BYTES:
                        break
            return int(answer.status)


class _Pinned(httpcore.NetworkBackend):
    """The network, where a name is looked up once and what was looked at is what is connected to.

    Host, SNI and the certificate's name stay those of the URL, as only the connection is made by the address.
    """

    def __init__(self, *, near: bool, resolve: Resolve) -> None:
        self._near, self._resolve, self._backend = near, resolve, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one."""
        ends = time.monotonic() + (SECONDS if timeout is None else timeout)
        addresses = self._looked_up(host, port, ends)
        # One that is inside among others is a trick, or a mistake that would be found at random.
        if not all(is_outside(each) or (self._near and is_at_home(each)) for each in addresses):
            raise RefusedAddressError
        for number, address in enumerate(addresses, start=1):
            left = ends - time.monotonic()
            if left <= 0:
                break
            try:
                share = left / (len(addresses) - number + 1)
                return self._backend.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise httpcore.ConnectTimeout("the call took too long")

    def _looked_up(self, host: str, port: int, ends: float) -> list[str]:
        """The host's addresses; asked in a thread, as the system's resolver has no timeout of ours."""
        found: list[str] = []

        def ask() -> None:
            with suppress(OSError, UnicodeError):
                found.extend(self._resolve(host, port))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(max(0.0, ends - time.monotonic()))
        if thread.is_alive():
            raise httpcore.ConnectTimeout("the name was not found in time")
        if not found:
            raise UnknownHostError
        return list(found)
