"""Time, JSON, error shapes and bodies that both APIs share."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.apis.errors import RejectedError
from app.apis.openapi import sections, specification
from app.apis.personal_informations.bodies import from_json
from app.apis.personal_informations.contract import PersonalInformation, faults_of
from app.apis.responses import api_of, error_body, etag
from app.apis.values import compact_json, is_printable_text, milliseconds, real_date, whole_seconds
from tests.support.examples import example


def test_compact_json_with_plain_non_ascii_reproduces_the_examples_etag_and_length() -> None:
    body = compact_json(example("personal_informations.response"))
    assert (len(body), etag(body)) == (353, 'W/"a2eb5afe96923f6d70b81aff82463d0d"')
    assert compact_json("informações").decode() == '"informações"'


def test_times_are_utc_and_cut_to_their_precision() -> None:
    moment = datetime(2023, 4, 19, 14, 15, 40, 536_999, tzinfo=timezone(timedelta(hours=-3)))
    assert milliseconds(moment) == "2023-04-19T17:15:40.536Z"
    assert whole_seconds(moment) == "2023-04-19T17:15:40Z"
    assert milliseconds(datetime(2023, 4, 19, tzinfo=UTC)) == "2023-04-19T00:00:00.000Z"


@given(st.dates())
def test_every_real_date_is_read_back(day: date) -> None:
    assert real_date(day.isoformat()) == day
    assert real_date(day.isoformat().replace("-", "/"), separators="-/") == day


@given(st.text(max_size=12))
def test_no_text_is_taken_for_a_date_that_is_not_written_so(text: str) -> None:
    day = real_date(text, separators="-/")
    assert day is None or day.isoformat() == text.replace("/", "-")


@pytest.mark.parametrize("text", ["2000-10/10", "2000/10/10", "0000-01-01", "2000-02-30", "+000-01-01"])
def test_other_dates_are_none(text: str) -> None:
    assert real_date(text) is None


@given(st.text(st.characters(categories=["Cc", "Cs"]), min_size=1))
def test_controls_and_half_surrogates_are_not_printable(text: str) -> None:
    assert not is_printable_text(f"a{text}b")


@pytest.mark.parametrize(
    "path, api",
    [("/internal/x", "personal_informations"), ("/api", "kyc"), ("/api/v1", "kyc"), ("/apply", None), ("/", None)],
)
def test_every_path_belongs_to_one_api_or_none(path: str, api: str | None) -> None:
    assert api_of(path) == api


@pytest.mark.parametrize(
    "status, kind",
    [
        (401, "unauthenticated"),
        (403, "unauthorized"),
        (404, "not_found"),
        (409, "conflict"),
        (422, "wrong_status"),
        (400, "validation"),
    ],
)
def test_kyc_errors_have_the_documents_names(status: int, kind: str) -> None:
    assert error_body("kyc", status)["type"] == f"srn:error:{kind}"


def values() -> dict[str, Any]:
    return {name: example("personal_informations.request")[name] for name in PersonalInformation.model_fields}


@given(st.dictionaries(st.sampled_from(list(PersonalInformation.model_fields)), st.text() | st.integers() | st.none()))
def test_any_values_are_taken_or_refused_by_field(changes: dict[str, Any]) -> None:
    try:
        PersonalInformation.model_validate({**values(), **changes})
    except ValidationError as error:
        assert set(faults_of(error)) <= set(changes)


def test_a_refusal_never_repeats_what_was_typed() -> None:
    body = {**example("personal_informations.request"), "document_number": "Canarino!", "birthday": "Pajarillo"}
    with pytest.raises(RejectedError) as refused:
        from_json(json.dumps(body).encode())
    with pytest.raises(ValidationError) as invalid:
        PersonalInformation.model_validate({**values(), "document_number": "Canarino!"})
    for error in (refused.value, invalid.value):
        assert "Canarino" not in f"{error}{error!r}" and "Pajarillo" not in f"{error}{error!r}"


@pytest.mark.parametrize("number", ["12345", "A" * 20, " AB123456 ", "9999999"])
def test_document_numbers_are_letters_and_digits(number: str) -> None:
    read = PersonalInformation.model_validate({**values(), "document_number": number})
    assert read.document_number == number.strip()


@pytest.mark.parametrize("number", ["1234", "1" * 21, "12.345.678", "１２３４５６", "ñandú1", 1234567])
def test_other_document_numbers_are_refused(number: Any) -> None:
    with pytest.raises(ValidationError):
        PersonalInformation.model_validate({**values(), "document_number": number})


def test_every_operation_is_on_the_page_with_its_answers() -> None:
    shown = [(operation.method, operation.path) for section in sections() for operation in section.operations]
    described = [(method.upper(), path) for path, methods in specification()["paths"].items() for method in methods]
    assert sorted(shown) == sorted(described)
    assert len(shown) == 14
