"""The only place that names concrete backends: what the settings say becomes the services that views and worker use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from app.apis.access import AccessTokens
from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.personal_informations.service import PersonalInformationsService
from app.apis.values import Clock, new_uuid
from app.config import Settings
from app.forms.context import StepContext
from app.onboarding.access import Access
from app.onboarding.cases.terms import Terms
from app.onboarding.comparisons import Comparisons
from app.onboarding.deciding.decisions import Decisions
from app.onboarding.deciding.rejections import Rejections
from app.onboarding.delivery import Deliveries
from app.onboarding.drafts import Drafts
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.outbox import Outbox
from app.onboarding.following import Following
from app.onboarding.funnel.counts import Counts
from app.onboarding.funnel.report import Reports
from app.onboarding.funnel.waiting import Waiting
from app.onboarding.handoff import Handoffs
from app.onboarding.hooks import Hooks
from app.onboarding.ledger import Ledger
from app.onboarding.likeness import Likeness
from app.onboarding.notices import Notice, Notices
from app.onboarding.parcel import Parcels
from app.onboarding.photos import Photos
from app.onboarding.purge import Purge
from app.onboarding.readiness import Readiness
from app.onboarding.readings import Readings
from app.onboarding.reasons import Reasons
from app.onboarding.slots import Slots
from app.onboarding.stages import Stages
from app.onboarding.status import Statuses
from app.onboarding.submission import Submissions
from app.onboarding.upstreams import Upstreams
from app.onboarding.wants import Wants
from app.pictures import mrz
from app.queue import WorkerQueue
from app.steps import STEPS
from app.steps.base import Step
from app.steps.exposure import legal_kind
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import read, utc_now, write
from app.store.stores import StoreAccess
from app.wiring_cases import CaseServices, wire_cases
from app.wiring_decisions import wire_decisions
from app.wiring_embed import Embedding, embedding_of, forgetting_of, magic_of
from app.wiring_help import HelpServices, wire_help
from app.wiring_staff import StaffServices, wire_staff
from app.wiring_upstreams import dry_calls_of, upstreams_from


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a request or the worker may use.

    `dry_calls` asks each upstream over HTTP, by its name, something harmless that wants our credentials.
    """

    settings: Settings
    keyring: Keyring
    blobs: Blobs
    notices: Notices
    upstreams: Upstreams
    queue: WorkerQueue
    reasons: Reasons
    stages: Stages
    counts: Counts
    reports: Reports
    waiting: Waiting
    drafts: Drafts
    access: Access
    photos: Photos
    readings: Readings
    comparisons: Comparisons
    handoffs: Handoffs
    likeness: Likeness
    submission: Submissions
    status: Statuses
    deliveries: Deliveries
    purge: Purge
    hooks: Hooks
    slots: Slots
    readiness: Readiness
    personal_informations: PersonalInformationsService
    kyc: KycService
    storage: PhotoStorage
    embedding: Embedding
    tokens: AccessTokens
    staff: StaffServices
    rejections: Rejections
    decisions: Decisions
    helping: HelpServices
    cases: CaseServices
    dry_calls: Mapping[str, Callable[[], object]]
    steps: tuple[Step, ...] = STEPS

    def legal_shown(self, context: StepContext) -> Notice:
        """The country's list of exposed posts, in the language of the page."""
        return self.notices.get(legal_kind(context.country), context.language)

    def public_url(self, host_url: str) -> str:
        """The address people reach Alta at: the setting, or the request's own host in local mode."""
        return (self.settings.public_url or host_url).rstrip("/")


