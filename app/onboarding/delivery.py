"""Delivery: the steps of one submission's way to one API, each safe to repeat, and of following it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from app.apis.errors import ApiError, RejectedError, UnavailableError, WrongStatusError
from app.apis.kyc import contract as kyc_contract
from app.apis.kyc.contract import REQUESTED, KycRejectedError, KycRequest, Wanted
from app.apis.personal_informations import contract as personal_contract
from app.onboarding.following import Following
from app.onboarding.ledger import Ledger
from app.onboarding.outcome import (
    INCOME_CHANGED,
    STEP_OF_FIELD,
    Outcome,
    delivered,
    failed,
    rejected,
    told,
    unavailable,
)
from app.onboarding.parcel import Checks, Parcel, Parcels
from app.onboarding.submission import KYC
from app.onboarding.wants import checks_of
from app.store.models.submissions import DELIVERED, REOPENED, WAITING

Told = dict[str, Any]
Step = Callable[..., Any]
# What a KYC request may refuse because it has changed, not because the person gave something wrong.
PERISHABLE = {"document_photo", "document_selfies", "answers"}


class Deliveries:
    """The use cases of the worker, and of an operator."""

    def __init__(
        self, *, parcels: Parcels, ledger: Ledger, following: Following, on_delivered: Callable[[str], None]
    ) -> None:
        self.parcels, self.ledger, self.following = parcels, ledger, following
        self.on_delivered = on_delivered

    def advance(self, delivery_id: str, run: int, step: Step, work: Step) -> str | None:
        """Take a delivery one attempt further, or once delivered look how it stands; return its new state.

        `step(name, function, *arguments)` makes one call durable; what passes through it is free of personal data.
        `work`, of the same form, does what calls no API and may be repeated as it is.
        """

        @cache
        def parcel() -> Parcel:
            # For what never changes of it: its pictures and where they go.
            return self.parcels.load(delivery_id)

        told = step("open", self.open, delivery_id, run)
        for photo_id in told.get("photos", ()):
            if "outcome" not in told:
                told = told | step("store_picture", self.store_picture, delivery_id, photo_id, parcel)
        if told.get("send") and "outcome" not in told:
            told = step("send", self.send, delivery_id)
        if "outcome" not in told:
            return None
        state: str | None = work("record", self.ledger.record, delivery_id, run, told["outcome"])
        if state == DELIVERED:
            work("steer", self.on_delivered, delivery_id)
        return state

    def open(self, delivery_id: str, run: int) -> Told:
        """Begin: there is nothing to do, or one call does it, or the checks are to be answered, photos stored first."""
        row = self.parcels.row(delivery_id)
        if row is None or row.run != run or row.state not in (WAITING, DELIVERED):
            return {}
        if row.state == DELIVERED:
            return _told(lambda: self.following.look(self.parcels.of(row)))
        if row.api != KYC:
            return _told(lambda: self._create(self.parcels.of(row)))
        return _steps(lambda: self._plan(self.parcels.of(row)))

    def store_picture(self, delivery_id: str, photo_id: str, loaded: Callable[[], Parcel]) -> Told:
        """Put one photo into the KYC API's storage and remember its URL."""

        def work() -> Told:
            parcel = loaded()
            picture = self.parcels.photo(parcel, photo_id)
            url = parcel.upstream.kyc.store_picture(picture, idempotency_key=f"photo:{photo_id}")
            self.parcels.keep_url(parcel, photo_id, url)
            return {}

        return _steps(work)

    def send(self, delivery_id: str) -> Told:
        """Answer the checks; make the record, where a release before this one left that for later."""

        def work() -> Outcome:
            parcel = self.parcels.load(delivery_id)
            return self._answer(parcel) if parcel.row.api == KYC else self._create(parcel)

        return _told(work)

    def retry(self, delivery_id: str) -> None:
        """Try a delivery again from now on, however it stands, unless it has arrived; raises DeliveryError."""
        self.ledger.retry(delivery_id)

    def cancel(self, delivery_id: str) -> None:
        """Give a delivery up; raises DeliveryError if it has arrived."""
        self.ledger.cancel(delivery_id)

    def _plan(self, parcel: Parcel) -> Told:
        checks = self.parcels.checks(parcel.row)
        if checks.wanted is None:
            request = parcel.upstream.kyc.open_request(parcel.user_id, country=parcel.application.country)
            changed = _income_changed(parcel, request)
            if changed is not None:
                return {"outcome": changed.to_json()}
            checks = replace(checks, wanted=self._wanted(parcel, request))
            self.parcels.decide(parcel.row.id, checks)
        photo_ids = kyc_contract.photo_ids_from(parcel.application, checks.wanted or ())
        stored = self.parcels.urls(parcel, photo_ids)
        return {"send": True, "photos": [photo_id for photo_id in photo_ids if photo_id not in stored]}

    def _wanted(self, parcel: Parcel, request: KycRequest) -> tuple[Wanted, ...]:
        """The checks to answer: all that are requested; of what was asked again, only what was given again."""
        wanted = kyc_contract.wanted_by(request)
        if not self.parcels.was_served(parcel):
            return wanted
        return tuple(check for check in wanted if STEP_OF_FIELD[check.field_type] in parcel.asked)

    def _create(self, parcel: Parcel) -> Outcome:
        application = parcel.application
        document = application.document
        ids = {document.front, document.back} if document else set()
        ids |= {application.dni_selfie} if application.dni_selfie else set()
        photos = {photo_id: self.parcels.photo(parcel, photo_id) for photo_id in ids}
        information, pictures = personal_contract.payload_from(application, photos)
        own, earlier = parcel.upstream.own_records, self.parcels.key_before(parcel)
        record = own.amend(earlier, information, pictures) if own and earlier else None
        if record is None:
            gateway = parcel.upstream.personal_informations
            record = gateway.create(information, pictures, idempotency_key=parcel.row.idempotency_key)
        return delivered(str(record.id), record.state)

    def _answer(self, parcel: Parcel) -> Outcome:
        checks = self.parcels.checks(parcel.row)
        wanted = checks.wanted or ()
        photo_ids = kyc_contract.photo_ids_from(parcel.application, wanted)
        answers = kyc_contract.payload_from(parcel.application, wanted, self.parcels.urls(parcel, photo_ids))
        gateway, key = parcel.upstream.kyc, parcel.row.idempotency_key + (":anew" if checks.anew else "")
        try:
            if not answers:
                raise WrongStatusError("nothing is wanted")
            request = gateway.answer(parcel.user_id, answers, idempotency_key=key)
        except WrongStatusError:
            # Answered before, or asked again, between our look and our answer: what matters is how it stands.
            request = gateway.open_request(parcel.user_id, country=parcel.application.country)
        except KycRejectedError as error:
            if checks.anew or not set(error.faults) <= PERISHABLE:
                raise
            # A check or a picture that was good when it was noted down is so no longer: once, all is got anew.
            self.parcels.forget_urls(parcel, photo_ids)
            self.parcels.decide(parcel.row.id, Checks(wanted=None, anew=True))
            return Outcome(state=WAITING, error=told(error))
        if any(check.status == REQUESTED for check in request.checks):
            return self.following.asked_again(request, parcel.user_id)
        return delivered(parcel.user_id, request.status)


def _income_changed(parcel: Parcel, request: KycRequest) -> Outcome | None:
    """The step to reopen when the chosen range is no longer among those the check offers."""
    wanted, income = {check.field_type for check in kyc_contract.wanted_by(request)}, parcel.application.income
    if "total_income_range" not in wanted or income is None:
        return None
    chosen, checks = [income.lower_bounds, income.upper_bounds], checks_of(request)
    if any(offered[:2] == chosen for offered in checks["income_ranges"]):
        return None
    steps = {STEP_OF_FIELD["total_income_range"]: INCOME_CHANGED}
    return Outcome(state=REOPENED, error=INCOME_CHANGED, reopen=steps, checks=checks)


def _steps(work: Callable[[], Told]) -> Told:
    """What `work` tells, or the outcome that an API's error is."""
    try:
        return work()
    except UnavailableError as error:
        outcome = unavailable(error)
    except RejectedError as error:
        outcome = rejected(error)
    except ApiError as error:
        outcome = failed(error)
    return {"outcome": outcome.to_json()}


def _told(work: Callable[[], Outcome]) -> Told:
    return _steps(lambda: {"outcome": work().to_json()})
