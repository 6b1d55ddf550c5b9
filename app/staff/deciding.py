"""The pages on which a reviewer decides: approve, reject, ask again, each told to nobody who was overtaken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, request

from app.domain.errors import InvalidError
from app.domain.roles import Permission
from app.domain.text import clean_line
from app.onboarding.cases.file import Case as File
from app.onboarding.cases.notes import clean_text
from app.onboarding.deciding.errors import (
    CaseChangedError,
    MayNotError,
    OvertakenError,
    UnknownReasonError,
    Why,
)
from app.staff.blueprint import staff
from app.staff.case import back_to, flags_of
from app.staff.case_words import name_of
from app.staff.decision_words import SEEN, WHY, Standing, item_name, page_words, reasons_for, rejections, standing_of
from app.staff.guard import allow, me, source
from app.store.models.decisions import APPROVED, ASKED_AGAIN, REJECTED
from app.web import languages
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

APPROVE, REJECT, ASK = "approve", "reject", "ask-again"
TEMPLATES = {kind: f"staff/decide/{kind}.html" for kind in (APPROVE, REJECT, ASK)}
KINDS = {APPROVE: APPROVED, REJECT: REJECTED, ASK: ASKED_AGAIN}
SENTENCE_MAXIMUM = 300
REASON = "reason-"


@dataclass
class Filled:
    """What a page's form holds: as it was posted, and what is wrong with it, by the id of the control."""

    note: str = ""
    reason: str = ""
    sentence: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@staff.route("/cases/<application_id>/approve", methods=["GET", "POST"])
@allow(Permission.DECIDE)
def approve_case(application_id: str) -> Any:
    """Approve it."""
    return _decision(application_id, APPROVE)


@staff.route("/cases/<application_id>/reject", methods=["GET", "POST"])
@allow(Permission.DECIDE)
def reject_case(application_id: str) -> Any:
    """Reject it for a reason."""
    return _decision(application_id, REJECT)


@staff.route("/cases/<application_id>/ask-again", methods=["GET", "POST"])
@allow(Permission.DECIDE)
def ask_again_case(application_id: str) -> Any:
    """Ask the person for some of it again."""
    return _decision(application_id, ASK)


@staff.post("/cases/<application_id>/withdraw")
@allow(Permission.DECIDE)
def withdraw_decision(application_id: str) -> Any:
    """Take back one's own first decision."""
    file = services().cases.files.find(me(), application_id)
    if file is None:
        abort(404)
    try:
        services().decisions.withdraw(me(), application_id, seen=request.form.get(SEEN, ""), address=source())
    except (OvertakenError, CaseChangedError, MayNotError) as error:
        return _told(file, standing_of(application_id), Filled(), error)
    return go(back_to(application_id))


def _decision(application_id: str, kind: str) -> Any:
    """Show the page of a decision, or take what was posted."""
    return _take(application_id, kind) if request.method == "POST" else _show(application_id, kind)


def _show(application_id: str, kind: str) -> Any:
    """The page, unless what the case's page showed is no longer so; the record tells that the case was seen."""
    file = services().cases.files.open(me(), application_id, address=source())
    if file is None:
        abort(404)
    standing = standing_of(application_id)
    try:
        standing.case.require_as_seen(request.args.get(SEEN, standing.case.seen))
    except (OvertakenError, CaseChangedError) as error:
        return _told(file, standing, Filled(), error)
    return _page(file, standing, kind, Filled())


def _take(application_id: str, kind: str) -> Any:
    """Take the decision, unless somebody was faster or the case is another one by now."""
    file = services().cases.files.find(me(), application_id)
    if file is None:
        abort(404)
    filled = _filled(kind)
    if filled.faults:
        return _page(file, standing_of(application_id), kind, filled, 422)
    try:
        _decide(application_id, kind, filled)
    except OvertakenError as error:
        if (error.decided.member_id, error.decided.kind) != (me().id, KINDS[kind]):
            return _told(file, standing_of(application_id), filled, error)
    except (CaseChangedError, MayNotError) as error:
        return _told(file, standing_of(application_id), filled, error)
    except UnknownReasonError:
        return _page(file, standing_of(application_id), kind, filled, 422)
    return go(back_to(application_id))


