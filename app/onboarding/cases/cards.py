"""Applications as lines of the list: their names opened for who may see them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.domain.stage import Flag, Stage
from app.onboarding.cases.filters import Place
from app.store.crypto import Keyring
from app.store.db import read
from app.store.models.applications import Answer, Application
from app.store.models.listing import Listing

PERSONAL = "personal"
_CARDS = (
    select(
        Listing.id.label("number"),
        Listing.since,
        Listing.flags,
        Listing.assigned_to,
        Listing.stage,
        Application.id,
        Application.reference,
        Application.country,
        Application.channel,
        Application.integration,
        Application.touched_at,
        Answer.value.label("personal"),
    )
    .join(Application, Application.id == Listing.application_id)
    .outerjoin(Answer, and_(Answer.application_id == Application.id, Answer.name == PERSONAL))
    .where(Listing.id.in_(bindparam("numbers", expanding=True)))
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A line of the list; `first_name` and `last_name` "" until they are known."""

    id: str
    place: Place
    reference: str
    country: str
    channel: str
    integration: str
    stage: Stage
    flags: tuple[Flag, ...]
    assigned_to: str
    touched_at: datetime
    first_name: str
    last_name: str


class Cards:
    """Reads them."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def of(self, numbers: Iterable[int]) -> list[Card]:
        """The lines of these numbers, in their order; of what has gone meanwhile there is none."""
        wanted = list(numbers)
        with read() as connection:
            rows = {row.number: row for row in connection.execute(_CARDS, {"numbers": wanted or [0]})}
        return [self._card(rows[number]) for number in wanted if number in rows]

    def _card(self, row: Any) -> Card:
        personal = {}
        if row.personal is not None:
            sealed = self.keyring.decrypt(row.personal, f"answers.value:{row.id}:{PERSONAL}")
            personal = json.loads(sealed)["answers"]
        return Card(
            id=row.id,
            place=Place(since=row.since, number=row.number),
            reference=row.reference,
            country=row.country,
            channel=row.channel,
            integration=row.integration or "",
            stage=Stage(row.stage),
            flags=tuple(Flag(each) for each in row.flags.split()),
            assigned_to=row.assigned_to,
            touched_at=row.touched_at,
            first_name=personal.get("first_name", ""),
            last_name=personal.get("last_name", ""),
        )
