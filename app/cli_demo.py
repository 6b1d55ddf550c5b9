"""The command that fills an Alta with made-up applications and staff, to be looked at."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.operations.tables import migrate_database
from app.wiring import services


@click.command("demo")
@click.option("--count", default=200, type=click.IntRange(1, 2000), help="How many applications.")
@with_appcontext
def demo(count: int) -> None:
    """Fill this Alta with made-up people and one member of staff per role; what is there stays as it is."""
    # Drawing takes libraries that no other command wants.
    from app.demo.fill import DemoError, fill, require_allowed

    app: Any = current_app
    own, done = services(), 0
    try:
        require_allowed(own)
        migrate_database()
        for done in fill(own.settings, count, app.app_context):
            if done % 20 == 0:
                click.echo(f"{done} applications …", err=True)
    except DemoError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done} applications were added, {count - done} were there.")
    _tell_how_to_sign_in(own.public_url("http://127.0.0.1:8000"))


def _tell_how_to_sign_in(address: str) -> None:
    from app.demo.staff import passes

    click.echo(f"\nSign in at {address}/staff (start Alta with `make run`):\n")
    click.echo(f"{'role':<11} {'e-mail':<24} {'password':<20} {'secret for an authenticator':<33} code")
    for each in passes(services().keyring):
        code = each.code() or "none is asked"
        click.echo(f"{each.role:<11} {each.email:<24} {each.password:<20} {each.secret or '-':<33} {code}")
    click.echo(
        "\nEach code is good once, for half a minute: run `flask demo` again for fresh ones, or add the secret to an "
        "authenticator.\nWho has changed a password since, signs in with that."
    )
