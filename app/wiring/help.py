"""The services of help by staff, built from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from app.config import Settings
from app.onboarding.access import Access
from app.onboarding.audit import Audit
from app.onboarding.drafts import Drafts
from app.onboarding.helping.assistances import Assistances
from app.onboarding.helping.codes import HelpCodes
from app.onboarding.helping.links import PersonLinks
from app.onboarding.helping.texts import TextMessages


@dataclass(frozen=True, kw_only=True)
class HelpServices:
    """Everything that helping a person takes, on either side."""

    assistances: Assistances
    codes: HelpCodes
    links: PersonLinks
    texts: TextMessages


def wire_help(settings: Settings, drafts: Drafts, access: Access, audit: Audit) -> HelpServices:
    """Build the services of helping."""
    assistances = Assistances(settings=settings, drafts=drafts, audit=audit, clock=drafts.clock)
    return HelpServices(
        assistances=assistances,
        codes=HelpCodes(settings=settings, drafts=drafts, assistances=assistances, clock=drafts.clock),
        links=PersonLinks(settings=settings, drafts=drafts, access=access, audit=audit, clock=drafts.clock),
        texts=TextMessages(settings=settings, clock=drafts.clock),
    )
