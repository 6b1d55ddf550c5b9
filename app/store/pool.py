"""The database engine's options: how many connections a process keeps, and how soon it notices that one is dead."""

from __future__ import annotations

from typing import Any

CONNECT_SECONDS = 5
RECYCLE_SECONDS = 1800
# Of libpq: a host that went away without a word is noticed within about half a minute.
PATIENCE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "alta",
}


def engine_options(url: str, *, size: int, wait_seconds: float) -> dict[str, Any]:
    """The options for `url`: `size` connections that are kept and as many again under load."""
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": size,
        "max_overflow": size,
        "pool_timeout": wait_seconds,
    }
    if url.startswith("postgresql"):
        # A question before each use costs a tenth of a millisecond nearby, and a restarted database costs no request.
        options |= {"pool_pre_ping": True, "pool_recycle": RECYCLE_SECONDS, "connect_args": dict(PATIENCE)}
    return options


def queue_engine_options(url: str) -> dict[str, Any]:
    """The options of the delivery queue's own engine, beside the size of its pool."""
    return {"connect_args": dict(PATIENCE)} if url.startswith("postgresql") else {}
