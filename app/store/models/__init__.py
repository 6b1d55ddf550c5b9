"""Every row of Alta; importing this package registers them all."""

from app.store.models import (
    applications,
    assistances,
    audit,
    decisions,
    figures,
    handoffs,
    integrations,
    kyc,
    listing,
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
    "assistances",
    "audit",
    "decisions",
    "figures",
    "handoffs",
    "integrations",
    "kyc",
    "listing",
    "personal_informations",
    "photos",
    "readings",
    "seen",
    "staff",
    "submissions",
    "workers",
]
