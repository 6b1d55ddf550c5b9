"""What embedding is made of: its use cases, over the services that everything shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.outside import Outside
from app.apis.personal_informations.service import PersonalInformationsService
from app.config import Settings
from app.onboarding.audit import Audit
from app.onboarding.comparisons import Comparisons
from app.onboarding.deciding.cases import Cases
from app.onboarding.deciding.outcomes import Outcomes
from app.onboarding.drafts import Drafts
from app.onboarding.embedding.desk import Desk
from app.onboarding.embedding.forgetting import Forgetting
from app.onboarding.embedding.frames import Frames
from app.onboarding.embedding.history import Histories
from app.onboarding.embedding.launches import Launches
from app.onboarding.embedding.looks import Looks
from app.onboarding.embedding.magic import Magic
from app.onboarding.embedding.outbox import Outbox
from app.onboarding.embedding.prefill import Prefills
from app.onboarding.embedding.registry import Registry
from app.onboarding.embedding.sandbox import Sandbox
from app.onboarding.embedding.secrets import Secrets
from app.onboarding.embedding.sending import Sending
from app.onboarding.embedding.sessions import Sessions
from app.onboarding.embedding.showing import Showing
from app.onboarding.embedding.webhooks import Webhooks
from app.onboarding.erasure import Erasure
from app.onboarding.parcel import Parcels
from app.onboarding.staff.members import MemberReader
from app.onboarding.status import Statuses
from app.onboarding.upstreams import Upstreams
from app.store.blobs import Blobs
from app.store.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """The use cases of embedding."""

    clock: Callable[[], datetime]
    registry: Registry
    sessions: Sessions
    showing: Showing
    forgetting: Forgetting
    frames: Frames
    sandbox: Sandbox
    webhooks: Webhooks
    looks: Looks
    desk: Desk


def magic_of(drafts: Drafts, parcels: Parcels, upstreams: Upstreams, members: MemberReader) -> Magic:
    """What steers the applications of test integrations."""
    return Magic(
        parcels=parcels,
        cases=Cases(keyring=drafts.keyring, upstreams=upstreams, members=members),
        outcomes=Outcomes(reasons=drafts.reasons, stages=drafts.stages, clock=drafts.clock),
        drafts=drafts,
    )


def forgetting_of(
    settings: Settings,
    drafts: Drafts,
    blobs: Blobs,
    histories: Histories,
    *,
    records: PersonalInformationsService,
    kyc: KycService,
    storage: PhotoStorage,
    calls: IdempotentCalls,
) -> Forgetting:
    """What erases sessions, and what the purge tells."""
    erasure = Erasure(
        keyring=drafts.keyring,
        blobs=blobs,
        stages=drafts.stages,
        records=records,
        kyc=kyc,
        storage=storage,
        calls=calls,
    )
    return Forgetting(settings=settings, erasure=erasure, histories=histories, clock=drafts.clock)


def embedding_of(
    settings: Settings,
    drafts: Drafts,
    histories: Histories,
    forgetting: Forgetting,
    *,
    calls: IdempotentCalls,
    statuses: Statuses,
    comparisons: Comparisons,
    audit: Audit,
) -> Embedding:
    """The use cases of embedding, wired."""
    clock = drafts.clock
    registry, prefills = Registry(clock), Prefills(drafts)
    launches = Launches(secret_key=settings.secret_key, clock=clock)
    sessions = Sessions(
        keyring=drafts.keyring,
        calls=calls,
        registry=registry,
        prefills=prefills,
        launches=launches,
        histories=histories,
        clock=clock,
    )
    showing = Showing(sessions=sessions, registry=registry, drafts=drafts, statuses=statuses, comparisons=comparisons)
    frames = Frames(
        settings=settings, drafts=drafts, prefills=prefills, launches=launches, histories=histories, clock=clock
    )
    sandbox = Sandbox(instance=settings.instance, registry=registry)
    looks = Looks(clock)
    desk = Desk(registry=registry, looks=looks, sessions=sessions, audit=audit, clock=clock)
    return Embedding(
        clock=clock,
        registry=registry,
        sessions=sessions,
        showing=showing,
        forgetting=forgetting,
        frames=frames,
        sandbox=sandbox,
        webhooks=_webhooks(settings, drafts.keyring, histories.outbox, audit),
        looks=looks,
        desk=desk,
    )


def _webhooks(settings: Settings, keyring: Keyring, outbox: Outbox, audit: Audit) -> Webhooks:
    is_local, clock = settings.mode == "local", outbox.clock
    secrets = Secrets(keyring=keyring, clock=clock)
    sending = Sending(outbox=outbox, secrets=secrets, outside=Outside(near=is_local), clock=clock)
    return Webhooks(sending=sending, audit=audit, is_local=is_local, clock=clock)
