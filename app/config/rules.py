"""Owns what a setting's text must look like, so that a wrong one stops the start instead of the first who meets it."""

from __future__ import annotations

import base64
import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from limits import parse_many
from pydantic import AfterValidator

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
MAIL_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
# Ten years: with more, the day on which something ends may lie outside of what a calendar can tell.
LONGEST_DAYS = 3650
STORES = ("s3://", "gs://", "az://")


class SettingsError(Exception):
    """A setting is wrong or missing; the message is a sentence for the operator that names it."""


def key(value: str) -> str:
    """A key of 32 random bytes."""
    try:
        length = len(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    except ValueError as error:
        raise ValueError("must be base64url text of 32 random bytes") from error
    if length != 32:
        raise ValueError(f"must be base64url text of 32 random bytes, not of {length}")
    return value


def keys(value: tuple[str, ...]) -> tuple[str, ...]:
    """At least one such key."""
    if not value:
        raise ValueError("needs at least one key")
    return tuple(key(each) for each in value)


def time_zone(value: str) -> str:
    """A zone of the IANA database."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not a time zone of the IANA database, such as America/Sao_Paulo") from error
    return value


def rate_limit(value: str) -> str:
    """A limit such as `60 per minute`, or several, separated by semicolons."""
    try:
        allows_some = all(limit.amount > 0 for limit in parse_many(value))
    except ValueError:
        allows_some = False
    if not allows_some:
        raise ValueError("is no rate limit, such as 60 per minute")
    return value


def public_address(value: str) -> str:
    """Empty, or a web address of nothing but scheme and host: Alta lives at the root of its host."""
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and HOST.fullmatch(parts.netloc.lower()) is not None
    except ValueError:
        whole = False
    if value and not (whole and parts.path in ("", "/") and not parts.query and not parts.fragment):
        raise ValueError("must be an address such as https://alta.example, without a path")
    return value


def store_address(value: str) -> str:
    """Empty, or a bucket, with or without a prefix in it."""
    if value and not any(value.startswith(scheme) and len(value) > len(scheme) for scheme in STORES):
        raise ValueError(f"must begin with {', '.join(STORES[:-1])} or {STORES[-1]}, and name a bucket")
    return value


def hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    """Names of hosts, each with a port where it is not the scheme's own."""
    if not all(HOST.fullmatch(each.lower()) for each in value):
        raise ValueError("must be hosts such as storage.example, without https:// and path")
    return value


def host_name(value: str) -> str:
    """Empty, or the name of one host, with a port where it is not the scheme's own."""
    if value and not HOST.fullmatch(value.lower()):
        raise ValueError("must be a host such as console.alta.example, without https:// and path")
    return value.lower()


def mail_address(value: str) -> str:
    """Where requests about privacy go."""
    if not MAIL_ADDRESS.fullmatch(value):
        raise ValueError("must be an e-mail address such as privacy@alta.example")
    return value


def some(value: tuple[str, ...]) -> tuple[str, ...]:
    """At least one."""
    if not value:
        raise ValueError("needs at least one value")
    return value


RateLimit = Annotated[str, AfterValidator(rate_limit)]
