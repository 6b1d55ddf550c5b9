"""The APIs that take a finished application: each a folder with its contract, its service and its HTTP routes."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Flask

from app.apis.access import AccessTokens
from app.apis.authentication import authenticate
from app.apis.kyc.routes import kyc_blueprint
from app.apis.kyc.service import KycService
from app.apis.kyc.storage import PhotoStorage
from app.apis.openapi import documentation_blueprint
from app.apis.personal_informations.routes import personal_informations_blueprint
from app.apis.personal_informations.service import PersonalInformationsService


class ApiServices(Protocol):
    """The services that the APIs are served from."""

    @property
    def personal_informations(self) -> PersonalInformationsService:
        """The records."""

    @property
    def kyc(self) -> KycService:
        """The KYC requests."""

    @property
    def storage(self) -> PhotoStorage:
        """The KYC pictures."""

    @property
    def tokens(self) -> AccessTokens:
        """Who calls the KYC."""


class FormGuard(Protocol):
    """What refuses forms posted from elsewhere; the APIs go by tokens instead."""

    def exempt(self, view: Blueprint) -> object:
        """Leave a blueprint alone."""


def register_apis(app: Flask, services: ApiServices, csrf: FormGuard) -> tuple[Blueprint, ...]:
    """Serve both APIs and their description; gives the APIs' blueprints, for rate limits."""
    apis = (
        personal_informations_blueprint(services.personal_informations, authenticate),
        kyc_blueprint(services.kyc, services.storage, services.tokens),
    )
    for blueprint in apis:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.register_blueprint(documentation_blueprint())
    return apis
