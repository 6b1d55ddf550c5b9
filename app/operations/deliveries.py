"""`flask deliveries`: what is on its way, what needs a hand, and lending one. Nothing personal is shown."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from app.domain.errors import AltaError
from app.operations.tables import migrate_database
from app.store.db import read
from app.store.models.applications import Application
from app.store.models.submissions import (
    CANCELLED,
    DELIVERED,
    FAILED,
    REOPENED,
    WAITING,
    Delivery,
    Submission,
    is_latest,
)
from app.wiring import services

STATES = (WAITING, DELIVERED, REOPENED, FAILED, CANCELLED)
# What is for programs, or long.
HIDDEN = ("idempotency_key", "wanted", "submission_id")


@click.group("deliveries")
@with_appcontext
def deliveries_group() -> None:
    """What is on its way to each API, without personal data."""
    migrate_database()


@deliveries_group.command("list")
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only these; default: all but delivered.")
@click.option("--api", help="Only this API's: personal_informations or kyc.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@with_appcontext
def list_deliveries(state: tuple[str, ...], api: str | None, limit: int) -> None:
    """List deliveries, the oldest first: id, reference, API, state, attempts, when it last changed, last error.

    One whose place a later submission's has taken is told only where it had been delivered.
    """
    wanted = state or tuple(each for each in STATES if each != DELIVERED)
    counts = or_(Delivery.state == DELIVERED, is_latest())
    statement = (
        _joined().where(Delivery.state.in_(wanted), counts).order_by(Delivery.created_at, Delivery.id).limit(limit)
    )
    if api:
        statement = statement.where(Delivery.api == api)
    with read() as connection:
        rows = connection.execute(statement).mappings().all()
    for row in rows:
        changed = row["updated_at"].isoformat(timespec="seconds")
        told = f"{row['state']}  {row['attempts']} attempts  {changed}  {row['error'] or '-'}"
        click.echo(f"{row['id']}  {row['reference']}  {row['api']}  {told}")


@deliveries_group.command("show")
@click.argument("delivery_id")
@with_appcontext
def show_delivery(delivery_id: str) -> None:
    """Print all that is known of one delivery, as JSON."""
    with read() as connection:
        row = connection.execute(_joined().where(Delivery.id == delivery_id)).mappings().first()
    if row is None:
        raise click.ClickException(f"There is no delivery {delivery_id}; `flask deliveries list` names them.")
    shown = {name: _plain(value) for name, value in row.items() if name not in HIDDEN}
    click.echo(json.dumps(shown, indent=2))


@deliveries_group.command("retry")
@click.argument("delivery_id")
@with_appcontext
def retry_delivery(delivery_id: str) -> None:
    """Try a delivery again from now on: one that failed, was cancelled, or waits."""
    _do(lambda: services().deliveries.retry(delivery_id))
    click.echo(f"Delivery {delivery_id} is tried again.")


@deliveries_group.command("cancel")
@click.argument("delivery_id")
@with_appcontext
def cancel_delivery(delivery_id: str) -> None:
    """End a delivery that has not arrived; `retry` begins it again."""
    _do(lambda: services().deliveries.cancel(delivery_id))
    click.echo(f"Delivery {delivery_id} is cancelled.")


def _joined() -> Any:
    return (
        select(Application.reference, Delivery.__table__)
        .join(Submission, Submission.id == Delivery.submission_id)
        .join(Application, Application.id == Submission.application_id)
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _do(work: Any) -> None:
    try:
        work()
    except AltaError as error:
        raise click.ClickException(str(error)) from None
