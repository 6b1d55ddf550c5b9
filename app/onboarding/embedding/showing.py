"""What an integration may see of a session: states, checks, deliveries and a decision, never a photo or an answer."""

from __future__ import annotations

import json
from typing import Any, cast

from sqlalchemy import Row

from app.apis.authentication import Integration
from app.apis.sessions.contract import LOCALES, CheckShown, DeliveryShown, SessionShown, ThemeBody
from app.onboarding.comparisons import Comparisons
from app.onboarding.draft import OPEN_STATES, Draft, DraftReader
from app.onboarding.embedding.registry import Registry
from app.onboarding.embedding.sessions import Sessions
from app.onboarding.embedding.values import Details, open_details
from app.onboarding.outcome import STEP_OF_FIELD
from app.onboarding.status import Statuses
from app.store.db import read
from app.store.models.applications import PURGING


class Showing:
    """The use case of looking at a session."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        registry: Registry,
        drafts: DraftReader,
        statuses: Statuses,
        comparisons: Comparisons,
    ) -> None:
        self.sessions, self.registry, self.drafts = sessions, registry, drafts
        self.statuses, self.comparisons = statuses, comparisons

    def of(self, owner: Integration, session_id: str) -> SessionShown:
        """The session as its integration may see it; raises UnknownSessionError."""
        row = self.sessions.row(owner, session_id)
        draft = self._draft(row)
        details = open_details(self.sessions.keyring, row.id, row.details) if row.details else Details()
        standing = self.statuses.of_application(draft.id) if draft is not None else None
        return SessionShown(
            id=row.id,
            state=row.state,
            external_id=details.external_id,
            test=self.registry.of(owner.id).is_test,
            country=cast(Any, draft.country if draft is not None else row.country),
            locale=cast(Any, LOCALES[draft.language if draft is not None else row.language]),
            reference=draft.reference if draft is not None else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
            submitted_at=standing.submitted_at if standing is not None else None,
            skip=list(details.skip),
            vouched=_vouched(draft),
            return_url=details.return_url,
            theme=ThemeBody(**json.loads(row.theme)),
            metadata=dict(details.metadata),
            checks=_checks(draft),
            document=self._document(draft),
            deliveries=[
                DeliveryShown(
                    api=cast(Any, each.api),
                    state=cast(Any, each.state),
                    attempts=each.attempts,
                    upstream_id=each.upstream_id,
                    upstream_state=each.upstream_state,
                )
                for each in (standing.deliveries if standing is not None else ())
            ],
            decision=cast(Any, row.state if row.state in ("approved", "rejected") else None),
        )

    def _draft(self, row: Row[Any]) -> Draft | None:
        if row.application_id is None:
            return None
        with read() as connection:
            draft = self.drafts.load_by_id(connection, row.application_id)
        # Closed by a cancellation: what it held is gone, or about to go.
        return None if draft is None or draft.state == PURGING else draft

    def _document(self, draft: Draft | None) -> dict[str, str]:
        if draft is None:
            return {}
        return {each.compared.field: str(each.compared.verdict) for each in self.comparisons.of(draft)}


def _vouched(draft: Draft | None) -> list[str]:
    given = draft.given if draft is not None else {}
    return sorted({name.partition(":")[0] for name, each in given.items() if each.vouched})


def _checks(draft: Draft | None) -> list[CheckShown]:
    """Each KYC check that is wanted, and whether the person has answered it."""
    if draft is None:
        return []
    shown = []
    for name in draft.checks["requested"]:
        step = STEP_OF_FIELD[name]
        asked = draft.reopened.get(step)
        status = "answered" if draft.state not in OPEN_STATES or draft.submitted_at is not None else "requested"
        if asked is not None and not asked.get("answered"):
            status = "asked_again"
        reason = asked["reason"] if asked is not None else None
        shown.append(CheckShown(name=name, step=step, status=cast(Any, status), reason=reason))
    return shown