def wire(settings: Settings, *, clock: Clock = utc_now, queue: WorkerQueue | None = None) -> Services:
    """Build the services that `settings` describe; `clock` and `queue` are others' only where time is played."""
    keyring = Keyring(settings.encryption_keys, settings.index_key)
    blobs = Blobs(settings.blob_url, settings.instance / "blobs", keyring, _store_access(settings))
    notices = Notices(settings.legal_texts, controller=settings.controller, contact=settings.contact)
    calls = IdempotentCalls(keyring=keyring, read=read, write=write, clock=clock, new_id=new_uuid)
    storage, kyc = _embedded_kyc(settings, keyring, blobs, calls, clock)
    personal_informations = PersonalInformationsService(keyring=keyring, blobs=blobs, clock=clock)
    upstreams = upstreams_from(settings, personal_informations, kyc)
    queue, reasons, likeness = queue or WorkerQueue(), Reasons(settings.reasons), Likeness(keyring)
    histories = Histories(outbox=Outbox(queue=queue, clock=clock), clock=clock)
    counts = Counts(settings=settings, clock=clock)
    stages = Stages(settings=settings, history=histories, clock=clock)
    drafts = _drafts(keyring, notices, reasons, Wants(upstreams), stages, counts)
    ledger = Ledger(settings=settings, queue=queue, stages=stages, clock=clock)
    parcels = Parcels(keyring=keyring, blobs=blobs, upstreams=upstreams, clock=clock)
    readings = _readings(keyring, blobs, queue, clock)
    comparisons = Comparisons(drafts=drafts, readings=readings)
    photos = Photos(drafts=drafts, blobs=blobs, likeness=likeness, on_stored=readings.ask)
    rejections = Rejections(settings.rejections)
    access = Access(settings=settings, reader=drafts, readings=readings, photos=photos, clock=clock)
    staff, statuses = wire_staff(settings, keyring, clock), Statuses(keyring)
    helping = wire_help(settings, drafts, access, staff.audit)
    forgetting = forgetting_of(
        settings, drafts, blobs, histories, records=personal_informations, kyc=kyc, storage=storage, calls=calls
    )
    slots = Slots(instance=settings.instance, dead_seconds=settings.worker_dead_seconds)
    return Services(
        settings=settings,
        keyring=keyring,
        blobs=blobs,
        notices=notices,
        upstreams=upstreams,
        queue=queue,
        reasons=reasons,
        stages=stages,
        counts=counts,
        reports=Reports(counts=counts, audit=staff.audit),
        waiting=Waiting(clock=clock),
        drafts=drafts,
        access=access,
        photos=photos,
        readings=readings,
        comparisons=comparisons,
        handoffs=Handoffs(settings=settings, drafts=drafts, clock=clock),
        likeness=likeness,
        submission=Submissions(drafts=drafts, queue=queue, on_sent=helping.assistances.end_by_sending, clock=clock),
        status=statuses,
        deliveries=Deliveries(
            parcels=parcels,
            ledger=ledger,
            following=Following(reasons),
            on_delivered=magic_of(drafts, parcels, upstreams, staff.members).steer,
        ),
        hooks=Hooks(upstreams=upstreams, ledger=ledger, clock=clock),
        purge=Purge(settings=settings, blobs=blobs, photos=photos, forgetting=forgetting, clock=clock),
        slots=slots,
        readiness=Readiness(blobs=blobs, slots=slots),
        personal_informations=personal_informations,
        kyc=kyc,
        storage=storage,
        tokens=AccessTokens(secret_key=settings.secret_key, read=read, write=write, clock=clock),
        staff=staff,
        rejections=rejections,
        helping=helping,
        cases=wire_cases(drafts, ledger, comparisons=comparisons, blobs=blobs, likeness=likeness, audit=staff.audit),
        decisions=wire_decisions(settings, upstreams=upstreams, drafts=drafts, rejections=rejections, staff=staff),
        embedding=embedding_of(
            settings,
            drafts,
            histories,
            forgetting,
            calls=calls,
            statuses=statuses,
            comparisons=comparisons,
            audit=staff.audit,
        ),
        dry_calls=dry_calls_of(settings),
    )


def _drafts(
    keyring: Keyring, notices: Notices, reasons: Reasons, wants: Wants, stages: Stages, counts: Counts
) -> Drafts:
    return Drafts(
        settings=counts.settings,
        keyring=keyring,
        notices=notices,
        reasons=reasons,
        wants=wants,
        stages=stages,
        terms=Terms(keyring),
        counts=counts,
        clock=counts.clock,
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


def _readings(keyring: Keyring, blobs: Blobs, queue: WorkerQueue, clock: Clock) -> Readings:
    return Readings(
        keyring=keyring,
        blobs=blobs,
        enqueue=queue.read_document,
        clock=clock,
        read_print=mrz.read_lines if mrz.is_installed() else None,
    )


def _embedded_kyc(
    settings: Settings, keyring: Keyring, blobs: Blobs, calls: IdempotentCalls, clock: Clock
) -> tuple[PhotoStorage, KycService]:
    storage = PhotoStorage(
        blobs=blobs,
        calls=calls,
        secret_key=settings.secret_key,
        base_url=settings.public_url,
        lifetime_seconds=settings.storage_seconds,
        read=read,
        write=write,
        clock=clock,
        new_id=new_uuid,
    )
    service = KycService(
        keyring=keyring,
        storage=storage,
        calls=calls,
        document_types=settings.kyc_document_types,
        photo_hosts=settings.kyc_photo_hosts,
        clock=clock,
    )
    return storage, service


def install(app: Flask, services: Services) -> None:
    """Keep the services with the application."""
    app.extensions["alta"] = services


def services() -> Services:
    """The services of the application at work."""
    return cast(Services, current_app.extensions["alta"])
