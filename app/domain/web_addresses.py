"""Owns the rules for the addresses that an integration registers: origins that may frame Alta, and return URLs."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from app.domain.errors import AltaError
from app.domain.network import is_outside

LONGEST = 500
LOCAL = ("localhost", "127.0.0.1", "::1")
PORTS = {"http": 80, "https": 443}


class AddressError(AltaError):
    """The address cannot be registered or used; the message is a sentence for whoever integrates."""


def origin_of(text: str) -> str:
    """An origin as browsers write it: scheme, host in lower case, and the port unless it is the scheme's own.

    Raises AddressError: only https, but for this computer; no path, no wildcard, no user.
    """
    parts = _split(text.strip())
    if parts.path not in ("", "/") or parts.query or parts.fragment or "?" in text or "#" in text:
        raise AddressError(f"{_shown(text)} is more than an origin: give scheme, host and port only.")
    return _origin(parts)


def return_url_of(text: str) -> str:
    """A return URL in one spelling, without its query; raises AddressError."""
    text = text.strip()
    parts = _split(text)
    if "#" in text:
        raise AddressError(f"{_shown(text)} has a fragment: leave out the # and what follows.")
    return f"{_origin(parts)}{parts.path or '/'}"


def webhook_url_of(text: str, *, is_local_allowed: bool) -> str:
    """Where an integration is told of its sessions; raises AddressError.

    This computer is for local mode only; what the name stands for is looked at whenever something is sent there.
    """
    text = text.strip()
    parts = _split(text)
    if "#" in text:
        raise AddressError(f"{_shown(text)} has a fragment: leave out the # and what follows.")
    # A name with a dot at its end is the same name.
    host = (parts.hostname or "").rstrip(".")
    if not is_local_allowed and (is_local(host) or not _may_be_outside(host)):
        raise AddressError(f"{_shown(text)} is not on the internet: nothing can be sent there.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{_origin(parts)}{parts.path or '/'}{query}"


def _may_be_outside(host: str) -> bool:
    """Whether a host, if it is an IP address, is one of the internet's; in whichever way systems read one."""
    with suppress(OSError):
        # Such as 2130706433, 0x7f.1 or 127.1.
        host = socket.inet_ntoa(socket.inet_aton(host))
    try:
        return is_outside(host)
    except ValueError:
        return True


def link_of(text: str) -> str:
    """The address of a page of the integration's, with whatever query it has; raises AddressError."""
    text = text.strip()
    _origin(_split(text))
    return text


def leads_back(url: str, *, session_id: str, state: str) -> str:
    """A return URL with the session and its state in its query, in place of any that it had."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    query = [each for each in kept if each[0] not in ("session", "state")]
    return parts._replace(query=urlencode([*query, ("session", session_id), ("state", state)])).geturl()


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or any(c in text for c in " \\\"'<>;,*"):
        raise AddressError(f"{_shown(text)} is no web address such as https://www.example.com.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError(f"{_shown(text)} is no web address such as https://www.example.com.") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise AddressError(f"{_shown(text)} is no web address such as https://www.example.com.")
    if parts.scheme == "http" and not is_local(parts.hostname):
        raise AddressError(f"{_shown(text)} must begin with https://; http:// is for localhost only.")
    return parts


def is_local(host: str) -> bool:
    """Whether a host is this computer itself."""
    return host in LOCAL or host.endswith(".localhost")


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    try:
        shown = f"[{ipaddress.IPv6Address(host)}]" if ":" in host else host
    except ValueError:
        raise AddressError(f"{_shown(host)} is no host.") from None
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}"


def _shown(text: str) -> str:
    """What was given, short enough for a sentence."""
    return text if len(text) <= 80 else f"{text[:77]}…"
