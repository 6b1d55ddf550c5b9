"""Other applications of the same person or picture, as far as they are the member's to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.search import answer_terms
from app.onboarding.cases.file import Case
from app.onboarding.cases.terms import Terms
from app.onboarding.likeness import Likeness, PhotoStanding
from app.onboarding.staff.members import StaffMember
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.listing import Listing, SearchTerm

AT_MOST = 20
DOCUMENT, PHONE, PHOTO = "document", "phone", "photo"
_COLUMNS = (Application.id, Application.reference, Application.integration, Application.stage, Application.created_at)
_BY_TERMS = (
    select(*_COLUMNS)
    .join(Listing, Listing.application_id == Application.id)
    .join(SearchTerm, SearchTerm.listing_id == Listing.id)
    .where(SearchTerm.term.in_(bindparam("terms", expanding=True)), Application.id != bindparam("application_id"))
    .order_by(SearchTerm.listing_id.desc())
    .limit(AT_MOST)
)
_BY_REFERENCES = select(*_COLUMNS).where(Application.reference.in_(bindparam("references", expanding=True)))


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another application, and what it shares: document, phone, photo."""

    id: str
    reference: str
    stage: str
    shares: tuple[str, ...]


class Related:
    """The use case of finding them."""

    def __init__(self, *, terms: Terms, likeness: Likeness) -> None:
        self.terms, self.likeness = terms, likeness

    def of(self, member: StaffMember, case: Case, photos: Iterable[PhotoStanding]) -> list[Other]:
        """The other applications of a case's document number, phone or photos, the newest first."""
        shared: dict[str, dict[str, None]] = {}
        rows: dict[str, Any] = {}
        for kind, found in (
            (DOCUMENT, self._sharing(member, case, f"identity:{case.draft.country}")),
            (PHONE, self._sharing(member, case, "phone")),
            (PHOTO, self._named(member, {reference for photo in photos for reference in photo.also_in})),
        ):
            for row in found:
                rows[row.id] = row
                shared.setdefault(row.id, {})[kind] = None
        newest = sorted(rows.values(), key=lambda row: row.created_at, reverse=True)
        return [
            Other(id=row.id, reference=row.reference, stage=row.stage, shares=tuple(shared[row.id])) for row in newest
        ]

    def _sharing(self, member: StaffMember, case: Case, name: str) -> Sequence[Any]:
        answers = case.draft.answers.get(name)
        terms = answer_terms(name.partition(":")[0], answers) if answers else None
        if not terms:
            return ()
        values = {"terms": [self.terms.hashed(term) for term in terms], "application_id": case.id}
        with read() as connection:
            return connection.execute(_theirs(_BY_TERMS, member), values).all()

    def _named(self, member: StaffMember, references: set[str]) -> Sequence[Any]:
        if not references:
            return ()
        with read() as connection:
            return connection.execute(
                _theirs(_BY_REFERENCES, member), {"references": sorted(references)[:AT_MOST]}
            ).all()


def _theirs(statement: Any, member: StaffMember) -> Any:
    """The statement over what is the member's to see."""
    if member.integrations is None:
        return statement
    return statement.where(Application.integration.in_(sorted(member.integrations)))
