"""Every row of Alta; importing this package registers them all."""

from app.store.models import applications, integrations, kyc, personal_informations, photos, submissions, workers

__all__ = ["applications", "integrations", "kyc", "personal_informations", "photos", "submissions", "workers"]
