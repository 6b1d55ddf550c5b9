"""Submit: everything checked again, frozen as an encrypted snapshot, a delivery per API, the workflow enqueued."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select, update

from app.domain.application import Application
from app.onboarding.draft import OPEN_STATES, Draft
from app.onboarding.drafts import Drafts
from app.onboarding.errors import ChangedError, ClosedError, ConsentAwaitedError, NotTheirsError
from app.onboarding.ledger import Queue, place_of
from app.onboarding.wants import joined
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models import applications, handoffs, submissions
from app.store.models.submissions import DELIVERED, WAITING, Delivery, Submission

PERSONAL_INFORMATIONS, KYC = "personal_informations", "kyc"
APIS = (PERSONAL_INFORMATIONS, KYC)
# What a person agrees to before anything of theirs is sent.
CONSENTS = ("privacy", "biometric")
# What else is to happen in the transaction that sends a draft.
OnSent = Callable[[Connection, Draft], None]
_snapshot = TypeAdapter(Application)


def seal_snapshot(keyring: Keyring, submission_id: str, application: Application) -> bytes:
    """An Application as it is kept with its submission."""
    return keyring.encrypt(_snapshot.dump_json(application), f"submissions.snapshot:{submission_id}")


def open_snapshot(keyring: Keyring, submission_id: str, snapshot: bytes) -> Application:
    """The Application that was submitted."""
    return _snapshot.validate_json(keyring.decrypt(snapshot, f"submissions.snapshot:{submission_id}"))


class Submissions:
    """The use case of sending."""

    def __init__(self, *, drafts: Drafts, queue: Queue, on_sent: OnSent, clock: Callable[[], datetime]) -> None:
        self.drafts, self.keyring, self.queue, self.clock = drafts, drafts.keyring, queue, clock
        self.on_sent = on_sent

    def submit(self, draft: Draft, language: str) -> None:
        """Send an application once, however often it is asked.

        Raises IncompleteError naming the step that does not pass, ChangedError if an answer changed meanwhile,
        ClosedError if it was sent already, ConsentAwaitedError, and NotTheirsError where somebody else sends.
        """
        if draft.hand.is_agents:
            raise NotTheirsError("declaration")
        self._require_consents(draft)
        draft = self._with_present_checks(draft)
        application = self.drafts.journey(draft, language=language).assemble()
        submission_id = str(uuid.uuid4())
        snapshot = seal_snapshot(self.keyring, submission_id, application)
        with write() as connection:
            self._require_same_questions(connection, draft)
            self._close(connection, draft)
            self._require_unchanged(connection, draft)
            number = self._next_number(connection, draft.id)
            connection.execute(
                insert(Submission).values(
                    id=submission_id,
                    application_id=draft.id,
                    number=number,
                    snapshot=snapshot,
                    asked=json.dumps(sorted(draft.reopened)),
                    created_at=self.clock(),
                )
            )
            self._add_deliveries(connection, draft, submission_id)
            self.on_sent(connection, draft)
            self.drafts.stages.refresh(connection, draft.id)
            self.drafts.terms.note_all(connection, draft.id)

    def _with_present_checks(self, draft: Draft) -> Draft:
        """The draft with what the KYC request wants now; as it was where the API cannot say."""
        present = self.drafts.wants.known(draft.id, draft.country, draft.upstream)
        checks = draft.checks if present is None else joined(draft.checks, present)
        if checks == draft.checks:
            return draft
        with write() as connection:
            self.drafts.touch(connection, draft, checks=json.dumps(checks))
        return replace(draft, checks=checks)

    def _require_same_questions(self, connection: Connection, draft: Draft) -> None:
        """What the worker asked again meanwhile was not answered yet: it must not be closed with the rest."""
        row = applications.Application
        asked = connection.execute(
            select(row.reopened).where(row.id == draft.id).with_for_update()
        ).scalar_one_or_none()
        if asked is not None and json.loads(asked) != draft.reopened:
            raise ChangedError(draft.id)

    def _close(self, connection: Connection, draft: Draft) -> None:
        """Let exactly one submit through, of two tabs or two clicks."""
        now = self.clock()
        row = applications.Application
        closed = connection.execute(
            update(row)
            .where(row.id == draft.id, row.state.in_(OPEN_STATES))
            .values(state=applications.SUBMITTED, submitted_at=now, touched_at=now, reopened="{}")
        )
        if not closed.rowcount:
            raise ClosedError(draft.id)
        # Ended for good: it is not to come alive again when something is asked again.
        handoff = handoffs.Handoff
        connection.execute(update(handoff).where(handoff.application_id == draft.id).values(state=handoffs.SENT))

    def _require_unchanged(self, connection: Connection, draft: Draft) -> None:
        """What is frozen must be what is saved: an answer changed meanwhile in another tab is looked at again."""
        present = self.drafts.load_by_id(connection, draft.id)
        if present is None:
            raise ClosedError(draft.id)
        if (present.answers, present.photos, present.country) != (draft.answers, draft.photos, draft.country):
            raise ChangedError(draft.id)

    def _require_consents(self, draft: Draft) -> None:
        """Whoever began it, nothing goes out that the person did not agree to; consents once given are never lost."""
        given = select(applications.Consent.kind).where(applications.Consent.application_id == draft.id)
        with read() as connection:
            kinds = set(connection.execute(given).scalars())
        if set(CONSENTS) <= kinds:
            return
        with write() as connection:
            self.drafts.touch(connection, draft, awaits_consent=True)
        raise ConsentAwaitedError(draft.id)

    def _next_number(self, connection: Connection, application_id: str) -> int:
        newest = select(func.max(Submission.number)).where(Submission.application_id == application_id)
        return int(connection.execute(newest).scalar() or 0) + 1

    def _add_deliveries(self, connection: Connection, draft: Draft, submission_id: str) -> None:
        """A delivery per API; one that took an earlier submission, or is about to, has what it needs."""
        served = set(
            connection.execute(
                select(Delivery.api)
                .join(Submission, Submission.id == Delivery.submission_id)
                .where(Submission.application_id == draft.id, Delivery.state.in_((DELIVERED, WAITING)))
            ).scalars()
        )
        now = self.clock()
        for api in APIS:
            if api in served:
                continue
            delivery_id = str(uuid.uuid4())
            connection.execute(
                insert(submissions.Delivery).values(
                    id=delivery_id,
                    submission_id=submission_id,
                    api=api,
                    state=WAITING,
                    attempts=0,
                    run=0,
                    next_try_at=now,
                    waiting_since=now,
                    idempotency_key=f"{submission_id}:{api}",
                    created_at=now,
                    updated_at=now,
                )
            )
            self.queue.enqueue(connection, place_of(api, draft.upstream), delivery_id, 0, wait=0.0)
