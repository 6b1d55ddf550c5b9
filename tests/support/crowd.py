"""Owns many submissions at once: copies of one that was made by hand, each of an application of its own."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from app.onboarding.ledger import place_of
from app.onboarding.photos import blob_key
from app.onboarding.submission import APIS, seal_snapshot
from app.store.db import read, utc_now, write
from app.store.models.applications import SUBMITTED, Application
from app.store.models.submissions import WAITING, Delivery, Submission


def multiply(app: Flask, count: int) -> list[str]:
    """Submit `count` copies of the first submission; the ids of the new ones."""
    with app.app_context():
        with read() as connection:
            delivery_id = connection.execute(select(Delivery.id).order_by(Delivery.created_at).limit(1)).scalar_one()
        parcel = app.extensions["alta"].deliveries.parcels.load(delivery_id)
        return [_copy(app, parcel, number) for number in range(count)]


def _copy(app: Flask, parcel: Any, number: int) -> str:
    services, submission_id, now = app.extensions["alta"], str(uuid.uuid4()), utc_now()
    application, originals = _of_its_own(parcel.application)
    for photo_id, original in originals.items():
        picture = services.blobs.get(blob_key(parcel.application.id, original, "stored"))
        services.blobs.put(blob_key(application.id, photo_id, "stored"), picture)
    with write() as connection:
        connection.execute(
            insert(Application).values(
                id=application.id,
                reference=f"T{number:06d}-{uuid.uuid4().hex[:3]}",
                country=application.country,
                language="en",
                state=SUBMITTED,
                checks='{"requested": [], "income_ranges": []}',
                reopened="{}",
                created_at=now,
                touched_at=now,
                submitted_at=now,
            )
        )
        connection.execute(
            insert(Submission).values(
                id=submission_id,
                application_id=application.id,
                number=1,
                snapshot=seal_snapshot(services.keyring, submission_id, application),
                asked="[]",
                created_at=now,
            )
        )
        for api in APIS:
            delivery_id = str(uuid.uuid4())
            connection.execute(
                insert(Delivery).values(
                    id=delivery_id,
                    submission_id=submission_id,
                    api=api,
                    state=WAITING,
                    attempts=0,
                    run=0,
                    next_try_at=now,
                    waiting_since=now,
                    idempotency_key=f"{submission_id}:{api}",
                    created_at=now,
                    updated_at=now,
                )
            )
            services.queue.enqueue(connection, place_of(api, None), delivery_id, 0, wait=0.0)
    return submission_id


def _of_its_own(application: Any) -> tuple[Any, dict[str, str]]:
    """The same person as another application with photos of its own, and of which photo each of them is a copy."""
    document = application.document
    originals = (document.front, document.back, application.dni_selfie, *application.selfies)
    fresh = {original: str(uuid.uuid4()) for original in originals}
    copied = replace(
        application,
        id=str(uuid.uuid4()),
        document=replace(document, front=fresh[document.front], back=fresh[document.back]),
        dni_selfie=fresh[application.dni_selfie],
        selfies=tuple(fresh[each] for each in application.selfies),
    )
    return copied, {copy: original for original, copy in fresh.items()}
