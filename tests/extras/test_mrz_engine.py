"""Print recognised by the real engine, with its own models and no network: `pip install alta[mrz]`, then this file."""

from __future__ import annotations

import socket
from datetime import date

import pytest

from app.domain.document_reading import DocumentReading
from app.domain.mrz import read_mrz
from app.pictures import mrz
from app.pictures.intake import take_in
from tests.support import zones
from tests.support.barcodes import card_photo

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that are fetched when they are needed would fail here."""

    def refuse(*_arguments: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def read(photo: bytes) -> DocumentReading | None:
    """What a photo's zone says, as the worker reads it: from the stored picture."""
    return mrz.read_lines(take_in(photo).stored, lambda lines: read_mrz(lines, today=TODAY))


@pytest.mark.parametrize("turn", [0, 180, 90, 270])
@pytest.mark.parametrize("lines", [zones.passport(), zones.card()], ids=["passport", "card"])
def test_zone_is_read_however_the_document_lies(lines: list[str], turn: int) -> None:
    reading = read(zones.document(lines, turn=turn))
    assert reading is not None
    assert reading == read_mrz(lines, today=TODAY)


def test_photo_without_zone_says_nothing() -> None:
    assert read(card_photo("nothing of a document")) is None


def test_engine_counts_as_installed() -> None:
    assert mrz.is_installed()
