"""The command that fills an Alta with made-up applications, to be looked at."""

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
    """Fill this Alta with made-up people and their applications; once there, they stay as they are."""
    # Drawing takes libraries that no other command wants.
    from app.demo.fill import DemoError, fill

    app: Any = current_app
    migrate_database()
    done = 0
    try:
        for done in fill(services().settings, count, app.app_context):
            if done % 20 == 0:
                click.echo(f"{done} applications", err=True)
    except DemoError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done} applications were added, {count - done} were there.")
