"""The operator's commands for embedding: what an integration registers."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from app.domain.errors import AltaError
from app.domain.web_addresses import AddressError
from app.onboarding import integrations
from app.onboarding.embedding.registry import Registered, RegistryError
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
    found = next((each for each in integrations.list_all() if each.name == name), None)
    if found is None:
        raise click.ClickException(f"There is no integration named {name}.")
    registered = services().embedding.registry.of(found.id)
    shown = {
        "name": found.name,
        "country": found.country,
        "test": registered.is_test,
        "origins": registered.origins,
        "return_urls": registered.return_urls,
    }
    click.echo(json.dumps(shown, indent=2))


def extend(group: click.Group) -> None:
    """Add the commands to `flask integrations`."""
    for command in (origin, return_url, mark_test, show):
        group.add_command(command)
