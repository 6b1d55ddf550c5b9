"""What everything else stands on: keys, rows, photos, texts and the queue, and what follows each application."""

from __future__ import annotations

from dataclasses import dataclass

from app.apis.values import Clock
from app.config import Settings
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.outbox import Outbox
from app.onboarding.funnel.counts import Counts
from app.onboarding.likeness import Likeness
from app.onboarding.notices import Notices
from app.onboarding.reasons import Reasons
from app.onboarding.stages import Stages
from app.queue import WorkerQueue
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.stores import StoreAccess


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What nearly every use case is given."""

    settings: Settings
    clock: Clock
    keyring: Keyring
    blobs: Blobs
    notices: Notices
    queue: WorkerQueue
    reasons: Reasons
    likeness: Likeness
    histories: Histories
    stages: Stages
    counts: Counts


def lay_ground(settings: Settings, clock: Clock, queue: WorkerQueue) -> Ground:
    """Build it."""
    keyring = Keyring(settings.encryption_keys, settings.index_key)
    histories = Histories(outbox=Outbox(queue=queue, clock=clock), clock=clock)
    return Ground(
        settings=settings,
        clock=clock,
        keyring=keyring,
        blobs=Blobs(settings.blob_url, settings.instance / "blobs", keyring, _store_access(settings)),
        notices=Notices(settings.legal_texts, controller=settings.controller, contact=settings.contact),
        queue=queue,
        reasons=Reasons(settings.reasons),
        likeness=Likeness(keyring),
        histories=histories,
        stages=Stages(settings=settings, history=histories, clock=clock),
        counts=Counts(settings=settings, clock=clock),
    )


def _store_access(settings: Settings) -> StoreAccess:
    return StoreAccess(
        endpoint=settings.blob_endpoint,
        region=settings.blob_region,
        style=settings.blob_style,
        key_id=settings.blob_key_id,
        secret=settings.blob_secret,
        seconds=settings.blob_seconds,
    )
