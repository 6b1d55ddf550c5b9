"""Every row of Alta; importing this package registers them all."""

from app.store.models import (
    applications,
    assistances,
    handoffs,
    integrations,
    kyc,
    personal_informations,
    photos,
    readings,
    seen,
    submissions,
    workers,
)

__all__ = [
    "applications",
    "assistances",
    "handoffs",
    "integrations",
    "kyc",
    "personal_informations",
    "photos",
    "readings",
    "seen",
    "submissions",
    "workers",
]
