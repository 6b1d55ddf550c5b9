"""The milestones of applications, counted in the very transaction in which an application passes one."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.config import Settings
from app.domain.dates import today_in
from app.domain.figures import Figure
from app.domain.stage import Stage
from app.onboarding.funnel.rows import Cohort, Counter, add, any_shard

OF_STAGE = {Stage.APPROVED: Figure.APPROVED, Stage.REJECTED: Figure.REJECTED}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far an application has come: its group as the lists know it, and whether it was ever sent."""

    integration: str
    country: str
    channel: str
    stage: str
    is_finished: bool

    @classmethod
    def of(cls, group: Mapping[str, str], *, is_finished: bool) -> Standing:
        """The standing of an application of that group."""
        return cls(
            integration=group["integration"],
            country=group["country"],
            channel=group["channel"],
            stage=group["stage"],
            is_finished=is_finished,
        )


def cohort_of(settings: Settings, begun_at: datetime, *, country: str, channel: str, integration: str | None) -> Cohort:
    """Where an application is counted: on the day on which it began, by its country's calendar."""
    day = today_in(settings.time_zone(country), begun_at)
    return Cohort(day=day, country=country, channel=channel, integration=integration or "")


def note_passed(
    connection: Connection, settings: Settings, begun_at: datetime, before: Standing | None, after: Standing
) -> None:
    """Count what lies between two standings of an application; what it is no longer is taken back."""
    numbers: Tally[Counter] = Tally(_passed(settings, begun_at, after))
    if before is not None:
        numbers.subtract(_passed(settings, begun_at, before))
    add(connection, numbers, shard=any_shard(connection))


def _passed(settings: Settings, begun_at: datetime, standing: Standing) -> list[Counter]:
    cohort = cohort_of(
        settings,
        begun_at,
        country=standing.country,
        channel=standing.channel,
        integration=standing.integration,
    )
    figures = [Figure.STARTED]
    if standing.is_finished:
        figures.append(Figure.SUBMITTED)
    decided = OF_STAGE.get(Stage(standing.stage))
    if decided is not None:
        figures.append(decided)
    return [Counter(cohort, figure) for figure in figures]
