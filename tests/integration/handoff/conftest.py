"""Owns what tests of the phone as a camera share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.support.journey import Applicant
from tests.support.quick import hasten

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Every clock, stopped at noon; `clock.shift` moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def computer(applicant: Applicant) -> Applicant:
    """Somebody whose photos are all missing."""
    return hasten(applicant, until="document")
