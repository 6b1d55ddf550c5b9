"""Pages that belong to no step: the legal texts, and changing the language where there is no form."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request

from app.onboarding.notices import KINDS
from app.web import languages
from app.web.addresses import addresses, local
from app.web.guard import cookie, find_draft
from app.web.wizard import go, wizard
from app.wiring import services


@wizard.get("/legal/<kind>")
def legal(kind: str) -> Any:
    """A legal text as it stands now."""
    if kind not in KINDS:
        abort(404)
    return render_template("legal.html", notice=services().notices.get(kind, languages.current()))


@wizard.post("/language")
def language() -> Any:
    """Change the language and go back to the page; only to one of this site's own."""
    chosen = languages.known(request.form.get("language"))
    if chosen:
        languages.choose(chosen)
        draft = find_draft() if cookie().is_applicant else None
        if draft is not None:
            services().drafts.set_language(draft, chosen)
    return go(local(request.form.get("next", ""), addresses().home()))
