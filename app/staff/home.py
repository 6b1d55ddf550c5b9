"""The console's address, which leads to the first area that is open to whoever comes, and its language."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.staff.blueprint import staff
from app.staff.guard import anybody, find_session, me, signed_in, within
from app.staff.navigation import areas_of
from app.web import languages
from app.web.wizard import go
from app.wiring import services


@staff.get("/")
@signed_in
def home() -> Any:
    """Lead to the first area."""
    areas = areas_of(me())
    return go(url_for(areas[0].endpoint if areas else "staff.account"))


@staff.post("/language")
@anybody
def language() -> Any:
    """Change the language, the member's own once signed in, and go back to the page."""
    chosen = languages.known(request.form.get("language"))
    if chosen:
        session = find_session()
        if session is not None:
            services().staff.members.set_language(session.member, chosen)
        else:
            languages.choose(chosen)
    return go(within(request.form.get("next", "")))
