"""Fixtures that every kind of test may use: settings, applications on real databases, clients, tokens."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import config, create_app
from app.onboarding import integrations
from tests.support import databases, scratch
from tests.support.journey import Applicant

DATABASE = "alta.sqlite3"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
GENEROUS = "1000000 per minute"
LIMITS = {f"ALTA_LIMIT_{name}": GENEROUS for name in ("START", "UPLOAD", "RESUME", "API", "SIGN_IN", "HELP")}

# Before anything asks for a temporary folder; processes of pytest-xdist inherit the choice.
_SCRATCH = scratch.use_memory()


def pytest_unconfigure() -> None:
    """Give back what the run wrote."""
    scratch.clear(_SCRATCH)


def settings_for(instance: Path, database_url: str = "", **changes: str) -> config.Settings:
    """Settings as the environment would give them, with limits out of the way."""
    environment = {
        "ALTA_INSTANCE": str(instance),
        "ALTA_DATABASE_URL": database_url,
        "ALTA_SECRET_KEY": KEY,
        "ALTA_ENCRYPTION_KEYS": KEY,
        "ALTA_INDEX_KEY": KEY,
        "ALTA_LOG_LEVEL": "error",
        "ALTA_FIGURES_SECONDS": "3600",
        **LIMITS,
        **changes,
    }
    return config.load(environment)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL server's first database."""
    with databases.postgresql_server() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def migrated_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application a database, migrated once."""
    url = ""
    if request.param == "postgresql":
        url = databases.create_database(request.getfixturevalue("postgresql"), "alta_tests")
    app = create_app(settings_for(tmp_path_factory.mktemp(request.param), url))
    app.testing = True
    databases.migrate(app)
    return app


@pytest.fixture
def app(migrated_app: Flask) -> Flask:
    """The application with empty tables."""
    databases.empty(migrated_app)
    return migrated_app


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite that was migrated with KEY, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    databases.migrate(create_app(settings_for(folder)))
    return databases.copied(folder / DATABASE, folder / "copy.sqlite3")


@pytest.fixture
def make_app(tmp_path: Path, migrated_file: Path) -> Callable[..., Flask]:
    """Make an application on its own SQLite with other settings: `make_app(selfies="0")`."""

    def make(**changes: str) -> Flask:
        named = {f"ALTA_{name.upper()}": value for name, value in changes.items()}
        database = tmp_path / "instance" / DATABASE
        if not database.exists() and "encryption_keys" not in changes:
            database.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(migrated_file, database)
        made = create_app(settings_for(tmp_path / "instance", **named))
        made.testing = True
        databases.migrate(made)
        return made

    return make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def applicant(app: Flask) -> Applicant:
    """A person with such a browser, who can fill in everything."""
    return Applicant(app)


@pytest.fixture
def integration_token(app: Flask) -> str:
    """The token of a fresh integration."""
    with app.app_context():
        return integrations.create("tests")[1]


@pytest.fixture
def services(app: Flask) -> Any:
    """The application's services; what touches the database wants `with app.app_context()` around it.

    The context is not pushed here: requests made within one would share its `g`, as no real requests do.
    """
    return app.extensions["alta"]
