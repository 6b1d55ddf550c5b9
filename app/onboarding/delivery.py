"""Delivery: each submission's way to each API, idempotent at every step, with its outcome kept in rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.apis.errors import ApiError, ConflictError, RejectedError, UnavailableError
from app.apis.kyc import contract as kyc_contract
from app.apis.kyc.contract import REQUESTED, KycGateway, KycRequest
from app.apis.personal_informations import contract as personal_contract
from app.apis.personal_informations.contract import PersonalInformationsGateway
from app.domain.application import Application
from app.domain.errors import AltaError
from app.onboarding.drafts import checks_of, joined, kyc_user_id
from app.onboarding.photos import blob_key
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS, Enqueue, open_snapshot
from app.steps import STEPS
from app.store.blobs import Blobs
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models import applications, submissions
from app.store.models.submissions import CANCELLED, DELIVERED, FAILED, WAITING, Delivery, Submission

INCOME_CHANGED, CHECK_CHANGED, REFUSED = "income_ranges_changed", "check_changed", "refused"
STEP_OF_FIELD = {
    "birthday": "personal",
    "first_name": "personal",
    "last_name": "personal",
    "gender": "personal",
    "marital_status": "personal",
    "nationality": "personal",
    "politically_exposed": "exposure",
    "document_type": "identity",
    "document_number": "identity",
    "front_document": "document",
    "back_document": "document",
    "dni_selfie": "selfies",
} | {field_type: step.key for step in STEPS for field_type in step.field_types}


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: the delivery's new state, the record's id there, and why not."""

    state: str
    upstream_id: str | None = None
    error: str | None = None
    reopen: dict[str, str] | None = None
    checks: dict[str, Any] | None = None


class DeliveryError(AltaError):
    """What an operator asked of a delivery cannot be done; the message is a sentence."""


