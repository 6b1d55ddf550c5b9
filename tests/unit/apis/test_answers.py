"""The rules of the KYC answers, field type by field type."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from app.apis.kyc.answers import Rules, WantedCheck, check_answers
from app.apis.kyc.contract import FieldType, KycRejectedError, income_ranges

OWN = "http://localhost/api/v1/storage/objects/c0ea5f60-3d4c-4fc0-815e-bb62681fdd4b.jpg"
RULES = Rules(today=date(2026, 11, 23), document_types=("CNH", "DNI"), photo_hosts={"photos.example"}, own_photos={OWN})
ADDRESS = {
    "street": "Rua Buarque de Macedo",
    "city": "Rio de Janeiro",
    "country": "Brasil",
    "extra": "",
    "postal_code": "22220030",
    "street_number": "S/N",
    "neighborhood": "Flamengo",
    "state": "RJ",
    "reference_point": "",
}
ARGENTINE = {
    **ADDRESS,
    "country": "Argentina",
    "postal_code": "C1425ABC",
    "state": "Tierra del Fuego",
    "neighborhood": "",
}
BLANK, INVALID = "can't be blank", "is invalid"


def taken(field_type: FieldType, value: Any, country: str = "BR") -> Any:
    """The value as it would be stored; raises KycRejectedError."""
    context = income_ranges(country) if field_type == "total_income_range" else None
    check = WantedCheck(id="c", field_type=field_type, context=context)
    return check_answers([{"check_id": "c", "value": value}], {"c": check}, RULES)[0].value


def faults(field_type: FieldType, value: Any, country: str = "BR") -> dict[tuple[str | int, ...], str]:
    """The faults by their path below the value."""
    with pytest.raises(KycRejectedError) as refused:
        taken(field_type, value, country)
    assert set(refused.value.faults) == {field_type}
    return {reason.path[3:]: reason.error for reason in refused.value.reasons}


@pytest.mark.parametrize("value", ["2000-10-10", "2024-02-29", "1900-01-01", "2026-11-23"])
def test_real_birthdates_are_taken(value: str) -> None:
    assert taken("birthdate", value) == value


@pytest.mark.parametrize(
    "value",
    ["2000/10/10", "2023-02-29", "2026-11-24", "10-10-2000", "2000-1-1", " 2000-10-10", "２０００-10-10", 7, []],
)
def test_other_birthdates_are_invalid(value: Any) -> None:
    assert faults("birthdate", value) == {(): INVALID}


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_value_is_blank(value: Any) -> None:
    assert faults("birthdate", value) == {(): BLANK}


@pytest.mark.parametrize("value", ["21971697123", "11912345678", "+5491123456789", "+34612345678"])
def test_brazilian_mobiles_and_foreign_e164_are_taken(value: str) -> None:
    assert taken("phone_number", value) == value


@pytest.mark.parametrize(
    "value",
    ["+5521971697123", "2171697123", "21871697123", "20971697123", "219716971234", "5491123456789", "+0123456789",
     "(21) 97169-7123", "+541", "2197169712x", 21971697123],
)  # fmt: skip
def test_other_phone_numbers_are_invalid(value: Any) -> None:
    assert faults("phone_number", value) == {(): INVALID}


@pytest.mark.parametrize("country", ["Brasil", "BR", "BRA", "brasil", "Brazil"])
def test_brazil_is_normalised(country: str) -> None:
    assert taken("address", {**ADDRESS, "country": country}) == ADDRESS


@pytest.mark.parametrize("country", ["Argentina", "AR", "ARG"])
@pytest.mark.parametrize("postal_code", ["1425", "C1425ABC"])
def test_argentina_is_normalised_and_has_its_own_postal_codes(country: str, postal_code: str) -> None:
    value = {**ARGENTINE, "country": country, "postal_code": postal_code}
    assert taken("address", value) == {**ARGENTINE, "postal_code": postal_code}


def test_texts_are_trimmed_and_unknown_keys_dropped() -> None:
    assert taken("address", {**ADDRESS, "street": f"  {ADDRESS['street']} ", "planet": "Earth"}) == ADDRESS


@pytest.mark.parametrize("key", ADDRESS)
def test_all_nine_keys_are_always_there(key: str) -> None:
    assert faults("address", {name: text for name, text in ADDRESS.items() if name != key})[(key,)] == BLANK


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"street": " "}, {("street",): BLANK}),
        ({"neighborhood": ""}, {("neighborhood",): BLANK}),
        ({"street_number": 38}, {("street_number",): INVALID}),
        ({"city": "a\u0000"}, {("city",): INVALID}),
        ({"street": "x" * 151}, {("street",): "should be at most 150 characters"}),
        ({"postal_code": "22220-030"}, {("postal_code",): "should be at most 8 characters"}),
        ({"postal_code": "2222003"}, {("postal_code",): INVALID}),
        ({"state": "ZZ", "postal_code": "x"}, {("state",): INVALID, ("postal_code",): INVALID}),
        ({"country": "Uruguay"}, {("country",): INVALID}),
        ({"country": "AR"}, {("postal_code",): INVALID}),
        ({"country": "AR", "postal_code": "1425", "state": ""}, {("state",): BLANK}),
    ],
)
def test_faulty_addresses_name_every_faulty_key(changes: dict[str, Any], expected: Any) -> None:
    assert faults("address", {**ADDRESS, **changes}) == expected


@pytest.mark.parametrize("field_type", ["address", "document_photo", "total_income_range"])
@pytest.mark.parametrize("value", ["text", ["x"], 7, True])
def test_what_must_be_an_object_is_one(field_type: FieldType, value: Any) -> None:
    assert faults(field_type, value) == {(): INVALID}


def test_front_may_be_back() -> None:
    value = {"type": "CNH", "front": OWN, "back": OWN}
    assert taken("document_photo", value) == value


def test_document_types_go_by_the_setting() -> None:
    assert taken("document_photo", {"type": "DNI", "front": OWN, "back": OWN})["type"] == "DNI"
    assert faults("document_photo", {"type": "RG", "front": OWN}) == {("type",): INVALID, ("back",): BLANK}
    assert faults("document_photo", {"type": ["CNH"], "front": OWN, "back": OWN}) == {("type",): INVALID}


@pytest.mark.parametrize("url", [OWN, "https://photos.example/a.jpg", "https://PHOTOS.example/x/y=/a.jpg?z"])
def test_own_photos_and_allowed_hosts_are_admitted(url: str) -> None:
    assert taken("document_selfies", [url]) == [url]


@pytest.mark.parametrize(
    "url",
    [
        "http://photos.example/a.jpg",
        "https://photos.example.evil.example/a.jpg",
        "https://photos.example@evil.example/a.jpg",
        "https://evil.example/photos.example",
        "https://evil.example\\@photos.example/a.jpg",
        "https://photos.example:8443/a.jpg",
        "//photos.example/a.jpg",
        "https:///a.jpg",
        "https://[photos.example/a.jpg",
        "https://photos.example/a\n.jpg",
        "https://photos.example/" + "a" * 2048,
        "file:///etc/passwd",
        OWN.replace("c0ea", "c0eb"),
        OWN + "#",
        7,
        None,
        "",
    ],
)
def test_every_other_photo_url_is_refused(url: Any) -> None:
    assert faults("document_selfies", [OWN, url]) == {(1,): INVALID}


def test_selfies_are_one_to_ten_in_an_array() -> None:
    assert len(taken("document_selfies", [OWN] * 10)) == 10
    assert faults("document_selfies", []) == {(): BLANK}
    assert faults("document_selfies", [OWN] * 11) == {(): "should be at most 10 items"}
    assert faults("document_selfies", OWN) == {(): INVALID}
    assert faults("document_selfies", {"0": OWN}) == {(): INVALID}


@pytest.mark.parametrize("country", ["BR", "AR"])
def test_every_offered_range_is_taken_with_or_without_its_lower_bound(country: str) -> None:
    for choice in income_ranges(country).income_ranges:
        bounds = choice.range.model_dump()
        assert taken("total_income_range", {"upper_bounds": bounds["upper_bounds"]}, country) == bounds
        assert taken("total_income_range", bounds, country) == bounds


@pytest.mark.parametrize(
    "value, path, error",
    [
        ({}, "upper_bounds", BLANK),
        ({"lower_bounds": None}, "upper_bounds", BLANK),
        ({"upper_bounds": 500001}, "upper_bounds", INVALID),
        ({"upper_bounds": "500000"}, "upper_bounds", INVALID),
        ({"upper_bounds": 500000.0}, "upper_bounds", INVALID),
        ({"upper_bounds": True}, "upper_bounds", INVALID),
        ({"upper_bounds": 500000, "lower_bounds": 1}, "lower_bounds", INVALID),
        ({"upper_bounds": None, "lower_bounds": None}, "lower_bounds", INVALID),
    ],
)
def test_other_ranges_are_refused(value: Any, path: str, error: str) -> None:
    assert faults("total_income_range", value) == {(path,): error}


@pytest.mark.parametrize("country", ["BR", "AR"])
def test_ranges_have_six_steps_without_gaps_and_words_that_say_them(country: str) -> None:
    ranges = [choice.range for choice in income_ranges(country).income_ranges]
    assert len(ranges) == 6
    assert ranges[0].lower_bounds is None and ranges[-1].upper_bounds is None
    for below, above in itertools.pairwise(ranges):
        assert below.upper_bounds is not None and above.lower_bounds == below.upper_bounds + 1
    for choice in income_ranges(country).income_ranges:
        lower, upper = choice.range.lower_bounds, choice.range.upper_bounds
        # The open top range is worded "more than", so from the centavo below it.
        shown = [upper] if lower is None else [lower - 1] if upper is None else [lower, upper]
        for bound in shown:
            assert bound is not None
            assert f"{bound // 100:,}".replace(",", ".") + f",{bound % 100:02d}" in choice.formatted
