"""Where a frame begins: the two consents; the country, the language and the rest were the team's to say."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import g, render_template, request
from werkzeug.datastructures import MultiDict

from app.embed.frame import framed
from app.onboarding.errors import ClosedError
from app.onboarding.submission import CONSENTS
from app.web import languages
from app.web.guard import cookie, find_draft
from app.web.limits import limit_start
from app.web.start import StartForm
from app.web.wizard import go
from app.wiring import services


@framed.route("/begin", methods=["GET", "POST"])
@limit_start
def begin() -> Any:
    """Ask for the consents and start the application; who has started goes on."""
    if cookie().is_applicant and find_draft() is not None:
        return go(g.addresses.home())
    chosen = languages.known(request.form.get("language"))
    if chosen:
        languages.choose(chosen)
    texts = {kind: services().notices.get(kind, languages.current()) for kind in CONSENTS}
    posted = MultiDict({**request.form, "country": g.frame.country}) if request.method == "POST" else None
    form = StartForm(posted, texts=texts)
    if request.method != "POST" or chosen:
        return _page(form, 200)
    if not form.validate():
        return _page(form, 422)
    # Another frame of the session may be faster, or it was cancelled: what became of it is shown next.
    with suppress(ClosedError):
        services().embedding.frames.begin(
            g.frame,
            cookie().token,
            languages.current(),
            form.agreements(),
            document_first=request.form.get("first") == "document",
        )
    return go(g.addresses.home())


def _page(form: StartForm, status: int) -> Any:
    page = render_template(
        "embed/begin.html",
        form=form,
        faults=list(form.faults()),
        texts=form.texts,
        country=g.frame.country,
    )
    return page, status
