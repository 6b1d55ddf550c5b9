"""The start page: what is needed, the country, the language, and the two consents."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from app.domain.countries import COUNTRIES
from app.forms.base import BareForm
from app.forms.fields import CheckField, ChoiceField, HiddenField
from app.onboarding.draft import Draft
from app.onboarding.drafts import Agreement
from app.onboarding.errors import ClosedError
from app.onboarding.hands import PART
from app.onboarding.submission import CONSENTS
from app.web import languages
from app.web.addresses import addresses, with_query
from app.web.guard import admit, cookie, find_draft
from app.web.limits import limit_start
from app.web.wizard import go, home_of, wizard
from app.wiring import services
from app.words import lazy_gettext as _l
from app.words import translated

root = Blueprint("root", __name__)


class ConsentForm(BareForm):
    """The two consents, each with the hash of the text on the page."""

    privacy = CheckField(
        _l("I have read the privacy notice and agree to it."),
        missing=_l("To go on, agree to the privacy notice"),
    )
    biometric = CheckField(
        _l("I agree to the use of photos of my face to verify my identity."),
        missing=_l("To go on, agree to the use of your photos"),
    )
    privacy_hash = HiddenField(required=False)
    biometric_hash = HiddenField(required=False)

    def __init__(self, formdata: Any, *, texts: dict[str, Any]) -> None:
        super().__init__(formdata)
        self.texts = texts

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all; a consent to a text that is no longer the current one is asked again."""
        fine = not [field for field in self if not field.validate(self)]
        for kind in CONSENTS:
            known = services().notices.by_hash(kind, self[f"{kind}_hash"].data)
            if known is None and not self[kind].errors:
                self[kind].errors = [_l("The text has changed: read it again and agree")]
                self[kind].data = ""
                fine = False
        return fine

    def agreements(self) -> list[Agreement]:
        """The consents as they were given."""
        notices = services().notices
        given = [notices.by_hash(kind, self[f"{kind}_hash"].data) for kind in CONSENTS]
        return [
            Agreement(kind=text.kind, version=text.version, text_hash=text.text_hash, language=text.language)
            for text in given
            if text is not None
        ]


class StartForm(ConsentForm):
    """Country and the consents."""

    country = ChoiceField(_l("Where do you live?"), missing=_l("Choose the country"))

    def __init__(self, formdata: Any, *, texts: dict[str, Any], preset: str = "") -> None:
        super().__init__(formdata, texts=texts)
        self.country.choices = [(code, translated(profile.name)) for code, profile in COUNTRIES.items()]
        self.country.data = self.country.data or preset


def texts_now() -> dict[str, Any]:
    """The texts that are agreed to, as they stand, in the language of the page."""
    return {kind: services().notices.get(kind, languages.current()) for kind in CONSENTS}


@root.get("/")
def home() -> Any:
    """The site's address leads to the wizard."""
    return go(with_query(addresses().home()))


@wizard.route("/start", methods=["GET", "POST"])
@limit_start
def start() -> Any:
    """Show the start page; begin an application, or change the open one's country."""
    draft = find_draft()
    chosen = languages.known(request.form.get("language"))
    if chosen:
        languages.choose(chosen)
    if draft is not None and draft.is_open and draft.hand is PART:
        return go(home_of(draft))
    form = StartForm(request.form if request.method == "POST" else None, texts=texts_now(), preset=_preset(draft))
    if request.method != "POST" or chosen:
        return _page(form, draft, 200)
    if not form.validate():
        return _page(form, draft, 422)
    return _begin(form, draft)


def _begin(form: StartForm, draft: Draft | None) -> Any:
    drafts, language = services().drafts, languages.current()
    if draft is not None and draft.is_open and "new" not in request.form:
        if draft.reopened:
            return go(home_of(draft))
        try:
            drafts.change(draft, form.country.clean, language, form.agreements())
            return go(home_of(drafts.load(cookie().token)))
        except ClosedError:
            return go(addresses().status())
    token = drafts.begin(
        form.country.clean,
        language,
        form.agreements(),
        document_first=request.form.get("first") == "document",
        integration=request.args.get("integration", ""),
    )
    admit(token)
    languages.choose(language)
    return go(home_of(drafts.load(token)))


def _preset(draft: Draft | None) -> str:
    asked = request.args.get("country", "").upper()
    if asked in COUNTRIES:
        return asked
    return draft.country if draft is not None else ""


def _page(form: StartForm, draft: Draft | None, status: int) -> Any:
    open_draft = draft if draft is not None and draft.is_open else None
    page = render_template(
        "wizard/start.html",
        form=form,
        faults=list(form.faults()),
        texts=form.texts,
        draft=draft,
        go_on=home_of(draft) if draft is not None else None,
        is_open=open_draft is not None,
    )
    return page, status
