"""Owns fixtures for behaviour that does not depend on the database: one SQLite for all such tests."""

from __future__ import annotations

import pytest
from flask import Flask

from app import create_app
from tests.conftest import settings_for
from tests.support import databases
from tests.support.journey import Applicant


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application on SQLite, whose tables keep what earlier tests left."""
    app = create_app(settings_for(tmp_path_factory.mktemp("shared")))
    app.testing = True
    databases.migrate(app)
    return app


@pytest.fixture
def person(sqlite_app: Flask) -> Applicant:
    """A person with a fresh browser on it."""
    return Applicant(sqlite_app)
