"""Every row of Alta; importing this package registers them all."""

from app.store.models import (
    applications,
    audit,
    handoffs,
    integrations,
    kyc,
    personal_informations,
    photos,
    readings,
    seen,
    staff,
    submissions,
    workers,
)

__all__ = [
    "applications",
    "audit",
    "handoffs",
    "integrations",
    "kyc",
    "personal_informations",
    "photos",
    "readings",
    "seen",
    "staff",
    "submissions",
    "workers",
]
