"""The figures added up: the funnel, its days, countries and channels, each step, each message, each photo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.domain.figures import MILESTONES, Figure, median_of
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.funnel.counts import GOOD, Counts
from app.onboarding.staff.members import StaffMember
from app.store.db import read, write
from app.store.models.figures import FigureCount

MESSAGES_SHOWN = 10
NO_INTEGRATION = "-"
NUMBER = func.sum(FigureCount.number).label("number")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which applications are looked at: those begun from one day to another, both included; "" for any.

    `integration` is a name, NO_INTEGRATION for applications of none, or "" for any.
    """

    first: date
    last: date
    country: str = ""
    channel: str = ""
    integration: str = ""

    def told(self) -> str:
        """The scope in a word for the record."""
        given = (f"{self.first} to {self.last}", self.country, self.channel, self.integration)
        return ", ".join(each for each in given if each)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """How many passed each milestone."""

    started: int = 0
    submitted: int = 0
    approved: int = 0
    rejected: int = 0


@dataclass(frozen=True, kw_only=True)
class StepFigures:
    """One step: how many answered it, in what time, and how often it was posted and refused."""

    answered: int = 0
    taken: int = 0
    refused: int = 0
    median_seconds: float | None = None

    @property
    def error_share(self) -> float | None:
        """The share of posts that were refused."""
        posts = self.taken + self.refused
        return self.refused / posts if posts else None


@dataclass(frozen=True, kw_only=True)
class MessageFigures:
    """How often a message was shown at a step."""

    step: str
    message: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PhotoFigures:
    """First photos for a slot, and how many of them were good."""

    tried: int = 0
    good: int = 0

    @property
    def good_share(self) -> float | None:
        """First-time success."""
        return self.good / self.tried if self.tried else None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How it went with the applications of a scope; steps by their key, photos by their slot."""

    whole: Passed
    days: Mapping[date, Passed]
    countries: Mapping[str, Passed]
    channels: Mapping[str, Passed]
    integrations: Mapping[str, Passed]
    steps: Mapping[str, StepFigures]
    messages: list[MessageFigures]
    photos: Mapping[str, PhotoFigures]


@dataclass
class _Sums:
    """Numbers of one kind of figure, by subject and class."""

    by_subject: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_class: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))


class Reports:
    """The use cases of looking at figures; nobody sees those of an integration that is not theirs."""

    def __init__(self, *, counts: Counts, audit: Audit) -> None:
        self.counts, self.audit = counts, audit

    def of(self, by: StaffMember, scope: Scope) -> Report:
        """Everything about a scope, as of now: what this process has counted is written first."""
        self.counts.flush()
        passed = _within(
            select(
                FigureCount.day,
                FigureCount.country,
                FigureCount.channel,
                FigureCount.integration,
                FigureCount.figure,
                NUMBER,
            ).where(FigureCount.figure.in_(MILESTONES)),
            by,
            scope,
        ).group_by(
            FigureCount.day, FigureCount.country, FigureCount.channel, FigureCount.integration, FigureCount.figure
        )
        happened = _within(
            select(FigureCount.figure, FigureCount.subject, FigureCount.grade, NUMBER).where(
                FigureCount.figure.not_in(MILESTONES)
            ),
            by,
            scope,
        ).group_by(FigureCount.figure, FigureCount.subject, FigureCount.grade)
        with read() as connection:
            milestones = connection.execute(passed).all()
            sums = _summed(connection.execute(happened))
        return Report(
            whole=_passed(milestones, lambda row: "").get("", Passed()),
            days=dict(sorted(_passed(milestones, lambda row: row.day).items())),
            countries=_passed(milestones, lambda row: row.country),
            channels=_passed(milestones, lambda row: row.channel),
            integrations=_passed(milestones, lambda row: row.integration),
            steps=_steps(sums),
            messages=_messages(sums),
            photos=_photos(sums),
        )

    def integrations(self, by: StaffMember) -> list[str]:
        """The integrations that have figures and that the member sees; "" stands for none."""
        statement = _visible(select(FigureCount.integration).distinct(), by)
        with read() as connection:
            return sorted(connection.execute(statement).scalars())

    def export(self, by: StaffMember, scope: Scope, *, kind: str, address: str) -> Iterator[Any]:
        """Note the export in the record, then give every counter of the scope."""
        self.counts.flush()
        with write() as connection:
            self.audit.record(
                connection,
                who=by,
                action=AuditAction.FIGURES_EXPORTED,
                subject=kind,
                reason=scope.told(),
                address=address,
            )
        columns = (
            FigureCount.day,
            FigureCount.country,
            FigureCount.channel,
            FigureCount.integration,
            FigureCount.figure,
            FigureCount.subject,
            FigureCount.grade,
        )
        statement = _within(select(*columns, NUMBER), by, scope).group_by(*columns).order_by(*columns)
        with read() as connection:
            yield from connection.execute(statement).all()


def _within(statement: Any, by: StaffMember, scope: Scope) -> Any:
    """Only the scope, and of it what the member sees."""
    statement = _visible(statement, by).where(FigureCount.day.between(scope.first, scope.last))
    if scope.country:
        statement = statement.where(FigureCount.country == scope.country)
    if scope.channel:
        statement = statement.where(FigureCount.channel == scope.channel)
    if scope.integration:
        wanted = "" if scope.integration == NO_INTEGRATION else scope.integration
        statement = statement.where(FigureCount.integration == wanted)
    return statement


def _visible(statement: Any, by: StaffMember) -> Any:
    if by.integrations is None:
        return statement
    return statement.where(FigureCount.integration.in_(sorted(by.integrations)))


def _passed(rows: Any, key: Any) -> dict[Any, Passed]:
    numbers: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        numbers[key(row)][row.figure] += row.number
    return {each: Passed(**{name: max(0, number) for name, number in sums.items()}) for each, sums in numbers.items()}


def _summed(rows: Any) -> Mapping[str, _Sums]:
    sums: dict[str, _Sums] = defaultdict(_Sums)
    for row in rows:
        sums[row.figure].by_subject[row.subject] += row.number
        sums[row.figure].by_class[row.subject][row.grade] += row.number
    return sums


def _steps(sums: Mapping[str, _Sums]) -> dict[str, StepFigures]:
    answered, taken, refused = (sums[each].by_subject for each in (Figure.ANSWERED, Figure.TAKEN, Figure.REFUSED))
    return {
        step: StepFigures(
            answered=answered.get(step, 0),
            taken=taken.get(step, 0),
            refused=refused.get(step, 0),
            median_seconds=median_of(sums[Figure.LASTED].by_class.get(step, {})),
        )
        for step in {*answered, *taken, *refused}
    }


def _messages(sums: Mapping[str, _Sums]) -> list[MessageFigures]:
    found = sorted(sums[Figure.SAID].by_subject.items(), key=lambda item: (-item[1], item[0]))
    split = ((subject.partition(" "), number) for subject, number in found[:MESSAGES_SHOWN])
    return [MessageFigures(step=step, message=message, number=number) for (step, _space, message), number in split]


def _photos(sums: Mapping[str, _Sums]) -> dict[str, PhotoFigures]:
    return {
        slot: PhotoFigures(tried=sum(classes.values()), good=classes.get(GOOD, 0))
        for slot, classes in sums[Figure.PHOTO].by_class.items()
    }
