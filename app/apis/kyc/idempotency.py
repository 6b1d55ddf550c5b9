"""Owns what an idempotency key promises: one effect, and the same answer to the same call again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.apis.errors import ConflictError, KeyTooLongError, StillRunningError
from app.apis.values import IDEMPOTENCY_KEY_MAXIMUM, Cipher, Clock, Connect, NewId
from app.store.models.integrations import DONE, RUNNING, IdempotentCall

calls = cast(Table, IdempotentCall.__table__)
INSTALLATION = 0
# Longer than any call takes: after this, the process that made the claim is taken for dead.
CLAIM_LASTS = timedelta(seconds=60)

Finish = Callable[[Connection, str], None]

_BY_KEY = select(calls).where(calls.c.owner == bindparam("owner"), calls.c.key == bindparam("key"))
_INSERT = insert(calls)
_FINISH = (
    update(calls)
    .where(calls.c.token == bindparam("its_token"), calls.c.claim == bindparam("its_claim"))
    .values(state=DONE, response=bindparam("sealed"))
)


class Claim(NamedTuple):
    """The right of one attempt to finish a call."""

    token: str
    name: str


class IdempotentCalls:
    """The calls made under a key, by caller; failed ones free their key again."""

    def __init__(self, *, keyring: Cipher, read: Connect, write: Connect, clock: Clock, new_id: NewId) -> None:
        self._keyring, self._read, self._write = keyring, read, write
        self._clock, self._new_id = clock, new_id

    def run(self, key: str | None, *, owner_id: int | None, call: str, work: Callable[[Finish], str]) -> str:
        """The response of `work`, or the stored one of the same call (its path and body) under `key`.

        `work` hands its response to `finish` inside its own transaction: effect and answer are kept together.
        Raises KeyTooLongError, StillRunningError, or ConflictError if the key stands for another call.
        """
        if key is None:
            return work(lambda _connection, _response: None)
        if len(key) > IDEMPOTENCY_KEY_MAXIMUM:
            raise KeyTooLongError("the idempotency key is too long")
        owner = owner_id or INSTALLATION
        fingerprint = self._keyring.fingerprint(call, "idempotent_calls.call")
        # Callers like to make keys of a person's document number: kept as a keyed hash, like what is searched for.
        claim = self._begin(owner, self._keyring.fingerprint(key, "idempotent_calls.key"), fingerprint)
        if isinstance(claim, str):
            return claim
        try:
            return work(partial(self._finish, claim))
        except BaseException:
            self._release(claim)
            raise

    def forget(self, keys: Collection[str]) -> None:
        """Drop the answers kept for this installation's own calls under these keys."""
        hashed = [self._keyring.fingerprint(key, "idempotent_calls.key") for key in keys]
        with self._write() as connection:
            connection.execute(delete(calls).where(calls.c.owner == INSTALLATION, calls.c.key.in_(hashed)))

    def _begin(self, owner: int, key: str, fingerprint: str) -> Claim | str:
        row = self._row(owner, key)
        if row is None:
            claim = Claim(self._new_id(), self._new_id())
            try:
                with self._write() as connection:
                    connection.execute(
                        _INSERT,
                        {
                            "token": claim.token,
                            "owner": owner,
                            "key": key,
                            "fingerprint": fingerprint,
                            "state": RUNNING,
                            "claim": claim.name,
                            "claimed_at": self._clock(),
                        },
                    )
                return claim
            except IntegrityError:
                row = self._row(owner, key)
        if row is None:
            raise StillRunningError(retry_after=1)
        return self._judge(row, fingerprint)

    def _row(self, owner: int, key: str) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(_BY_KEY, {"owner": owner, "key": key}).first()

    def _judge(self, row: Row[Any], fingerprint: str) -> Claim | str:
        stale = row.state == RUNNING and row.claimed_at <= self._clock() - CLAIM_LASTS
        if stale:
            return self._take_over(row, fingerprint)
        if row.fingerprint != fingerprint:
            raise ConflictError("this idempotency key stands for another call")
        if row.state == RUNNING:
            raise StillRunningError(retry_after=1)
        return self._keyring.decrypt(row.response, _context(row.token)).decode()

    def _take_over(self, row: Row[Any], fingerprint: str) -> Claim:
        claim = Claim(row.token, self._new_id())
        with self._write() as connection:
            taken = connection.execute(
                update(calls)
                .where(calls.c.token == row.token, calls.c.claim == row.claim, calls.c.state == RUNNING)
                .values(claim=claim.name, claimed_at=self._clock(), fingerprint=fingerprint)
            )
        if taken.rowcount != 1:
            raise StillRunningError(retry_after=1)
        return claim

    def _finish(self, claim: Claim, connection: Connection, response: str) -> None:
        sealed = self._keyring.encrypt(response.encode(), _context(claim.token))
        finished = connection.execute(_FINISH, {"its_token": claim.token, "its_claim": claim.name, "sealed": sealed})
        if finished.rowcount != 1:
            raise StillRunningError(retry_after=1)

    def _release(self, claim: Claim) -> None:
        with self._write() as connection:
            connection.execute(
                delete(calls).where(calls.c.token == claim.token, calls.c.claim == claim.name, calls.c.state == RUNNING)
            )


def _context(token: str) -> str:
    return f"idempotent_calls.response:{token}"
