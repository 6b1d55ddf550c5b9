"""What embedding is made of: its use cases, over the services that everything shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.apis.outside import Outside
from app.config import Settings
from app.onboarding.audit import Audit
from app.onboarding.deciding.cases import Cases
from app.onboarding.deciding.outcomes import Outcomes
from app.onboarding.drafts import Drafts
from app.onboarding.embedding.desk import Desk
from app.onboarding.embedding.forgetting import Forgetting
from app.onboarding.embedding.frames import Frames
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
from app.onboarding.upstreams import Upstreams
from app.store.crypto import Keyring
from app.wiring.apis import Apis
from app.wiring.gathering import Gathering
from app.wiring.ground import Ground


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


def forgetting_of(ground: Ground, apis: Apis, drafts: Drafts) -> Forgetting:
    """What erases sessions, and what the purge tells."""
    erasure = Erasure(
        keyring=ground.keyring,
        blobs=ground.blobs,
        stages=ground.stages,
        records=apis.personal_informations,
        kyc=apis.kyc,
        storage=apis.storage,
        calls=apis.calls,
    )
    return Forgetting(settings=ground.settings, erasure=erasure, histories=ground.histories, clock=ground.clock)


def wire_embedding(
    ground: Ground, apis: Apis, gathering: Gathering, *, forgetting: Forgetting, audit: Audit
) -> Embedding:
    """Build the use cases of embedding."""
    settings, clock, histories, drafts = ground.settings, ground.clock, ground.histories, gathering.drafts
    registry, prefills, looks = Registry(clock), Prefills(drafts), Looks(clock)
    launches = Launches(secret_key=settings.secret_key, clock=clock)
    sessions = Sessions(
        keyring=ground.keyring,
        calls=apis.calls,
        registry=registry,
        prefills=prefills,
        launches=launches,
        histories=histories,
        clock=clock,
    )
    frames = Frames(
        settings=settings, drafts=drafts, prefills=prefills, launches=launches, histories=histories, clock=clock
    )
    statuses, comparisons = gathering.status, gathering.comparisons
    return Embedding(
        clock=clock,
        registry=registry,
        sessions=sessions,
        showing=Showing(
            sessions=sessions, registry=registry, drafts=drafts, statuses=statuses, comparisons=comparisons
        ),
        forgetting=forgetting,
        frames=frames,
        sandbox=Sandbox(instance=settings.instance, registry=registry),
        webhooks=_webhooks(settings, ground.keyring, histories.outbox, audit),
        looks=looks,
        desk=Desk(registry=registry, looks=looks, sessions=sessions, audit=audit, clock=clock),
    )


def _webhooks(settings: Settings, keyring: Keyring, outbox: Outbox, audit: Audit) -> Webhooks:
    is_local, clock = settings.mode == "local", outbox.clock
    secrets = Secrets(keyring=keyring, clock=clock)
    sending = Sending(outbox=outbox, secrets=secrets, outside=Outside(near=is_local), clock=clock)
    return Webhooks(sending=sending, audit=audit, is_local=is_local, clock=clock)
