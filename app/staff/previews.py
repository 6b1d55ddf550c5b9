"""The preview of a look: a sample page of ours in the colours that are being chosen, saved or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from app.domain.roles import Permission
from app.domain.theme import PAPER, Theme, contrast, least_contrast
from app.onboarding.embedding.desk import Standing
from app.onboarding.embedding.looks import OWN_ACCENT, LookError, WantedLook
from app.pictures.logo import LOGO_TYPE
from app.staff.blueprint import staff
from app.staff.guard import allow, me
from app.wiring import services
from app.words import gettext as _

SHOWN = ("scheme", "accent", "radius", "font", "product")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a look comes to: the theme as it can be shown, how well its accent can be read, and what would do better."""

    theme: Theme
    sentence: str
    nearest: str = ""


def preview_query(wanted: WantedLook) -> dict[str, str]:
    """What the preview's address says of a look."""
    return {name: getattr(wanted, name) for name in SHOWN}


def judged(wanted: WantedLook) -> Judgement:
    """The judgement of a look; one that cannot be is shown as near as can be."""
    try:
        theme = wanted.theme()
    except LookError as error:
        fault = next(iter(error.faults.values()))
        nearest = str(fault.parameters.get("nearest", ""))
        theme = replace(wanted, accent=nearest).theme() if nearest else Theme()
        return Judgement(theme=theme, sentence=_(fault.message, **fault.parameters), nearest=nearest)
    accent = theme.accent or OWN_ACCENT
    (_light, on_light), (dark, on_dark) = least_contrast(accent, "light"), least_contrast(accent, "dark")
    sentence = _(
        "Contrast: %(light)s to 1 on its own tint (%(paper)s on white); on dark pages the accent becomes %(colour)s, "
        "with %(dark)s to 1.",
        light=f"{on_light:.2f}",
        paper=f"{contrast(accent, PAPER['light']):.2f}",
        colour=dark,
        dark=f"{on_dark:.2f}",
    )
    return Judgement(theme=theme, sentence=sentence)


@staff.get("/integrations/<int:integration_id>/preview")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_preview(integration_id: int) -> Any:
    """The sample page, for the integration's page to put into its frame."""
    return sample(_find(integration_id), _asked())


def sample(found: Standing, wanted: WantedLook) -> str:
    """A page of the wizard in that look."""
    logo, integration = found.look.logo_name, found.integration
    address = url_for("staff.integration_logo", integration_id=integration.id, name=logo) if logo else None
    return render_template(
        "staff/preview.html",
        integration=integration,
        wanted=wanted,
        judgement=judged(wanted),
        query=preview_query(wanted),
        logo=address,
        privacy_url=found.look.privacy_url,
    )


@staff.get("/integrations/<int:integration_id>/preview.css")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_preview_css(integration_id: int) -> Response:
    """The look as a style sheet."""
    _find(integration_id)
    return Response(judged(_asked()).theme.css(), content_type="text/css; charset=utf-8")


@staff.get("/integrations/<int:integration_id>/logo")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_logo(integration_id: int) -> Response:
    """The logo, where the console may have a host of its own."""
    name = _find(integration_id).look.logo_name
    found = services().embedding.looks.logo(name) if name else None
    if found is None:
        raise NotFound()
    return Response(found, content_type=LOGO_TYPE)


def _find(integration_id: int) -> Standing:
    found = services().embedding.desk.find(me(), integration_id)
    if found is None:
        raise NotFound()
    return found


def _asked() -> WantedLook:
    return WantedLook(**{name: request.args[name] for name in SHOWN if name in request.args})
