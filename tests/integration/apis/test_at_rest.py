"""What the APIs keep is encrypted, bound to its row, and free of the person's own words."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from app.store.crypto import DecryptionError
from app.store.db import db, write
from app.store.models.kyc import KycCheckRecord
from app.store.models.personal_informations import PersonalInformationRecord
from tests.support.apis import KEY_HEADER, RECORDS, Apis, form, running
from tests.support.examples import example

USER = "ef49c647-1dc9-47e8-a559-108cdf7e65a4"
CANARIES = ("Canarino", "Pajarillo", "CANARY99", "Rua do Canario", "22220039", "1987-06-05")


def fill(apis: Apis) -> None:
    parts = form(first_name=CANARIES[0], last_name=CANARIES[1], document_number=CANARIES[2], birthday=CANARIES[5])
    headers = {**apis.headers, "Idempotency-Key": "k"}
    assert apis.client.post(RECORDS, data=parts, headers=headers).status_code == 200
    ids = {check["field_type"]: check["id"] for check in apis.open(USER)["checks"]}
    address = example("kyc_answer.request")["answers"][2]["value"]
    answers = [
        {"check_id": ids["birthdate"], "value": CANARIES[5]},
        {"check_id": ids["address"], "value": {**address, "street": CANARIES[3], "postal_code": CANARIES[4]}},
    ]
    assert apis.answer(USER, answers, **{KEY_HEADER: "k"}).status_code == 200


def test_no_personal_word_is_in_any_file(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'alta.sqlite3'}", tmp_path) as apis:
        fill(apis)
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(kept) > 10_000
    for canary in CANARIES:
        raw = canary.encode()
        for shape in (raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")[:-1]):
            assert shape not in kept


def test_no_personal_word_is_in_any_column(apis: Apis) -> None:
    fill(apis)
    with db.engine.connect() as connection:
        rows = str([connection.execute(text(f"SELECT * FROM {name}")).all() for name in db.metadata.tables])
    assert USER in rows
    assert not [canary for canary in CANARIES if canary in rows]


def test_swapped_answers_do_not_decrypt(apis: Apis) -> None:
    fill(apis)
    table = KycCheckRecord.__table__
    with write() as connection:
        first, second = connection.execute(select(table.c.id, table.c.value).where(table.c.value.is_not(None)))
        for row, other in ((first, second), (second, first)):
            connection.execute(update(KycCheckRecord).where(table.c.id == row.id).values(value=other.value))
    with pytest.raises(DecryptionError):
        apis.kyc.answers(USER)


def test_a_record_moved_to_another_row_is_a_500_without_its_words(apis: Apis) -> None:
    fill(apis)
    with write() as connection:
        connection.execute(update(PersonalInformationRecord).values(token="another"))
    answer = apis.client.get(f"{RECORDS}/1", headers=apis.headers)
    assert (answer.status_code, answer.json) == (500, {"error": "internal_error"})
