"""What gathers an application: drafts and who gets to them, photos and what is read from them, and sending."""

from __future__ import annotations

from dataclasses import dataclass

from app.onboarding.access import Access
from app.onboarding.cases.terms import Terms
from app.onboarding.comparisons import Comparisons
from app.onboarding.drafts import Drafts
from app.onboarding.handoff import Handoffs
from app.onboarding.photos import Photos
from app.onboarding.readings import Readings
from app.onboarding.status import Statuses
from app.onboarding.upstreams import Upstreams
from app.onboarding.wants import Wants
from app.pictures import mrz
from app.wiring.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What people's own pages use before they send, and where they see what became of it."""

    drafts: Drafts
    access: Access
    photos: Photos
    readings: Readings
    comparisons: Comparisons
    handoffs: Handoffs
    status: Statuses


def wire_gathering(ground: Ground, upstreams: Upstreams) -> Gathering:
    """Build it."""
    settings, clock = ground.settings, ground.clock
    drafts = _drafts(ground, Wants(upstreams))
    readings = Readings(
        keyring=ground.keyring,
        blobs=ground.blobs,
        enqueue=ground.queue.read_document,
        clock=clock,
        read_print=mrz.read_lines if mrz.is_installed() else None,
    )
    photos = Photos(drafts=drafts, blobs=ground.blobs, likeness=ground.likeness, on_stored=readings.ask)
    return Gathering(
        drafts=drafts,
        access=Access(settings=settings, reader=drafts, readings=readings, photos=photos, clock=clock),
        photos=photos,
        readings=readings,
        comparisons=Comparisons(drafts=drafts, readings=readings),
        handoffs=Handoffs(settings=settings, drafts=drafts, clock=clock),
        status=Statuses(ground.keyring),
    )


def _drafts(ground: Ground, wants: Wants) -> Drafts:
    return Drafts(
        settings=ground.settings,
        keyring=ground.keyring,
        notices=ground.notices,
        reasons=ground.reasons,
        wants=wants,
        stages=ground.stages,
        terms=Terms(ground.keyring),
        counts=ground.counts,
        clock=ground.clock,
    )
