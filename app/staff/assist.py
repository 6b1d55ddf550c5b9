"""Helping people: whom one helps now, beginning for somebody or with their code, where they are, and handing back."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for

from app.domain.countries import COUNTRIES
from app.domain.reference import normalise_reference
from app.domain.roles import Permission
from app.forms.base import BareForm
from app.forms.fields import CheckField, ChoiceField, SelectField, StepField, TextField
from app.onboarding import integrations
from app.onboarding.audit import AuditAction
from app.onboarding.errors import AssistanceOverError, WrongCodeError
from app.onboarding.hands import BRANCH, PHONE
from app.onboarding.staff.members import StaffMember
from app.staff.assist_overview import overview
from app.staff.assist_seat import sit
from app.staff.blueprint import staff
from app.staff.case_answers import Line, raw_lines
from app.staff.guard import allow, me, source
from app.web import languages
from app.web.handoff import tag_of
from app.web.limits import limiter
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l
from app.words import translated

WAYS = ((BRANCH, _l("In the branch, with me")), (PHONE, _l("On the phone")))
WAY_NAMES = {BRANCH: _l("In the branch"), PHONE: _l("On the phone"), "rescue": _l("With a code")}
# Per member, wherever they are signed in: a code of six digits is not to be guessed.
limit_help_by_member = limiter.limit(
    lambda: services().settings.limit_help, methods=["POST"], key_func=lambda: f"member:{me().id}"
)
# The console's own word for applications that belong to no integration.
NONE = "-"


class CodeField(StepField):
    """Six digits, with or without spaces."""

    def understand(self, form: Any) -> str:
        """The digits."""
        return "".join(self.data.split())


class BeginForm(BareForm):
    """Whom an application is begun for, and how."""

    way = ChoiceField(_l("Where is the person?"), choices=WAYS, missing=_l("Choose where the person is"))
    country = ChoiceField(_l("Where does the person live?"), missing=_l("Choose the country"))
    language = ChoiceField(_l("Which language does the person speak?"), missing=_l("Choose the person's language"))
    integration = SelectField(_l("For which integration?"), missing=_l("Choose the integration"))
    asked = CheckField(
        _l("The person asked me to fill in for them, and knows that I see what they say."),
        missing=_l("Ask the person first, then tick this"),
    )

    def __init__(self, formdata: Any, member: StaffMember) -> None:
        super().__init__(formdata)
        self.country.choices = [(code, translated(profile.name)) for code, profile in COUNTRIES.items()]
        self.language.choices = [(code, name) for code, _tag, name in languages.LANGUAGES]
        integrations_ = _integrations_of(member)
        self.integration.choices = integrations_
        self._only = integrations_[0][0] if len(integrations_) == 1 else ""
        if self._only:
            del self.integration
        elif member.sees(None) and not self.integration.data:
            self.integration.data = NONE

    def chosen_integration(self) -> str | None:
        """For whom it is begun: the one that was chosen, or the only one there is."""
        name = self._only or self.integration.clean
        return None if name == NONE else name


class RescueForm(BareForm):
    """Which draft a person lets open, and their code."""

    reference = TextField(
        _l("Reference"),
        normalise=normalise_reference,
        missing=_l("Enter the reference"),
        maximum=20,
        autocomplete="off",
    )
    code = CodeField(
        _l("Code"), missing=_l("Enter the six digits of the code"), maximum=9, inputmode="numeric", autocomplete="off"
    )


@staff.get("/assist")
@allow(Permission.ASSIST)
def assist() -> Any:
    """Whom one helps now, and the two ways to begin."""
    return _hub(BeginForm(None, me()), RescueForm(None))


@staff.post("/assist")
@allow(Permission.ASSIST)
@limit_help_by_member
def assist_begin() -> Any:
    """Begin an application for somebody who is there or on the phone."""
    form = BeginForm(request.form, me())
    if not form.validate():
        return _hub(form, RescueForm(None), 422)
    assistance = services().helping.assistances.begin(
        me(),
        country=form.country.clean,
        language=form.language.clean,
        way=form.way.clean,
        integration=form.chosen_integration(),
        address=source(),
    )
    return go(url_for("staff.assist_overview", assistance=assistance))


@staff.post("/assist/code")
@allow(Permission.ASSIST)
@limit_help_by_member
def assist_rescue() -> Any:
    """Open the draft of somebody who got stuck, with the code that they made."""
    form = RescueForm(request.form)
    if not form.validate():
        return _hub(BeginForm(None, me()), form, 422)
    try:
        assistance = services().helping.codes.open(
            me(), reference=form.reference.clean, digits=form.code.clean, address=source()
        )
    except WrongCodeError:
        form.code.errors = [_("Reference and code do not fit, or the code is over: ask the person to make a new one")]
        return _hub(BeginForm(None, me()), form, 422)
    return go(url_for("staff.assist_overview", assistance=assistance))


@staff.get("/assist/<assistance>")
@allow(Permission.ASSIST)
def assist_overview(assistance: str) -> Any:
    """Where the person is: each step, who gave it, what is still to be given and by whom.

    The page looks by itself whether that has changed: what it shows already is neither sent nor recorded again.
    """
    draft = sit(assistance)
    tag = tag_of(draft, sorted(draft.givers.items(), key=str), draft.awaits_consent)
    if request.headers.get("X-Seen") == tag:
        return "", 204
    services().helping.assistances.record_view(me(), draft, action=AuditAction.CASE_VIEWED, address=source())
    return render_template("staff/assist/overview.html", draft=draft, tag=tag, **overview(draft))


@staff.post("/assist/<assistance>/end")
@allow(Permission.ASSIST)
def assist_end(assistance: str) -> Any:
    """Hand the application back to the person."""
    draft = sit(assistance)
    services().helping.assistances.end(draft, me(), address=source())
    return go(url_for("staff.assist"))


@staff.errorhandler(AssistanceOverError)
def over(error: AssistanceOverError) -> Any:
    """Say that the help has ended, and by whom."""
    if request.headers.get("X-Requested-With"):
        return jsonify(error=_("This help has ended")), 410
    return render_template("staff/assist/over.html", by=str(error), typed=_typed()), 410


def _typed() -> list[Line]:
    """What the agent had typed on the page that came too late: it is kept nowhere, and theirs to copy."""
    values = request.view_args or {}
    step = next((each for each in services().steps if each.key == values.get("key")), None)
    draft = services().helping.assistances.ended(me(), values.get("assistance", ""))
    if request.method != "POST" or step is None or draft is None:
        return []
    return raw_lines(step.bind(services().drafts.context(draft, language=languages.current()), request.form))


def _hub(begin: BeginForm, rescue: RescueForm, status: int = 200) -> Any:
    page = render_template(
        "staff/assist/hub.html",
        begin=begin,
        rescue=rescue,
        faults=[*begin.faults(), *rescue.faults()],
        present=services().helping.assistances.of_member(me()),
        ways=WAY_NAMES,
    )
    return page, status


def _integrations_of(member: StaffMember) -> list[tuple[str, str]]:
    """The integrations that one may begin for; whoever sees all may begin for none of them, too."""
    names = [each.name for each in integrations.list_all() if each.revoked_at is None and member.sees(each.name)]
    own = [(NONE, _("None: our own wizard"))] if member.sees(None) else []
    return [*own, *((name, name) for name in names)]