def _decide(application_id: str, kind: str, filled: Filled) -> None:
    own = services().decisions
    common: Any = {"seen": request.form.get(SEEN, ""), "note": filled.note, "address": source()}
    if kind == APPROVE:
        own.approve(me(), application_id, **common)
    elif kind == REJECT:
        own.reject(me(), application_id, reason=filled.reason, sentence=filled.sentence, **common)
    else:
        own.ask_again(me(), application_id, asked=filled.asked, **common)


def _filled(kind: str) -> Filled:
    """What was posted, cleaned, with every fault."""
    form, filled = request.form, Filled()
    filled.note = _cleaned(filled, "note", lambda text: clean_text(text) if text.strip() else "")
    if kind == REJECT:
        filled.reason = form.get("reason", "")
        if filled.reason not in services().rejections.codes:
            filled.faults["reason"] = _("Choose a reason")
        filled.sentence = _cleaned(
            filled, "sentence", lambda text: clean_line(text, maximum=SENTENCE_MAXIMUM, required=False)
        )
    if kind == ASK:
        filled.reasons = {key.removeprefix(REASON): code for key, code in form.items() if key.startswith(REASON)}
        filled.asked = {name: filled.reasons.get(name, "") for name in form.getlist("ask")}
        for name in (name for name, code in filled.reasons.items() if code and name not in filled.asked):
            # Whether it is to be asked is not to be guessed: it opens for the person, or does not.
            filled.faults[f"{REASON}{name}"] = _("Tick it too, or take its reason away: %(what)s", what=item_name(name))
        if not (filled.asked or filled.faults):
            filled.faults["ask"] = _("Tick what is to be asked again")
    return filled


def _cleaned(filled: Filled, name: str, clean: Any) -> str:
    text = request.form.get(name, "")
    try:
        return str(clean(text))
    except InvalidError as error:
        filled.faults[name] = _(error.message, **error.parameters)
        return text


def _page(file: File, standing: Standing, kind: str, filled: Filled, status: int = 200) -> Any:
    options = standing.options
    obstacle = {APPROVE: options.approve, REJECT: options.reject, ASK: options.ask}[kind]
    if obstacle is not None:
        return _told(file, standing, filled, MayNotError(obstacle))
    items = _items(standing, filled) if kind == ASK else []
    page = render_template(
        TEMPLATES[kind],
        file=file,
        person=name_of(file.draft),
        standing=standing,
        seen=request.form.get(SEEN) or standing.case.seen,
        four_eyes=services().decisions.four_eyes,
        filled=filled,
        faults=list(filled.faults.items()),
        items=items,
        flags=flags_of(file) if kind == APPROVE else [],
        rejections=rejections(standing.case.language) if kind == REJECT else [],
        reads=next(name for code, _tag, name in languages.LANGUAGES if code == standing.case.language),
        back=back_to(file.id),
        here=request.full_path.rstrip("?"),
        **page_words(),
    )
    return page, status


def _items(standing: Standing, filled: Filled) -> list[Any]:
    """What may be asked again, with its reasons; a reason that is missing is a fault."""
    items = services().decisions.items(standing.case, language=languages.current())
    for item in items:
        if item.name in filled.asked and filled.asked[item.name] not in item.reasons:
            filled.faults[f"{REASON}{item.name}"] = _("Choose a reason: %(what)s", what=item_name(item.name))
    return [(item, reasons_for(item)) for item in items]


def _told(file: File, standing: Standing, filled: Filled, error: Exception | None = None) -> Any:
    """Say who decided what meanwhile, or what else stands in the way; nothing was changed."""
    decided = error.decided if isinstance(error, OvertakenError) else None
    obstacle = error.why if isinstance(error, MayNotError) else None
    if obstacle is Why.DECIDED and standing.case.history and standing.case.history[-1].state == "final":
        decided = standing.case.history[-1]
    page = render_template(
        "staff/decide/told.html",
        file=file,
        person=name_of(file.draft),
        standing=standing,
        decided=decided,
        obstacle=str(WHY[obstacle]) if obstacle else "",
        filled=filled,
        back=back_to(file.id),
        **page_words(),
    )
    return page, 409
