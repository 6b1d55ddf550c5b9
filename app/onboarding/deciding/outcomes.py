"""What a decision does: the record and the checks in Alta's own APIs, the application, and its deliveries."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, select, update

from app.apis.personal_informations.contract import State
from app.onboarding.deciding.case import Case
from app.onboarding.following import PENDING
from app.onboarding.reasons import Reasons
from app.onboarding.stages import Stages
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.onboarding.wants import checks_of, joined, kyc_user_id
from app.store.models import handoffs
from app.store.models.applications import REOPENED, SUBMITTED, Application
from app.store.models.submissions import CANCELLED, DELIVERED, Delivery, Submission
from app.store.models.submissions import REOPENED as DELIVERY_REOPENED

# What integrations read of a check that is asked again is in the language of the country, as all of their requests.
COUNTRY_LANGUAGES = {"AR": "es", "BR": "pt_BR"}
DETAIL_MAXIMUM = 200
_CHECKS = select(Application.checks).where(Application.id == bindparam("application_id"))


class Outcomes:
    """Carries decisions out within the transaction that takes them."""

    def __init__(self, *, reasons: Reasons, stages: Stages, clock: Callable[[], datetime]) -> None:
        self.reasons, self.stages, self.clock = reasons, stages, clock

    def settle(self, connection: Connection, case: Case, decision: str) -> None:
        """End a case: its record is approved or rejected, nothing is asked or followed any more."""
        assert case.upstream is not None and case.upstream.own_records is not None and case.record is not None
        case.upstream.own_records.change_state_on(connection, case.record[0], cast(State, decision))
        self._change(connection, case, state=SUBMITTED, reopened="{}", decision=decision)
        for each in case.deliveries:
            values: dict[str, Any] = {"state": DELIVERED if each.is_served else CANCELLED}
            if each.api == PERSONAL_INFORMATIONS:
                values["upstream_state"] = decision
            self._end(connection, Delivery.id == each.id, **values)
        # What an earlier submission delivered is no longer followed either.
        of_case = select(Submission.id).where(Submission.application_id == case.id).scalar_subquery()
        self._end(connection, Delivery.submission_id.in_(of_case))
        row = handoffs.Handoff
        connection.execute(update(row).where(row.application_id == case.id).values(state=handoffs.SENT))

    def ask_again(
        self,
        connection: Connection,
        case: Case,
        *,
        reopened: Mapping[str, Any],
        checks: Mapping[str, str],
        assigned_to: str | None,
    ) -> None:
        """Give a case back to the person: the record is pending, the checks are requested, their steps are open."""
        assert case.upstream is not None
        values: dict[str, Any] = {"state": REOPENED, "reopened": json.dumps(reopened), "assigned_to": assigned_to}
        if case.upstream.own_kyc is not None and checks:
            asked = {field_type: (reason, self._detail(case, reason)) for field_type, reason in checks.items()}
            user_id = kyc_user_id(case.id, case.country)
            request = case.upstream.own_kyc.ask_again_on(connection, user_id, asked)
            known = json.loads(connection.execute(_CHECKS, {"application_id": case.id}).scalar_one())
            values["checks"] = json.dumps(joined(known, checks_of(request)))
            self._reopen(connection, case, KYC, request.status)
        if case.upstream.own_records is not None and case.record is not None:
            case.upstream.own_records.change_state_on(connection, case.record[0], "pending")
            # What is given again is a delivery of its own, which amends the record and has it checked anew.
            self._reopen(connection, case, PERSONAL_INFORMATIONS, PENDING)
        self._change(connection, case, **values)

    def _reopen(self, connection: Connection, case: Case, api: str, upstream_state: str) -> None:
        delivery = case.delivery(api)
        assert delivery is not None, "what was not delivered is not asked again"
        values = {"state": DELIVERY_REOPENED, "upstream_state": upstream_state, "error": None}
        self._end(connection, Delivery.id == delivery.id, **values)

    def _end(self, connection: Connection, which: Any, **values: Any) -> None:
        """Have no run of these deliveries go on; one that is under way has no say any more."""
        changes = {"run": Delivery.run + 1, "next_try_at": None, "updated_at": self.clock(), **values}
        connection.execute(update(Delivery).where(which).values(**changes))

    def _change(self, connection: Connection, case: Case, **values: Any) -> None:
        connection.execute(
            update(Application).where(Application.id == case.id).values(touched_at=self.clock(), **values)
        )

    def _detail(self, case: Case, reason: str) -> str:
        return (self.reasons.sentence(reason, COUNTRY_LANGUAGES[case.country]) or "")[:DETAIL_MAXIMUM]
