"""Every row of Alta; importing this package registers them all."""

from app.store.models import (
    applications,
    handoffs,
    integrations,
    kyc,
    listing,
    personal_informations,
    photos,
    readings,
    seen,
    submissions,
    workers,
)

__all__ = [
    "applications",
    "handoffs",
    "integrations",
    "kyc",
    "listing",
    "personal_informations",
    "photos",
    "readings",
    "seen",
    "submissions",
    "workers",
]
