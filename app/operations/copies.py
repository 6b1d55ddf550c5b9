"""`flask backup` and `flask restore`: the embedded installation, whole, in one file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url

from app.config import Settings
from app.store.backup import BackupError, back_up
from app.store.backup import restore as put_back
from app.wiring import services


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave the generated keys out; nothing can be read without them.")
@with_appcontext
def backup(file: Path, without_keys: bool) -> None:
    """Copy database, photos and keys into FILE, while Alta may go on."""
    settings = services().settings
    try:
        count = back_up(_database(settings), settings.instance, file, with_keys=not without_keys)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    keys = any(settings.instance.glob("*.key")) and not without_keys
    about = "It holds the keys too: guard it like them." if keys else "It holds no keys: keep them elsewhere."
    click.echo(f"{file}: database and {count} stored objects. {about}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put a copy made by `flask backup` into an instance folder without a database."""
    settings = services().settings
    try:
        put_back(file, _database(settings), settings.instance)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored into {settings.instance}. Start Alta as usual; `flask doctor` looks everything over.")


def _database(settings: Settings) -> Path:
    url = make_url(settings.resolved_database_url)
    if url.get_backend_name() != "sqlite" or settings.blob_url:
        raise click.ClickException(
            "This copies the embedded database and photo folder only. Copy PostgreSQL with pg_dump and the bucket with "
            "your store's own means, the database first (docs/operations.md)."
        )
    return Path(url.database or "")
