"""A case's answers as rows: what was typed, what the document says beside it, and who gave it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.comparison import Verdict
from app.forms.photos import PhotoField
from app.onboarding.cases.file import Case
from app.onboarding.comparisons import ASKED_IN, DOCUMENT, Finding
from app.onboarding.draft import TYPED_PREFIX
from app.onboarding.givers import Giver
from app.steps.base import Step
from app.web import languages, said
from app.wiring import services
from app.words import gettext as _

APPLICANT, STAFF, FROM_DOCUMENT, TEAM = "applicant", "staff", "document", "team"
UNREAD, FRONT = "unread", "front_document"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer: `verdict` is match, differs, unknown, unread (nothing of the document could be read) or "" where no
    document speaks of it; `source` who gave it (applicant, staff, document, team), `by` the member's id or the team's
    name, over which `channel` and when (`at`); `is_kept`: the person kept theirs knowingly."""

    label: Any
    value: Any
    verdict: str
    document: str
    is_kept: bool
    source: str
    by: str
    channel: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A step's answers: over which channel, and when they were last given.

    `is_draft` where they were typed but not taken yet, `is_asked` where they are asked again.
    """

    key: str
    name: Any
    rows: tuple[Answered, ...]
    channel: str
    at: datetime | None
    is_draft: bool = False
    is_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """An answer in the words of the page, and the keys of the row under which its parts are kept."""

    label: Any
    value: Any
    field: str
    keys: tuple[str, ...]


def groups_of(case: Case) -> list[Group]:
    """Every step that has answers, in the order of the journey."""
    draft = case.draft
    journey = services().drafts.journey(draft, language=languages.current())
    findings = {each.compared.field: each for each in services().comparisons.of(draft)}
    # Without a photo of the document there is nothing to be read yet.
    speaks = ASKED_IN.keys() if FRONT in draft.photos else ()
    groups = []
    for step in journey.everything:
        name = step.storage_name(journey.context)
        if name in draft.answers:
            form = step.saved(journey.context)
            is_valid = form.validate()
            lines = _checked(step, form) if is_valid else raw_lines(form)
            teams = said.confirmed(draft, journey, step, form) if is_valid else frozenset()
            rows = [_row(case, name, each, findings.get(each.field), each.field in speaks) for each in lines]
            rows = [_of_team(case, row, line.field in teams) for row, line in zip(rows, lines, strict=True)]
            groups.append(_group(case, step, rows, is_asked=step.key in draft.reopened))
        elif name in draft.typed:
            lines, name = raw_lines(step.shown(journey.context, draft.typed[name])), f"{TYPED_PREFIX}{name}"
            groups.append(_group(case, step, [_row(case, name, each) for each in lines], is_draft=True))
    return [group for group in groups if group.rows]


def _group(case: Case, step: Step, rows: Iterable[Answered], **standing: bool) -> Group:
    rows = tuple(rows)
    last = max((row for row in rows if row.at), key=lambda row: row.at or case.created_at, default=None)
    return Group(
        key=step.key,
        name=step.name,
        rows=rows,
        channel=last.channel if last else case.channel,
        at=last.at if last else None,
        **standing,
    )


def _checked(step: Step, form: Any) -> list[Line]:
    return [
        Line(
            label=row.label,
            value=row.value,
            field=row.field,
            keys=tuple(form[row.field].typed()) if row.field else (),
        )
        for row in step.summary(form)
    ]


def raw_lines(form: Any) -> list[Line]:
    """What stands in the controls of a form that does not pass (any more)."""
    lines = []
    for field in form:
        typed = field.typed()
        text = " ".join(value for value in typed.values() if value)
        if isinstance(field, PhotoField) or field.kind == "kept" or not text:
            continue
        label_of = getattr(field, "label_of", None)
        value = (label_of(text) if label_of else None) or text
        lines.append(Line(label=field.label.text, value=value, field=field.name, keys=tuple(typed)))
    return lines


def _row(case: Case, name: str, line: Line, finding: Finding | None = None, is_spoken_of: bool = False) -> Answered:
    compared, given = finding.compared if finding else None, case.draft.giver_of(name, line.keys)
    document = said.shown(case.draft, line.field, compared.document) if compared and compared.document else ""
    return Answered(
        label=line.label,
        value=line.value,
        verdict=str(compared.verdict) if compared else UNREAD if is_spoken_of else "",
        document=document,
        is_kept=bool(finding and finding.is_kept),
        source=_source(case, line.field, finding, given),
        by=given.by if given else "",
        channel=given.channel if given else case.channel,
        at=given.at if given else None,
    )


def _of_team(case: Case, row: Answered, is_teams: bool) -> Answered:
    """An answer that is still what the integration gave beforehand is named as its own, whoever confirmed it."""
    if not is_teams or row.source == STAFF:
        return row
    return replace(row, source=TEAM, by=case.draft.integration or "")


def _source(case: Case, field: str, finding: Finding | None, given: Giver | None) -> str:
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
