"""Owns the KYC pictures: places for them, signed upload addresses, the bytes, and who may have them back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid5

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Row, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.apis.authentication import integrations
from app.apis.errors import ApiError, ConflictError, NotAllowedError, NotFoundError
from app.apis.kyc.contract import INVALID, KycRejectedError, Reason, StoragePlace, UploadInfo
from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.values import Clock, Connect, NewId, PictureStore
from app.domain.picture_format import sniff
from app.store.models.kyc import KycStorageObject

objects = cast(Table, KycStorageObject.__table__)
OBJECTS_PATH = "/api/v1/storage/objects/"
NAME = re.compile(r"[A-Za-z0-9_. ()-]{1,120}\.([Jj][Pp][Ee]?[Gg]|[Pp][Nn][Gg])")
OBJECT_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:jpg|png)")
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png"}
OWN_PICTURES = UUID("c7b0a4de-3b0c-4b8b-9a57-20d0f8a7e0a5")

_BY_ID = select(objects).where(objects.c.id == bindparam("object_id"))
_INSERT = insert(objects)
_FREE = or_(objects.c.sha256.is_(None), objects.c.sha256 == bindparam("digest"))
_CLAIM = (
    update(objects)
    .where(objects.c.id == bindparam("object_id"), _FREE)
    .values(sha256=bindparam("digest"), picture_format=bindparam("format"))
)
_STORED = (
    update(objects)
    .where(objects.c.id == bindparam("object_id"), objects.c.stored_at.is_(None))
    .values(stored_at=bindparam("now"))
)


@cache
def _insert_first(dialect_name: str) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(objects).on_conflict_do_nothing(index_elements=["id"])


class WrongContentTypeError(ApiError):
    """The upload's content type is not the one that was promised."""


