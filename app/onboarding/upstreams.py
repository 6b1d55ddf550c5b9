"""Which APIs an application goes to: those of its integration, or the default ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.apis.errors import NotAllowedError
from app.apis.kyc.contract import KycGateway
from app.apis.kyc.service import KycService
from app.apis.personal_informations.contract import PersonalInformationsGateway
from app.apis.personal_informations.service import PersonalInformationsService


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Both APIs of one integration.

    `kyc_at_once` is the KYC API for while a person waits: it gives up soon. `kyc_place` tells one KYC API's storage
    from another's. `hook_secret` verifies what the upstream tells us unasked; empty where it tells nothing.
    `own_records` and `own_kyc` are the APIs that this Alta serves itself, and thus decides in; None where they are
    somebody else's.
    """

    personal_informations: PersonalInformationsGateway
    kyc: KycGateway
    kyc_at_once: KycGateway
    kyc_place: str = "embedded"
    hook_secret: str = ""
    own_records: PersonalInformationsService | None = None
    own_kyc: KycService | None = None


class Upstreams:
    """The upstreams by the integration's name; the default one has an empty name."""

    def __init__(self, by_name: Mapping[str, Upstream]) -> None:
        self._by_name = dict(by_name)

    def names(self) -> list[str]:
        """The integrations that have upstreams of their own."""
        return [name for name in self._by_name if name]

    def of(self, integration: str | None) -> Upstream:
        """The upstreams of an application; NotAllowedError where its integration is no longer configured.

        They are never replaced by others: a person's data goes where it was meant to, or nowhere.
        """
        try:
            return self._by_name[integration or ""]
        except KeyError:
            raise NotAllowedError("the integration has no upstreams any more") from None

    def knows(self, name: str) -> bool:
        """Whether an application may be begun for this integration."""
        return bool(name) and name in self._by_name
