"""Comparisons: what was typed beside what the document says, and what the person chose where the two differ."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.comparison import (
    BIRTHDAY,
    DOCUMENT_NUMBER,
    FIRST_NAME,
    GENDER,
    LAST_NAME,
    Compared,
    Typed,
    Verdict,
    compare,
)
from app.domain.document_reading import DocumentReading
from app.forms.base import formdata_from
from app.journey import Journey
from app.onboarding.draft import SETTLED_PREFIX, Draft
from app.onboarding.draft_rows import upsert_answer
from app.onboarding.drafts import Drafts
from app.onboarding.readings import Readings
from app.steps.base import Step
from app.store.db import read, write

CHOICES = TYPED, DOCUMENT = "typed", "document"
# The step that asks each answer, and the form's fields that it is made of.
ASKED_IN: dict[str, tuple[str, tuple[str, ...]]] = {
    FIRST_NAME: ("personal", ("first_name",)),
    LAST_NAME: ("personal", ("last_name",)),
    BIRTHDAY: ("personal", ("birthday-day", "birthday-month", "birthday-year")),
    GENDER: ("personal", ("gender",)),
    DOCUMENT_NUMBER: ("identity", ("document_type", "document_number")),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An answer compared; `seen` names the two values without telling them, `is_kept`: the person kept theirs."""

    compared: Compared
    seen: str
    is_kept: bool

    @property
    def is_open(self) -> bool:
        """Whether the person is still to say which is right."""
        return self.compared.verdict == Verdict.DIFFERS and not self.is_kept


def typed_in(draft: Draft) -> Typed:
    """What a document can speak of among the answers of a draft."""
    personal = draft.answers.get("personal", {})
    identity = draft.answers.get(f"identity:{draft.country}", {})
    born = [personal.get(name, "") for name in reversed(ASKED_IN[BIRTHDAY][1])]
    return Typed(
        first_name=personal.get("first_name", ""),
        last_name=personal.get("last_name", ""),
        birthday="-".join(f"{text:0>2}" for text in born) if all(born) else "",
        gender=personal.get("gender", ""),
        document_type=identity.get("document_type", ""),
        document_number=identity.get("document_number", ""),
    )


class Comparisons:
    """The use cases of comparing."""

    def __init__(self, *, drafts: Drafts, readings: Readings) -> None:
        self.drafts, self.readings, self.keyring = drafts, readings, drafts.keyring

    def of(self, draft: Draft) -> tuple[Finding, ...]:
        """Every answer that the document speaks of, compared; none while no document was read."""
        if not self.readings.reads(draft.country):
            return ()
        return self._findings(draft, self.readings.of(draft.id).reading)

    def _findings(self, draft: Draft, reading: DocumentReading | None) -> tuple[Finding, ...]:
        if reading is None:
            return ()
        return tuple(self._finding(draft, row) for row in compare(typed_in(draft), reading))

    def of_application(self, application_id: str) -> tuple[Finding, ...]:
        """The same for staff, of an application in any state."""
        with read() as connection:
            draft = self.drafts.load_by_id(connection, application_id)
        return self.of(draft) if draft else ()

    def settle(self, draft: Draft, journey: Journey, *, field: str, choice: str, seen: str) -> Step | None:
        """Keep which of the two values that were `seen` is right; the document's is saved by its step's own rules.

        Return the step whose rules refuse it, with the value kept as typed there. What is no longer as it was seen
        changes nothing. Raises ClosedError.
        """
        reading = self.readings.of(draft.id).reading
        open_ones = {each.compared.field: each for each in self._findings(draft, reading) if each.is_open}
        finding = open_ones.get(field)
        step = journey.step(ASKED_IN[field][0]) if finding else None
        if reading is None or finding is None or step is None or finding.seen != seen or choice not in CHOICES:
            return None
        if choice == DOCUMENT:
            context = journey.context
            said = step.from_document(context, reading) if step.from_document else {}
            corrected = {name: said[name] for name in ASKED_IN[field][1] if name in said}
            form = step.bind(context, formdata_from({**context.answers[step.storage_name(context)], **corrected}))
            if not form.validate():
                self.drafts.keep_typed(draft, step, context, form)
                return step
            self.drafts.save(draft, step, context, form)
        self._record(draft, finding.compared, choice)
        return None

    def _record(self, draft: Draft, compared: Compared, choice: str) -> None:
        content = {"typed": compared.typed, "document": compared.document, "choice": choice}
        row = self.drafts.seal(draft.id, SETTLED_PREFIX + compared.field, content, **draft.giver)
        with write() as connection:
            self.drafts.touch(connection, draft)
            upsert_answer(connection, row)

    def _finding(self, draft: Draft, row: Compared) -> Finding:
        kept = {"typed": row.typed, "document": row.document, "choice": TYPED}
        seen = self.keyring.fingerprint("\0".join((draft.id, row.field, row.typed, row.document)), "comparison.seen")
        return Finding(compared=row, seen=seen[:24], is_kept=draft.settled.get(row.field) == kept)
