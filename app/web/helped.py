"""The person's side of being helped: the code that lets somebody in, the end of it, and the link to one's own part."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.onboarding.draft import Draft
from app.onboarding.errors import LinkGoneError, WrongBirthDateError
from app.onboarding.helping.codes import HelpCode
from app.web import languages, link_makers
from app.web.addresses import addresses
from app.web.comeback import ask, asked_language, filled
from app.web.guard import admit, cookie, require_draft
from app.web.limits import limit_help, limit_resume
from app.web.start import ConsentForm, texts_now
from app.web.wizard import go, home_of, wizard
from app.wiring import services
from app.words import gettext as _

CANCEL = "cancel"


@wizard.route("/help", methods=["GET", "POST"])
@limit_help
def help_page() -> Any:
    """Say who helps, and let somebody help: the code is made on request and shown once."""
    draft, codes = require_draft(before_consent=True), services().helping.codes
    if not draft.is_open:
        return go(addresses().status())
    code = None
    if request.method == "POST" and not asked_language():
        if CANCEL in request.form:
            codes.cancel(draft)
            return go(addresses().help())
        code = codes.make(draft)
    return _help_page(draft, code)


def _help_page(draft: Draft, code: HelpCode | None) -> Any:
    return render_template(
        "wizard/help.html",
        draft=draft,
        code=code,
        minutes=services().settings.help_code_minutes,
        go_on=home_of(draft),
    )


@wizard.post("/help/end")
def end_help() -> Any:
    """Do without the help from here on, and go on where the application stands."""
    draft = require_draft(before_consent=True)
    services().helping.assistances.end_by_person(draft)
    return go(home_of(draft))


@wizard.route("/yours/<token>", methods=["GET", "POST"])
@limit_resume
def part(token: str) -> Any:
    """Open a link to one's part once the birth date is right, in the language of the application."""
    if link_makers.is_marked():
        return render_template("wizard/not_here.html"), 403
    links, form = services().helping.links, filled()
    try:
        standing = links.standing(token)
        languages.prefer(standing.language)
        left = standing.tries_left
        if request.method == "POST" and not asked_language() and form.validate():
            session_token = links.open(token, form.birthday.clean)
            admit(session_token)
            languages.choose(languages.current())
            return go(home_of(services().drafts.load(session_token)))
    except WrongBirthDateError as error:
        left = error.tries_left
        form.birthday.errors = [_("That is not the birth date of this application: check it")]
    except LinkGoneError:
        return render_template("wizard/gone.html", kind="part"), 410
    return ask("wizard/part.html", form, left)


@wizard.post("/yours")
def take_all() -> Any:
    """Take the rest of the application into one's own hands too."""
    require_draft(before_consent=True)
    services().helping.links.take_all(cookie().token)
    return go(home_of(services().drafts.load(cookie().token)))


@wizard.route("/agree", methods=["GET", "POST"])
def agree() -> Any:
    """Give the consents to an application that an agent began."""
    draft = require_draft(before_consent=True)
    if not draft.awaits_consent or not draft.is_open:
        return go(home_of(draft))
    is_answer = request.method == "POST" and not _chose_language(draft)
    form = ConsentForm(request.form if request.method == "POST" else None, texts=texts_now())
    if is_answer and form.validate():
        services().drafts.agree(draft, form.agreements())
        return go(home_of(services().drafts.load(cookie().token)))
    page = render_template("wizard/agree.html", form=form, faults=list(form.faults()), texts=form.texts, draft=draft)
    return page, 422 if is_answer else 200


def _chose_language(draft: Draft) -> bool:
    if not asked_language():
        return False
    services().drafts.set_language(draft, languages.current())
    return True
