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
from app.onboarding.comparisons import Comparisons
from app.onboarding.drafts import Drafts
from app.onboarding.ledger import Ledger
from app.onboarding.likeness import Likeness
from app.store.blobs import Blobs


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


def wire_cases(
    drafts: Drafts, ledger: Ledger, *, comparisons: Comparisons, blobs: Blobs, likeness: Likeness, audit: Audit
) -> CaseServices:
    """Build them."""
    keyring, cards = drafts.keyring, Cards(drafts.keyring)
    files = Cases(drafts=drafts, ledger=ledger, audit=audit)
    return CaseServices(
        files=files,
        lists=Lists(settings=drafts.settings, clock=drafts.clock),
        cards=cards,
        searches=Searches(keyring=keyring, terms=drafts.terms, cards=cards, audit=audit, clock=drafts.clock),
        views=Views(clock=drafts.clock),
        notes=Notes(keyring=keyring, audit=audit, clock=drafts.clock),
        pictures=CasePictures(blobs=blobs, keyring=keyring, audit=audit),
        related=Related(terms=drafts.terms, likeness=likeness),
        flags=Flags(drafts=drafts, comparisons=comparisons, likeness=likeness),
    )
