"""A case's answers as rows: what was typed, what the document says beside it, and who gave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.comparison import Verdict
from app.forms.photos import PhotoField
from app.onboarding.cases.file import Case, Given
from app.onboarding.comparisons import DOCUMENT, Finding
from app.onboarding.draft import TYPED_PREFIX
from app.steps.base import Step
from app.web import languages, said
from app.wiring import services
from app.words import gettext as _

APPLICANT, STAFF, FROM_DOCUMENT, TEAM = "applicant", "staff", "document", "team"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer: `verdict` is match, differs, unknown or "" where no document speaks of it; `source` who gave it
    (applicant, staff, document, team), `by` the member's id or the team's name; `is_kept`: the person kept
    theirs knowingly."""

    label: Any
    value: Any
    verdict: str
    document: str
    is_kept: bool
    source: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """A step's answers, which are given together: over which channel, and when they were last.

    `is_draft` where they were typed but not taken yet, `is_asked` where they are asked again.
    """

    key: str
    name: Any
    rows: tuple[Answered, ...]
    channel: str
    at: datetime | None
    is_draft: bool = False
    is_asked: bool = False


def groups_of(case: Case) -> list[Group]:
    """Every step that has answers, in the order of the journey."""
    draft = case.draft
    journey = services().drafts.journey(draft, language=languages.current())
    findings = {each.compared.field: each for each in services().comparisons.of(draft)}
    groups = []
    for step in journey.everything:
        name = step.storage_name(journey.context)
        if name in draft.answers:
            form = step.saved(journey.context)
            is_valid = form.validate()
            fields = _checked(step, form) if is_valid else _raw(form)
            teams = said.confirmed(draft, journey, step, form) if is_valid else frozenset()
            group = _group(case, step, name, fields, findings, teams)
            groups.append(replace(group, is_asked=step.key in draft.reopened))
        elif name in draft.typed:
            form = step.shown(journey.context, draft.typed[name])
            groups.append(replace(_group(case, step, f"{TYPED_PREFIX}{name}", _raw(form), {}), is_draft=True))
    return [group for group in groups if group.rows]


def _group(
    case: Case,
    step: Step,
    name: str,
    fields: Iterable[tuple[Any, Any, str]],
    findings: Mapping[str, Finding],
    teams: frozenset[str] = frozenset(),
) -> Group:
    given = case.given.get(name)
    return Group(
        key=step.key,
        name=step.name,
        rows=tuple(
            _of_team(case, _row(case, *each, finding=findings.get(each[2]), given=given), each[2] in teams)
            for each in fields
        ),
        channel=given.channel if given else case.channel,
        at=given.at if given else None,
    )


def _checked(step: Step, form: Any) -> Iterator[tuple[Any, Any, str]]:
    for row in step.summary(form):
        yield row.label, row.value, row.field


def _raw(form: Any) -> Iterator[tuple[Any, Any, str]]:
    """What stands in the controls of a form that does not pass (any more)."""
    for field in form:
        text = " ".join(value for value in field.typed().values() if value)
        if isinstance(field, PhotoField) or field.kind == "kept" or not text:
            continue
        label_of = getattr(field, "label_of", None)
        yield field.label.text, (label_of(text) if label_of else None) or text, field.name


def _row(case: Case, label: Any, value: Any, field: str, *, finding: Finding | None, given: Given | None) -> Answered:
    compared = finding.compared if finding else None
    document = said.shown(case.draft, field, compared.document) if compared and compared.document else ""
    return Answered(
        label=label,
        value=value,
        verdict=str(compared.verdict) if compared else "",
        document=document,
        is_kept=bool(finding and finding.is_kept),
        source=_source(case, field, finding, given),
        by=given.by if given else "",
    )


def _of_team(case: Case, row: Answered, is_teams: bool) -> Answered:
    """An answer that is still what the integration gave beforehand is named as its own, whoever confirmed it."""
    if not is_teams or row.source == STAFF:
        return row
    return replace(row, source=TEAM, by=case.draft.integration or "")


def _source(case: Case, field: str, finding: Finding | None, given: Given | None) -> str:
    """Whose the answer is: the document's where the person took its value instead of theirs, or began with it."""
    if given is not None and given.by:
        return STAFF
    if finding is None or finding.compared.verdict != Verdict.MATCH:
        return APPLICANT
    chosen = case.draft.settled.get(field, {})
    took = chosen.get("choice") == DOCUMENT and chosen.get("document") == finding.compared.document
    began = case.draft.first_step == DOCUMENT and finding.compared.typed == finding.compared.document
    return FROM_DOCUMENT if took or began else APPLICANT


def source_words(row: Answered, names: dict[str, str]) -> str:
    """Who gave an answer, in words."""
    if row.source == STAFF:
        return names.get(row.by, "") or _("Staff")
    if row.source == TEAM:
        return row.by
    return _("Document") if row.source == FROM_DOCUMENT else _("Applicant")
