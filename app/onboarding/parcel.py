"""What a delivery's steps work with: its rows, the Application that was sent, its photos, its upstreams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.apis.kyc.contract import Wanted
from app.domain.application import Application
from app.onboarding.photos import blob_key
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS, open_snapshot
from app.onboarding.upstreams import Upstream, Upstreams
from app.onboarding.wants import kyc_user_id
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models import applications
from app.store.models.submissions import Delivery, Submission, UpstreamPicture

_ROW = (
    select(
        Delivery.__table__,
        Submission.application_id,
        Submission.snapshot,
        Submission.asked,
        Submission.number,
        applications.UPSTREAM,
    )
    .join(Submission, Submission.id == Delivery.submission_id)
    .join(applications.Application, applications.Application.id == Submission.application_id)
    .where(Delivery.id == bindparam("delivery_id"))
)
_SERVED = (
    select(Delivery.id)
    .join(Submission, Submission.id == Delivery.submission_id)
    .where(
        Submission.application_id == bindparam("application_id"),
        Submission.number < bindparam("number"),
        Delivery.api == KYC,
        Delivery.delivered_at.is_not(None),
    )
)
_DECIDE = update(Delivery).where(Delivery.id == bindparam("delivery_id"))
_THERE = (
    UpstreamPicture.photo_id.in_(bindparam("photo_ids", expanding=True)),
    UpstreamPicture.place == bindparam("place"),
)
_URLS = select(UpstreamPicture.photo_id, UpstreamPicture.public_url).where(*_THERE)
_FORGET = delete(UpstreamPicture).where(*_THERE)


@cache
def _keep(dialect_name: str) -> Any:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(UpstreamPicture)
    return statement.on_conflict_do_update(
        index_elements=["photo_id", "place"],
        set_={"public_url": statement.excluded.public_url, "stored_at": statement.excluded.stored_at},
    )


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One delivery with all that belongs to it."""

    row: Row[Any]
    application: Application
    upstream: Upstream

    @property
    def user_id(self) -> str:
        """Who the application is to the KYC API."""
        return kyc_user_id(self.application.id, self.application.country)

    @property
    def asked(self) -> frozenset[str]:
        """The steps that were asked again and that its submission answers."""
        return frozenset(json.loads(self.row.asked))


@dataclass(frozen=True, kw_only=True)
class Checks:
    """The KYC checks that a delivery answers, once decided; `anew` when an earlier decision turned out to be stale."""

    wanted: tuple[Wanted, ...] | None
    anew: bool = False


class Parcels:
    """Loads parcels, and keeps what their steps decide on the way."""

    def __init__(self, *, keyring: Keyring, blobs: Blobs, upstreams: Upstreams, clock: Callable[[], datetime]) -> None:
        self.keyring, self.blobs, self.upstreams, self.clock = keyring, blobs, upstreams, clock

    def row(self, delivery_id: str) -> Row[Any] | None:
        """A delivery's row with its submission's and its application's."""
        with read() as connection:
            return connection.execute(_ROW, {"delivery_id": delivery_id}).first()

    def load(self, delivery_id: str) -> Parcel:
        """The parcel; raises NotAllowedError where its upstreams are gone."""
        row = self.row(delivery_id)
        assert row is not None, "a workflow is enqueued with its delivery"
        return self.of(row)

    def of(self, row: Row[Any]) -> Parcel:
        """The parcel of a row; raises NotAllowedError where its upstreams are gone."""
        application = open_snapshot(self.keyring, row.submission_id, row.snapshot)
        return Parcel(row=row, application=application, upstream=self.upstreams.of(row.upstream))

    def was_served(self, parcel: Parcel) -> bool:
        """Whether the KYC API has had everything of this application once before."""
        if parcel.row.number == 1:
            return False
        earlier = {"application_id": parcel.row.application_id, "number": parcel.row.number}
        with read() as connection:
            return connection.execute(_SERVED, earlier).first() is not None

    def key_before(self, parcel: Parcel) -> str | None:
        """The key with which an earlier submission of this application made its personal informations record."""
        with read() as connection:
            statement = (
                select(Delivery.idempotency_key)
                .join(Submission, Submission.id == Delivery.submission_id)
                .where(
                    Submission.application_id == parcel.row.application_id,
                    Submission.number < parcel.row.number,
                    Delivery.api == PERSONAL_INFORMATIONS,
                    Delivery.upstream_id.is_not(None),
                )
                .order_by(Submission.number)
                .limit(1)
            )
            return connection.execute(statement).scalar()

    def photo(self, parcel: Parcel, photo_id: str) -> bytes:
        """A photo's stored bytes."""
        return self.blobs.get(blob_key(parcel.application.id, photo_id, "stored"))

    def checks(self, row: Row[Any]) -> Checks:
        """What was decided to be answered."""
        kept = json.loads(row.wanted or "{}")
        wanted = kept.get("checks")
        decided = None if wanted is None else tuple(Wanted(*each) for each in wanted)
        return Checks(wanted=decided, anew=bool(kept.get("anew")))

    def decide(self, delivery_id: str, checks: Checks) -> None:
        """Keep what is answered, before it is: a repeated call must say the same."""
        kept = json.dumps({"checks": checks.wanted, "anew": checks.anew})
        with write() as connection:
            connection.execute(_DECIDE, {"delivery_id": delivery_id, "wanted": kept})

    def urls(self, parcel: Parcel, photo_ids: Iterable[str]) -> dict[str, str]:
        """The public URLs of those photos that the KYC API's storage holds already, by photo id."""
        place = parcel.upstream.kyc_place
        with read() as connection:
            rows = connection.execute(_URLS, {"photo_ids": list(photo_ids), "place": place}).all()
        return {each.photo_id: self._open(each.photo_id, place, each.public_url) for each in rows}

    def keep_url(self, parcel: Parcel, photo_id: str, url: str) -> None:
        """Remember where a photo is stored; a repeated step overwrites what it wrote."""
        place = parcel.upstream.kyc_place
        sealed = self.keyring.encrypt(url.encode(), _context(photo_id, place))
        values = {"photo_id": photo_id, "place": place, "public_url": sealed, "stored_at": self.clock()}
        with write() as connection:
            connection.execute(_keep(connection.dialect.name), values)

    def forget_urls(self, parcel: Parcel, photo_ids: Iterable[str]) -> None:
        """Have these photos stored anew."""
        with write() as connection:
            connection.execute(_FORGET, {"photo_ids": list(photo_ids), "place": parcel.upstream.kyc_place})

    def _open(self, photo_id: str, place: str, sealed: bytes) -> str:
        return self.keyring.decrypt(sealed, _context(photo_id, place)).decode()


def _context(photo_id: str, place: str) -> str:
    return f"upstream_pictures.public_url:{photo_id}:{place}"
