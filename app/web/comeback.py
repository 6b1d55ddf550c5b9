"""Coming back: the personal link and its QR code, opening one elsewhere, and confirming the birth date when idle."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request

from app.domain.dates import real_date
from app.forms.base import BareForm
from app.forms.fields import PartsField
from app.onboarding.draft import Draft
from app.onboarding.errors import LinkGoneError, SessionGoneError, WrongBirthDateError
from app.onboarding.hands import PART
from app.web import languages
from app.web.addresses import Addresses, inside
from app.web.guard import NoSessionError, admit, cookie, find_draft, require_draft
from app.web.limits import limit_resume
from app.web.qr import qr_code
from app.web.wizard import go, home_of, wizard
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l


class ConfirmedDateField(PartsField):
    """A birth date that is only compared."""

    kind = "parts"
    parts = ("day", "month", "year")

    def understand(self, form: Any) -> date:
        """A real date, of any age; a slip in writing one is no try."""
        return real_date(self.texts["day"], self.texts["month"], self.texts["year"])


class ConfirmForm(BareForm):
    """Asks for the birth date."""

    birthday = ConfirmedDateField(
        _l("Birth date"),
        hint=_l("For example, 10 8 1990"),
        missing=_l("Enter your birth date"),
        autocomplete="bday",
    )


@wizard.get("/save")
def save() -> Any:
    """Say what a personal link is, and offer to make one."""
    draft = require_draft()
    if not draft.is_open or draft.hand is PART:
        return go(home_of(draft))
    return _save_page(draft, None)


@wizard.post("/save")
@limit_resume
def make_link() -> Any:
    """Make a personal link and show it once; earlier ones end. In another language the same link is shown again."""
    draft, access = require_draft(), services().access
    if not draft.is_open or draft.hand is PART:
        return go(home_of(draft))
    shown = request.form.get("link", "")
    if not asked_language():
        return _save_page(draft, access.make_link(draft).token)
    services().drafts.set_language(draft, languages.current())
    return _save_page(draft, shown if access.is_link_of(draft, shown) else None)


def _save_page(draft: Draft, token: str | None) -> str:
    # Opened elsewhere, outside of any frame.
    address = services().public_url(request.host_url) + Addresses().resume(token) if token else None
    return render_template(
        "wizard/save.html",
        draft=draft,
        token=token,
        link=address,
        qr=qr_code(address) if address else None,
        days=services().settings.resume_days,
        reference=draft.reference,
        go_on=home_of(draft),
    )


@wizard.route("/resume/<token>", methods=["GET", "POST"])
@limit_resume
def resume(token: str) -> Any:
    """Open a personal link once the birth date is right."""
    access = services().access
    try:
        form, left = filled(), access.link_tries_left(token)
        if request.method == "POST" and not asked_language() and form.validate():
            session_token = access.open_link(token, form.birthday.clean)
            admit(session_token)
            draft = services().drafts.load(session_token)
            languages.choose(draft.language)
            return go(home_of(draft))
    except WrongBirthDateError as error:
        left = error.tries_left
        form.birthday.errors = [_("That is not the birth date of this application: check it")]
    except LinkGoneError:
        return render_template("wizard/gone.html", kind="link"), 410
    return ask("wizard/resume.html", form, left)


@wizard.route("/confirm", methods=["GET", "POST"])
@limit_resume
def confirm() -> Any:
    """Ask for the birth date after a long pause."""
    if not cookie().is_applicant:
        raise NoSessionError
    draft, access = find_draft(), services().access
    if draft is None:
        raise SessionGoneError("no row")
    onward = inside(request.values.get("next", ""), home_of(draft))
    if not access.is_idle(draft):
        return go(onward)
    form, left = filled(), services().settings.resume_tries
    if request.method == "POST" and not asked_language() and form.validate():
        try:
            access.confirm(draft, cookie().token, form.birthday.clean)
            return go(onward)
        except WrongBirthDateError as error:
            left = error.tries_left
            form.birthday.errors = [_("That is not the birth date of this application: check it")]
    return ask("wizard/confirm.html", form, left, next=onward)


def filled() -> ConfirmForm:
    """The form as posted, or empty."""
    return ConfirmForm(request.form if request.method == "POST" else None)


def asked_language() -> bool:
    """Whether the post was only for another language, which is then chosen."""
    chosen = languages.known(request.form.get("language"))
    if chosen:
        languages.choose(chosen)
    return bool(chosen)


def ask(template: str, form: ConfirmForm, tries_left: int, **words: Any) -> Any:
    """The page that asks for the birth date, with what was wrong."""
    faults = list(form.faults())
    page = render_template(template, form=form, faults=faults, tries_left=tries_left, **words)
    return page, 422 if faults else 200
