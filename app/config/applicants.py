"""The settings of people's own pages: who may apply, how long what they gave is kept, and how often they may ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from app.config.rules import LONGEST_DAYS, RateLimit, time_zone

TimeZone = Annotated[str, AfterValidator(time_zone)]


class ApplicantSettings(BaseModel):
    """What concerns those who apply."""

    minimum_age: int = Field(18, ge=0, le=120, description="Youngest age in years that may apply.")
    maximum_age: int = Field(120, ge=1, le=150, description="Oldest age in years that is believed.")
    argentina_time_zone: TimeZone = Field(
        "America/Argentina/Buenos_Aires", description="Zone that decides what day it is for applicants in Argentina."
    )
    brazil_time_zone: TimeZone = Field(
        "America/Sao_Paulo", description="Zone that decides what day it is for applicants in Brazil."
    )
    selfies: int = Field(3, ge=0, le=10, description="Face selfies asked for, beside the one holding the document.")
    draft_days: int = Field(
        30, ge=1, le=LONGEST_DAYS, description="Days after which an untouched draft is purged, photos included."
    )
    resume_days: int = Field(
        30, ge=1, le=LONGEST_DAYS, description="Days that a personal link to continue later is good for."
    )
    resume_tries: int = Field(
        5, ge=1, description="Wrong birth dates after which a personal link or an idle session closes."
    )
    idle_minutes: int = Field(
        30,
        ge=1,
        le=LONGEST_DAYS * 1440,
        description="Minutes without a request after which the birth date is asked again.",
    )
    purge_minutes: int = Field(
        60, ge=1, le=LONGEST_DAYS * 1440, description="Minutes between two rounds of the worker's purge."
    )
    handoff_minutes: int = Field(
        30,
        ge=1,
        le=LONGEST_DAYS * 1440,
        description="Minutes that a link to take photos with a phone works, and then as many for the phone.",
    )
    frame_minutes: int = Field(
        30,
        ge=1,
        le=1440,
        description="Minutes without a request after which an embedded frame wants a fresh launch token.",
    )
    limit_start: RateLimit = Field("60 per minute", description="Rate limit of starting an application, per address.")
    limit_upload: RateLimit = Field("120 per minute", description="Rate limit of photo uploads, per browser session.")
    limit_resume: RateLimit = Field(
        "20 per minute",
        description="Rate limit of personal links, of those for phones, and of confirming, per address.",
    )

    def time_zone(self, country: str) -> str:
        """The zone whose calendar counts for applicants of `country` (ISO 3166 alpha-2)."""
        return self.brazil_time_zone if country == "BR" else self.argentina_time_zone
