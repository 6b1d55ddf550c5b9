"""What delivers an application once it is sent, what follows it, and the workers that do so."""

from __future__ import annotations

from dataclasses import dataclass

from app.onboarding.delivery import Deliveries
from app.onboarding.drafts import Drafts
from app.onboarding.following import Following
from app.onboarding.hooks import Hooks
from app.onboarding.ledger import Ledger
from app.onboarding.parcel import Parcels
from app.onboarding.readiness import Readiness
from app.onboarding.slots import Slots
from app.onboarding.staff.members import MemberReader
from app.onboarding.submission import OnSent, Submissions
from app.onboarding.upstreams import Upstreams
from app.wiring.embedding import magic_of
from app.wiring.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Delivering:
    """What takes an application from the person to the APIs, and its answers back."""

    ledger: Ledger
    submission: Submissions
    deliveries: Deliveries
    hooks: Hooks
    slots: Slots
    readiness: Readiness


def wire_delivering(
    ground: Ground, drafts: Drafts, upstreams: Upstreams, *, on_sent: OnSent, members: MemberReader
) -> Delivering:
    """Build it; `on_sent` is called in the transaction that sends."""
    settings, clock = ground.settings, ground.clock
    ledger = Ledger(settings=settings, queue=ground.queue, stages=ground.stages, clock=clock)
    parcels = Parcels(keyring=ground.keyring, blobs=ground.blobs, upstreams=upstreams, clock=clock)
    slots = Slots(instance=settings.instance, dead_seconds=settings.worker_dead_seconds)
    return Delivering(
        ledger=ledger,
        submission=Submissions(drafts=drafts, queue=ground.queue, on_sent=on_sent, clock=clock),
        deliveries=Deliveries(
            parcels=parcels,
            ledger=ledger,
            following=Following(ground.reasons),
            on_delivered=magic_of(drafts, parcels, upstreams, members).steer,
        ),
        hooks=Hooks(upstreams=upstreams, ledger=ledger, clock=clock),
        slots=slots,
        readiness=Readiness(blobs=ground.blobs, slots=slots),
    )
