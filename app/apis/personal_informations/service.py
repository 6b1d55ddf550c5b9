"""Owns the records of the personal informations API: making one once, showing it, and moving its state."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.apis.errors import ConflictError, KeyTooLongError, NotFoundError, WrongStatusError
from app.apis.personal_informations.contract import (
    INSTALLATION_CLIENT_ID,
    PersonalInformation,
    Pictures,
    Record,
    Slot,
    State,
)
from app.apis.values import (
    IDEMPOTENCY_KEY_MAXIMUM,
    Cipher,
    Clock,
    Connect,
    NewId,
    PictureStore,
    compact_json,
    new_uuid,
)
from app.store.db import read, utc_now, write
from app.store.models.personal_informations import PersonalInformationRecord

records = cast(Table, PersonalInformationRecord.__table__)
TOKENS = UUID("2f1c0f0e-7a53-4f0d-9d7e-6b1f6a4f7c11")
KEY_CONTEXT = "personal_informations.key"
CHECKING: State = "checking"
PENDING: State = "pending"
NEXT_STATES: dict[str, tuple[State, ...]] = {
    "checking": ("approved", "rejected", "pending"),
    "pending": ("checking", "approved", "rejected"),
    "approved": (),
    "rejected": (),
}

_BY_ID = select(records).where(records.c.id == bindparam("record_id"))
_BY_KEY = select(records).where(
    records.c.client_id == bindparam("client_id"), records.c.idempotency_key == bindparam("key")
)
_INSERT = insert(records).returning(records)


class PersonalInformationsService:
    """The API itself, called within the process; satisfies PersonalInformationsGateway for this installation."""

    def __init__(
        self,
        *,
        keyring: Cipher,
        blobs: PictureStore,
        read: Connect = read,
        write: Connect = write,
        clock: Clock = utc_now,
        new_id: NewId = new_uuid,
    ) -> None:
        self._keyring, self._blobs = keyring, blobs
        self._read, self._write = read, write
        self._clock, self._new_id = clock, new_id

    def create(
        self,
        information: PersonalInformation,
        pictures: Pictures,
        *,
        idempotency_key: str | None,
        client_id: int = INSTALLATION_CLIENT_ID,
    ) -> Record:
        """Keep one record of the person; the same key with the same content gives the same record again.

        Raises ConflictError if the key was used with other content, KeyTooLongError over 72 characters.
        """
        if idempotency_key is not None and len(idempotency_key) > IDEMPOTENCY_KEY_MAXIMUM:
            raise KeyTooLongError("the idempotency key is too long")
        key = idempotency_key and self._keyring.fingerprint(idempotency_key, KEY_CONTEXT)
        personal = _personal_json(information, pictures)
        fingerprint = self._keyring.fingerprint(personal.decode(), "personal_informations.call")
        if key is not None and (stored := self._by_key(client_id, key)):
            return self._same(stored, fingerprint)
        token = self._token(client_id, key, fingerprint)
        for slot, picture in pictures.given().items():
            self._blobs.put(picture_key(token, slot), picture)
        created_at = self._clock()
        values = {
            "token": token,
            "client_id": client_id,
            "idempotency_key": key,
            "fingerprint": fingerprint,
            "state": CHECKING,
            "personal": self._keyring.encrypt(personal, _context(token)),
            "created_at": created_at,
            "updated_at": max(created_at, self._clock()),
        }
        return self._insert(values)

    def get(self, record_id: int, *, client_id: int = INSTALLATION_CLIENT_ID) -> Record:
        """The record, if it is the client's own or was made by this installation's wizard; else NotFoundError."""
        row = self._row(record_id)
        if row is None or row.client_id not in (client_id, INSTALLATION_CLIENT_ID):
            raise NotFoundError("no such record")
        return self._shown(row)

    def picture(self, record_id: int, slot: Slot) -> bytes:
        """The bytes of one picture as they were given; NotFoundError where there is none."""
        row = self._row(record_id)
        if row is None:
            raise NotFoundError("no such record")
        try:
            return self._blobs.get(picture_key(row.token, slot))
        except FileNotFoundError:
            raise NotFoundError("no such picture") from None

    def change_state(self, record_id: int, state: State) -> Record:
        """Move a record on: checking or pending, then a decision, which is final (WrongStatusError)."""
        with self._write() as connection:
            self.change_state_on(connection, record_id, state)
        return self._shown(self._row(record_id))

    def change_state_on(self, connection: Connection, record_id: int, state: State) -> None:
        """The same within the caller's transaction."""
        row = self._locked(connection, record_id)
        if row.state != state and state not in NEXT_STATES[row.state]:
            raise WrongStatusError(f"a record that is {row.state} does not become {state}")
        if row.state != state:
            self._change(connection, row, state=state)

    def made_with(self, connection: Connection, idempotency_key: str) -> tuple[int, State] | None:
        """The id and state of this installation's own record that was made with a key, within a transaction."""
        found = connection.execute(_BY_KEY.with_for_update(), self._own(idempotency_key)).first()
        return (found.id, found.state) if found else None

    def amend(self, idempotency_key: str, information: PersonalInformation, pictures: Pictures) -> Record | None:
        """Put what was asked again into the record that was made with a key, which is then checked again.

        None where this installation made none with it. Repeating it changes nothing. Raises WrongStatusError for a
        record that is decided.
        """
        row = self._by_key(**self._own(idempotency_key))
        if row is None:
            return None
        personal = _personal_json(information, pictures)
        if row.state != PENDING and self._keyring.decrypt(row.personal, _context(row.token)) == personal:
            return self._shown(row)
        for slot, picture in pictures.given().items():
            self._blobs.put(picture_key(row.token, slot), picture)
        sealed = self._keyring.encrypt(personal, _context(row.token))
        with self._write() as connection:
            row = self._locked(connection, row.id)
            if not NEXT_STATES[row.state]:
                raise WrongStatusError(f"a record that is {row.state} is not amended")
            self._change(connection, row, state=CHECKING, personal=sealed)
        return self._shown(self._row(row.id))

    def _locked(self, connection: Connection, record_id: int) -> Row[Any]:
        row = connection.execute(select(records).where(records.c.id == record_id).with_for_update()).first()
        if row is None:
            raise NotFoundError("no such record")
        return row

    def _change(self, connection: Connection, row: Row[Any], **values: Any) -> None:
        moment = max(row.created_at, self._clock())
        connection.execute(update(records).where(records.c.id == row.id).values(**values, updated_at=moment))

    def erase(self, idempotency_key: str, *, client_id: int = INSTALLATION_CLIENT_ID) -> None:
        """Forget the record that was made under a key, its pictures included; one that is not there is fine."""
        stored = self._by_key(client_id, self._keyring.fingerprint(idempotency_key, KEY_CONTEXT))
        if stored is None:
            return
        self._blobs.delete_prefix(_folder(stored.token))
        with self._write() as connection:
            connection.execute(delete(records).where(records.c.id == stored.id))

    def _insert(self, values: dict[str, Any]) -> Record:
        try:
            with self._write() as connection:
                made = connection.execute(_INSERT, values).one()
        except IntegrityError:
            # Another call took the key first. Equal calls share their token, and so the pictures: keep those.
            key = values["idempotency_key"]
            stored = self._by_key(values["client_id"], key) if key is not None else None
            if stored is None or stored.token != values["token"]:
                self._blobs.delete_prefix(_folder(values["token"]))
            if stored is None:
                raise
            return self._same(stored, values["fingerprint"])
        return self._shown(made)

    def _token(self, client_id: int, key: str | None, fingerprint: str) -> str:
        # Derived where the call can come again, so that a call cut short leaves no second copy of the pictures.
        return self._new_id() if key is None else str(uuid5(TOKENS, f"{client_id}:{key}:{fingerprint}"))

    def _own(self, idempotency_key: str) -> dict[str, Any]:
        """What finds this installation's own record by its key."""
        key = self._keyring.fingerprint(idempotency_key, KEY_CONTEXT)
        return {"client_id": INSTALLATION_CLIENT_ID, "key": key}

    def _by_key(self, client_id: int, key: str) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(_BY_KEY, {"client_id": client_id, "key": key}).first()

    def _row(self, record_id: int) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(_BY_ID, {"record_id": record_id}).first()

    def _same(self, row: Row[Any], fingerprint: str) -> Record:
        if row.fingerprint != fingerprint:
            raise ConflictError("this idempotency key was used with other content")
        return self._shown(row)

    def _shown(self, row: Row[Any] | None) -> Record:
        if row is None:
            raise NotFoundError("no such record")
        personal = json.loads(self._keyring.decrypt(row.personal, _context(row.token)))
        return Record(
            **personal["information"],
            id=row.id,
            client_id=row.client_id,
            created_at=row.created_at,
            updated_at=row.updated_at,
            state=row.state,
        )


def picture_key(token: str, slot: Slot) -> str:
    """Where the blobs hold a record's picture."""
    return f"{_folder(token)}/{slot}.jpg"


def _folder(token: str) -> str:
    return f"apis/personal_informations/{token}"


def _context(token: str) -> str:
    return f"personal_informations.personal:{token}"


def _personal_json(information: PersonalInformation, pictures: Pictures) -> bytes:
    hashes = {slot: hashlib.sha256(picture).hexdigest() for slot, picture in pictures.given().items()}
    return compact_json({"information": information.model_dump(mode="json"), "pictures": hashes})
