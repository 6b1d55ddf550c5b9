"""The link that takes a person to their part: shown as a QR code and to be copied, or sent as a text message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from app.domain.phones import masked
from app.domain.roles import Permission
from app.onboarding.draft import Draft
from app.onboarding.helping.texts import NotSentError
from app.staff.assist import limit_help_by_member
from app.staff.assist_overview import overview
from app.staff.assist_seat import sit
from app.staff.blueprint import staff
from app.staff.guard import allow, me, source
from app.steps import phone
from app.web import languages, link_makers
from app.web.addresses import Addresses
from app.web.guard import journey_of
from app.web.logs import log
from app.web.qr import qr_code
from app.wiring import services
from app.words import gettext as _

TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A link just made: its address; whether it went out as a text message, "" where it was not to, and why not."""

    address: str
    sent: str = ""
    why: str = ""

    @property
    def qr(self) -> Markup:
        """The link as a QR code."""
        return qr_code(self.address)


@staff.route("/assist/<assistance>/link", methods=["GET", "POST"])
@allow(Permission.ASSIST)
@limit_help_by_member
def assist_link(assistance: str) -> Any:
    """Say what the link is for; make it, show it once, and have it sent where that is asked."""
    draft = sit(assistance)
    number = number_of(draft)
    shown = None
    if request.method == "POST" and services().helping.links.may_be_made(draft):
        as_text = TEXT in request.form and bool(number) and services().helping.texts.can_send
        shown = _make(draft, number if as_text else "")
        link_makers.mark(hours=services().settings.person_link_hours)
    return render_template(
        "staff/assist/link.html",
        draft=draft,
        shown=shown,
        number=masked(number) if number else "",
        hours=services().settings.person_link_hours,
        **overview(draft),
    )


def number_of(draft: Draft) -> str:
    """The person's mobile number (E.164), "" while none is given."""
    context = journey_of(draft).context
    form = phone.STEP.saved(context)
    if phone.STEP.storage_name(context) not in draft.answers or not form.validate():
        return ""
    return str(phone.STEP.contribute(form)["phone"])


def _make(draft: Draft, number: str) -> Shown:
    made = services().helping.links.make(draft, me(), how="text" if number else "shown", address=source())
    address = services().public_url(request.host_url) + Addresses().part(made.token)
    if not number:
        return Shown(address=address)
    with languages.within(draft.language):
        text = _text(address)
    try:
        services().helping.texts.send(number, text)
    except NotSentError as error:
        log.warning("text_not_sent", why=str(error))
        return Shown(address=address, sent="no", why=_why(error))
    return Shown(address=address, sent="yes")


def _why(error: NotSentError) -> str:
    if error.status is None:
        return _("The service that sends our messages did not answer.")
    return _("The service that sends our messages did not take it (error %(status)s).", status=error.status)


def _text(address: str) -> str:
    """What the person reads, in their language."""
    return _(
        "%(who)s: your part of the application is here: %(address)s It asks for your birth date. Do not pass it on.",
        who=services().settings.controller,
        address=address,
    )
