"""`flask doctor`: looks everything over that a running Alta needs, and says what to do about what is not well."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.apis.errors import ApiError, NotAllowedError, NotFoundError, UnavailableError
from app.config import Settings
from app.store.blobs import Blobs, StoreError
from app.store.crypto import DecryptionError
from app.store.database_time import ask_database_time
from app.store.db import db, read, utc_now
from app.store.schema import WrongKeyError, is_up_to_date
from app.wiring import Services, services

OK, WARNING, WRONG = "ok", "warning", "WRONG"
CLOCK_TOLERANCE = timedelta(seconds=5)
LEAST_FREE_BYTES = 1024**3
PROBE_BYTES = b"alta"


@dataclass(frozen=True)
class Finding:
    """How one thing is: a sentence, which says what to do where it is not ok."""

    about: str
    verdict: str
    sentence: str


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, database, photo store, clock, limits, workers and the upstreams' credentials."""
    findings = list(examine(services()))
    for finding in findings:
        click.echo(f"{finding.verdict:8} {finding.about}: {finding.sentence}")
    if any(finding.verdict == WRONG for finding in findings):
        raise SystemExit(1)


def examine(alta: Services) -> Iterator[Finding]:
    """Every finding, in the order in which faults are best mended."""
    yield from _settings(alta.settings)
    yield _disk(alta.settings)
    yield from _database(alta)
    yield _store(alta.blobs)
    yield _limits(alta.settings)
    yield from _upstreams(alta.dry_calls)


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", OK, f"all can be read; {settings.mode} mode")
    host = urlsplit(settings.public_url).hostname
    if settings.mode == "production" and not settings.trusted_proxies:
        yield Finding(
            "proxy",
            WARNING,
            f"ALTA_TRUSTED_PROXIES is 0: if a proxy ends TLS for {host}, every visitor seems to come from it, and rate "
            "limits count them as one. Set how many proxies there are.",
        )
    if settings.database_url.startswith("postgres") and not settings.blob_url:
        yield Finding(
            "photos",
            WARNING,
            "they lie in this machine's own folder, where no other machine can read them: with more than one, set "
            "ALTA_BLOB_URL.",
        )
    if settings.mode == "local" and settings.database_url.startswith("postgres"):
        yield Finding(
            "keys",
            WARNING,
            "local mode generates keys in each instance folder: give every machine the same ALTA_SECRET_KEY, "
            "ALTA_ENCRYPTION_KEYS and ALTA_INDEX_KEY, or set ALTA_MODE=production, which asks for them.",
        )


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.instance).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", WRONG, f"{free // 2**20} MB are left for {settings.instance}: make room.")
    return Finding("disk", OK, f"{free // 2**30} GB are left for {settings.instance}")


def _database(alta: Services) -> Iterator[Finding]:
    try:
        current = is_up_to_date(alta.keyring)
        with read() as connection:
            away = abs(ask_database_time(connection) - utc_now())
            most = _most_connections(connection)
    except WrongKeyError:
        yield Finding("database", WRONG, "it was written with another key: put it into ALTA_ENCRYPTION_KEYS.")
        return
    except SQLAlchemyError as error:
        kind = type(error).__name__
        yield Finding("database", WRONG, f"it cannot be used ({kind}): check ALTA_DATABASE_URL, and that it runs.")
        return
    kind = db.engine.dialect.name
    if current:
        yield Finding("database", OK, f"{kind} answers, and its tables are of this version")
    else:
        yield Finding("database", WRONG, "its tables are not of this version: run `flask prepare`.")
    yield _pool(alta.settings, most)
    yield _clock(away)
    if current:
        yield _workers(alta)


def _most_connections(connection: Connection) -> int | None:
    if connection.dialect.name != "postgresql":
        return None
    return int(connection.execute(text("SELECT current_setting('max_connections')")).scalar_one())


def _pool(settings: Settings, most: int | None) -> Finding:
    if most is None:
        return Finding("connections", OK, "SQLite has no limit")
    # A worker has a second pool, its queue's, and a connection that listens.
    here = settings.web_processes * 2 * settings.database_pool
    here += settings.worker_processes * (3 * settings.database_pool + 1)
    sentence = f"this machine may open {here} of the {most} that PostgreSQL allows"
    if here > most * 0.8:
        return Finding("connections", WARNING, f"{sentence}: lower ALTA_DATABASE_POOL or raise max_connections.")
    return Finding("connections", OK, sentence)


def _clock(away: timedelta) -> Finding:
    seconds = away.total_seconds()
    if away > CLOCK_TOLERANCE:
        return Finding(
            "clock",
            WRONG,
            f"this machine's clock and the database's differ by {seconds:.0f} s: have both set by NTP. Links, sessions "
            "and upstream tokens end too early or too late until then.",
        )
    return Finding("clock", OK, f"within {max(seconds, 0.1):.1f} s of the database's")


def _workers(alta: Services) -> Finding:
    living = alta.slots.living()
    if not living:
        return Finding("workers", WRONG, "none is alive, nothing is delivered: start `flask serve --worker`.")
    return Finding("workers", OK, f"{living} alive")


def _store(blobs: Blobs) -> Finding:
    key = f"doctor/{uuid.uuid4()}"
    began = time.perf_counter()
    try:
        blobs.put(key, PROBE_BYTES)
        same = blobs.get(key) == PROBE_BYTES
        blobs.delete(key)
    except (StoreError, DecryptionError, FileNotFoundError) as error:
        where = "ALTA_BLOB_URL, endpoint, region and credentials" if blobs.url else "the instance folder"
        return Finding("store", WRONG, f"a test object cannot be kept ({error}): check {where}.")
    if not same:
        return Finding("store", WRONG, "a test object came back changed: something writes there too.")
    return Finding("store", OK, f"a test object was kept, read and deleted in {time.perf_counter() - began:.2f} s")


def _limits(settings: Settings) -> Finding:
    if not settings.limits_url:
        if settings.web_processes == 1 and not settings.database_url.startswith("postgres"):
            return Finding("limits", OK, "counted in the one web process")
        sentence = "each web process counts on its own, so limits are so many times higher: set ALTA_LIMITS_URL."
        return Finding("limits", WARNING, sentence)
    from redis import Redis, RedisError

    try:
        Redis.from_url(settings.limits_url, socket_connect_timeout=2, socket_timeout=2).ping()
    except (RedisError, OSError, ValueError) as error:
        kind = type(error).__name__
        return Finding("limits", WRONG, f"Redis cannot be used ({kind}): check ALTA_LIMITS_URL. Processes count alone.")
    return Finding("limits", OK, "Redis answers")


def _upstreams(dry_calls: Mapping[str, Callable[[], object]]) -> Iterator[Finding]:
    if not dry_calls:
        yield Finding("upstreams", OK, "both APIs are Alta's own")
    for name, call in dry_calls.items():
        yield _upstream(name, call)


def _upstream(name: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except NotFoundError:
        pass  # It knew us well enough to say so.
    except NotAllowedError:
        return Finding(name, WRONG, "it refuses our credentials: check its token, or client id, key file and key id.")
    except UnavailableError:
        return Finding(name, WRONG, "it cannot be reached or does not work: check its address, and tell its operators.")
    except ApiError as error:
        return Finding(name, WRONG, f"it answers a harmless question wrongly ({type(error).__name__}).")
    return Finding(name, OK, "it answers, and knows us")
