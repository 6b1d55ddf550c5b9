"""Owns a server that speaks to one connection as a test says, byte for byte, and servers with odd certificates."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def speaking(behaviour: Behaviour) -> Iterator[str]:
    """A server that reads a request's head and then behaves so on each connection; its address."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _peer = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65536)
                behaviour(connection, done)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def silence(_connection: socket.socket, done: threading.Event) -> None:
    """Say nothing."""
    done.wait()


def drip(head: bytes, piece: bytes, seconds: float) -> Behaviour:
    """Say `head`, then `piece` again and again."""

    def behave(connection: socket.socket, done: threading.Event) -> None:
        connection.sendall(head)
        while not done.wait(seconds):
            connection.sendall(piece)

    return behave


def say(answer: bytes) -> Behaviour:
    """Say this and hang up."""
    return lambda connection, _done: connection.sendall(answer)
