"""Views: filters that a member of staff keeps under a name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import bindparam, delete, func, insert, select

from app.domain.errors import InvalidError
from app.domain.text import clean_line
from app.domain.words import N_
from app.onboarding.cases.filters import Filters
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.listing import SavedView

NAME_MAXIMUM, VIEWS_MAXIMUM = 60, 30
_OF = (
    select(SavedView.id, SavedView.name, SavedView.filters)
    .where(SavedView.member_id == bindparam("member_id"))
    .order_by(SavedView.created_at)
)


@dataclass(frozen=True, kw_only=True)
class View:
    """Filters with a name."""

    id: str
    name: str
    filters: Filters


class Views:
    """The use cases of keeping them."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    def of(self, member: StaffMember) -> list[View]:
        """The member's own, in the order they were made."""
        with read() as connection:
            rows = connection.execute(_OF, {"member_id": member.id}).all()
        return [View(id=row.id, name=row.name, filters=Filters.of(dict(parse_qsl(row.filters)))) for row in rows]

    def keep(self, member: StaffMember, name: str, filters: Filters) -> None:
        """Keep the filters, but no search, under a name; one of that name is replaced. Raises InvalidError."""
        named = clean_line(name, maximum=NAME_MAXIMUM)
        here = (SavedView.member_id == member.id, SavedView.name == named)
        with write() as connection:
            connection.execute(delete(SavedView).where(*here))
            count = select(func.count()).select_from(SavedView).where(SavedView.member_id == member.id)
            if int(connection.execute(count).scalar() or 0) >= VIEWS_MAXIMUM:
                raise InvalidError(N_("You have %(maximum)d views: remove one first"), maximum=VIEWS_MAXIMUM)
            connection.execute(
                insert(SavedView).values(
                    id=str(uuid.uuid4()),
                    member_id=member.id,
                    name=named,
                    filters=urlencode(filters.query(search="")),
                    created_at=self.clock(),
                )
            )

    def forget(self, member: StaffMember, view_id: str) -> bool:
        """Remove one; False where the member has none of that id."""
        here = (SavedView.id == view_id, SavedView.member_id == member.id)
        with write() as connection:
            return bool(connection.execute(delete(SavedView).where(*here)).rowcount)
