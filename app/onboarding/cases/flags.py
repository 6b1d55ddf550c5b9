"""What singles an application out for staff: found out when it is sent, and when its document has been read since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from app.domain.stage import ASSISTED_CHANNELS, Flag
from app.onboarding.cases.terms import KINDS
from app.onboarding.comparisons import Comparisons
from app.onboarding.deciding.assisted import assisted_by
from app.onboarding.draft import Draft
from app.onboarding.drafts import Drafts
from app.onboarding.likeness import Likeness
from app.onboarding.stages import terms_in
from app.store.db import read, write
from app.store.models.applications import Application
from app.store.models.decisions import WAITING, Decision
from app.store.models.listing import Listing, SearchTerm
from app.store.models.submissions import Submission

BATCH = 100
_UNLISTED = select(Application.id).where(text("stage = ''")).order_by(Application.id).limit(BATCH)
_WANTED = (
    select(Listing.application_id, Listing.flags_wanted)
    .where(text("flags_wanted > 0"))
    .order_by(Listing.id)
    .limit(BATCH)
)
_DONE = (
    update(Listing)
    .where(Listing.application_id == bindparam("application_id_"), Listing.flags_wanted == bindparam("times"))
    .values(flags_wanted=0)
)
NUMBERS = (KINDS["identity"], KINDS["phone"])
_LISTING = select(Listing.id, Listing.terms).where(Listing.application_id == bindparam("application_id"))
# Whoever sees one application of an integration sees all of them: what is elsewhere is none of their business.
_SAME_TEAM = func.coalesce(Application.integration, "") == bindparam("integration")
_SHARING = (
    select(Listing.application_id)
    .join(SearchTerm, SearchTerm.listing_id == Listing.id)
    .join(Application, Application.id == Listing.application_id)
    .where(SearchTerm.term.in_(bindparam("terms", expanding=True)), Listing.id != bindparam("number"), _SAME_TEAM)
    .limit(20)
)
_CHANNEL = select(Application.channel).where(Application.id == bindparam("application_id"))
_SENT = select(Submission.number).where(Submission.application_id == bindparam("application_id"), Submission.number > 1)
# What somebody decided on an earlier submission waits for nobody any more.
_NEWEST = select(func.max(Submission.number)).where(Submission.application_id == bindparam("application_id"))
_WAITS = select(Decision.id).where(
    Decision.application_id == bindparam("application_id"),
    Decision.state == WAITING,
    Decision.number == _NEWEST.scalar_subquery(),
)
_BY_REFERENCE = select(Application.id).where(
    Application.reference.in_(bindparam("references", expanding=True)), _SAME_TEAM
)


class Flags:
    """The use case of finding out."""

    def __init__(self, *, drafts: Drafts, comparisons: Comparisons, likeness: Likeness) -> None:
        self.drafts, self.comparisons, self.likeness = drafts, comparisons, likeness
        self.stages = drafts.stages

    def catch_up(self) -> int:
        """Find out what was asked for, and list what an earlier release wrote; return how many."""
        count = 0
        while unlisted := self._some(_UNLISTED):
            for application_id in unlisted:
                with write() as connection:
                    self.stages.refresh(connection, application_id)
                    self.drafts.terms.note_all(connection, application_id)
                count += 1
        while wanted := self._some(_WANTED):
            for application_id, times in wanted:
                self.refresh(application_id)
                with write() as connection:
                    # What was asked for once more meanwhile is found out once more.
                    connection.execute(_DONE, {"application_id_": application_id, "times": times})
                count += 1
        return count

    def _some(self, statement: Any) -> Sequence[Any]:
        with read() as connection:
            rows = connection.execute(statement).all()
        return [row[0] for row in rows] if statement is _UNLISTED else rows

    def refresh(self, application_id: str) -> None:
        """Set every flag of an application as it stands, and that it was seen before on those that share with it."""
        with read() as connection:
            draft = self.drafts.load_by_id(connection, application_id)
            if draft is None:
                return
            values = {"application_id": application_id}
            channel = connection.execute(_CHANNEL, values).scalar()
            by_staff = bool(assisted_by(connection, application_id))
            sent_again = connection.execute(_SENT, values).first() is not None
            waits = connection.execute(_WAITS, values).first() is not None
            sharing = set(self._sharing(connection, draft))
        pictures = self.likeness.photos_of(application_id)
        sharing |= self._named(draft, {reference for each in pictures for reference in each.also_in})
        flags = {
            Flag.DUPLICATE: bool(sharing),
            Flag.DIFFERS: any(each.compared.verdict == "differs" for each in self.comparisons.of(draft)),
            Flag.PHOTO: any(each.problem and each.kept for each in pictures),
            Flag.EXPOSED: is_exposed(draft),
            Flag.ASKED_AGAIN: sent_again or bool(draft.reopened),
            Flag.ASSISTED: by_staff or channel in ASSISTED_CHANNELS,
            Flag.SECOND: waits,
        }
        with write() as connection:
            self.stages.set_flags(connection, application_id, flags)
        for other in sorted(sharing):
            with write() as connection:
                self.stages.set_flags(connection, other, {Flag.DUPLICATE: True})

    def _sharing(self, connection: Connection, draft: Draft) -> Iterable[str]:
        """Other applications of the same document number or phone."""
        listing = connection.execute(_LISTING, {"application_id": draft.id}).first()
        terms = [term for kind, term in terms_in(listing.terms) if kind in NUMBERS] if listing else []
        if listing is None or not terms:
            return ()
        values = {"terms": terms, "number": listing.id, "integration": draft.integration or ""}
        return connection.execute(_SHARING, values).scalars()

    def _named(self, draft: Draft, references: set[str]) -> set[str]:
        if not references:
            return set()
        with read() as connection:
            values = {"references": sorted(references), "integration": draft.integration or ""}
            return set(connection.execute(_BY_REFERENCE, values).scalars())


def is_exposed(draft: Draft) -> bool:
    """Whether the person declared to be politically exposed."""
    return draft.answers.get(f"exposure:{draft.country}", {}).get("politically_exposed") == "true"