class Deliveries:
    """The use cases of the worker, and an operator's."""

    def __init__(
        self,
        *,
        keyring: Keyring,
        blobs: Blobs,
        personal_informations: PersonalInformationsGateway,
        kyc: KycGateway,
        enqueue: Enqueue,
        clock: Callable[[], datetime],
    ) -> None:
        self.enqueue = enqueue
        self.keyring, self.blobs, self.clock = keyring, blobs, clock
        self.personal_informations, self.kyc = personal_informations, kyc

    def waiting(self, submission_id: str) -> list[str]:
        """The APIs that a submission has still to reach."""
        with read() as connection:
            statement = select(Delivery.api).where(Delivery.submission_id == submission_id, Delivery.state == WAITING)
            return sorted(connection.execute(statement).scalars(), reverse=True)

    def store_pictures(self, submission_id: str) -> dict[str, str]:
        """Put the pictures that the KYC request wants into its storage; their public URLs by photo id."""
        application = self._application(submission_id)
        request = self._request(application)
        return {
            photo_id: self.kyc.store_picture(self._photo(application, photo_id), idempotency_key=f"photo:{photo_id}")
            for photo_id in kyc_contract.photo_ids_from(application, request)
        }

    def attempt(self, submission_id: str, api: str) -> str:
        """Try to deliver to one API, safely again after any interruption; return the delivery's state."""
        attempt = {PERSONAL_INFORMATIONS: self._personal_informations, KYC: self._kyc}[api]
        try:
            outcome = attempt(submission_id)
        except UnavailableError as error:
            outcome = Outcome(WAITING, error=type(error).__name__)
        except RejectedError as error:
            outcome = self._rejected(error.faults)
        except ApiError as error:
            outcome = Outcome(FAILED, error=type(error).__name__)
        self._record(submission_id, api, outcome)
        return outcome.state

    def note_fault(self, submission_id: str, api: str, kind: str) -> None:
        """Keep that an attempt broke through a fault of ours; `kind` is its name, without personal data."""
        self._record(submission_id, api, Outcome(WAITING, error=kind))

    def give_up(self, submission_id: str) -> None:
        """Leave what is still waiting to an operator."""
        with write() as connection:
            connection.execute(
                update(Delivery)
                .where(Delivery.submission_id == submission_id, Delivery.state == WAITING)
                .values(state=FAILED, updated_at=self.clock())
            )

    def retry(self, delivery_id: str) -> None:
        """Try a delivery again from now on, however it stands, unless it has arrived; raises DeliveryError."""
        with write() as connection:
            submission_id = self._change(connection, delivery_id, (WAITING, FAILED, CANCELLED), WAITING)
            self.enqueue(connection, submission_id, again=True)

    def cancel(self, delivery_id: str) -> None:
        """Give a delivery up; raises DeliveryError if it has arrived."""
        with write() as connection:
            self._change(connection, delivery_id, (WAITING, FAILED), CANCELLED)

    def _change(self, connection: Connection, delivery_id: str, states: tuple[str, ...], state: str) -> str:
        """Put a delivery that is in one of `states` into `state`; its submission's id."""
        found = connection.execute(
            select(Delivery.submission_id, Delivery.state).where(Delivery.id == delivery_id).with_for_update()
        ).first()
        if found is None:
            raise DeliveryError(f"There is no delivery {delivery_id}.")
        if found.state not in states:
            raise DeliveryError(f"The delivery is {found.state}: nothing was changed.")
        connection.execute(
            update(Delivery).where(Delivery.id == delivery_id).values(state=state, updated_at=self.clock())
        )
        return str(found.submission_id)

    def _personal_informations(self, submission_id: str) -> Outcome:
        application = self._application(submission_id)
        document = application.document
        ids = {document.front, document.back} if document else set()
        ids |= {application.dni_selfie} if application.dni_selfie else set()
        photos = {photo_id: self._photo(application, photo_id) for photo_id in ids}
        information, pictures = personal_contract.payload_from(application, photos)
        key = self._key(submission_id, PERSONAL_INFORMATIONS)
        record = self.personal_informations.create(information, pictures, idempotency_key=key)
        return Outcome(DELIVERED, upstream_id=str(record.id))

    def _kyc(self, submission_id: str) -> Outcome:
        application = self._application(submission_id)
        request, user_id = self._request(application), kyc_user_id(application.id, application.country)
        changed = self._income_changed(application, request)
        if changed is not None:
            return changed
        answers = kyc_contract.payload_from(application, request, self.store_pictures(submission_id))
        if answers:
            try:
                key = self._key(submission_id, KYC)
                request = self.kyc.answer(user_id, answers, idempotency_key=key)
            except ConflictError:
                # Checks were answered, or asked again, between our look and our answer: what matters is how they stand.
                request = self._request(application)
        missing = [check.field_type for check in request.checks if check.status == REQUESTED]
        if missing:
            return self._reopened(missing, CHECK_CHANGED, request)
        return Outcome(DELIVERED, upstream_id=user_id)

    def _income_changed(self, application: Application, request: KycRequest) -> Outcome | None:
        """The step to reopen when the chosen range is no longer among those the check offers."""
        wanted = {check.field_type for check in request.checks if check.status == REQUESTED}
        if "total_income_range" not in wanted or application.income is None:
            return None
        chosen = [application.income.lower_bounds, application.income.upper_bounds]
        if any(offered[:2] == chosen for offered in checks_of(request)["income_ranges"]):
            return None
        return self._reopened(["total_income_range"], INCOME_CHANGED, request)

    def _reopened(self, fields: Iterable[str], reason: str, request: KycRequest) -> Outcome:
        steps = {STEP_OF_FIELD[field]: reason for field in fields if field in STEP_OF_FIELD}
        if not steps:
            return Outcome(FAILED, error="UnknownCheck")
        return Outcome(submissions.REOPENED, error=reason, reopen=steps, checks=checks_of(request))

    def _rejected(self, faults: Iterable[str]) -> Outcome:
        steps = {STEP_OF_FIELD[field]: REFUSED for field in faults if field in STEP_OF_FIELD}
        if not steps:
            return Outcome(FAILED, error="RejectedError")
        return Outcome(submissions.REOPENED, error=REFUSED, reopen=steps)

    def _record(self, submission_id: str, api: str, outcome: Outcome) -> None:
        with write() as connection:
            connection.execute(
                update(Delivery)
                .where(Delivery.submission_id == submission_id, Delivery.api == api, Delivery.state == WAITING)
                .values(
                    state=outcome.state,
                    attempts=Delivery.attempts + 1,
                    upstream_id=outcome.upstream_id,
                    error=outcome.error,
                    updated_at=self.clock(),
                )
            )
            if outcome.reopen:
                self._reopen(connection, submission_id, outcome)

    def _reopen(self, connection: Connection, submission_id: str, outcome: Outcome) -> None:
        """Ask the person again for some steps, beside those that are asked again already."""
        row = applications.Application
        found = connection.execute(
            select(row.id, row.reopened, row.checks)
            .join(Submission, Submission.application_id == row.id)
            .where(Submission.id == submission_id)
        ).one()
        asked = json.loads(found.reopened)
        asked |= {step: {"reason": reason, "answered": False} for step, reason in (outcome.reopen or {}).items()}
        checks = json.loads(found.checks)
        if outcome.checks:
            checks = joined(checks, outcome.checks)
        connection.execute(
            update(row)
            .where(row.id == found.id)
            .values(
                state=applications.REOPENED,
                reopened=json.dumps(asked),
                checks=json.dumps(checks),
                touched_at=self.clock(),
            )
        )

    def _application(self, submission_id: str) -> Application:
        with read() as connection:
            snapshot = connection.execute(
                select(Submission.snapshot).where(Submission.id == submission_id)
            ).scalar_one()
        return open_snapshot(self.keyring, submission_id, snapshot)

    def _request(self, application: Application) -> KycRequest:
        user_id = kyc_user_id(application.id, application.country)
        return self.kyc.open_request(user_id, country=application.country)

    def _photo(self, application: Application, photo_id: str) -> bytes:
        return self.blobs.get(blob_key(application.id, photo_id, "stored"))

    def _key(self, submission_id: str, api: str) -> str:
        with read() as connection:
            statement = select(Delivery.idempotency_key).where(
                Delivery.submission_id == submission_id, Delivery.api == api
            )
            return connection.execute(statement).scalar_one()
