"""Owns the countries whose residents can apply: a new one is a module here and one line below."""

from app.domain.countries.ar import ARGENTINA
from app.domain.countries.br import BRAZIL
from app.domain.countries.profile import AddressField, Choice, CountryProfile, DocumentType

COUNTRIES: dict[str, CountryProfile] = {profile.code: profile for profile in (ARGENTINA, BRAZIL)}

__all__ = ["COUNTRIES", "AddressField", "Choice", "CountryProfile", "DocumentType"]
