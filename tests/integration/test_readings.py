"""Owns the tests of reading documents: asked for with the photo, kept encrypted, and gone with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.store.crypto import DecryptionError
from app.store.db import utc_now
from tests.support import zones
from tests.support.barcodes import NEWER, OLDER, card_photo, text
from tests.support.journey import Applicant, picture
from tests.support.quick import hasten, secrets_of
from tests.support.reader import read_all, with_card
from tests.support.rows import alter, count, one, rows

CARD = {"document": {"front_document": card_photo(text())}}


def queue(app: Flask) -> list[Any]:
    """The readings in the worker's queue: (workflow's id, its input)."""
    schema = "dbos." if "postgres" in app.config["SQLALCHEMY_DATABASE_URI"] else ""
    statement = f"SELECT workflow_uuid, inputs FROM {schema}workflow_status WHERE name = 'read_document'"
    return rows(app, statement)


def ago(**duration: int) -> datetime:
    """A past moment as columns hold it."""
    return (utc_now() - timedelta(**duration)).replace(tzinfo=None)


def upload(applicant: Applicant, slot: str, content: bytes) -> None:
    """Send one photo on its own."""
    applicant.get("/apply/document")
    data = {**secrets_of(applicant.page), "file": (io.BytesIO(content), "photo.jpg")}
    assert applicant.browser.post(f"/apply/photos/{slot}", data=data).status_code == 200


def test_photos_of_the_document_are_queued_for_reading(app: Flask) -> None:
    """In the transaction that stores them, by their ids; selfies are not."""
    hasten(Applicant(app), answers=CARD)
    wanted = set(rows(app, "SELECT id FROM photos WHERE slot IN ('front_document', 'back_document')"))
    assert {(workflow,) for workflow, _input in queue(app)} == wanted
    assert set(rows(app, "SELECT photo_id FROM document_readings WHERE state = 'awaited'")) == wanted
    assert all("FERNANDEZ" not in str(given) for _workflow, given in queue(app))


def test_documents_of_a_country_without_such_a_barcode_are_not_read(app: Flask) -> None:
    hasten(Applicant(app), "BR")
    assert count(app, "document_readings") == 0
    assert queue(app) == []


def test_refused_photo_is_not_queued(app: Flask) -> None:
    applicant = hasten(Applicant(app), until="document")
    data = {**secrets_of(applicant.page), "file": (io.BytesIO(b"no picture"), "photo.jpg")}
    assert applicant.browser.post("/apply/photos/front_document", data=data).status_code == 422
    assert count(app, "document_readings") == 0
    assert queue(app) == []


@pytest.mark.parametrize("layout", [NEWER, OLDER])
def test_either_side_is_read(app: Flask, services: Any, layout: str) -> None:
    applicant = hasten(Applicant(app), answers={"document": {"back_document": card_photo(text(layout), tilt=20)}})
    assert read_all(app) == {"front_document": "nothing", "back_document": "read"}
    with app.app_context():
        said = services.readings.of(one(app, "SELECT id FROM applications"))
    assert (said.reading.last_name, said.reading.dni) == ("FERNANDEZ", "12345678")
    assert (said.is_coming, said.is_mute) == (False, False)
    assert "Matches your document" in applicant.get("/apply/review").html


def test_reading_is_encrypted_for_its_photo(app: Flask, services: Any) -> None:
    """Not a word of it is in plain, and it cannot be put beside another photo."""
    applicant = hasten(
        Applicant(app), answers={"document": {side: card_photo(text()) for side in ("front_document", "back_document")}}
    )
    read_all(app)
    (_one, value), (other, _value) = rows(app, "SELECT photo_id, value FROM document_readings")
    assert all(word not in bytes(value) for word in (b"FERNANDEZ", b"12345678", b"Mujer"))
    alter(app, "UPDATE document_readings SET value = :value WHERE photo_id = :id", value=value, id=other)
    with app.app_context(), pytest.raises(DecryptionError):
        services.readings.of(one(app, "SELECT id FROM applications"))
    assert applicant.page.status == 200


def test_replaced_photo_says_nothing_any_more(app: Flask) -> None:
    """Its row goes with it, and the new photo is read instead."""
    applicant = with_card(app)
    assert "Matches your document" in applicant.get("/apply/review").html
    upload(applicant, "front_document", picture(9))
    assert "Matches your document" not in applicant.get("/apply/review").html
    assert read_all(app) == {"front_document": "nothing"}
    assert count(app, "document_readings") == 2


def test_photo_replaced_while_it_is_read_leaves_no_reading(app: Flask, services: Any) -> None:
    """The worker that comes late finds nothing, or has no row to keep it in."""
    applicant = hasten(Applicant(app), answers=CARD)
    photo_id = one(app, "SELECT id FROM photos WHERE slot = 'front_document'")
    get, gone = services.blobs.get, []

    def get_late(key: str) -> bytes:
        content = get(key)
        if photo_id in key and not gone:
            gone.append(key)
            upload(applicant, "front_document", picture(9))
        return content

    services.blobs.get = get_late
    try:
        with app.app_context():
            assert services.readings.read_photo(photo_id) == "read"
            assert services.readings.read_photo(photo_id) == ""
    finally:
        del services.blobs.get
    assert rows(app, "SELECT photo_id FROM document_readings WHERE value IS NOT NULL") == []


def test_reading_twice_is_harmless(app: Flask, services: Any) -> None:
    """The step in flight when a worker dies runs again."""
    hasten(Applicant(app), answers=CARD)
    photo_id = one(app, "SELECT id FROM photos WHERE slot = 'front_document'")
    with app.app_context():
        assert [services.readings.read_photo(photo_id) for _time in range(2)] == ["read", "read"]
    assert count(app, "document_readings") == 2


def test_photo_that_cannot_be_read_is_given_up(app: Flask, services: Any) -> None:
    applicant = hasten(Applicant(app), answers=CARD)
    with app.app_context():
        for (photo_id,) in rows(app, "SELECT photo_id FROM document_readings"):
            services.readings.give_up(photo_id)
        assert services.readings.of(one(app, "SELECT id FROM applications")).is_mute
    assert "document" not in applicant.get("/apply/review").html.partition("Identity document")[0].partition("<h1>")[2]


def test_removed_photo_takes_its_reading_along(app: Flask) -> None:
    applicant = with_card(app)
    applicant.get("/apply/document")
    applicant.send({"remove": "front_document"})
    assert rows(app, "SELECT photo_id FROM document_readings WHERE value IS NOT NULL") == []


def test_purge_forgets_readings(app: Flask, services: Any) -> None:
    with_card(app)
    alter(app, "UPDATE applications SET touched_at = :then", then=ago(days=services.settings.draft_days + 1))
    with app.app_context():
        assert services.purge.run() == 1
    assert count(app, "document_readings") == 0


def test_reading_is_worth_waiting_for_only_a_while(app: Flask, services: Any) -> None:
    hasten(Applicant(app), answers=CARD)
    application_id = one(app, "SELECT id FROM applications")
    with app.app_context():
        assert services.readings.of(application_id).is_coming
        alter(app, "UPDATE document_readings SET asked_at = :then", then=ago(minutes=1))
        said = services.readings.of(application_id)
    assert (said.reading, said.is_coming, said.is_mute) == (None, False, True)


def prints(lines: list[str]) -> Callable[..., Any]:
    """A recogniser of print that sees these lines on every photo."""
    return lambda _picture, understand: understand(lines)


def test_print_is_read_where_there_is_no_barcode(app: Flask, services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card without barcode tells as much, but for the CUIL; a barcode is believed first."""
    monkeypatch.setattr(services.readings, "read_print", prints(zones.card(names="FERNANDEZ<<JUANA<INES")))
    applicant = hasten(Applicant(app), answers={"document": {"front_document": card_photo(text(first_name="JOSE"))}})
    assert read_all(app) == {"front_document": "read", "back_document": "read"}
    with app.app_context():
        said = services.readings.of(one(app, "SELECT id FROM applications")).reading
    assert (said.source, said.first_name) == ("pdf417", "JOSE")
    upload(applicant, "front_document", picture(9))
    read_all(app)
    assert applicant.get("/apply/review").html.count("Matches your document") == 5


def test_passports_are_compared_in_every_country_by_their_print(
    app: Flask, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brazil has no barcode to read: with a recogniser of print its passports speak too."""
    lines = zones.passport(names="SOUZA<<JOAO", number="AB123456", sex="M")
    monkeypatch.setattr(services.readings, "read_print", prints(lines))
    passport = {"document_type": "passport", "document_number": "AB123457"}
    photos = {"document_kind": "PASSPORT", "back_document": None}
    applicant = hasten(Applicant(app), "BR", answers={"identity": passport, "document": photos})
    assert read_all(app) == {"front_document": "read"}
    page = applicant.get("/apply/review")
    assert page.html.count("Matches your document") == 4
    assert "Your document says Passport AB123456. Which is right?" in page.html
    (answer,) = re.findall(r'value="(document_number/document/\w+)"', page.html)
    assert applicant.send({"settle": answer}).html.count("Matches your document") == 5


def test_print_that_is_no_zone_says_nothing(app: Flask, services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.readings, "read_print", prints(["REPUBLICA", "<" * 44, "P<" + "<" * 42]))
    hasten(Applicant(app))
    assert set(read_all(app).values()) == {"nothing"}
