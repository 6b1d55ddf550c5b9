"""Plays applications to their ends: delivered to the embedded APIs, asked again, decided on, or stuck."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from app.apis.errors import NotAllowedError, UnavailableError
from app.demo.applicants import ADDRESS, Applicant
from app.demo.clock import PlayedClock
from app.demo.fates import Fate, Part
from app.domain.roles import Role
from app.journey import REVIEW
from app.onboarding.deciding.errors import CaseChangedError, MayNotError, OvertakenError
from app.onboarding.outcome import Outcome, failed, unavailable
from app.onboarding.staff.members import StaffMember
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.queue import WorkerQueue
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.submissions import WAITING, Delivery, Submission
from app.wiring import Services

NAMES = uuid.UUID("5b9f3f3e-0f5c-4d0e-9c53-8c2f4d1b7a60")
ASKED_FOR: tuple[Mapping[str, str], ...] = (
    {"front_document": "document_glare"},
    {"selfie_1": "selfie_dark"},
    {"address": "address_incomplete"},
    {"phone": "phone_unreachable"},
)
NOTE = "Seen twice; nothing to be mended."
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
    crew: Mapping[Role, StaffMember]

    def play(self, part: Part) -> None:
        """Let one application happen."""
        applicant, stop = Applicant(self.services, self.clock, part.person), REVIEW
        if part.fate is Fate.DRAFT:
            stop = part.stop
        self.clock.go_to(part.begins_at)
        self._begin(applicant, part.way, stop)
        if part.fate is not Fate.DRAFT:
            applicant.send()
            self.clock.wait(3)
            self._go_on(applicant, part.fate)

    def _begin(self, applicant: Applicant, way: str, stop: str) -> None:
        """Fill in up to a step, with an agent's help or without."""
        number = application_id(applicant.person.number)
        if way:
            applicant.begin_with(self.crew[Role.AGENT], way, number)
            if applicant.walk(until=stop):
                return
            applicant.take_over()
        else:
            applicant.begin(number)
        applicant.walk(until=stop)

    def _go_on(self, applicant: Applicant, fate: Fate) -> None:
        """What happens after it was sent."""
        if fate is Fate.FAILED:
            self._record(applicant, PERSONAL_INFORMATIONS, failed(NotAllowedError("the token is not known")))
        if fate is Fate.DELIVERING:
            self._find_nobody(applicant)
        self._deliver(applicant)
        if fate in (Fate.REVIEW, Fate.FAILED, Fate.DELIVERING):
            return
        self.clock.wait(float(applicant.chance.uniform(0.5, 30)) * HOUR)
        # A worker that runs beside the demo may have taken the delivery on, and not be done with it.
        with suppress(MayNotError, CaseChangedError, OvertakenError):
            self._decide(applicant, fate)
        if fate is Fate.ANSWERED:
            self.clock.wait(9 * HOUR)
            applicant.resume()
            applicant.walk()
            applicant.send()
            self._deliver(applicant)

    def _decide(self, applicant: Applicant, fate: Fate) -> None:
        """As a reviewer does who has looked at the case."""
        number, decisions = applicant.person.number, self.services.decisions
        who = self.crew[Role.SUPERVISOR if number % 3 == 0 else Role.REVIEWER]
        case = decisions.case(who, applicant.draft.id)
        if fate is Fate.APPROVED:
            decisions.approve(who, case.id, seen=case.seen, address=ADDRESS)
        elif fate is Fate.REJECTED:
            codes = sorted(self.services.rejections.codes)
            reason = codes[number % len(codes)]
            decisions.reject(who, case.id, seen=case.seen, reason=reason, note=NOTE, address=ADDRESS)
        else:
            asked = ASKED_FOR[number % len(ASKED_FOR)]
            decisions.ask_again(who, case.id, seen=case.seen, asked=asked, address=ADDRESS)

    def _find_nobody(self, applicant: Applicant) -> None:
        """Try a few times while the KYC API is down; it asks to be left alone for long."""
        for _try in range(TRIES_SO_FAR - 1):
            self._record(applicant, KYC, unavailable(UnavailableError("no connection")))
            self.clock.wait(MINUTE)
        last = UnavailableError("503", retry_after=NEXT_TRY_SECONDS)
        self._record(applicant, KYC, unavailable(last))

    def _deliver(self, applicant: Applicant) -> None:
        """Do what a worker does with the deliveries that are due."""
        for row in self._rows(applicant):
            if row.state == WAITING and (row.next_try_at is None or row.next_try_at <= self.clock()):
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
