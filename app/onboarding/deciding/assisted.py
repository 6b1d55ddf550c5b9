"""Who of staff has had a hand in what an application says."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from app.store.models.applications import Answer

_GIVEN_BY = (
    select(Answer.given_by)
    .where(Answer.application_id == bindparam("application_id"), Answer.given_by != "")
    .distinct()
)


def assisted_by(connection: Connection, application_id: str) -> frozenset[str]:
    """The ids of the members of staff who gave any of its answers or photos."""
    return frozenset(connection.execute(_GIVEN_BY, {"application_id": application_id}).scalars())
