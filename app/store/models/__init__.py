"""Every row of Alta; importing this package registers them all."""

from app.store.models import (
    applications,
    embedding,
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
    "embedding",
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
