"""The services by which staff decide, built from the settings."""

from __future__ import annotations

from app.config import Settings
from app.onboarding.deciding.cases import Cases
from app.onboarding.deciding.decisions import Decisions
from app.onboarding.deciding.outcomes import Outcomes
from app.onboarding.deciding.rejections import Rejections
from app.onboarding.drafts import Drafts
from app.onboarding.upstreams import Upstreams
from app.wiring.staff import StaffServices


def wire_decisions(
    settings: Settings, *, upstreams: Upstreams, drafts: Drafts, rejections: Rejections, staff: StaffServices
) -> Decisions:
    """Build what decides."""
    return Decisions(
        cases=Cases(keyring=drafts.keyring, upstreams=upstreams, members=staff.members),
        outcomes=Outcomes(reasons=drafts.reasons, stages=drafts.stages, clock=drafts.clock),
        drafts=drafts,
        rejections=rejections,
        audit=staff.audit,
        four_eyes=settings.four_eyes,
        clock=drafts.clock,
    )
