"""The tables are made once, and only with the keys that belong to them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.store import schema
from app.store.db import db
from tests.conftest import KEY, settings_for
from tests.support import databases, made_rows
from tests.support.processes import command

OTHER = base64.urlsafe_b64encode(b"\x07" * 32).decode().rstrip("=")


def test_migrations_make_the_tables_that_the_code_describes(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:

        def ours(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or name in db.metadata.tables

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, db.metadata) == []


def test_upgrade_keeps_what_was_gathered(tmp_path: Path) -> None:
    """SQLite changes a table by copying it: the end of the old one must take nothing along."""
    app = create_app(settings_for(tmp_path))
    schema._register(app)
    revisions = sorted(path.name.partition("_")[0] for path in (schema.MIGRATIONS / "versions").glob("*.py"))
    filled: dict[str, int] = {}
    with app.app_context():
        for revision in revisions:
            upgrade(revision=revision)
            with db.engine.begin() as connection:
                filled |= {name: count for name, count in made_rows.fill(connection).items() if name not in filled}
                assert made_rows.count(connection) == filled
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    assert filled["answers"] == filled["photos"] == filled["deliveries"] == 1


def test_second_start_finds_everything_done(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    monkeypatch.setattr(schema, "_remember", None)
    keyring = app.extensions["alta"].keyring
    with app.app_context():
        schema.bring_up_to_date(keyring)
        assert schema._standing(keyring) == schema._version()


def test_start_with_a_key_of_another_database_stops_with_a_sentence(make_app: Callable[..., Flask]) -> None:
    make_app()
    with pytest.raises(schema.WrongKeyError):
        make_app(encryption_keys=OTHER)


def test_start_with_a_new_key_before_the_old_one_seals_anew(make_app: Callable[..., Flask]) -> None:
    make_app()
    make_app(encryption_keys=f"{OTHER},{KEY}")
    make_app(encryption_keys=OTHER)


def test_command_names_the_wrong_key(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE prepared SET seal = x'00'")
    result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 1
    assert "ALTA_ENCRYPTION_KEYS" in result.output


def test_hosts_that_start_at_once_on_a_fresh_database_bring_it_up_once(postgresql: str, tmp_path: Path) -> None:
    """One waits for another without holding up the indexes that this one builds."""
    url = databases.create_database(postgresql, "alta_at_once")
    settings = {"ALTA_DATABASE_URL": url, "ALTA_SECRET_KEY": KEY, "ALTA_ENCRYPTION_KEYS": KEY, "ALTA_INDEX_KEY": KEY}
    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(lambda n: command(tmp_path / f"host-{n}", "prepare", settings=settings), range(3)))
    assert [each.returncode for each in ended] == [0, 0, 0], [each.stderr for each in ended]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM prepared").fetchone() == (1,)


def test_release_before_the_tables_own_leaves_them_as_they_are(make_app: Callable[..., Flask]) -> None:
    """A machine that is restarted while others are renewed already."""
    app = make_app()
    keyring = app.extensions["alta"].keyring
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
            connection.exec_driver_sql("UPDATE prepared SET version = 'of a later release'")
        schema.bring_up_to_date(keyring)
        assert schema._standing(keyring) == "of a later release"
