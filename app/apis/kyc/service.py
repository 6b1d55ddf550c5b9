"""Owns the KYC requests: opening one per user, taking answers all or none, and giving them back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.apis.errors import NotAllowedError, NotFoundError, WrongStatusError
from app.apis.kyc import rows
from app.apis.kyc.answers import CheckedAnswer, Rules, WantedCheck, check_answers, items_of, photo_urls_in
from app.apis.kyc.contract import ANSWERED, FIELD_TYPES, REQUESTED, Answer, KycRequest, income_ranges
from app.apis.kyc.idempotency import Finish, IdempotentCalls
from app.apis.kyc.rows import checks, requests
from app.apis.kyc.storage import PhotoStorage
from app.apis.responses import canonical
from app.apis.values import Cipher, Clock, Connect, NewId, compact_json, new_uuid
from app.store.db import read, utc_now, write

DETAILED_REASONS = {"BR": "Precisamos de algumas informações", "AR": "Necesitamos algunos datos"}


class KycService:
    """The API itself, called within the process; satisfies KycGateway for this installation's wizard.

    `photo_hosts` are the hosts whose photo URLs are admitted beside the storage's, `document_types` the
    kinds of document that `document_photo` may name.
    """

    def __init__(
        self,
        *,
        keyring: Cipher,
        storage: PhotoStorage,
        calls: IdempotentCalls,
        document_types: Collection[str],
        photo_hosts: Collection[str] = (),
        read: Connect = read,
        write: Connect = write,
        clock: Clock = utc_now,
        new_id: NewId = new_uuid,
    ) -> None:
        self._keyring, self._storage, self._calls = keyring, storage, calls
        self._document_types = tuple(document_types)
        self._photo_hosts = frozenset(host.lower() for host in photo_hosts)
        self._read, self._write = read, write
        self._clock, self._new_id = clock, new_id

    def open_request(self, user_id: str, *, country: str, owner_id: int | None = None) -> KycRequest:
        """What is wanted of the user, opened for `country` (AR or BR) if this is the first call.

        Raises NotFoundError if the id is no UUID, NotAllowedError if the request is another integration's.
        """
        row = self._request_row(user_id)
        if row is None:
            # Another call may open it at this moment: then it is read below.
            with suppress(IntegrityError):
                self._open(user_id, country, owner_id)
            row = self._request_row(user_id)
        if row is None:
            raise NotFoundError("no such request")
        if row.owner_id not in (None, owner_id):
            raise NotAllowedError("the request belongs to another integration")
        return self._shown(row, user_id)

    def store_picture(self, picture: bytes, *, idempotency_key: str) -> str:
        """Keep a picture for this installation's wizard, once per key, and give its public URL."""
        return self._storage.store(picture, idempotency_key=idempotency_key)

    def answer(self, user_id: str, answers: Sequence[Answer], *, idempotency_key: str) -> KycRequest:
        """Answer checks for this installation's wizard; see `take_answers`."""
        body = {"answers": [answer.body() for answer in answers]}
        return self.take_answers(user_id, body, idempotency_key=idempotency_key, owner_id=None)

    def take_answers(self, user_id: str, body: Any, *, idempotency_key: str | None, owner_id: int | None) -> KycRequest:
        """Take a body of answers, all or none, and give the request as it then stands.

        Raises KycRejectedError with every fault, WrongStatusError if a check is answered already,
        NotFoundError, NotAllowedError, and what IdempotentCalls raises.
        """
        row = self._request_row(user_id)
        if row is None:
            raise NotFoundError("no such request")
        if row.owner_id != owner_id:
            raise NotAllowedError("the request belongs to another")

        def work(finish: Finish) -> str:
            return self._keep(row, user_id, self._checked(row, body, owner_id), finish)

        call = f"POST {row.user_id} {canonical(body)}"
        return KycRequest.model_validate_json(self._calls.run(idempotency_key, owner_id=owner_id, call=call, work=work))

    def ask_again(self, user_id: str, field_type: str, reason: str, *, detail: str = "") -> KycRequest:
        """Want one check once more, for `reason` (a code); its answer is forgotten. Asking twice changes the reason.

        Raises NotFoundError where nothing was requested of the user, or not that.
        """
        with self._write() as connection:
            return self.ask_again_on(connection, user_id, {field_type: (reason, detail)})

    def ask_again_on(self, connection: Connection, user_id: str, asked: Mapping[str, tuple[str, str]]) -> KycRequest:
        """The same within the caller's transaction, of several checks: reason and detail by field type."""
        row = connection.execute(rows.BY_USER.with_for_update(), rows.of_user(user_id)).first()
        if row is None:
            raise NotFoundError("no such request")
        now = max(row.created_at, self._clock())
        for field_type, (reason, detail) in asked.items():
            wanted = connection.execute(
                update(checks)
                .where(checks.c.request_id == row.id, checks.c.field_type == field_type)
                .values(status=REQUESTED, reason=reason, detailed_reason=detail, value=None, updated_at=now)
            )
            if wanted.rowcount != 1:
                raise NotFoundError("no such check")
        self._close_if_done(connection, row.id, now)
        return self._shown_on(connection, row.id, user_id)

    def requested_of(self, connection: Connection, user_id: str) -> frozenset[str]:
        """The field types of a user's checks that are requested, within a transaction; none where nothing ever was."""
        of_user = select(requests.c.id).where(requests.c.user_id == user_id.lower()).scalar_subquery()
        wanted = select(checks.c.field_type).where(checks.c.request_id == of_user, checks.c.status == REQUESTED)
        return frozenset(connection.execute(wanted).scalars())

    def answers(self, user_id: str) -> dict[str, Any]:
        """What was answered so far, by field type, normalised."""
        row = self._request_row(user_id)
        if row is None:
            raise NotFoundError("no such request")
        return {
            check.field_type: json.loads(self._keyring.decrypt(check.value, rows.context_of(check.id)))
            for check in self._check_rows(row.id)
            if check.value is not None
        }

    def erase(self, user_id: str) -> None:
        """Forget what was requested of this installation's user and what was answered."""
        with self._write() as connection:
            connection.execute(
                delete(requests).where(requests.c.user_id == user_id.lower(), requests.c.owner_id.is_(None))
            )

    def _checked(self, row: Row[Any], body: Any, owner_id: int | None) -> list[CheckedAnswer]:
        items = items_of(body)
        wanted = {
            check.id: WantedCheck(id=check.id, field_type=check.field_type, context=rows.income_context(check.context))
            for check in self._check_rows(row.id)
        }
        rules = Rules(
            today=self._clock().date(),
            document_types=self._document_types,
            photo_hosts=self._photo_hosts,
            own_photos=self._storage.stored_urls(photo_urls_in(items), owner_id=owner_id),
        )
        return check_answers(items, wanted, rules)

    def _keep(self, row: Row[Any], user_id: str, answers: list[CheckedAnswer], finish: Finish) -> str:
        now = max(row.created_at, self._clock())
        sealed = [
            {
                "check_id": answer.check_id,
                "sealed": self._keyring.encrypt(compact_json(answer.value), rows.context_of(answer.check_id)),
                "now": now,
            }
            for answer in answers
        ]
        with self._write() as connection:
            # Locked first, so that two partial answers at once cannot both leave the request open.
            connection.execute(rows.LOCK, {"request_id": row.id})
            taken = connection.execute(rows.TAKE, sealed)
            if taken.rowcount != len(sealed):
                raise WrongStatusError("a check is answered already")
            self._close_if_done(connection, row.id, now)
            shown = self._shown_on(connection, row.id, user_id).model_dump_json()
            finish(connection, shown)
        return shown

    def _close_if_done(self, connection: Connection, request_id: str, now: datetime) -> None:
        open_checks = connection.execute(rows.OPEN_CHECKS, {"request_id": request_id}).scalar_one()
        status = REQUESTED if open_checks else ANSWERED
        connection.execute(rows.MOVE, {"request_id": request_id, "new_status": status, "now": now})

    def _open(self, user_id: str, country: str, owner_id: int | None) -> None:
        now, request_id = self._clock(), self._new_id()
        wanted = [
            {
                "id": self._new_id(),
                "request_id": request_id,
                "position": position,
                "field_type": field_type,
                "status": REQUESTED,
                "reason": rows.REASON,
                "detailed_reason": DETAILED_REASONS[country],
                "context": income_ranges(country).model_dump_json() if field_type == "total_income_range" else None,
                "created_at": now,
                "updated_at": now,
            }
            for position, field_type in enumerate(FIELD_TYPES)
        ]
        with self._write() as connection:
            connection.execute(
                rows.INSERT,
                {
                    "id": request_id,
                    "user_id": user_id.lower(),
                    "owner_id": owner_id,
                    "country": country,
                    "status": REQUESTED,
                    "created_at": now,
                    "updated_at": now,
                },
            )
            connection.execute(rows.INSERT_CHECKS, wanted)

    def _request_row(self, user_id: str) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(rows.BY_USER, rows.of_user(user_id)).first()

    def _check_rows(self, request_id: str) -> Sequence[Row[Any]]:
        with self._read() as connection:
            return rows.checks_of(connection, request_id)

    def _shown(self, row: Row[Any], user_id: str) -> KycRequest:
        return rows.view(row, self._check_rows(row.id), user_id)

    def _shown_on(self, connection: Connection, request_id: str, user_id: str) -> KycRequest:
        row = connection.execute(rows.BY_ID, {"request_id": request_id}).first()
        if row is None:
            raise NotFoundError("no such request")
        return rows.view(row, rows.checks_of(connection, request_id), user_id)
