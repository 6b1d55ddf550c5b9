"""Mobile numbers are read the way people of each country write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidError
from app.domain.phones import (
    calling_codes,
    format_national,
    masked,
    normalise_mobile,
    region_names,
    region_of,
)

BRAZILIAN_AREAS = (
    *range(11, 20),
    21,
    22,
    24,
    27,
    28,
    *range(31, 36),
    37,
    38,
    *range(41, 50),
    51,
    53,
    54,
    55,
    *range(61, 70),
    71,
    73,
    74,
    75,
    77,
    79,
    *range(81, 90),
    *range(91, 100),
)
BUENOS_AIRES = "+5491123456789"


@pytest.mark.parametrize(
    "typed",
    [
        "011 15-2345-6789",
        "011 15 2345 6789",
        "11 15 2345-6789",
        "11 2345-6789",
        "1123456789",
        "(11) 2345-6789",
        "9 11 2345 6789",
        "91123456789",
        "+54 9 11 2345-6789",
        "+54 11 2345 6789",
        "+54 11 15 2345 6789",
        "+54 9 11 15 2345 6789",
        "54 9 11 15 2345 6789",
        "9 11 15 2345 6789",
        "54 9 11 2345 6789",
        "541123456789",
        "0054 9 11 2345 6789",
        "+54 9 011 15 2345-6789",
        "+54 011 15 2345 6789",
        "+54 (0) 11 15 2345 6789",
        "11.2345.6789",
        "11/2345/6789",
        "11\u00a02345\u20116789",
        "\u202a+54 9 11 2345-6789\u202c",
        "１１ ２３４５ ６７８９",
        "११ २३४५ ६७८९",
    ],
)
def test_every_habit_of_writing_an_argentine_mobile_gives_the_same_number(typed: str) -> None:
    assert normalise_mobile("AR", typed) == BUENOS_AIRES


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0351 15 512 3456", "+5493515123456", "0351 15-512-3456"),
        ("351 5123456", "+5493515123456", "0351 15-512-3456"),
        ("2901 15 612345", "+5492901612345", "02901 15-61-2345"),
        ("02901 15 612345", "+5492901612345", "02901 15-61-2345"),
        ("2901 612345", "+5492901612345", "02901 15-61-2345"),
    ],
)
def test_argentine_mobile_outside_buenos_aires_is_read_and_shown(typed: str, kept: str, shown: str) -> None:
    assert normalise_mobile("AR", typed) == kept
    assert format_national(kept) == shown


@pytest.mark.parametrize(
    "typed", ["15 2345-6789", "15 612345", "2345-6789", "015 2345-6789", "+54 15 2345 6789", "612345"]
)
def test_argentine_number_without_area_code_asks_for_it(typed: str) -> None:
    with pytest.raises(InvalidError, match="Add the area code"):
        normalise_mobile("AR", typed)


@pytest.mark.parametrize("typed", ["011 4321-5678", "+54 011 4321 5678", "0351 4123456", "54 011 4321 5678"])
def test_argentine_number_dialled_as_a_landline_says_so(typed: str) -> None:
    with pytest.raises(InvalidError, match="landline"):
        normalise_mobile("AR", typed)


@pytest.mark.parametrize("area", BRAZILIAN_AREAS)
def test_mobile_of_each_brazilian_area_is_taken(area: int) -> None:
    assert normalise_mobile("BR", f"({area}) 98765-4321") == f"+55{area}987654321"


def test_brazil_has_67_areas_and_no_other_is_taken() -> None:
    assert len(BRAZILIAN_AREAS) == 67
    for area in set(range(10, 100)) - set(BRAZILIAN_AREAS):
        with pytest.raises(InvalidError):
            normalise_mobile("BR", f"{area} 98765-4321")


@pytest.mark.parametrize(
    "typed",
    [
        "11 98765-4321",
        "(11) 98765-4321",
        "011 98765-4321",
        "0 15 11 98765-4321",
        "041 11 98765-4321",
        "+55 11 98765-4321",
        "5511987654321",
        "0055 11 98765-4321",
        "+55 (011) 98765-4321",
    ],
)
def test_every_habit_of_writing_a_brazilian_mobile_gives_the_same_number(typed: str) -> None:
    assert normalise_mobile("BR", typed) == "+5511987654321"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("11 3333-4444", "landline"),
        ("98765-4321", "Add the DDD"),
        ("8765-4321", "Add the DDD"),
        ("11 8765-4321", "9 digits after the DDD"),
        ("(11) 6123-4567", "9 digits after the DDD"),
        ("11 7123-4567", "9 digits after the DDD"),
        ("11 61234-5678", "starts with 9"),
        ("20 98765-4321", "area code"),
    ],
)
def test_each_brazilian_slip_has_its_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        normalise_mobile("BR", typed)


@pytest.mark.parametrize(
    ("region", "typed", "sentence"),
    [
        ("AR", "", "Enter your mobile"),
        ("AR", "  - ", "Enter your mobile"),
        ("AR", "11 2345 6789 ext 5", "digits only"),
        ("US", "1-800-FLOWERS", "digits only"),
        ("AR", "11 CASA 6789", "digits only"),
        ("AR", "+", "digits only"),
        ("AR", "++54 11", "digits only"),
        ("AR", "11 2345 6789;ext=5", "digits only"),
        ("AR", "1\x00123456789", "digits only"),
        ("AR", "0" * 41, "too long"),
        ("AR", "123456789012345", "too many digits"),
        ("AR", "+999 12345", "no phone number"),
        ("AR", "0800 555 1234", "not a mobile"),
        ("AR", "+800 1234 5678", "not a mobile"),
        ("AR", "+870 301 234 567", "not a mobile"),
        ("BR", "+8816 1234 5678", "not a mobile"),
        ("GB", "020 7946 0018", "landline"),
        ("US", "800 356 9377", "not a mobile"),
        ("XX", "123", "country of your number"),
        ("", "123", "country of your number"),
        ("ar", "11 2345-6789", "country of your number"),
    ],
)
def test_each_fault_has_its_sentence(region: str, typed: str, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        normalise_mobile(region, typed)


@pytest.mark.parametrize(
    ("region", "typed", "kept"),
    [
        ("US", "650 253 0000", "+16502530000"),
        ("IT", "312 345 6789", "+393123456789"),
        ("UY", "094 231 234", "+59894231234"),
        ("GB", "07400 123456", "+447400123456"),
        ("AR", "+55 11 98765-4321", "+5511987654321"),
        ("BR", "+54 9 11 2345-6789", BUENOS_AIRES),
        ("BR", "+54 9 011 15 2345-6789", BUENOS_AIRES),
        ("BR", "0055 21 97169-7123", "+5521971697123"),
        ("KR", "00 82 10 2000 0000", "+821020000000"),
    ],
)
def test_mobile_of_another_country_is_taken(region: str, typed: str, kept: str) -> None:
    assert normalise_mobile(region, typed) == kept


@given(
    st.sampled_from(["AR", "BR", "US"]),
    st.one_of(st.text(max_size=45), st.text("+0123456789 -()", max_size=20)),
)
def test_whatever_is_typed_gives_a_valid_mobile_or_a_sentence(region: str, typed: str) -> None:
    try:
        kept = normalise_mobile(region, typed)
    except InvalidError as refusal:
        assert len(refusal.message) <= 90
        return
    assert phonenumbers.is_valid_number(phonenumbers.parse(kept))
    assert normalise_mobile(region, kept) == kept


@given(st.sampled_from(BRAZILIAN_AREAS), st.integers(10_000_000, 99_999_999))
def test_national_format_of_a_brazilian_mobile_reads_back(area: int, subscriber: int) -> None:
    kept = normalise_mobile("BR", f"{area}9{subscriber}")
    assert normalise_mobile("BR", format_national(kept)) == kept
    assert len(kept) == len("+55") + 11


@given(st.integers(20_000_000, 69_999_999))
def test_national_format_of_an_argentine_mobile_reads_back(subscriber: int) -> None:
    try:
        kept = normalise_mobile("AR", f"11{subscriber}")
    except InvalidError:
        return
    assert normalise_mobile("AR", format_national(kept)) == kept


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS - {"TA"}))  # TA has landlines only
def test_national_format_of_every_regions_example_reads_back(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    kept = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert normalise_mobile(region, kept) == kept
    assert normalise_mobile(region_of(kept), format_national(kept)) == kept


def test_masked_number_shows_its_last_four_digits_only() -> None:
    assert masked(BUENOS_AIRES) == "+54 •••• 6789"
    assert masked("+5511987654321") == "+55 •••• 4321"


def test_calling_codes_cover_every_region_with_argentina_and_brazil_first() -> None:
    codes = calling_codes()
    assert codes[:2] == (("AR", 54), ("BR", 55))
    assert {region for region, _ in codes} == set(phonenumbers.SUPPORTED_REGIONS)
    assert len(codes) == len(dict(codes)) > 240
    assert ("UY", 598) in codes


@pytest.mark.parametrize(("language", "germany"), [("es", "Alemania"), ("pt_BR", "Alemanha"), ("en", "Germany")])
def test_every_region_has_a_name_in_each_language(language: str, germany: str) -> None:
    names = region_names(language)
    assert list(names)[:2] == ["AR", "BR"]
    assert set(names) == {region for region, _ in calling_codes()}
    assert names["DE"] == germany
    assert all(name != region for region, name in names.items())
