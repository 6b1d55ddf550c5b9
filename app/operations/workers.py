"""`flask worker`: run one worker, or see the slots that workers hold."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.operations.tables import migrate_database
from app.wiring import services


@click.group("worker", invoke_without_command=True)
@click.pass_context
@with_appcontext
def worker_group(context: click.Context) -> None:
    """Run the delivery worker alone (serve --worker also restarts it)."""
    migrate_database()
    if context.invoked_subcommand is None:
        from app import worker as process

        app: Any = current_app
        process.run(app._get_current_object(), services().settings.worker_listen)


@worker_group.command("slots")
@with_appcontext
def slots() -> None:
    """List worker slots: name, state, machine, since when, and seconds since the last sign of life."""
    for slot in services().slots.listing():
        since = slot.started_at.isoformat(timespec="seconds")
        click.echo(f"{slot.name}  {slot.state}  {slot.host}  since {since}  seen {slot.silent_seconds:.0f} s ago")
