"""The operator's commands."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import asdict
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import operations
from app.cli_apis import kyc_group, records_group
from app.cli_demo import demo
from app.cli_embed import extend
from app.cli_staff import audit_group, staff_group
from app.domain.errors import InvalidError
from app.domain.reference import normalise_reference
from app.metrics import forget_the_dead
from app.onboarding import integrations
from app.operations.tables import migrate_database
from app.store.db import db, read
from app.store.models.applications import Application
from app.wiring import services


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Create or upgrade the database."""
    migrate_database()


@click.command("serve")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--web", "roles", flag_value="web", help="Only the web server.")
@click.option("--worker", "roles", flag_value="worker", help="Only the delivery worker.")
@with_appcontext
def serve(host: str, port: int, roles: str | None) -> None:
    """Migrate, then run the web server and the worker until stopped."""
    address = host
    if roles != "worker":
        address, held = hold_address(host, port)
        # The supervisor's alone: a process that outlives it for a moment must not keep the next one from starting.
        os.register_at_fork(after_in_child=held.close)
    migrate_database()
    forget_the_dead()
    if roles != "worker" and services().settings.mode == "local":
        services().embedding.sandbox.prepare(port)
    # Loaded here: the commands that serve nothing need none of it, and processes that are forked share it.
    from app.pictures.verdict import load as load_face_detector
    from app.serve import Supervisor, roles_of

    load_face_detector()
    services().queue.load()
    app: Any = current_app
    settings = services().settings
    if settings.worker_slot and settings.worker_processes > 1:
        raise click.ClickException(
            "ALTA_WORKER_SLOT names one worker: leave it empty for ALTA_WORKER_PROCESSES above 1."
        )
    shown = f"[{host}]" if ":" in host else host
    said = "Alta's worker runs" if roles == "worker" else f"Alta is at http://{shown}:{port}/"
    click.echo(f"{said} (Ctrl-C stops it)")
    sys.stdout.flush()
    # No connection may be shared with the processes that are forked from here.
    db.engine.dispose()
    Supervisor(roles_of(app._get_current_object(), address, port, roles)).run()


def hold_address(host: str, port: int) -> tuple[str, socket.socket]:
    """The IP address of `host`, which may be a name, and what holds it and the port until it is closed.

    The server takes nothing but an IP address: IPv4 where the host has both. Beside what holds it no other supervisor
    finds it free, even before anybody listens; the web server's own sockets, which share a port, do (on Linux).
    """
    held = None
    try:
        found = sorted(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        family, kind, _protocol, _name, place = found[0]
        held = socket.socket(family, kind)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(place)
    except (OSError, UnicodeError) as error:
        if held is not None:
            held.close()
        reason = getattr(error, "strerror", None) or "that is no name of a host"
        raise click.ClickException(f"Cannot listen on {host}:{port}: {reason}. Set HOST or PORT.") from None
    if sys.platform == "linux":
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    else:
        held.close()
    return str(place[0]), held


@click.command("purge")
@with_appcontext
def purge() -> None:
    """Purge drafts untouched for ALTA_DRAFT_DAYS, photos included."""
    migrate_database()
    click.echo(f"{services().purge.run()} drafts purged.")


@click.group("integrations")
def integrations_group() -> None:
    """Tokens of the systems that may call the APIs."""


@integrations_group.command("create")
@click.argument("name")
@click.option("--country", type=click.Choice(["AR", "BR"]), default="BR", help="Whose KYC request its users get.")
@with_appcontext
def create_integration(name: str, country: str) -> None:
    """Make an integration and print its token, once."""
    migrate_database()
    try:
        made, token = integrations.create(name, country=country)
    except integrations.IntegrationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Integration {made.name} (client_id {made.client_id}). Its token is shown only now:", err=True)
    click.echo(token)


@integrations_group.command("list")
@with_appcontext
def list_integrations() -> None:
    """List integrations; tokens are never shown again."""
    migrate_database()
    for each in integrations.list_all():
        state = "revoked" if each.revoked_at else "active"
        used = each.last_used_at.isoformat(timespec="minutes") if each.last_used_at else "never used"
        click.echo(f"{each.client_id}  {each.name}  {each.country}  {state}  {used}")


@integrations_group.command("revoke")
@click.argument("name")
@with_appcontext
def revoke_integration(name: str) -> None:
    """End an integration's token."""
    migrate_database()
    try:
        integrations.revoke(name)
    except integrations.IntegrationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Integration {name} revoked.")


@integrations_group.command("key")
@click.argument("name")
@click.argument("public_key", type=click.File("r"))
@click.option("--key-id", required=True, help="What the integration calls the key (kid).")
@with_appcontext
def register_key(name: str, public_key: Any, key_id: str) -> None:
    """Register the RSA public key (PEM) by which an integration gets access tokens of the KYC API."""
    try:
        made = integrations.register_key(name, public_key.read(), key_id)
    except integrations.IntegrationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Integration {made.name} gets access tokens as client {made.client_id}, with its key {key_id}.")


@click.group("applications")
def applications_group() -> None:
    """What became of applications, without personal data."""


@applications_group.command("show")
@click.argument("reference")
@with_appcontext
def show_application(reference: str) -> None:
    """Print an application's state, its deliveries with their ids, and how it compares with its document, as JSON."""
    migrate_database()
    try:
        wanted = normalise_reference(reference)
    except InvalidError as error:
        raise click.ClickException(error.message) from None
    with read() as connection:
        found = connection.execute(
            select(Application.id, Application.state, Application.country).where(Application.reference == wanted)
        ).first()
    if found is None:
        raise click.ClickException(f"There is no application {reference}.")
    standing = services().status.of_application(found.id)
    compared = services().comparisons.of_application(found.id)
    shown = {
        "reference": wanted,
        "state": found.state,
        "country": found.country,
        "submitted_at": standing.submitted_at.isoformat() if standing.submitted_at else None,
        "deliveries": [asdict(delivery) for delivery in standing.deliveries],
        "document": {each.compared.field: each.compared.verdict for each in compared},
        "photos": [asdict(photo) for photo in services().likeness.photos_of(found.id)],
    }
    click.echo(json.dumps(shown, indent=2))


def register_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    extend(integrations_group)
    own = (
        prepare,
        serve,
        purge,
        integrations_group,
        applications_group,
        kyc_group,
        records_group,
        staff_group,
        audit_group,
        demo,
    )
    for command in (*own, *operations.COMMANDS):
        app.cli.add_command(command)
