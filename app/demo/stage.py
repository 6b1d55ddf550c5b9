"""Plays applications to their ends: delivered to the embedded APIs, asked again, decided on, or stuck."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from app.apis.errors import NotAllowedError, UnavailableError
from app.demo.applicants import Applicant
from app.demo.clock import PlayedClock
from app.demo.fates import Fate, Part
from app.journey import REVIEW
from app.onboarding.outcome import Outcome, failed, unavailable
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.onboarding.wants import kyc_user_id
from app.queue import WorkerQueue
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.submissions import DELIVERED, WAITING, Delivery, Submission
from app.wiring import Services

NAMES = uuid.UUID("5b9f3f3e-0f5c-4d0e-9c53-8c2f4d1b7a60")
ASKED_FOR = (
    ("document_photo", "document_glare"),
    ("document_selfies", "selfie_dark"),
    ("address", "address_incomplete"),
    ("phone_number", "phone_unreachable"),
)
TRIES_SO_FAR, NEXT_TRY_SECONDS = 4, 6 * 3600.0
MINUTE, HOUR = 60.0, 3600.0


class ByHand(WorkerQueue):
    """A queue for those who do at once, themselves, what it would have a worker do."""

    def enqueue(self, connection: Connection, place: str, delivery_id: str, run: int, *, wait: float) -> None:
        """Leave it to whoever plays the worker; what is left over, a real one finds overdue."""

    def read_document(self, connection: Connection, photo_id: str) -> None:
        """The same for a reading."""


def application_id(number: int) -> str:
    """The id of the demo's application of that number, the same in every run."""
    return str(uuid.uuid5(NAMES, str(number)))


def is_played(number: int) -> bool:
    """Whether that application is there already."""
    statement = select(Application.id).where(Application.id == application_id(number))
    with read() as connection:
        return connection.execute(statement).first() is not None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the demo plays: services whose clock is the player's."""

    services: Services
    clock: PlayedClock

    def play(self, part: Part) -> None:
        """Let one application happen."""
        applicant = Applicant(self.services, self.clock, part.person)
        self.clock.go_to(part.begins_at)
        applicant.begin(application_id(part.person.number))
        applicant.walk(until=part.stop if part.fate is Fate.DRAFT else REVIEW)
        if part.fate is not Fate.DRAFT:
            applicant.send()
            self.clock.wait(3)
            self._go_on(applicant, part.fate)

    def _go_on(self, applicant: Applicant, fate: Fate) -> None:
        """What happens after it was sent."""
        if fate is Fate.FAILED:
            self._record(applicant, PERSONAL_INFORMATIONS, failed(NotAllowedError("the token is not known")))
        if fate is Fate.DELIVERING:
            self._find_nobody(applicant)
        self._deliver(applicant, due=WAITING)
        if fate in (Fate.ASKED, Fate.ANSWERED):
            self.clock.wait(3 * HOUR)
            self._ask_again(applicant)
        if fate is Fate.ANSWERED:
            self.clock.wait(9 * HOUR)
            applicant.resume()
            applicant.walk()
            applicant.send()
            self._deliver(applicant, due=WAITING)
        if fate in (Fate.APPROVED, Fate.REJECTED):
            self.clock.wait(float(applicant.chance.uniform(0.5, 30)) * HOUR)
            self._decide(applicant, "approved" if fate is Fate.APPROVED else "rejected")

    def _ask_again(self, applicant: Applicant) -> None:
        field_type, reason = ASKED_FOR[applicant.person.number % len(ASKED_FOR)]
        user_id = kyc_user_id(applicant.draft.id, applicant.person.country)
        self.services.kyc.ask_again(user_id, field_type, reason)
        self.services.deliveries.ledger.hasten(KYC, user_id, None)
        self._deliver(applicant, KYC, due=DELIVERED)

    def _decide(self, applicant: Applicant, decision: Any) -> None:
        record_id = self._rows(applicant, PERSONAL_INFORMATIONS)[0].upstream_id
        if record_id is None:
            # A worker that runs beside the demo has taken the delivery on, and is not done with it.
            return
        self.services.personal_informations.change_state(int(record_id), decision)
        self.services.deliveries.ledger.hasten(PERSONAL_INFORMATIONS, record_id, None)
        self._deliver(applicant, PERSONAL_INFORMATIONS, due=DELIVERED)

    def _find_nobody(self, applicant: Applicant) -> None:
        """Try a few times while the KYC API is down; it asks to be left alone for long."""
        for _try in range(TRIES_SO_FAR - 1):
            self._record(applicant, KYC, unavailable(UnavailableError("no connection")))
            self.clock.wait(MINUTE)
        last = UnavailableError("503", retry_after=NEXT_TRY_SECONDS)
        self._record(applicant, KYC, unavailable(last))

    def _deliver(self, applicant: Applicant, api: str = "", *, due: str) -> None:
        """Do what a worker does with the deliveries that are due: those in that state."""
        for row in self._rows(applicant, api):
            if row.state == due and (row.next_try_at is None or row.next_try_at <= self.clock()):
                self.services.deliveries.advance(row.id, row.run, _at_once, _at_once)

    def _record(self, applicant: Applicant, api: str, outcome: Outcome) -> None:
        """Write down what came of a try."""
        for row in self._rows(applicant, api):
            self.services.deliveries.ledger.record(row.id, row.run, outcome.to_json())

    def _rows(self, applicant: Applicant, api: str = "") -> Sequence[Row[Any]]:
        statement = (
            select(Delivery.__table__)
            .join(Submission, Submission.id == Delivery.submission_id)
            .where(Submission.application_id == applicant.draft.id)
            .order_by(Submission.number, Delivery.api)
        )
        with read() as connection:
            rows = connection.execute(statement).all()
        return [row for row in rows if api in ("", row.api)]


def _at_once(_name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Make a step of a delivery without making it durable."""
    return work(*arguments)
