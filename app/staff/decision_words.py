"""What the console says of decisions: why one is not to be had, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel.speaklater import LazyString

from app.onboarding.deciding.asking import Item
from app.onboarding.deciding.case import Case, Decided, Options
from app.onboarding.deciding.errors import Why
from app.staff import labels
from app.staff.case_words import slot_name
from app.staff.guard import me
from app.staff.list_query import AT, filters, place
from app.store.models.decisions import APPROVED, ASKED_AGAIN, CONFIRMED, REJECTED, REPLACED, WAITING, WITHDRAWN
from app.web import languages
from app.web.reasons import why
from app.wiring import services
from app.words import lazy_gettext as _l

SEEN = "seen"
WHY: dict[Why, LazyString | str] = {
    Why.ROLE: _l("Your role does not decide on applications."),
    Why.NOT_SENT: _l("The person has not sent it yet."),
    Why.UPSTREAM: _l("It goes to an API of somebody else: what is decided there is shown here."),
    Why.NO_UPSTREAM: _l("Its integration has no APIs any more: an operator has to set them again."),
    Why.ON_ITS_WAY: _l("It is still being delivered: decide once both APIs have all of it."),
    Why.NOT_DELIVERED: _l("It did not reach both APIs: try its deliveries again first."),
    Why.WITH_THE_PERSON: _l("Something is asked again: it can be approved once the person has answered."),
    Why.DECIDED: _l("It is decided already."),
    Why.ASSISTED: _l("You gave answers in it: somebody else has to approve it."),
    Why.AWAITS_ANOTHER: _l("You decided first: a second reviewer has to agree."),
    Why.NOTHING_OF_YOURS: _l("There is no decision of yours to take back."),
}
KINDS = {APPROVED: _l("Approved"), REJECTED: _l("Rejected"), ASKED_AGAIN: _l("Asked again")}
STATES = {
    WAITING: _l("waits for a second reviewer"),
    CONFIRMED: _l("as the first of two"),
    REPLACED: _l("replaced by a later decision"),
    WITHDRAWN: _l("taken back"),
}
# Where one reviewer is enough by now.
GIVEN_UP = {WAITING: _l("was not made final")}
CHIPS = {APPROVED: "", REJECTED: "bad", ASKED_AGAIN: "warn"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a case's page shows of its decisions; `hints` say why something is not to be had."""

    case: Case
    options: Options
    hints: list[str]

    @property
    def is_mine(self) -> bool:
        """Whether what waits for a second reviewer is the member's own."""
        return self.options.proposal is not None and self.options.proposal.member_id == me().id


def standing_of(application_id: str) -> Standing:
    """How decisions on a case stand for who is signed in; raises NoSuchCaseError."""
    case = services().decisions.case(me(), application_id)
    options = services().decisions.options(me(), case)
    reasons = dict.fromkeys((options.approve, options.reject, options.ask))
    quiet = {Why.ROLE, Why.DECIDED, Why.NOT_SENT, Why.AWAITS_ANOTHER}
    hints = [str(WHY[each]) for each in reasons if each is not None and each not in quiet]
    return Standing(case=case, options=options, hints=hints)


def decision_address(standing: Standing, kind: str) -> str:
    """The page of a decision (approve, reject, ask_again) on what this page shows, at its place in the list."""
    at = place(AT)
    query: dict[str, Any] = {**filters().query(), AT: str(at) if at else None, SEEN: standing.case.seen}
    return url_for(f"staff.{kind}_case", application_id=standing.case.id, **query)


def asked_words(decided: Decided) -> list[tuple[str, str]]:
    """What was asked again and why, in the words that the member reads."""
    return [(item_name(name), why(reason)) for name, reason in decided.asked.items()]


def reason_words(decided: Decided) -> str:
    """Why somebody was rejected, as staff call it."""
    return services().rejections.name(decided.reason, languages.current()) if decided.kind == REJECTED else ""


def item_name(name: str) -> str:
    """What a step or a photo is called."""
    steps = {step.key: str(step.name) for step in services().steps}
    return steps.get(name) or slot_name(name)


def reasons_for(item: Item) -> list[tuple[str, str]]:
    """The reasons to choose from, each as the member reads it."""
    return [(code, why(code)) for code in item.reasons]


def rejections(applicant_language: str) -> list[tuple[str, str, str]]:
    """Each reason to reject: its code, its name, and what the applicant reads."""
    own = services().rejections
    return [(code, own.name(code, languages.current()), own.sentence(code, applicant_language)) for code in own.codes]


def page_words() -> dict[str, Any]:
    """What every page about decisions shows them with."""
    return {
        "decision_address": decision_address,
        "labels": labels,
        "kinds": KINDS,
        "decision_states": STATES if services().decisions.four_eyes else STATES | GIVEN_UP,
        "decision_chips": CHIPS,
        "asked_words": asked_words,
        "item_name": item_name,
        "reason_words": reason_words,
    }
