"""Following: how what was delivered stands in its API, and what is asked of the person again."""

from __future__ import annotations

from app.apis.errors import ApiError, UnavailableError
from app.apis.kyc.contract import REQUESTED, Check, KycRequest
from app.onboarding.outcome import CHECK_CHANGED, STEP_OF_FIELD, Outcome, told
from app.onboarding.parcel import Parcel
from app.onboarding.reasons import CODE, OPERATOR, Reasons
from app.onboarding.submission import KYC
from app.onboarding.wants import checks_of
from app.store.models.submissions import DELIVERED, REOPENED

FIRST_REASONS = ("account_request", "")
ASKED_AGAIN = "asked_again"
PENDING = "pending"


class Following:
    """Asks an API how things stand, and reads what it answers."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons

    def look(self, parcel: Parcel) -> Outcome:
        """How a delivery stands now; an API that cannot say is asked again later."""
        try:
            return self._kyc(parcel) if parcel.row.api == KYC else self._record(parcel)
        except UnavailableError as error:
            return Outcome(state=DELIVERED, error=told(error), retry_after=error.retry_after)
        except ApiError as error:
            return Outcome(state=DELIVERED, error=told(error), attention=told(error))

    def asked_again(self, request: KycRequest, user_id: str) -> Outcome:
        """The steps of the checks that are wanted, each with its reason."""
        steps: dict[str, str] = {}
        attention = None
        for check in (each for each in request.checks if each.status == REQUESTED):
            step, code, notable = self._read(check)
            steps[step] = code
            attention = notable or attention
        return Outcome(
            state=REOPENED,
            upstream_id=user_id,
            upstream_state=request.status,
            error=CHECK_CHANGED,
            attention=attention,
            reopen=steps,
            checks=checks_of(request),
        )

    def _read(self, check: Check) -> tuple[str, str, str | None]:
        """The step to ask again, the code of its reason, and what an operator should know."""
        step = STEP_OF_FIELD[check.field_type]
        if check.reason in FIRST_REASONS:
            return step, CHECK_CHANGED, None
        known = self.reasons.find(check.reason)
        if known is None:
            # An upstream's text is shown to nobody as it is, and kept only if it can be no more than a code.
            named = check.reason if CODE.fullmatch(check.reason) else "unreadable"
            return step, ASKED_AGAIN, f"unmapped reason for {check.field_type}: {named}"
        serious = f"reason for {check.field_type}: {check.reason}" if known.severity == OPERATOR else None
        return known.step, check.reason, serious

    def _kyc(self, parcel: Parcel) -> Outcome:
        request = parcel.upstream.kyc.open_request(parcel.user_id, country=parcel.application.country)
        if any(check.status == REQUESTED for check in request.checks):
            return self.asked_again(request, parcel.user_id)
        return Outcome(state=DELIVERED, upstream_state=request.status)

    def _record(self, parcel: Parcel) -> Outcome:
        record = parcel.upstream.personal_informations.get(int(parcel.row.upstream_id))
        # What is pending there, that API does not tell: the KYC request asks the person, or an operator does.
        attention = "the record is pending" if record.state == PENDING else None
        return Outcome(state=DELIVERED, upstream_state=record.state, attention=attention)
