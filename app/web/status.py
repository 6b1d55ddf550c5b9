"""The status page: the reference, where the application stands, and what happens next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import format_date, format_time

from app.domain.phones import masked
from app.onboarding.cases.notes import MESSAGE
from app.onboarding.draft import PHOTO_PREFIX, Draft
from app.onboarding.status import Standing
from app.web import languages
from app.web.addresses import addresses
from app.web.guard import require_draft
from app.web.reasons import whys_asked
from app.web.wizard import go, home_of, wizard
from app.wiring import services
from app.words import gettext as _


@wizard.get("/status")
def status() -> Any:
    """Follow the application after it was sent; before, lead to where it stands."""
    draft = require_draft()
    if draft.is_open and not draft.reopened:
        return go(home_of(draft))
    standing = services().status.of(draft)
    return render_template(
        "wizard/status.html",
        draft=draft,
        reference=draft.reference,
        timeline=_timeline(draft, standing),
        asked_again=_asked_again(draft),
        refresh=standing.decision is None and not draft.reopened,
        decided=standing.decision is not None,
        standing=standing,
        givers=_givers(draft),
        phone=masked(standing.phone) if standing.phone else "",
        messages=[
            (_moment(each.at, draft.country), each.text) for each in services().cases.notes.of(draft.id, MESSAGE)
        ],
    )


def _givers(draft: Draft) -> list[tuple[Any, str]]:
    """Each step with who gave it, where somebody of staff gave anything."""
    ids = set(draft.givers_of(*draft.givers)) - {""}
    if not ids:
        return []
    names = {"": _("You"), **services().staff.members.names(ids)}
    context = services().drafts.context(draft)
    rows = []
    for step in services().steps:
        places = (step.storage_name(context), *(PHOTO_PREFIX + slot for slot in step.slots(context)))
        given = draft.givers_of(*places)
        if given:
            rows.append((step.name, ", ".join(names.get(each, "?") for each in given)))
    return rows


def _timeline(draft: Draft, standing: Standing) -> list[tuple[str, str, str]]:
    received = _moment(standing.submitted_at, draft.country) if standing.submitted_at else ""
    checking = "next" if draft.reopened else "done" if standing.decision else "now"
    rows = [("done", _("Received"), received)]
    if draft.reopened:
        rows.append(("now", _("We need something from you"), _("Above is what we ask again.")))
    rows.append((checking, _("Checking your data"), _("We compare what you gave with your document.")))
    rows.append(_decision(standing))
    return rows


def _decision(standing: Standing) -> tuple[str, str, str]:
    if standing.decision == "approved":
        return "done", _("Decision"), _("Your application was approved.")
    if standing.decision == "rejected":
        return "bad", _("Decision"), _rejection(standing)
    return "next", _("Decision"), _("We will tell you the outcome here.")


def _rejection(standing: Standing) -> str:
    """What the applicant is told: what was written for them, or the reason's own sentence in their language."""
    contact, told = services().settings.contact, standing.rejection
    why = told.sentence or services().rejections.sentence(told.reason, languages.current()) if told else ""
    if why:
        return _(
            "Your application was not approved. %(why)s If you think that is a mistake, write to %(contact)s.",
            why=why,
            contact=contact,
        )
    return _(
        "Your application was not approved. If you think that is a mistake, write to %(contact)s.", contact=contact
    )


def _moment(moment: datetime, country: str) -> str:
    """Day and time as they are where the person lives."""
    local = moment.astimezone(ZoneInfo(services().settings.time_zone(country)))
    return f"{format_date(local, 'long', rebase=False)}, {format_time(local, 'short', rebase=False)}"


def _asked_again(draft: Draft) -> list[tuple[Any, list[str], str]]:
    context = services().drafts.context(draft, language=languages.current())
    steps = {step.key: step for step in services().steps}
    return [
        (
            steps[key].title,
            whys_asked(asked, steps[key].bind(context, None)),
            addresses().review() if asked.get("answered") else addresses().step(key),
        )
        for key, asked in draft.reopened.items()
    ]
