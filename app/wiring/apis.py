"""The two APIs, embedded, and the upstreams that each integration's applications are delivered to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.apis.access import AccessTokens
from app.apis.kyc.idempotency import IdempotentCalls
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.personal_informations.service import PersonalInformationsService
from app.apis.values import new_uuid
from app.onboarding.upstreams import Upstreams
from app.store.db import read, write
from app.wiring.ground import Ground
from app.wiring.upstreams import dry_calls_of, upstreams_from


@dataclass(frozen=True, kw_only=True)
class Apis:
    """Both APIs.

    `dry_calls` asks each upstream over HTTP, by its name, something harmless that wants our credentials.
    """

    calls: IdempotentCalls
    storage: PhotoStorage
    kyc: KycService
    personal_informations: PersonalInformationsService
    upstreams: Upstreams
    tokens: AccessTokens
    dry_calls: Mapping[str, Callable[[], object]]


def wire_apis(ground: Ground) -> Apis:
    """Build them."""
    settings, clock = ground.settings, ground.clock
    calls = IdempotentCalls(keyring=ground.keyring, read=read, write=write, clock=clock, new_id=new_uuid)
    storage = PhotoStorage(
        blobs=ground.blobs,
        calls=calls,
        secret_key=settings.secret_key,
        base_url=settings.public_url,
        lifetime_seconds=settings.storage_seconds,
        read=read,
        write=write,
        clock=clock,
        new_id=new_uuid,
    )
    kyc = KycService(
        keyring=ground.keyring,
        storage=storage,
        calls=calls,
        document_types=settings.kyc_document_types,
        photo_hosts=settings.kyc_photo_hosts,
        clock=clock,
    )
    records = PersonalInformationsService(keyring=ground.keyring, blobs=ground.blobs, clock=clock)
    return Apis(
        calls=calls,
        storage=storage,
        kyc=kyc,
        personal_informations=records,
        upstreams=upstreams_from(settings, records, kyc),
        tokens=AccessTokens(secret_key=settings.secret_key, read=read, write=write, clock=clock),
        dry_calls=dry_calls_of(settings),
    )
