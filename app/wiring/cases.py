"""The services by which staff find, see and write about applications."""

from __future__ import annotations

from dataclasses import dataclass

from app.onboarding.audit import Audit
from app.onboarding.cases.cards import Cards
from app.onboarding.cases.file import Cases
from app.onboarding.cases.flags import Flags
from app.onboarding.cases.lists import Lists
from app.onboarding.cases.notes import Notes
from app.onboarding.cases.pictures import CasePictures
from app.onboarding.cases.related import Related
from app.onboarding.cases.searches import Searches
from app.onboarding.cases.views import Views
from app.onboarding.ledger import Ledger
from app.wiring.gathering import Gathering
from app.wiring.ground import Ground


@dataclass(frozen=True, kw_only=True)
class CaseServices:
    """Everything about cases."""

    files: Cases
    lists: Lists
    cards: Cards
    searches: Searches
    views: Views
    notes: Notes
    pictures: CasePictures
    related: Related
    flags: Flags


def wire_cases(ground: Ground, gathering: Gathering, *, ledger: Ledger, audit: Audit) -> CaseServices:
    """Build them."""
    keyring, likeness, clock, drafts = ground.keyring, ground.likeness, ground.clock, gathering.drafts
    cards = Cards(keyring)
    return CaseServices(
        files=Cases(drafts=drafts, ledger=ledger, audit=audit),
        lists=Lists(settings=ground.settings, clock=clock),
        cards=cards,
        searches=Searches(keyring=keyring, terms=drafts.terms, cards=cards, audit=audit, clock=clock),
        views=Views(clock=clock),
        notes=Notes(keyring=keyring, audit=audit, clock=clock),
        pictures=CasePictures(blobs=ground.blobs, keyring=keyring, audit=audit),
        related=Related(terms=drafts.terms, likeness=likeness),
        flags=Flags(drafts=drafts, comparisons=gathering.comparisons, likeness=likeness),
    )
