"""The only place that names concrete backends: what the settings say becomes the services that views and worker use."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from app.apis.values import Clock
from app.config import Settings
from app.forms.context import StepContext
from app.onboarding.deciding.decisions import Decisions
from app.onboarding.deciding.rejections import Rejections
from app.onboarding.funnel.report import Reports
from app.onboarding.funnel.waiting import Waiting
from app.onboarding.notices import Notice
from app.onboarding.purge import Purge
from app.present import the_application
from app.queue import WorkerQueue
from app.steps import STEPS
from app.steps.base import Step
from app.steps.exposure import legal_kind
from app.store.db import utc_now
from app.wiring.apis import Apis, wire_apis
from app.wiring.cases import CaseServices, wire_cases
from app.wiring.decisions import wire_decisions
from app.wiring.delivering import Delivering, wire_delivering
from app.wiring.embedding import Embedding, forgetting_of, wire_embedding
from app.wiring.gathering import Gathering, wire_gathering
from app.wiring.ground import Ground, lay_ground
from app.wiring.help import HelpServices, wire_help
from app.wiring.staff import StaffServices, wire_staff


@dataclass(frozen=True, kw_only=True)
class Services(Ground, Apis, Gathering, Delivering):
    """Everything a request or the worker may use."""

    purge: Purge
    reports: Reports
    waiting: Waiting
    staff: StaffServices
    helping: HelpServices
    cases: CaseServices
    rejections: Rejections
    decisions: Decisions
    embedding: Embedding
    steps: tuple[Step, ...] = STEPS

    def legal_shown(self, context: StepContext) -> Notice:
        """The country's list of exposed posts, in the language of the page."""
        return self.notices.get(legal_kind(context.country), context.language)

    def public_url(self, host_url: str) -> str:
        """The address people reach Alta at: the setting, or the request's own host in local mode."""
        return (self.settings.public_url or host_url).rstrip("/")


def wire(settings: Settings, *, clock: Clock = utc_now, queue: WorkerQueue | None = None) -> Services:
    """Build the services that `settings` describe; `clock` and `queue` are others' only where time is played."""
    ground = lay_ground(settings, clock, queue or WorkerQueue())
    apis = wire_apis(ground)
    gathering = wire_gathering(ground, apis.upstreams)
    drafts = gathering.drafts
    staff = wire_staff(settings, ground.keyring, ground.stages, clock)
    helping = wire_help(settings, drafts, gathering.access, staff.audit)
    on_sent = helping.assistances.end_by_sending
    delivering = wire_delivering(ground, drafts, apis.upstreams, on_sent=on_sent, members=staff.members)
    rejections = Rejections(settings.rejections)
    forgetting = forgetting_of(ground, apis, drafts)
    return Services(
        **vars(ground),
        **vars(apis),
        **vars(gathering),
        **vars(delivering),
        purge=Purge(settings=settings, blobs=ground.blobs, photos=gathering.photos, forgetting=forgetting, clock=clock),
        reports=Reports(counts=ground.counts, audit=staff.audit),
        waiting=Waiting(clock=clock),
        staff=staff,
        helping=helping,
        cases=wire_cases(ground, gathering, ledger=delivering.ledger, audit=staff.audit),
        rejections=rejections,
        decisions=wire_decisions(settings, upstreams=apis.upstreams, drafts=drafts, rejections=rejections, staff=staff),
        embedding=wire_embedding(ground, apis, gathering, forgetting=forgetting, audit=staff.audit),
    )


def install(app: Flask, services: Services) -> None:
    """Keep the services with the application."""
    app.extensions["alta"] = services


def services() -> Services:
    """The services of the application at work."""
    found: Services = the_application().extensions["alta"]
    return found
