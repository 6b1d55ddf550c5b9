"""The Integrations pages: who may embed Alta and from where, their tokens and sessions to try things out."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request, url_for

from app.domain.countries import COUNTRIES
from app.domain.roles import Permission
from app.domain.web_addresses import AddressError
from app.onboarding.embedding.desk import Standing
from app.onboarding.embedding.looks import LookError, WantedLook, wanted_of
from app.onboarding.embedding.registry import RegistryError
from app.onboarding.embedding.sandbox import DEMO_PATH, NAME
from app.onboarding.integrations import NAME_MAXIMUM, NameTakenError, is_name
from app.staff import labels
from app.staff.blueprint import staff
from app.staff.guard import allow, me, source
from app.staff.previews import judged, sample
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

# How long a token stays good beside the one that takes its place, in days.
OVERLAPS = (1, 7, 0)
KINDS, DEEDS = ("origin", "return_url"), ("add", "remove")
WEBHOOK = "staff.integration_webhook"


def find(integration_id: int) -> Standing:
    """An integration that is theirs to see; any other is as good as none."""
    found = services().embedding.desk.find(me(), integration_id)
    return found if found is not None else abort(404)


@staff.get("/integrations")
@allow(Permission.MANAGE_INTEGRATIONS)
def integrations() -> Any:
    """Every integration that is theirs to see."""
    return render_template(
        "staff/integrations.html", standings=services().embedding.desk.seen(me()), sees_all=me().integrations is None
    )


@staff.route("/integrations/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_INTEGRATIONS)
def add_integration() -> Any:
    """Make one, and show its token once; who sees but some could not look after it."""
    if me().integrations is not None or request.method == "GET":
        return _form()
    form = request.form
    name, country, is_test = form.get("name", "").strip(), form.get("country", ""), "is_test" in form
    faults = {}
    if not is_name(name):
        faults["name"] = _("Give a name of up to %(maximum)d characters", maximum=NAME_MAXIMUM)
    if country not in COUNTRIES:
        faults["country"] = _("Choose a country")
    if faults:
        return _form(faults)
    desk = services().embedding.desk
    try:
        made, token = desk.create(name, country=country, is_test=is_test, by=me(), address=source())
    except NameTakenError:
        return _form({"name": _("An integration has that name already, or had it until it was revoked")})
    return page(made, token=token)


@staff.get("/integrations/<int:integration_id>")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration(integration_id: int) -> Any:
    """One of them, with all that can be changed."""
    return page(find(integration_id))


@staff.post("/integrations/<int:integration_id>/addresses")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_addresses(integration_id: int) -> Any:
    """Add or remove an origin or a return URL."""
    found, form = find(integration_id), request.form
    kind, deed, text = form.get("kind", ""), form.get("deed", "add"), form.get("address", "")
    if kind not in KINDS or deed not in DEEDS:
        return page(found, status=422)
    try:
        services().embedding.desk.change_address(found, kind=kind, deed=deed, text=text, by=me(), address=source())
    except AddressError:
        sentence = (
            _("Give an origin such as https://www.example.com, without a path")
            if kind == "origin"
            else _("Give an address such as https://www.example.com/welcome")
        )
        return page(found, faults={kind: sentence}, typed={kind: text}, status=422)
    except RegistryError:
        # What is gone already need not be removed.
        if deed == "add":
            return page(found, faults={kind: _("There are too many: remove one first")}, status=422)
    return _back(found, kind)


@staff.post("/integrations/<int:integration_id>/token")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_token(integration_id: int) -> Any:
    """Make a token in place of the present one, and show it once."""
    found, days = find(integration_id), request.form.get("days", "1")
    if found.integration.revoked_at is not None or days not in map(str, OVERLAPS):
        return page(found, status=422)
    token = services().embedding.desk.renew_token(found, days=int(days), by=me(), address=source())
    return page(find(integration_id), token=token)


@staff.post("/integrations/<int:integration_id>/token/end")
@allow(Permission.MANAGE_INTEGRATIONS)
def end_integration_token(integration_id: int) -> Any:
    """End the token before the present one."""
    found = find(integration_id)
    services().embedding.desk.end_earlier_token(found, by=me(), address=source())
    return _back(found, "tokens")


@staff.post("/integrations/<int:integration_id>/revoke")
@allow(Permission.MANAGE_INTEGRATIONS)
def revoke_integration(integration_id: int) -> Any:
    """End the integration, once its name was typed."""
    found = find(integration_id)
    if request.form.get("name", "").strip() != found.integration.name:
        return page(found, faults={"name": _("Type the name of the integration to revoke it")}, status=422)
    services().embedding.desk.revoke(found, by=me(), address=source())
    return _back(found, "tokens")


@staff.post("/integrations/<int:integration_id>/kind")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_kind(integration_id: int) -> Any:
    """Mark an integration as for tests, or as a real one."""
    found, wanted = find(integration_id), request.form.get("kind", "")
    if found.integration.revoked_at is not None or wanted not in ("test", "real"):
        return page(found, status=422)
    services().embedding.desk.mark_test(found, is_test=wanted == "test", by=me(), address=source())
    return _back(found, "trying")


@staff.post("/integrations/<int:integration_id>/session")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_session(integration_id: int) -> Any:
    """Make a session of a test integration, and show the link that opens it once."""
    found = find(integration_id)
    if not found.registered.is_test or found.integration.revoked_at is not None:
        return page(found, status=422)
    launch = services().embedding.desk.try_out(found, by=me(), address=source())
    link = f"{services().public_url(request.host_url)}{url_for('embed.launch', token=launch.token)}"
    return page(found, link=link)


@staff.post("/integrations/<int:integration_id>/look")
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_look(integration_id: int) -> Any:
    """Give it another look, or show what that would be."""
    found, form = find(integration_id), request.form
    fields = ("scheme", "accent", "radius", "font", "product", "privacy_url")
    wanted = WantedLook(**{name: form[name] for name in fields if name in form})
    if form.get("use"):
        return page(found, wanted=WantedLook(**{**vars(wanted), "accent": form["use"]}))
    if "preview" in form:
        return page(found, wanted=wanted)
    upload = request.files.get("logo")
    logo = upload.read() if upload is not None else b""
    try:
        services().embedding.desk.change_look(
            found, wanted, logo=logo or None, drop_logo="drop_logo" in form, by=me(), address=source()
        )
    except LookError as error:
        faults = {name: _(fault.message, **fault.parameters) for name, fault in error.faults.items()}
        return page(found, wanted=wanted, faults=faults, status=422)
    return _back(found, "look", saved="look")


def _form(faults: dict[str, str] | None = None) -> Any:
    shown = render_template(
        "staff/integration_new.html",
        faults=list((faults or {}).items()),
        fault_of=faults or {},
        given=request.form,
        countries=[(code, labels.country_name(code)) for code in COUNTRIES],
        maximum=NAME_MAXIMUM,
        sees_all=me().integrations is None,
    )
    return shown, 422 if request.method == "POST" else 200


def page(
    found: Standing,
    *,
    wanted: WantedLook | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The integration's page, with the preview within."""
    shown = wanted or wanted_of(found.look)
    return make_response(
        render_template(
            "staff/integration.html",
            standing=found,
            wanted=shown,
            faults=list((faults or {}).items()),
            fault_of=faults or {},
            judgement=judged(shown),
            sample=sample(found, shown),
            overlaps=OVERLAPS,
            saved=request.args.get("saved") == "look" and request.method == "GET",
            demo=_demo(found),
            webhook=WEBHOOK if WEBHOOK in current_app.view_functions else None,
            **{"typed": {}, "token": "", "link": "", **more},
        ),
        status,
    )


def _demo(found: Standing) -> str | None:
    """Where the demo is, of whose integration it is."""
    is_there = services().settings.mode == "local" and found.integration.name == NAME
    return DEMO_PATH if is_there and found.integration.revoked_at is None else None


def _back(found: Standing, part: str, saved: str | None = None) -> Any:
    return go(url_for("staff.integration", integration_id=found.integration.id, _anchor=part, saved=saved))
