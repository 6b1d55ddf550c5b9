"""Integrations: tokens that are shown once, kept as hashes, revocable, and noted when used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from app.onboarding import integrations
from app.store.db import read
from tests.support.apis import Apis


def test_token_is_random_enough_and_kept_only_as_its_hash(apis: Apis) -> None:
    _, token = integrations.create("second")
    assert token.startswith("alta_") and len(token) >= 5 + 22
    assert token != apis.token
    with read() as connection:
        assert token.removeprefix("alta_") not in str(connection.execute(text("SELECT * FROM integrations")).all())


def test_client_ids_count_up_from_7777(apis: Apis) -> None:
    integrations.create("second")
    integrations.create("third")
    integrations.revoke("third")
    integrations.create("fourth")
    assert [each.client_id for each in integrations.list_all()] == [7777, 7778, 7779, 7780]


@pytest.mark.parametrize("name", ["first", " first ", "", " ", "x" * 101, "a\nb"])
def test_taken_or_odd_names_are_refused_with_a_sentence(apis: Apis, name: str) -> None:
    with pytest.raises(integrations.IntegrationError, match=r"integration.*\.$"):
        integrations.create(name)


def test_unknown_country_is_refused(apis: Apis) -> None:
    with pytest.raises(integrations.IntegrationError):
        integrations.create("second", country="UY")


def test_revoked_token_is_no_longer_known_and_stays_revoked(apis: Apis) -> None:
    known = integrations.authenticate(apis.token)
    assert known is not None and known.name == "first"
    first = integrations.revoke("first")
    assert integrations.revoke("first").revoked_at == first.revoked_at is not None
    assert integrations.authenticate(apis.token) is None
    with pytest.raises(integrations.IntegrationError):
        integrations.revoke("nobody")


@pytest.mark.parametrize("token", ["", "alta_", "alta_é", "alta_" + "x" * 300, "other"])
def test_strange_tokens_are_nobody(apis: Apis, token: str) -> None:
    assert integrations.authenticate(token) is None


def test_use_is_noted_at_most_every_five_minutes(apis: Apis) -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    noted = []
    for minutes in (0, 4, 6):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            integrations.authenticate(apis.token)
        noted.append(integrations.list_all()[0].last_used_at)
    assert noted == [start, start, start + timedelta(minutes=6)]
