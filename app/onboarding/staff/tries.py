"""Counts the sign-ins that failed and makes the next one wait, longer each time, without ever shutting anybody out."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.onboarding.staff.errors import LockedError
from app.store.crypto import Keyring
from app.store.models.staff import FailedTries

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
# One network of this size is one subscriber's.
IPV6_SUBSCRIBER = 64
DEVICE_BYTES, DEVICES_KEPT, BETWEEN = 16, 8, "~"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is counted together, how many failures cost nothing, and after how long they are forgotten."""

    kind: str
    free: int
    forgotten: timedelta


# A stranger who guesses slows only themselves: their own address, alone and with the account. Guesses at one account
# from everywhere slow the browsers that never signed in to it, and its owner's own go on as ever.
PAIR = Rule(kind="pair", free=5, forgotten=FORGOTTEN)
ADDRESS = Rule(kind="address", free=100, forgotten=timedelta(hours=1))
ACCOUNT = Rule(kind="account", free=50, forgotten=FORGOTTEN)
DEVICE = Rule(kind="device", free=5, forgotten=FORGOTTEN)

_LOCKED = (
    select(FailedTries.key, FailedTries.count.label("times"), FailedTries.last_at, FailedTries.locked_until)
    .where(FailedTries.key.in_(bindparam("keys", expanding=True)))
    .order_by(FailedTries.key)
    .with_for_update()
)
_COUNT = (
    update(FailedTries)
    .where(FailedTries.key == bindparam("which"))
    .values(count=bindparam("times"), last_at=bindparam("now"), locked_until=bindparam("until"))
)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to sign in: the keys it counts for, by rule."""

    keys: tuple[tuple[str, Rule], ...]


class Tries:
    """The counters."""

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self.keyring, self.clock = keyring, clock

    def attempt(self, account: str, address: str, *, devices: str = "") -> Attempt:
        """What a try for `account` from `address` counts for; `devices` is what the browser kept of sign-ins."""
        place, device = subscriber(address), self._known(account, devices)
        wanted = [(ADDRESS, place)]
        wanted += [(DEVICE, f"{account}:{device}")] if device else [(PAIR, f"{account}:{place}"), (ACCOUNT, account)]
        keys = [(self.keyring.fingerprint(value, f"staff.tries.{rule.kind}"), rule) for rule, value in wanted]
        return Attempt(keys=tuple(sorted(keys, key=lambda each: each[0])))

    def remember(self, account: str, devices: str) -> str:
        """What a browser keeps from now on, having signed in to `account`; the accounts of a shared one are several."""
        if self._known(account, devices):
            return devices
        fresh = secrets.token_urlsafe(DEVICE_BYTES)
        kept = [each for each in devices.split(BETWEEN) if each][-DEVICES_KEPT + 1 :]
        return BETWEEN.join([*kept, f"{fresh}.{self._proof(account, fresh)}"])

    def _known(self, account: str, devices: str) -> str:
        """The name under which the browser signed in to `account` before, or nothing."""
        for each in devices.split(BETWEEN)[:DEVICES_KEPT]:
            name, _, proof = each.partition(".")
            if name and secrets.compare_digest(proof.encode(), self._proof(account, name).encode()):
                return name
        return ""

    def _proof(self, account: str, name: str) -> str:
        return self.keyring.fingerprint(f"{account}:{name}", "staff.device")

    def reserve(self, connection: Connection, attempt: Attempt) -> None:
        """Count a try before it is looked at, so that many at once gain nothing; raises LockedError.

        Within a write transaction that is rolled back by the error: a try that is not looked at is not counted.
        """
        now = self.clock()
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        fresh = [{"key": key, "count": 0, "last_at": now, "locked_until": EPOCH} for key, _rule in attempt.keys]
        connection.execute(dialect.insert(FailedTries).on_conflict_do_nothing(), fresh)
        found = {row.key: row for row in connection.execute(_LOCKED, {"keys": [key for key, _ in attempt.keys]})}
        longest = max((row.locked_until for row in found.values()), default=EPOCH)
        if longest > now:
            raise LockedError(math.ceil((longest - now).total_seconds()))
        for key, rule in attempt.keys:
            row = found[key]
            count = 1 if now - row.last_at >= rule.forgotten else row.times + 1
            connection.execute(_COUNT, {"which": key, "times": count, "now": now, "until": now + wait(count, rule)})

    def refund(self, connection: Connection, attempt: Attempt) -> None:
        """Take back what the latest try counted: the password was right, and what decides is still to come."""
        keys = [key for key, _rule in attempt.keys]
        fewer = update(FailedTries).where(FailedTries.key.in_(keys), FailedTries.count > 0)
        connection.execute(fewer.values(count=FailedTries.count - 1, locked_until=EPOCH))

    def succeeded(self, connection: Connection, attempt: Attempt) -> None:
        """Forget the account's failures from here; of the address only as many as this sign-in counted."""
        for key, rule in attempt.keys:
            if rule is ADDRESS:
                fewer = update(FailedTries).where(FailedTries.key == key, FailedTries.count > 0)
                connection.execute(fewer.values(count=FailedTries.count - 1, locked_until=EPOCH))
            else:
                connection.execute(delete(FailedTries).where(FailedTries.key == key))


def wait(count: int, rule: Rule) -> timedelta:
    """How long to wait after `count` failures: nothing at first, then twice as long each time."""
    if count < rule.free:
        return timedelta(0)
    longer: int = 2 ** min(count - rule.free, 20)
    return min(LONGEST_WAIT, FIRST_WAIT * longer)


def subscriber(address: str) -> str:
    """An address as far as one subscriber has it to themselves."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network(f"{parsed}/{IPV6_SUBSCRIBER}", strict=False))