class PhotoStorage:
    """The storage behind calls 2 and 3; a picture is written once and belongs to who asked for its place.

    `base_url` is where this installation is reached, such as `https://alta.example`, or empty to go by each
    request; `lifetime_seconds` is how long an upload address is good for.
    """

    def __init__(
        self,
        *,
        blobs: PictureStore,
        calls: IdempotentCalls,
        secret_key: str,
        base_url: str,
        lifetime_seconds: int,
        read: Connect,
        write: Connect,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._blobs, self._calls = blobs, calls
        self._signer = URLSafeSerializer(
            secret_key, salt="kyc.storage.upload", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._base_url, self._lifetime = base_url.rstrip("/"), timedelta(seconds=lifetime_seconds)
        self._read, self._write = read, write
        self._clock, self._new_id = clock, new_id

    def create(self, name: str, *, owner_id: int, idempotency_key: str | None, base_url: str = "") -> StoragePlace:
        """A place for one picture named like `name` (which is not kept) with its signed upload address."""
        named = NAME.fullmatch(name)
        if named is None:
            raise KycRejectedError([Reason(INVALID, ("name",))])
        content_type = "image/png" if named[1].lower() == "png" else "image/jpeg"

        def work(finish: Any) -> str:
            object_id, now = self._new_id(), self._clock()
            url = self._public_url(object_id, content_type, base_url)
            signature = self._signer.dumps([object_id, int((now + self._lifetime).timestamp())])
            place = StoragePlace(
                public_url=url,
                upload_info=UploadInfo(headers={"content-type": content_type}, url=f"{url}?signature={signature!s}"),
            ).model_dump_json()
            with self._write() as connection:
                connection.execute(_INSERT, self._place(object_id, owner_id, url, content_type))
                finish(connection, place)
            return place

        call = f"POST storage {name}"
        return StoragePlace.model_validate_json(
            self._calls.run(idempotency_key, owner_id=owner_id, call=call, work=work)
        )

    def upload(self, object_name: str, *, signature: str, content_type: str, picture: bytes) -> None:
        """Take the bytes of a place once; the same bytes again are fine.

        Raises KycRejectedError (expired, not a picture), NotAllowedError (signature, revoked), WrongContentTypeError,
        ConflictError (other bytes are there) or NotFoundError.
        """
        object_id = self._object_id(object_name)
        self._check_signature(object_id, signature)
        row = self._row(object_id)
        if row is None:
            raise NotFoundError("no such place")
        if self._is_revoked(row.owner_id):
            raise NotAllowedError("the integration that the place belongs to was revoked")
        if content_type != row.content_type:
            raise WrongContentTypeError("the content type is not the promised one")
        self._keep(object_id, picture)

    def store(self, picture: bytes, *, idempotency_key: str) -> str:
        """Keep a picture of this installation's own and give its public URL; once per key."""
        picture_format = sniff(picture[:16])
        content_type = CONTENT_TYPES.get(picture_format or "")
        if content_type not in SUFFIXES:
            raise KycRejectedError([Reason(INVALID, ("body",))])
        object_id = str(uuid5(OWN_PICTURES, idempotency_key))
        url = self._public_url(object_id, content_type, "")
        claimed = {"sha256": hashlib.sha256(picture).hexdigest(), "picture_format": picture_format}
        with self._write() as connection:
            place = {**self._place(object_id, None, url, content_type), **claimed}
            is_ours = connection.execute(_insert_first(connection.dialect.name), place).rowcount == 1
        if is_ours:
            self._fill(object_id, picture)
            return url
        # The same call got there before, if only so far; of equal ones each may fill the place.
        self._keep(object_id, picture)
        row = self._row(object_id)
        if row is None:
            raise NotFoundError("no such place")
        return str(row.public_url)

    def erase(self, *, idempotency_key: str) -> None:
        """Forget a picture of this installation's own that was kept under a key."""
        object_id = str(uuid5(OWN_PICTURES, idempotency_key))
        self._blobs.delete(_key(object_id))
        with self._write() as connection:
            connection.execute(delete(objects).where(objects.c.id == object_id))

    def fetch(self, object_name: str, *, owner_id: int | None) -> tuple[bytes, str]:
        """The bytes of a stored picture and their content type, for its owner only (NotAllowedError)."""
        row = self._row(self._object_id(object_name))
        if row is None or row.stored_at is None:
            raise NotFoundError("no such picture")
        if row.owner_id != owner_id:
            raise NotAllowedError("the picture belongs to another integration")
        return self._blobs.get(_key(row.id)), CONTENT_TYPES[row.picture_format]

    def stored_urls(self, urls: Iterable[str], *, owner_id: int | None) -> set[str]:
        """Those of `urls` that name a picture which is stored here and belongs to the owner."""
        wanted = list(urls)
        if not wanted:
            return set()
        ids = {found[1] for url in wanted if (found := OBJECT_NAME.fullmatch(url.rpartition("/")[2]))}
        mine = objects.c.owner_id.is_(None) if owner_id is None else objects.c.owner_id == owner_id
        with self._read() as connection:
            rows = connection.execute(
                select(objects.c.public_url).where(objects.c.id.in_(ids), objects.c.stored_at.is_not(None), mine)
            )
            return set(rows.scalars()) & set(wanted)

    def _keep(self, object_id: str, picture: bytes) -> None:
        picture_format = sniff(picture[:16])
        if picture_format is None:
            raise KycRejectedError([Reason(INVALID, ("body",))])
        claim = {"object_id": object_id, "digest": hashlib.sha256(picture).hexdigest(), "format": picture_format}
        with self._write() as connection:
            claimed = connection.execute(_CLAIM, claim)
        if claimed.rowcount != 1:
            raise ConflictError("other bytes are stored there")
        self._fill(object_id, picture)

    def _fill(self, object_id: str, picture: bytes) -> None:
        """Put the bytes into a place that was claimed for them."""
        self._blobs.put(_key(object_id), picture)
        with self._write() as connection:
            connection.execute(_STORED, {"object_id": object_id, "now": self._clock()})

    def _check_signature(self, object_id: str, signature: str) -> None:
        try:
            signed_id, expires_at = self._signer.loads(signature)
        except (BadData, ValueError, TypeError):
            raise NotAllowedError("the upload address is not one of ours") from None
        if signed_id != object_id:
            raise NotAllowedError("the upload address is another picture's")
        if expires_at <= self._clock().timestamp():
            raise KycRejectedError([Reason("is expired", ("signature",))])

    def _place(self, object_id: str, owner_id: int | None, url: str, content_type: str) -> dict[str, Any]:
        return {
            "id": object_id,
            "owner_id": owner_id,
            "public_url": url,
            "content_type": content_type,
            "created_at": self._clock(),
        }

    def _public_url(self, object_id: str, content_type: str, base_url: str) -> str:
        base = self._base_url or base_url.rstrip("/")
        return f"{base}{OBJECTS_PATH}{object_id}.{SUFFIXES[content_type]}"

    def _is_revoked(self, owner_id: int | None) -> bool:
        with self._read() as connection:
            owner = select(integrations.c.id).where(
                integrations.c.id == owner_id, integrations.c.revoked_at.is_not(None)
            )
            return connection.execute(owner).first() is not None

    def _row(self, object_id: str) -> Row[Any] | None:
        with self._read() as connection:
            return connection.execute(_BY_ID, {"object_id": object_id}).first()

    def _object_id(self, object_name: str) -> str:
        named = OBJECT_NAME.fullmatch(object_name)
        if named is None:
            raise NotFoundError("no such place")
        return named[1]


def _key(object_id: str) -> str:
    return f"apis/storage/{object_id}"
