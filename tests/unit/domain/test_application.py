"""The application's values are frozen and survive JSON unchanged."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.application import (
    Address,
    Application,
    DocumentPhotos,
    Exposure,
    Identity,
    IncomeRange,
    Person,
)

EMPTY = Application(
    id="6f1c1f0e-0000-4000-8000-000000000001",
    reference="AL-7KM4-XW9C",
    country="AR",
    language="es",
    person=None,
    identity=None,
    exposure=None,
    address=None,
    phone=None,
    income=None,
    document=None,
    dni_selfie=None,
    selfies=(),
)
FULL = Application(
    id="6f1c1f0e-0000-4000-8000-000000000002",
    reference="AL-7KM4-XW9D",
    country="BR",
    language="pt_BR",
    person=Person(
        first_name="Zoé",
        last_name="D’Ávila",
        birth_date=date(2000, 2, 29),
        gender="X",
        marital_status="divorcee",
        nationality="Brasileira",
    ),
    identity=Identity(document_type="cpf", document_number="12345678909"),
    exposure=Exposure(
        politically_exposed=True,
        relation="relative",
        post="Vereadora",
        body="Câmara",
        since="2020-01",
        until=None,
        text_hash="0" * 64,
    ),
    address=Address(
        country="BR",
        street="Rua A",
        street_number="S/N",
        extra="",
        neighborhood="Centro",
        city="Santos",
        state="SP",
        postal_code="11010000",
        reference_point="",
    ),
    phone="+5511987654321",
    income=IncomeRange(lower_bounds=1_000_001, upper_bounds=None, formatted="Acima de R$ 10.000,00"),
    document=DocumentPhotos(kind="CNH", front="a", back="b"),
    dni_selfie="c",
    selfies=("d", "e", "f"),
)


@pytest.mark.parametrize("application", [EMPTY, FULL])
def test_application_survives_json(application: Application) -> None:
    adapter = TypeAdapter(Application)
    assert adapter.validate_json(adapter.dump_json(application)) == application


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"X"', '"Male"'),
        ("divorcee", "divorced"),
        ('"cpf"', '"rg"'),
        ('"BR"', '"UY"'),
        ("relative", "friend"),
    ],
)
def test_value_outside_its_list_is_refused_when_read_back(old: str, new: str) -> None:
    text = TypeAdapter(Application).dump_json(FULL).decode()
    assert old in text
    with pytest.raises(ValidationError):
        TypeAdapter(Application).validate_json(text.replace(old, new))


def test_application_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        FULL.phone = None  # type: ignore[misc]
