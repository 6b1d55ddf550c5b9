"""The operator's commands for the embedded APIs: asking a check again, and deciding on a record."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.apis.errors import ApiError
from app.apis.kyc.contract import FIELD_TYPES
from app.domain.errors import InvalidError
from app.domain.reference import normalise_reference
from app.onboarding.reasons import CODE
from app.onboarding.submission import KYC, PERSONAL_INFORMATIONS
from app.onboarding.wants import kyc_user_id
from app.store.db import read
from app.store.models.applications import Application
from app.wiring import services


@click.group("kyc")
def kyc_group() -> None:
    """KYC requests that this Alta serves."""


@kyc_group.command("ask-again")
@click.argument("who")
@click.argument("field_type", type=click.Choice(FIELD_TYPES))
@click.argument("reason")
@click.option("--detail", default="", help="A sentence for the integration, beside the reason.")
@with_appcontext
def ask_again(who: str, field_type: str, reason: str, detail: str) -> None:
    """Ask a check again of WHO: a user's id, or an application's reference; REASON as in docs/delivery.md."""
    if not CODE.fullmatch(reason):
        raise click.ClickException("A reason has 1 to 64 of a-z, 0-9, _ . and -.")
    user_id = _user_id(who)
    try:
        services().kyc.ask_again(user_id, field_type, reason, detail=detail)
    except ApiError as error:
        raise click.ClickException(f"{who}: {error}.") from None
    services().deliveries.ledger.hasten(KYC, user_id, None)
    click.echo(f"{field_type} is asked again.")


@click.group("records")
def records_group() -> None:
    """Records of the personal informations API that this Alta serves."""


@records_group.command("decide")
@click.argument("record_id", type=int)
@click.argument("state", type=click.Choice(["checking", "pending", "approved", "rejected"]))
@with_appcontext
def decide(record_id: int, state: str) -> None:
    """Move a record on; approved and rejected are final."""
    try:
        services().personal_informations.change_state(record_id, state)  # type: ignore[arg-type]
    except ApiError as error:
        raise click.ClickException(f"Record {record_id}: {error}.") from None
    services().deliveries.ledger.hasten(PERSONAL_INFORMATIONS, str(record_id), None)
    click.echo(f"Record {record_id} is {state}.")


def _user_id(who: str) -> str:
    """The user of an application's reference; anything else is taken for a user's id."""
    try:
        reference = normalise_reference(who)
    except InvalidError:
        return who
    with read() as connection:
        row = connection.execute(
            select(Application.id, Application.country).where(Application.reference == reference)
        ).first()
    if row is None:
        raise click.ClickException(f"There is no application {who}.")
    return kyc_user_id(row.id, row.country)
