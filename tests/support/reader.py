"""Owns having the photos of documents read in tests, as the worker would have them read."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.support.barcodes import card_photo, text
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import rows


def read_all(app: Flask) -> dict[str, str]:
    """Read every photo that is waiting; the states by slot."""
    readings: Any = app.extensions["alta"].readings
    waiting = rows(
        app,
        "SELECT photos.slot, photos.id FROM document_readings JOIN photos ON photos.id = document_readings.photo_id"
        " WHERE document_readings.state = 'awaited'",
    )
    with app.app_context():
        return {slot: readings.read_photo(photo_id) for slot, photo_id in waiting}


def with_card(app: Flask, *, language: str = "en", **changes: str) -> Applicant:
    """An applicant in Argentina on review, whose document's front bears Juana's barcode with changes, read already."""
    photos = {"front_document": card_photo(text(**changes))}
    applicant = hasten(Applicant(app), language=language, answers={"document": photos})
    read_all(app)
    applicant.get("/apply/review")
    return applicant
