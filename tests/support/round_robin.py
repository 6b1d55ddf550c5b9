"""A balancer in front of several web servers: each request goes to the next one, and a lost one is sent again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence

import httpx

PATIENCE_SECONDS = 60.0
NOT_NOW = (502, 503, 504)


class RoundRobin(httpx.BaseTransport):
    """One browser's way to the servers.

    A server that is not there is passed over, as any balancer does; a request that was cut off, or answered with "not
    now", is sent again after a moment, as a person does who presses the button again.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = [httpx.URL(address) for address in addresses]
        self._inner = [httpx.HTTPTransport() for _ in addresses]
        self._next = 0
        self.answered: Counter[int] = Counter()
        self.order: list[int] = []
        self.sent_again = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send until it is answered."""
        request.read()
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, threading.Event()
        while True:
            response = self._try(request)
            if response is not None and response.status_code not in NOT_NOW:
                return response
            assert time.monotonic() < deadline, f"no answer to {request.method} {request.url.path}"
            self.sent_again += 1
            pause.wait(0.1)

    def _try(self, request: httpx.Request) -> httpx.Response | None:
        number, self._next = self._next, (self._next + 1) % len(self._addresses)
        here = self._addresses[number]
        url = request.url.copy_with(scheme=here.scheme, host=here.host, port=here.port)
        sent = httpx.Request(request.method, url, headers=request.headers, content=request.content)
        try:
            response = self._inner[number].handle_request(sent)
            response.read()
        except httpx.TransportError:
            return None
        self.answered[number] += 1
        self.order.append(number)
        return response

    def close(self) -> None:
        """Hang up."""
        for transport in self._inner:
            transport.close()
