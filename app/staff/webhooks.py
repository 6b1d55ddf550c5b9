"""An integration's webhook in the console: where it leads, its secrets, a test, and what was sent with the answers."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask_babel.speaklater import LazyString

from app.apis.authentication import Integration
from app.apis.outside import NO_ANSWER, REFUSED, TIMEOUT, TLS, UNKNOWN_HOST
from app.domain.roles import Permission
from app.domain.web_addresses import AddressError
from app.onboarding.embedding.webhooks import Message, UnknownMessageError, WebhookError
from app.staff.blueprint import staff
from app.staff.guard import allow, me, source
from app.store.models.webhooks import DELIVERED, FAILED, WAITING
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _
from app.words import lazy_gettext as _l

LIST, PREFIX = "staff.integrations", "/integrations/<int:integration_id>/webhook"
STATES: dict[str, LazyString] = {WAITING: _l("waiting"), DELIVERED: _l("delivered"), FAILED: _l("given up")}
ERRORS: dict[str, LazyString] = {
    REFUSED: _l("not sent: the address is not on the internet"),
    UNKNOWN_HOST: _l("the host has no address"),
    TIMEOUT: _l("no answer within 5 seconds"),
    TLS: _l("the certificate is not valid"),
    NO_ANSWER: _l("no answer"),
}


@staff.route(PREFIX, methods=["GET", "POST"])
@allow(Permission.MANAGE_INTEGRATIONS)
def integration_webhook(integration_id: int) -> Any:
    """Show everything; set where it leads."""
    owner = _find(integration_id)
    if request.method == "GET":
        return _page(owner)
    url = request.form.get("url", "")
    try:
        secret = services().embedding.webhooks.set_url(owner, url, by=me(), address=source())
    except AddressError:
        fault = _("Give an address on the internet such as https://www.example.com/webhooks, without a # in it.")
        return _page(owner, url=url, fault=fault), 422
    return _page(owner, secret=secret) if secret else go(_address(owner))


@staff.post(f"{PREFIX}/secret")
@allow(Permission.MANAGE_INTEGRATIONS)
def rotate_webhook_secret(integration_id: int) -> Any:
    """Make a new secret and show it, once."""
    owner = _find(integration_id)
    try:
        secret = services().embedding.webhooks.rotate(owner, by=me(), address=source())
    except WebhookError:
        return go(_address(owner))
    return _page(owner, secret=secret)


@staff.post(f"{PREFIX}/switch")
@allow(Permission.MANAGE_INTEGRATIONS)
def switch_webhook(integration_id: int) -> Any:
    """Send messages there again, or no more."""
    owner = _find(integration_id)
    try:
        is_on = request.form.get("to") == "on"
        services().embedding.webhooks.switch(owner, on=is_on, by=me(), address=source())
    except WebhookError:
        pass
    return go(_address(owner))


@staff.post(f"{PREFIX}/test")
@allow(Permission.MANAGE_INTEGRATIONS)
def test_webhook(integration_id: int) -> Any:
    """Send a message that tells of nothing, and show the answer."""
    owner = _find(integration_id)
    try:
        sent = services().embedding.webhooks.test(owner, by=me(), address=source())
    except WebhookError:
        return go(_address(owner))
    return _page(owner, tested=sent)


@staff.post(f"{PREFIX}/messages/<message_id>/resend")
@allow(Permission.MANAGE_INTEGRATIONS)
def resend_webhook_message(integration_id: int, message_id: str) -> Any:
    """Have a message sent again."""
    owner = _find(integration_id)
    try:
        services().embedding.webhooks.resend(owner, message_id, by=me(), address=source())
    except UnknownMessageError:
        abort(404)
    except WebhookError:
        pass
    return go(_address(owner))


def _find(integration_id: int) -> Integration:
    """One of the member's integrations; any other is as good as none."""
    found = services().embedding.webhooks.owner(me(), integration_id)
    return found if found is not None else abort(404)


def _address(owner: Integration) -> str:
    return url_for("staff.integration_webhook", integration_id=owner.id)


def _page(
    owner: Integration,
    *,
    url: str | None = None,
    fault: str = "",
    secret: str | None = None,
    tested: Message | None = None,
) -> Any:
    webhooks = services().embedding.webhooks
    endpoint = webhooks.of(owner)
    messages, has_more = webhooks.messages(owner, before=request.args.get("before", "").replace("\0", ""))
    return render_template(
        "staff/webhook.html",
        owner=owner,
        endpoint=endpoint,
        url=url if url is not None else endpoint.url if endpoint else "",
        faults=[("url", fault)] if fault else [],
        fault=fault,
        secret=secret,
        tested=tested,
        messages=messages,
        integrations_address=url_for(LIST) if LIST in current_app.view_functions else "",
        has_more=has_more,
        is_later=bool(request.args.get("before")),
        states=STATES,
        errors=ERRORS,
    )
