"""Brings the tables to this version before a command, and says in a sentence why that cannot be."""

from __future__ import annotations

import click
from sqlalchemy.exc import OperationalError

from app.store.schema import WrongKeyError, bring_up_to_date
from app.wiring import services


def migrate_database() -> None:
    """Bring the tables to this version, what stays to the present key; an unreachable database is a sentence."""
    try:
        bring_up_to_date(services().keyring)
        services().staff.members.reseal()
        services().embedding.webhooks.secrets.reseal()
    except WrongKeyError:
        raise click.ClickException(
            "ALTA_ENCRYPTION_KEYS: none of its keys is the one that this database was written with. Restore the right "
            "key (in local mode: encryption_keys.key in the instance folder); nothing was changed."
        ) from None
    except OperationalError as error:
        kind = type(error.orig).__name__
        raise click.ClickException(
            f"The database cannot be used ({kind}): check ALTA_DATABASE_URL, and that it runs and lets Alta in."
        ) from None
