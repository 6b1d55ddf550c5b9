"""Runs Alembic against the application's own engine and tables."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

from app.store import models
from app.store.db import UtcDateTime, db

assert models


def include_name(name, kind, parent_names):
    """Leave the delivery queue's own tables alone: its library migrates them."""
    return not (kind == "table" and name is not None and (name.startswith("dbos_") or name not in db.metadata.tables))


def render_item(kind, item, autogen_context):
    """Write the plain column type into migrations, so that an old one never depends on present code."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run_migrations_offline():
    """Print the SQL instead of running it."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=db.metadata, literal_binds=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def referred_to_by_name(connection):
    """Let SQLite change a table by copying it, as it must, without ending all that refers to the old one with it.

    What refers to a table cascades when the old one is dropped, or keeps it from being dropped.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # To the driver itself: within a transaction, which SQLAlchemy would begin, it has no effect.
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def run_migrations_online():
    """Run on the application's engine."""
    with db.engine.connect() as connection, referred_to_by_name(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_name=include_name,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
