"""What an application becomes in each API, and that nothing is invented on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.apis.errors import RejectedError
from app.apis.kyc import contract as kyc
from app.apis.kyc.answers import Rules, WantedCheck, check_answers
from app.apis.personal_informations import contract as personal
from app.domain.application import (
    Address,
    Application,
    DocumentPhotos,
    Exposure,
    Identity,
    IncomeRange,
    Person,
)
from tests.support.examples import example

MOMENT = datetime(2021, 5, 31, 15, 4, 48, tzinfo=UTC)
APPLICATION = Application(
    id="a",
    reference="AL-2345-6789",
    country="BR",
    language="pt_BR",
    person=Person(
        first_name="Juan",
        last_name="Fernandez",
        birth_date=date(1990, 8, 10),
        gender="Hombre",
        marital_status="divorcee",
        nationality="Argentino",
    ),
    identity=Identity(document_type="cuil", document_number="20123456786"),
    exposure=Exposure(
        politically_exposed=False, relation=None, post=None, body=None, since=None, until=None, text_hash="h"
    ),
    address=Address(
        country="BR",
        street="Rua Buarque de Macedo",
        street_number="38383838",
        extra="",
        neighborhood="Flamengo",
        city="Rio de Janeiro",
        state="RJ",
        postal_code="22220030",
        reference_point="",
    ),
    phone="+5521971697123",
    income=IncomeRange(lower_bounds=None, upper_bounds=500000, formatted="Até R$ 5.000,00"),
    document=DocumentPhotos(kind="CNH", front="front", back="back"),
    dni_selfie="holding",
    selfies=("one", "two"),
)
PHOTOS = {name: name.encode() for name in ("front", "back", "holding", "one", "two")}
URLS = {name: f"https://photos.example/{name}.jpg" for name in PHOTOS}
EMPTY = replace(
    APPLICATION,
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


def request(**statuses: kyc.Status) -> kyc.KycRequest:
    """A request with a check of every field type, named after it."""
    return kyc.KycRequest(
        checks=tuple(
            kyc.Check(
                context=None,
                created_at=MOMENT,
                detailed_reason="",
                field_type=field_type,
                id=f"id-{field_type}",
                reason="account_request",
                status=statuses.get(field_type, kyc.REQUESTED),
                updated_at=MOMENT,
            )
            for field_type in reversed(kyc.FIELD_TYPES)
        ),
        created_at=MOMENT,
        id="r",
        status=kyc.REQUESTED,
        updated_at=MOMENT,
        user_id="u",
    )


def answers(application: Application, **statuses: kyc.Status) -> dict[str, Any]:
    return {
        answer.check_id.removeprefix("id-"): answer.value
        for answer in kyc.payload_from(application, kyc.wanted_by(request(**statuses)), URLS)
    }


def test_personal_informations_feed_from_the_application() -> None:
    information, pictures = personal.payload_from(APPLICATION, PHOTOS)
    sent = example("personal_informations.request")
    assert information.model_dump(mode="json") == {
        **{name: sent[name] for name in personal.PersonalInformation.model_fields},
        "document_number": "20123456786",
    }
    assert pictures == personal.Pictures(front_document=b"front", back_document=b"back", dni_selfie=b"holding")


def test_personal_informations_name_every_answer_that_is_missing() -> None:
    with pytest.raises(RejectedError) as refused:
        personal.payload_from(EMPTY, PHOTOS)
    assert refused.value.faults == dict.fromkeys(personal.JsonBody.model_fields, ("can't be blank",))


def test_a_missing_picture_is_named() -> None:
    with pytest.raises(RejectedError) as refused:
        personal.payload_from(APPLICATION, {"front": b"front", "back": b"back"})
    assert refused.value.faults == {"dni_selfie": ("can't be blank",)}


def test_a_brazilian_without_cuil_goes_with_the_cpf() -> None:
    application = replace(APPLICATION, identity=Identity(document_type="cpf", document_number="12345678909"))
    assert personal.payload_from(application, PHOTOS)[0].document_type == "cpf"


def test_kyc_answers_feed_from_the_application_by_field_type() -> None:
    sent = {
        answer["check_id"].strip("{}").removesuffix("_id"): answer["value"]
        for answer in example("kyc_answer.request")["answers"]
    }
    assert answers(APPLICATION) == {
        **sent,
        "birthdate": "1990-08-10",
        "document_photo": {"type": "CNH", "front": URLS["front"], "back": URLS["back"]},
        "document_selfies": [URLS["one"], URLS["two"]],
    }


def test_kyc_answers_of_an_application_are_accepted_by_the_rules() -> None:
    argentine = replace(
        APPLICATION,
        country="AR",
        phone="+5491123456789",
        document=DocumentPhotos(kind="DNI", front="front", back="back"),
        address=replace(
            APPLICATION.address or pytest.fail("no address"),
            country="AR",
            neighborhood="",
            state="Buenos Aires",
            postal_code="1425",
        ),
        income=IncomeRange(lower_bounds=None, upper_bounds=100000000, formatted=""),
    )
    rules = Rules(
        today=date(2026, 11, 23), document_types=("CNH", "DNI"), photo_hosts=("photos.example",), own_photos=()
    )
    for application in (APPLICATION, argentine):
        asked = request()
        checks = {
            check.id: WantedCheck(
                id=check.id, field_type=check.field_type, context=kyc.income_ranges(application.country)
            )
            for check in asked.checks
        }
        items = [
            {"check_id": each.check_id, "value": each.value}
            for each in kyc.payload_from(application, kyc.wanted_by(asked), URLS)
        ]
        assert len(check_answers(items, checks, rules)) == 6


def test_what_is_not_given_stays_unanswered() -> None:
    assert kyc.payload_from(EMPTY, kyc.wanted_by(request()), URLS) == ()
    assert kyc.photo_ids_from(EMPTY, kyc.wanted_by(request())) == ()


def test_only_requested_checks_are_answered_and_only_their_photos_stored() -> None:
    answered = {"document_selfies": kyc.ANSWERED, "birthdate": kyc.ANSWERED}
    assert set(answers(APPLICATION, **answered)) == set(kyc.FIELD_TYPES) - set(answered)
    assert kyc.photo_ids_from(APPLICATION, kyc.wanted_by(request(**answered))) == ("front", "back")
    assert kyc.photo_ids_from(APPLICATION, kyc.wanted_by(request())) == ("front", "back", "one", "two")


def test_the_selfie_with_the_document_serves_when_no_other_was_taken() -> None:
    application = replace(APPLICATION, selfies=())
    assert answers(application)["document_selfies"] == [URLS["holding"]]
    assert kyc.photo_ids_from(application, kyc.wanted_by(request())) == ("front", "back", "holding")


def test_one_page_of_a_passport_is_front_and_back() -> None:
    application = replace(APPLICATION, document=DocumentPhotos(kind="PASSPORT", front="front", back="front"))
    assert kyc.photo_ids_from(application, kyc.wanted_by(request())) == ("front", "one", "two")
    assert answers(application)["document_photo"] == {
        "type": "PASSPORT",
        "front": URLS["front"],
        "back": URLS["front"],
    }


def test_a_foreign_phone_stays_e164() -> None:
    assert answers(replace(APPLICATION, phone="+5491123456789"))["phone_number"] == "+5491123456789"


def test_an_open_top_range_is_null_and_not_left_out() -> None:
    top = IncomeRange(lower_bounds=100000001, upper_bounds=None, formatted="")
    assert answers(replace(APPLICATION, income=top))["total_income_range"] == {"upper_bounds": None}
