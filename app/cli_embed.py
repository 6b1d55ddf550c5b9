"""The operator's commands for embedding: what an integration registers."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from app.domain.errors import AltaError
from app.domain.web_addresses import AddressError
from app.onboarding import integrations
from app.onboarding.embedding.registry import Registered, RegistryError
from app.onboarding.embedding.webhooks import WebhookError
from app.wiring import services


def _said(addresses: tuple[str, ...]) -> None:
    for address in addresses:
        click.echo(address)


def _refused(error: AltaError) -> click.ClickException:
    return click.ClickException(str(error))


@click.command("origin")
@click.argument("name")
@click.argument("origin")
@click.option("--remove", is_flag=True, help="Let its pages frame Alta no more.")
@with_appcontext
def origin(name: str, origin: str, remove: bool) -> None:
    """Let pages of ORIGIN, such as https://www.example.com, frame the integration's sessions; list all that may."""
    registry = services().embedding.registry
    try:
        found: Registered = (registry.remove_origin if remove else registry.add_origin)(name, origin)
    except (AddressError, RegistryError) as error:
        raise _refused(error) from None
    _said(found.origins)


@click.command("return-url")
@click.argument("name")
@click.argument("url")
@click.option("--remove", is_flag=True, help="Lead nobody there any more.")
@with_appcontext
def return_url(name: str, url: str, remove: bool) -> None:
    """Let the integration's sessions lead back to URL, whatever its query; list all that they may."""
    registry = services().embedding.registry
    try:
        found: Registered = (registry.remove_return_url if remove else registry.add_return_url)(name, url)
    except (AddressError, RegistryError) as error:
        raise _refused(error) from None
    _said(found.return_urls)


@click.command("test")
@click.argument("name")
@click.option("--off", is_flag=True, help="Make it a real one.")
@with_appcontext
def mark_test(name: str, off: bool) -> None:
    """Make it an integration for trying things out."""
    try:
        services().embedding.registry.mark_test(name, is_test=not off)
    except RegistryError as error:
        raise _refused(error) from None
    click.echo(f"Integration {name} is {'a real one' if off else 'for tests'}.")


@click.command("show")
@click.argument("name")
@with_appcontext
def show(name: str) -> None:
    """Print what an integration registered for embedding, as JSON."""
    found = _find(name)
    registered = services().embedding.registry.of(found.id)
    shown = {
        "name": found.name,
        "country": found.country,
        "test": registered.is_test,
        "origins": registered.origins,
        "return_urls": registered.return_urls,
    }
    click.echo(json.dumps(shown, indent=2))


@click.group("webhook")
def webhook() -> None:
    """Where an integration is told of its sessions."""


@webhook.command("set")
@click.argument("name")
@click.argument("url")
@with_appcontext
def set_webhook(name: str, url: str) -> None:
    """Tell the integration at URL from now on; the first time print its secret, which is not shown again."""
    try:
        secret = services().embedding.webhooks.set_url(_find(name), url, by=None)
    except AddressError as error:
        raise _refused(error) from None
    click.echo(secret or f"The webhook of {name} leads to {url}.")


@webhook.command("rotate")
@click.argument("name")
@with_appcontext
def rotate_secret(name: str) -> None:
    """Print a new secret, which is not shown again; the one before signs along for 24 hours."""
    try:
        click.echo(services().embedding.webhooks.rotate(_find(name), by=None))
    except WebhookError as error:
        raise _refused(error) from None


@webhook.command("switch")
@click.argument("name")
@click.argument("to", type=click.Choice(["on", "off"]))
@with_appcontext
def switch_webhook(name: str, to: str) -> None:
    """Send messages again, or no more."""
    try:
        services().embedding.webhooks.switch(_find(name), on=to == "on", by=None)
    except WebhookError as error:
        raise _refused(error) from None
    click.echo(f"The webhook of {name} is {to}.")


@webhook.command("test")
@click.argument("name")
@with_appcontext
def test_webhook(name: str) -> None:
    """Send a message that tells of nothing, and print the answer."""
    try:
        sent = services().embedding.webhooks.test(_find(name), by=None)
    except WebhookError as error:
        raise _refused(error) from None
    answer = sent.attempts[-1]
    click.echo(f"{sent.id}: {answer.status or answer.error}, {answer.milliseconds} ms")
    if not answer.is_success:
        raise click.exceptions.Exit(1)


@webhook.command("messages")
@click.argument("name")
@with_appcontext
def list_messages(name: str) -> None:
    """Print the newest messages with their answers, a line each."""
    for each in services().embedding.webhooks.messages(_find(name))[0]:
        answers = " ".join(str(answer.status or answer.error) for answer in each.attempts)
        click.echo(f"{each.id} {each.created_at:%Y-%m-%dT%H:%M:%SZ} {each.kind} {each.state} {answers}".rstrip())


@webhook.command("resend")
@click.argument("name")
@click.argument("message_id")
@with_appcontext
def resend_message(name: str, message_id: str) -> None:
    """Send a message again, under the same id."""
    try:
        services().embedding.webhooks.resend(_find(name), message_id, by=None)
    except WebhookError as error:
        raise _refused(error) from None
    click.echo(f"{message_id} is sent again.")


def _find(name: str) -> integrations.Integration:
    found = next((each for each in integrations.list_all() if each.name == name), None)
    if found is None:
        raise click.ClickException(f"There is no integration named {name}.")
    return found


def extend(group: click.Group) -> None:
    """Add the commands to `flask integrations`."""
    for command in (origin, return_url, mark_test, show, webhook):
        group.add_command(command)
