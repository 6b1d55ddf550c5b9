"""The only place that names concrete backends: what the settings say becomes the services that views and worker use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from sqlalchemy import Connection

from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.personal_informations.service import PersonalInformationsService
from app.apis.values import new_uuid
from app.config import Settings
from app.forms.context import StepContext
from app.onboarding.access import Access
from app.onboarding.delivery import Deliveries
from app.onboarding.drafts import Drafts
from app.onboarding.notices import Notice, Notices
from app.onboarding.photos import Photos
from app.onboarding.purge import Purge
from app.onboarding.readiness import Readiness
from app.onboarding.slots import Slots
from app.onboarding.status import Statuses
from app.onboarding.submission import Submissions
from app.steps import STEPS
from app.steps.base import Step
from app.steps.exposure import legal_kind
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import db, read, session_on, utc_now, write
from app.store.stores import StoreAccess

if TYPE_CHECKING:
    from dbos import DBOSClient

DELIVERY_QUEUE, DELIVERY_WORKFLOW = "deliveries", "deliver"
WORKFLOW_VERSION = "1"


class DeliveryQueue:
    """Enqueues deliveries for the worker in the application's own transaction."""

    def __init__(self) -> None:
        self._client: DBOSClient | None = None

    def __call__(self, connection: Connection, submission_id: str, *, again: bool = False) -> None:
        """Have the worker deliver `submission_id` once the caller's transaction commits; once, however often asked."""
        with session_on(connection) as session:
            self._connected().enqueue_in_transaction(
                session,
                {
                    "queue_name": DELIVERY_QUEUE,
                    "workflow_name": DELIVERY_WORKFLOW,
                    "workflow_id": new_uuid() if again else submission_id,
                    "app_version": WORKFLOW_VERSION,
                },
                submission_id,
            )

    def _connected(self) -> DBOSClient:
        # Made on first use: importing DBOS takes longer than everything else of a web process together.
        if self._client is None:
            from dbos import DBOSClient

            self._client = DBOSClient(system_database_engine=db.engine, lazy=True)
        return self._client


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a request or the worker may use.

    `dry_calls` asks each upstream over HTTP, by its name, something harmless that wants our credentials.
    """

    settings: Settings
    keyring: Keyring
    blobs: Blobs
    notices: Notices
    drafts: Drafts
    access: Access
    photos: Photos
    submission: Submissions
    status: Statuses
    deliveries: Deliveries
    purge: Purge
    slots: Slots
    readiness: Readiness
    personal_informations: PersonalInformationsService
    kyc: KycService
    storage: PhotoStorage
    dry_calls: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    steps: tuple[Step, ...] = STEPS

    def legal_shown(self, context: StepContext) -> Notice:
        """The country's list of exposed posts, in the language of the page."""
        return self.notices.get(legal_kind(context), context.language)

    def public_url(self, host_url: str) -> str:
        """The address people reach Alta at: the setting, or the request's own host in local mode."""
        return (self.settings.public_url or host_url).rstrip("/")


def wire(settings: Settings) -> Services:
    """Build the services that `settings` describe."""
    keyring = Keyring(settings.encryption_keys, settings.index_key)
    blobs = Blobs(settings.blob_url, settings.instance / "blobs", keyring, _store_access(settings))
    notices = Notices(settings.legal_texts, controller=settings.controller, contact=settings.contact)
    calls = IdempotentCalls(keyring=keyring, read=read, write=write, clock=utc_now, new_id=new_uuid)
    storage = _storage(settings, blobs, calls)
    kyc = KycService(
        keyring=keyring,
        storage=storage,
        calls=calls,
        document_types=settings.kyc_document_types,
        photo_hosts=settings.kyc_photo_hosts,
    )
    personal_informations = PersonalInformationsService(keyring=keyring, blobs=blobs)
    drafts = Drafts(settings=settings, keyring=keyring, notices=notices, kyc=kyc, clock=utc_now)
    photos, queue = Photos(drafts=drafts, blobs=blobs), DeliveryQueue()
    slots = Slots(instance=settings.instance, dead_seconds=settings.worker_dead_seconds)
    return Services(
        settings=settings,
        keyring=keyring,
        blobs=blobs,
        notices=notices,
        drafts=drafts,
        access=Access(settings=settings, reader=drafts, clock=utc_now),
        photos=photos,
        submission=Submissions(drafts=drafts, enqueue=queue, clock=utc_now),
        status=Statuses(keyring),
        deliveries=Deliveries(
            keyring=keyring,
            blobs=blobs,
            personal_informations=personal_informations,
            kyc=kyc,
            enqueue=queue,
            clock=utc_now,
        ),
        purge=Purge(settings=settings, blobs=blobs, photos=photos, clock=utc_now),
        slots=slots,
        readiness=Readiness(blobs=blobs, slots=slots),
        personal_informations=personal_informations,
        kyc=kyc,
        storage=storage,
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


def _storage(settings: Settings, blobs: Blobs, calls: IdempotentCalls) -> PhotoStorage:
    return PhotoStorage(
        blobs=blobs,
        calls=calls,
        secret_key=settings.secret_key,
        base_url=settings.public_url,
        lifetime_seconds=settings.storage_seconds,
        read=read,
        write=write,
        clock=utc_now,
        new_id=new_uuid,
    )


def install(app: Flask, services: Services) -> None:
    """Keep the services with the application."""
    app.extensions["alta"] = services


def services() -> Services:
    """The services of the application at work."""
    return cast(Services, current_app.extensions["alta"])
