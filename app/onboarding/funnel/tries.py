"""The first try at each photo: noted once per slot, whatever is refused, removed or sent twice at once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from app.forms.verdicts import CARD, FACE, problem_words
from app.onboarding.draft import OPEN_STATES, Draft
from app.onboarding.funnel.counts import Counts
from app.store.db import write
from app.store.models.applications import Application

SELFIES, DOCUMENT = "selfies", "document"
# Of two tries at once, one finds its slot untried.
_FIRST = (
    update(Application)
    .where(
        Application.id == bindparam("application_id"),
        Application.state.in_(OPEN_STATES),
        Application.tried.concat(" ").not_like(bindparam("pattern"), escape="/"),
    )
    .values(tried=Application.tried.concat(bindparam("more")))
)


def is_first(connection: Connection, draft: Draft, slot: str) -> bool:
    """Whether this is the first photo for the slot, which it then no longer is; within the caller's transaction."""
    if slot in draft.tried:
        return False
    values = {"application_id": draft.id, "pattern": f"% {slot.replace('_', '/_')} %", "more": f" {slot}"}
    return bool(connection.execute(_FIRST, values).rowcount)


class PhotoTries:
    """Counts what came of photos."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def stored(self, draft: Draft, slot: str, *, first: bool, problem: str) -> None:
        """A photo was stored; `problem` is what is to be mended, "" where nothing is."""
        step = step_of(slot)
        shape = FACE if step == SELFIES else CARD
        message = problem_words(problem, shape).source if problem else ""
        self.counts.photographed(draft, slot, step=step, is_first=first, message=message)

    def refused(self, draft: Draft, slot: str, message: str) -> None:
        """A file could not be taken at all. Writes nothing but what tells the first try of a slot."""
        first = False
        if slot not in draft.tried:
            with write() as connection:
                first = is_first(connection, draft, slot)
        self.counts.photographed(draft, slot, step=step_of(slot), is_first=first, message=message)


def step_of(slot: str) -> str:
    """The step that asks for the photo of a slot."""
    return DOCUMENT if slot.endswith("_document") else SELFIES
